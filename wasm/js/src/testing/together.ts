import type { Company, Product, User } from "../core/wire.js";
import {
  createCompany,
  deleteCompany,
  deleteUser,
  endKey,
  eventOf,
  launched,
  rotateKey,
  rotateProduct,
  saveCode,
  saveKey,
  saveProduct,
  saveToken,
  setCompanyStatus,
  setKeyStatus,
  setUserEmail,
  setUserManager,
  setUserStatus,
  signedOn,
  signOut,
} from "./change.js";
import { type Check, expect, expectAbsent, Finding, present } from "./check.js";
import { ANN, added, chat, createdCompany, digestOf, given, LAST, newKey, newUser, other, partner, TIME } from "./record.js";
import { disable, setCompany, setUser } from "./set.js";

const NEW = "ann.lee@partner.example";

const UNUSABLE = { passwordHash: "!", issuedAt: null, passwordKeyId: null };

/** Different changes of one record at once. Each takes effect and undoes none of the others, whichever comes first. */
export const TOGETHER: Check[] = [
  {
    requirement: "STO-RECORD",
    name: "of different changes of a user at once none undoes another",
    async body(storage, companyId) {
      const { user: first, keyId, swap } = await given(storage, companyId);
      const { id: userId } = first;
      let user: User = first;
      for (let round = 0; round < 8; round += 1) {
        const isEven = round % 2 === 0;
        const stored = { passwordHash: `$argon2id$${round}`, issuedAt: TIME + round, passwordKeyId: keyId };
        await storage.replacePassword({ ...swap, ...stored, expectedVersion: user.credentialVersion });
        const expectedVersion = user.credentialVersion + 1;
        const passwordHash = "$argon2id$next";
        const next = { ...swap, ...stored, expectedVersion, passwordHash };
        const disabling = { companyId, userId, expectedHash: stored.passwordHash, passwordHash: "!" };
        const passwords: [call: Call, changed: Partial<User>, raised: number][] = [
          [() => storage.replacePassword(next), { passwordHash }, 1],
          [() => endKey(storage, companyId, keyId), UNUSABLE, 1],
          [() => storage.rehashPassword(next), { passwordHash }, 0],
          [() => disable(storage, disabling), UNUSABLE, 1],
        ];
        const [change, password, raised] = passwords[round % 4] as (typeof passwords)[0];
        const displayName = `Ann ${round}`;
        const permissions = [`${round}`];
        const email = isEven ? NEW : ANN;
        const status = isEven ? "disabled" : "enabled";
        const managedBy = isEven ? "local" : "partner";
        const [, answer] = await together(
          round,
          () => setUser(storage, companyId, userId, { displayName }),
          change,
          () => setUser(storage, companyId, userId, { permissions }),
          () => setUserStatus(storage, companyId, userId, status),
          () => setUserEmail(storage, companyId, userId, email),
          () => setUserManager(storage, companyId, userId, managedBy),
          () => signOut(storage, companyId, userId),
          () => signOut(storage, companyId, null),
          () => setCompanyStatus(storage, companyId, "disabled"),
        );
        const isStale = isEven && answer === "stale";
        const credentialVersion = expectedVersion + 5 + (isEven ? 1 : 0) + (isStale ? 0 : raised);
        const set = { displayName, permissions, email, status, managedBy, credentialVersion } as const;
        user = { ...user, ...stored, ...set, ...(isStale ? {} : password) };
        expect(`the user after round ${round}`, await storage.findUser(companyId, email), user);
      }
    },
  },
  {
    requirement: "STO-RECORD",
    name: "of different changes of a company at once none undoes another",
    async body(storage, companyId) {
      let company: Company = createdCompany(companyId, partner);
      for (let round = 0; round < 6; round += 1) {
        const isEven = round % 2 === 0;
        const name = `Partner ${round}`;
        const emailDomains = [`d${round}.example`];
        const domainMxVerified = isEven;
        const status = isEven ? "disabled" : "enabled";
        await together(
          round,
          () => setCompany(storage, companyId, { name }),
          () => setCompanyStatus(storage, companyId, status),
          () => setCompany(storage, companyId, { emailDomains }),
          () => setCompany(storage, companyId, { domainMxVerified }),
        );
        company = { ...company, name, emailDomains, domainMxVerified, status };
        expect(`the company after round ${round}`, await storage.findCompanyByEmail(company.email), company);
      }
    },
  },
  {
    requirement: "STO-RECORD",
    name: "a key that is disabled, revoked, rotated or ended at its use stays so, and its use is known",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      const at = TIME + 600_000;
      for (let round = 0; round < 8; round += 1) {
        const keyId = await saveKey(storage, newKey(companyId, `${round}`));
        const ways: Call[] = [
          () => setKeyStatus(storage, companyId, keyId, "disabled"),
          () => endKey(storage, companyId, keyId),
          () => setKeyStatus(storage, companyId, keyId, "revoked"),
          () => rotateKey(storage, keyId, newKey(companyId, `f${round}`)),
        ];
        const save = (time: number) => {
          const used = { keyId, digest: digestOf(`${round}a${time}`) };
          return time % 2 === 0
            ? storage.saveToken({ ...token, ...used }, { ...signedOn({ ...token, ...used }), at: at - 120_000 * time })
            : storage.saveCode({ ...code, ...used }, { ...launched({ ...code, ...used }), at: at - 120_000 * time });
        };
        // One end amidst many uses, or many ends amidst two uses.
        const [ends, uses] = round < 4 ? [1, 4] : [8, 1];
        await together(
          round,
          () => inTurn(ends, ways[round % 4] as Call),
          () => inTurn(uses, (time) => save(2 * time)),
          () => inTurn(uses, (time) => save(2 * time + 1)),
        );
        const key = { id: keyId, status: round % 4 === 0 ? "disabled" : "revoked", lastUsedAt: at };
        expect(`the key after round ${round}`, await storage.listKeys(companyId, keyId - 1, 1), [key]);
      }
    },
  },
  {
    requirement: "STO-RECORD",
    name: "of a product's new URL and new secret at once none undoes the other",
    async body(storage) {
      await saveProduct(storage, chat);
      let product: Product = { ...chat, previousSecretDigest: null, previousSecretExpiresAt: null };
      for (let round = 0; round < 6; round += 1) {
        const launchUrl = `https://chat.example/${round}`;
        await together(
          round,
          () => saveProduct(storage, { ...chat, launchUrl }),
          () => rotateProduct(storage, chat.name, `${round}`, LAST),
        );
        const previous = { previousSecretDigest: product.secretDigest, previousSecretExpiresAt: LAST };
        product = { ...product, ...previous, launchUrl, secretDigest: digestOf(`${round}`) };
        expect(`the products after round ${round}`, await storage.listProducts(), [product]);
      }
    },
  },
  {
    requirement: "STO-DELETE",
    name: "a user who is deleted amidst changes is gone, and so are the e-mails",
    async body(storage, companyId) {
      const passwordKeyId = await saveKey(storage, newKey(companyId));
      for (let round = 0; round < 6; round += 1) {
        const [email, next] = round % 2 === 0 ? ([ANN, NEW] as const) : ([NEW, ANN] as const);
        const { id } = await added(storage, { ...newUser(companyId, email), passwordKeyId });
        const swap = { companyId, userId: id, expectedVersion: 1, passwordHash: "!", issuedAt: null, passwordKeyId };
        const [isDone] = await together(
          round,
          () => deleteUser(storage, companyId, id),
          () => setUser(storage, companyId, id, { displayName: "Ann" }),
          () => setUserEmail(storage, companyId, id, next),
          () => setUserStatus(storage, companyId, id, "disabled"),
          () => setUserManager(storage, companyId, id, "local"),
          () => storage.replacePassword(swap),
          () => endKey(storage, companyId, passwordKeyId),
          () => signOut(storage, companyId, id),
          () => signOut(storage, companyId, null),
          () => setCompanyStatus(storage, companyId, "disabled"),
        );
        expect("deleting", isDone, true);
        expect(`the users after round ${round}`, await storage.listUsers(companyId, 0, 10), []);
        expectAbsent(`the user after round ${round}`, await storage.findUser(companyId, email));
      }
      for (const email of [ANN, NEW]) await added(storage, newUser(companyId, email));
    },
  },
  {
    requirement: "STO-DELETE",
    name: "a company that is deleted amidst changes is gone, with its users and keys",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      const [digest, late] = [digestOf("b"), digestOf("c")];
      for (let round = 0; round < 5; round += 1) {
        const { id } = present("a new company", await createCompany(storage, other));
        const user = await added(storage, newUser(id));
        const keyId = await saveKey(storage, { ...newKey(id), digest });
        if (round === 4) await saveKey(storage, { ...newKey(id), digest: late });
        const refused = () => {};
        const [isDone] = await together(
          round,
          () => deleteCompany(storage, id),
          () => setCompany(storage, id, { name: "Other plc" }),
          () => setCompanyStatus(storage, id, "disabled"),
          () => setUser(storage, id, user.id, { displayName: "Ann" }),
          () => setKeyStatus(storage, id, keyId, "disabled"),
          () => saveToken(storage, { ...token, companyId: id, userId: user.id, keyId }).catch(refused),
          () => saveKey(storage, { ...newKey(id), digest: late }).catch(refused),
          () => storage.createUser(newUser(id, NEW), null).catch(refused),
          () => signOut(storage, id, null),
        );
        expect("deleting", isDone, true);
        const left = [storage.listCompanies(id - 1, 1), storage.listUsers(id, 0, 10), storage.listKeys(id, 0, 10)];
        expect(`what is there after round ${round}`, await Promise.all<unknown>(left), [[], [], []]);
      }
    },
  },
  ...(["saveToken", "saveCode", "saveKey"] as const).map(
    (name): Check => ({
      requirement: "STO-SAVE",
      name: `of 16 records of one digest at once ${name} stores one`,
      async body(storage, companyId) {
        const { token, code, keyId } = await given(storage, companyId);
        const key = newKey(companyId, "b");
        const saves = {
          saveToken: () => saveToken(storage, token),
          saveCode: () => saveCode(storage, code),
          saveKey: (index: number) => (index % 4 < 3 ? saveKey(storage, key) : rotateKey(storage, keyId, key, { revoke: false })),
        };
        const saved = await Promise.allSettled(Array.from({ length: 16 }, (_, index) => saves[name](index)));
        expect("how many are stored", saved.filter(({ status }) => status === "fulfilled").length, 1);
        expect("how many keys there are", (await storage.listKeys(companyId, 0, 20)).length, name === "saveKey" ? 2 : 1);
      },
    }),
  ),
  {
    requirement: "STO-SAVE",
    name: "a rotation that fails amidst other writes undoes none of them",
    async body(storage, companyId) {
      const { keyId, token, code } = await given(storage, companyId);
      const digest = (index: number) => digestOf(`${index}`);
      for (let index = 0; index < 8; index += 1) await saveToken(storage, { ...token, digest: digest(index) });
      const created: unknown[] = [];
      const calls = Array.from({ length: 8 }, (_, index): Call[] => [
        // The digest is stored, so that this fails.
        () => rotateKey(storage, keyId, newKey(companyId)).catch(() => {}),
        async () => {
          created[index] = await storage.createUser(newUser(companyId, `u${index}@partner.example`), null);
        },
        () => storage.revokeToken(digest(index)),
        () => saveCode(storage, { ...code, digest: digest(index) }),
      ]);
      await together(0, ...calls.flat());
      for (let index = 0; index < 8; index += 1) {
        expect("a new user", await storage.findUser(companyId, `u${index}@partner.example`), created[index]);
        expectAbsent("a token that is revoked", await storage.findToken(digest(index)));
        expect("a code", (await storage.takeCode(digest(index)))?.code.digest, digest(index));
      }
    },
  },
  {
    requirement: "STO-EVENTS",
    name: "of 8 purges of events at once each event is counted by one",
    async body(storage, companyId) {
      for (let index = 0; index < 8; index += 1) await signOut(storage, companyId, null);
      const filter = { since: 0, companyId: null, userId: null, keyId: null, kind: null };
      const { length } = (await storage.listEvents(filter, 0, 500)).filter((event) => event.at <= TIME);
      const purge = () => storage.purgeEvents(TIME + 1, { ...eventOf("events_purged"), at: TIME + 1 });
      const counts = await together(0, ...Array.from({ length: 8 }, () => purge));
      expect("how many are counted", sum(counts), length);
    },
  },
  {
    requirement: "STO-PURGE",
    name: "of 8 purges at once each token and code is counted by one at most",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      for (let index = 0; index < 4; index += 1) {
        await saveToken(storage, { ...token, digest: digestOf(`${index}`) });
        await saveCode(storage, { ...code, digest: digestOf(`${index}`) });
      }
      const purge = () => storage.purge(token.expiresAt);
      const counted = sum(await together(0, ...Array.from({ length: 8 }, () => purge)));
      expect(`whether ${counted} are 8 at most`, counted <= 8, true);
    },
  },
];

type Call = () => Promise<unknown>;

/**
 * Makes all calls at once and returns their answers. Each round begins them in a different order, so that of any two each
 * is the first in one. None may fail.
 */
async function together(round: number, ...calls: Call[]): Promise<unknown[]> {
  const order = calls.map((_, index) => (round + index) % calls.length);
  if (round % 4 > 1) order.reverse();
  const answers: unknown[] = [];
  const settled = order.map(async (index) => {
    answers[index] = await calls[index]?.();
  });
  for (const one of await Promise.allSettled(settled))
    if (one.status === "rejected") throw new Finding(`one of ${calls.length} calls at once failed: ${one.reason}`);
  return answers;
}

/** Makes a call that often, each time when the one before has ended. */
async function inTurn(times: number, call: (time: number) => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time += 1) await call(time);
}

const sum = (counts: unknown[]) => counts.reduce<number>((total, count) => total + Number(count), 0);
