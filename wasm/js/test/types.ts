// Never run: it compiles, or the package's types have changed for those who use them.

import {
  addUser,
  type Call,
  type Company,
  createHandler,
  type Handler,
  issueKey,
  type IssuedKey,
  listKeys,
  type ListedKey,
  type ListedUser,
  listCompanies,
  listUsers,
  loadCore,
  type NewUser,
  type OperatorStorage,
  Overloaded,
  type Passwords,
  type Reply,
  rotateKey,
  setKeyStatus,
  setProduct,
  type SetProduct,
  setUserManager,
  setUserStatus,
  type Storage,
  type TokenWithHolder,
  type User,
  type Verdict,
} from "ssokey";
import * as manual from "ssokey/manual";
import { type Contents, memoryStorage } from "ssokey/memory";
import { nodeCryptoPasswords } from "ssokey/node-crypto";
import { type PasswordPool, passwordPool } from "ssokey/pool";
import { answerBy, decide, type RawRequest, type RawResponse } from "ssokey/raw";
import { sqliteStorage } from "ssokey/sqlite";

declare function same<Expected>(value: Expected): void;

declare const smallest: Storage;
declare const operators: OperatorStorage;

async function everyPartFits() {
  const memory = memoryStorage({ companies: [] });
  const sqlite = await sqliteStorage({ url: "file:x.db" });
  same<Handler>(await createHandler({ storage: memory }));
  same<Handler>(
    await createHandler({
      storage: sqlite,
      legacyStatus: true,
      company: "partner.example",
      source: (request) => request.headers.get("x-real-ip") ?? undefined,
      now: () => Date.now(),
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      onError: (error, call) => console.error(call ?? "core", error),
    }),
  );
  same<Company[]>(await listCompanies(sqlite));
  same<IssuedKey>(await issueKey(sqlite, "it@partner.example", null));
  same<ListedKey[]>(await listKeys(memory, "it@partner.example"));
  same<void>(await setKeyStatus(memory, "it@partner.example", 1, "revoked"));
  same<IssuedKey>(await rotateKey(memory, "it@partner.example", 1, { keep: true }));
  same<ListedUser>(await addUser(sqlite, "it@partner.example", { email: "ann@partner.example", password: "any" }));
  for await (const user of listUsers(memory, "it@partner.example")) same<ListedUser>(user);
  same<void>(await setUserStatus(memory, "it@partner.example", "ann@partner.example", "disabled"));
  same<void>(await setUserManager(memory, "it@partner.example", "ann@partner.example", "local"));
  same<SetProduct>(await setProduct(sqlite, { name: "email", launchUrl: "https://mail.example/" }));
  same<number>(await memory.purge(Date.now()));
  same<Contents>(memory.dump());
  same<void>(sqlite.close());
}

async function theWasmMayBeTheCallers(bytes: Uint8Array, response: Response) {
  manual.useWasm(bytes);
  manual.useWasm(Promise.resolve(response));
  manual.useWasm(() => fetch("/ssokey.wasm"));
  // @ts-expect-error: where it is has to be fetched by the caller
  manual.useWasm("/ssokey.wasm");
  same<Handler>(await manual.createHandler({ storage: smallest }));
}

async function aRawRequestIsDecidedInTheOpen(request: RawRequest, entropy: Uint8Array) {
  const core = await loadCore();
  const moment = { now: Date.now(), entropy, legacyStatus: false, company: undefined };
  same<RawResponse>(await decide(core, request, moment, answerBy(smallest, core, () => {})));
}

async function passwordsAreHashedWhereTheHostSays() {
  const pool = passwordPool({ threads: 2, queue: 8 });
  same<PasswordPool>(pool);
  same<Handler>(await createHandler({ storage: smallest, passwords: pool }));
  same<Handler>(await createHandler({ storage: smallest, passwords: nodeCryptoPasswords({ limit: 8 }) }));
  same<Verdict>(await pool.verify("any", "$argon2id$…"));
  same<string>(await (await loadCore()).passwords.hash("any", "00112233445566778899aabbccddeeff"));
  same<void>(await pool.close());
  const own: Passwords = {
    verify: async (password, passwordHash) => (password === passwordHash ? "match" : "no_match"),
    hash: async () => {
      throw new Overloaded(2);
    },
  };
  same<Handler>(await manual.createHandler({ storage: smallest, passwords: own }));
  // @ts-expect-error: a hash may be unreadable as well, which no boolean tells
  same<Passwords>({ ...own, verify: async () => true });
}

async function aStorageNeedsNeitherLimitsNorAudit() {
  const { admit, audit, ...needed } = smallest;
  same<Handler>(await createHandler({ storage: needed }));
}

async function theOperatorsPartIsNotTheHandlers() {
  // @ts-expect-error: no user can be found in it
  await createHandler({ storage: operators });
  // @ts-expect-error: no user can be created in it
  await addUser(operators, "it@partner.example", { email: "ann@partner.example", password: "any" });
  // @ts-expect-error: no key can be saved in it
  await issueKey(smallest, "it@partner.example");
}

function everyWriteTellsItsOutcome(storage: Storage, user: NewUser) {
  same<Promise<User | "exists">>(storage.createUser(user));
  // @ts-expect-error: it may exist already
  same<Promise<User>>(storage.createUser(user));
}

function callsAndRepliesBelongTogether(call: Call) {
  if (call.call === "find_key") same<string>(call.digest);
  same<Reply<"find_user">>({ reply: "none" });
  same<Reply<"find_user">>({ reply: "failed" });
  // @ts-expect-error: this is what `create_user` may reply
  same<Reply<"find_user">>({ reply: "exists" });
  // @ts-expect-error: there is no such call
  same<Call>({ call: "drop_table" });
}

async function aTokenMayHaveNoKey(storage: Storage) {
  const found = await storage.findToken("digest");
  same<TokenWithHolder | undefined>(found);
  // @ts-expect-error: after a direct sign-in there is none
  same<number | undefined>(found?.token.keyId);
  // @ts-expect-error: a status is one of three
  await setKeyStatus(memoryStorage(), "it@partner.example", 1, "gone");
}

function absentIsUndefined(storage: Storage) {
  return {
    ...storage,
    // @ts-expect-error: `undefined`, not `false`
    findUser: async () => false,
  } satisfies Storage;
}

function recordsAreComplete() {
  // @ts-expect-error: the other members are missing
  const company: Company = { id: 1, name: "Partner Ltd" };
  return company;
}
