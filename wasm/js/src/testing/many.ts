import {
  createCompany,
  eventOf,
  rotateProduct,
  saveCode,
  saveKey,
  saveProduct,
  saveToken,
  setCompanyStatus,
  setKeyStatus,
} from "./change.js";
import { type Check, expect, expectAbsent, pause, present } from "./check.js";
import { added, chat, digestOf, given, newKey, newUser, other, TIME } from "./record.js";

/** More records than a database may answer or change at a time. */
const MANY = 1001;

/** Lists and changes of many records. */
export const MANY_RECORDS: Check[] = [
  {
    requirement: "STO-LIST",
    name: "1,001 users are listed, 500 at a time, and all in all",
    async body(storage, companyId) {
      const users = await many((index) => added(storage, newUser(companyId, `user${index}@partner.example`)));
      await expectAll("the users", (after) => storage.listUsers(companyId, after, 500), users);
    },
  },
  {
    requirement: "STO-LIST",
    name: "1,001 keys are listed, 500 at a time, and all in all",
    async body(storage, companyId) {
      const keys = await many(async (index) => ({ id: await saveKey(storage, newKey(companyId, `${index}`)) }));
      await expectAll("the keys", (after) => storage.listKeys(companyId, after, 500), keys);
    },
  },
  {
    requirement: "STO-LIST",
    name: "1,001 companies are listed, 500 at a time, and all in all",
    async body(storage, companyId) {
      const companies = await many(async (index) => {
        const company = { ...other, domain: `d${index}.example`, email: `it@d${index}.example` };
        return present("a company", await createCompany(storage, company));
      });
      await expectAll("the companies", (after) => storage.listCompanies(after, 500), [{ id: companyId }, ...companies]);
    },
  },
  {
    requirement: "STO-EVENTS",
    name: "of 1,001 events each is listed, 500 at a time, in the order in which they came",
    async body(storage, companyId, events) {
      const filter = { since: 0, companyId, userId: null, keyId: null, kind: "signed_out" } as const;
      for (let index = 0; index < MANY; index += 1)
        await storage.signOut(companyId, null, eventOf("signed_out", { companyId, at: TIME + index }));
      const times: number[] = [];
      for (let last = 0; times.length < MANY; ) {
        const came = await storage.listEvents(filter, last, 500);
        if (came.length === 0) break;
        times.push(...came.map(({ at }) => at - TIME));
        last = came.at(-1)?.id ?? last;
      }
      // Where nobody can read them, a storage may keep none.
      if (times.length === 0 && (await events()) === undefined) return;
      expect("how many there are", times.length, MANY);
      expect(
        "their order",
        times.findIndex((time, index) => time !== index),
        -1,
      );
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "disabling a company raises the versions of all its 1,001 users",
    async body(storage, companyId) {
      await many((index) => added(storage, newUser(companyId, `user${index}@partner.example`)));
      await setCompanyStatus(storage, companyId, "disabled");
      let [last, raised] = [0, 0];
      for (let page = 0; page * 500 < MANY; page += 1) {
        const users = await storage.listUsers(companyId, last, 500);
        raised += users.filter(({ credentialVersion }) => credentialVersion === 2).length;
        last = users.at(-1)?.id ?? last;
      }
      expect("how many are raised", raised, MANY);
    },
  },
  {
    requirement: "STO-PURGE",
    name: "a purge deletes all that has expired and nothing else",
    async body(storage, companyId, events) {
      const { token, code } = await given(storage, companyId);
      await setKeyStatus(storage, companyId, await saveKey(storage, newKey(companyId, "b", TIME)), "revoked");
      await saveProduct(storage, chat);
      await rotateProduct(storage, chat.name, "8", TIME);
      // A database may delete what has expired by itself. What has not expired by any clock is there until a purge.
      const end = Date.now() + 500;
      await many((index) => saveToken(storage, { ...token, digest: digest(index), expiresAt: end }));
      for (const index of [1, 2, 3]) await saveCode(storage, { ...code, digest: digest(index), expiresAt: end });
      await saveToken(storage, token);
      await saveCode(storage, code);
      await pause(Math.max(0, end + 1000 - Date.now()));
      let seen = (await many((index) => storage.findToken(digest(index)))).filter((found) => found != null).length;
      // Whoever still gives one of the codes has the others as well.
      if ((await storage.takeCode(digest(1))) != null) seen += 2;
      const lasting = async () => [await storage.listKeys(companyId, 0, 10), await storage.listProducts(), await events()];
      const before = await lasting();
      const count = await storage.purge(end);
      const isFit = Number.isInteger(count) && count >= seen && count <= MANY + 3;
      expect(`whether ${count} are from ${seen} to ${MANY + 3}`, isFit, true);
      for (const found of await many((index) => storage.findToken(digest(index)))) expectAbsent("an expired token", found);
      for (const index of [1, 2, 3]) expectAbsent("an expired code", await storage.takeCode(digest(index)));
      expect("how many are deleted next", await storage.purge(end), 0);
      const last = Math.min(token.expiresAt, code.expiresAt);
      expect("how many are deleted before their end", await storage.purge(last - 1), 0);
      expect("keys, products and events", await lasting(), before);
      expect("a token", (await storage.findToken(token.digest))?.token, token);
      expect("a code", (await storage.takeCode(code.digest))?.code, code);
    },
  },
];

const digest = (index: number) => digestOf(`${index}`);

/** Calls {@link MANY} times, a few at once, since this is not a race, and returns what came. */
async function many<Of>(call: (index: number) => Promise<Of>): Promise<Of[]> {
  const came: Of[] = [];
  while (came.length < MANY) {
    const length = Math.min(8, MANY - came.length);
    came.push(...(await Promise.all(Array.from({ length }, (_, index) => call(came.length + index)))));
  }
  return came;
}

/** Fails unless the pages have all the records, in order of their ids, and each as many as it may. */
async function expectAll(
  what: string,
  page: (after: number) => Promise<{ id: number }[]>,
  records: { id: number }[],
): Promise<void> {
  const ids = records.map(({ id }) => id).sort((a, b) => a - b);
  let last = 0;
  for (let begin = 0; begin < ids.length; begin += 500) {
    const came = (await page(last)).map(({ id }) => id);
    expect(`${what} after ${last}: how many there are`, came.length, Math.min(500, ids.length - begin));
    expect(`${what} after ${last}`, came, ids.slice(begin, begin + 500));
    last = came.at(-1) ?? last;
  }
}
