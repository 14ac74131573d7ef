// Never run: it compiles, or the package's types have changed for those who use them.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Hono } from "hono";
import {
  type Call,
  type Company,
  createHandler,
  type ErrorCode,
  type ErrorName,
  type Errors,
  type Handler,
  type HashCounts,
  HostFaultError,
  loadCore,
  type NewUser,
  type Operation,
  type OperationName,
  type OperatorStorage,
  Overloaded,
  type Passwords,
  type Reply,
  SettingsError,
  type SignedOnUser,
  type SignOnAnswer,
  type Storage,
  type StorageFor,
  type TokenWithHolder,
  type User,
  type Verdict,
} from "ssokey";
import { type Kernel, load } from "ssokey/argon2id";
import * as manual from "ssokey/manual";
import { mariadbStorage } from "ssokey/mariadb";
import { type Contents, memoryStorage } from "ssokey/memory";
import { MissingArgon2Error, nativePasswords } from "ssokey/native";
import { createListener, type Listener } from "ssokey/node";
import { nodeCryptoPasswords } from "ssokey/node-crypto";
import * as operator from "ssokey/operator";
import * as manualOperator from "ssokey/operator/manual";
import { type PasswordPool, passwordPool } from "ssokey/pool";
import { postgresStorage } from "ssokey/postgres";
import { answerBy, decide, type RawRequest, type RawResponse } from "ssokey/raw";
import { migrateSqlite, sqliteStorage } from "ssokey/sqlite";

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
      products: ["email", "calendar"],
      tokenLifetime: 8 * 60 * 60 * 1000,
      codeLifetime: 30_000,
      source: (request) => request.headers.get("x-real-ip") ?? undefined,
      now: () => Date.now(),
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      onError: (error, call) => console.error(call ?? "core", error),
    }),
  );
  same<Contents>(memory.dump());
  same<void>(sqlite.close());
}

async function aStorageHasWhatTheOperationsNeed(storage: StorageFor<"sign_on" | "session">, token: StorageFor<"session">) {
  same<Handler>(await createHandler({ storage, operations: ["sign_on", "session"] }));
  same<Listener>(await createListener({ storage: token, operations: ["session"], basePath: "/sso" }));
  same<Storage>(null as unknown as StorageFor<OperationName>);
  const { findKey, findUser, createUser, replacePassword, rehashPassword, saveToken } = smallest;
  const six = { findKey, findUser, createUser, replacePassword, rehashPassword, saveToken };
  same<Handler>(await createHandler({ storage: six, operations: ["sign_on"] }));
  // @ts-expect-error: no code can be saved in it
  await createHandler({ storage: six, operations: ["sign_on", "launch"] });
  // @ts-expect-error: all operations are served by default
  await createHandler({ storage: token });
  // @ts-expect-error: there is no such operation
  await createHandler({ storage: smallest, operations: ["signOn"] });
  // @ts-expect-error: there is no such option
  await createHandler({ storage: smallest, tokenLifeTime: 60_000 });
}

async function aRouteIsGuarded(
  handler: Handler,
  listener: Listener,
  request: Request,
  incoming: IncomingMessage,
  sent: ServerResponse,
) {
  const { holder, response } = await handler.requireSession(request, { product: "email" });
  if (response) return response;
  same<SignedOnUser>(holder);
  same<SignedOnUser | undefined>(await listener.requireSession(incoming, sent, { product: null, token: "x" }));
  // @ts-expect-error: tokens of any product are accepted only where that is said
  await handler.requireSession(request, {});
  return Response.json({ email: holder.email });
}

function theHandlerFitsWhatServesIt(handler: Handler) {
  same<(request: Request, connection: object) => Response | Promise<Response>>(handler);
  same<(request: Request, context: { params: Promise<object> }) => Promise<Response>>(handler);
  const app = new Hono();
  app.use((c, next) => handler(c.req.raw, next));
  app.all("/api/*", (c) => handler(c.req.raw));
  same<(request: Request) => Promise<Response | null>>((request) => handler(request, () => null));
}

function everyAnswerHasItsType(answer: SignOnAnswer, code: ErrorCode) {
  if (answer.stat === "ok") same<string>(answer.return.token);
  else if (answer.error.code === 4010) same<"invalid_ssokey">(answer.error.name);
  // @ts-expect-error: a token is not accepted elsewhere
  if (answer.stat === "fail") same<boolean>(answer.error.code === 4012);
  same<ErrorName>(null as unknown as Errors[typeof code]["name"]);
}

async function anOperatorRunsOneCommandAtATime(companyEmail: string, userEmail: string) {
  const storage = memoryStorage();
  const company = { name: "Partner Ltd", domain: "partner.example", email: companyEmail };
  same<operator.ListedCompany>(await operator.addCompany(storage, company, { products: ["email"] }));
  for await (const company of operator.listCompanies(storage)) same<operator.ListedCompany>(company);
  same<void>(await operator.setCompanyStatus(storage, { companyEmail, status: "disabled" }));
  same<operator.IssuedKey>(await operator.issueKey(storage, { companyEmail, expiresAt: null }));
  same<operator.IssuedKey>(await operator.rotateKey(storage, { companyEmail, keyId: 1, keep: true }));
  for await (const key of operator.listKeys(storage, { companyEmail, limit: 10 })) same<operator.ListedKey>(key);
  same<void>(await operator.setKeyStatus(storage, { companyEmail, keyId: 1, status: "revoked" }));
  same<operator.ListedUser>(await operator.addUser(storage, { companyEmail, userEmail, password: "any" }));
  for await (const user of operator.listUsers(storage, { companyEmail })) same<operator.ListedUser>(user);
  same<void>(await operator.setUserStatus(storage, { companyEmail, userEmail, status: "disabled" }));
  same<void>(await operator.setUser(storage, { companyEmail, userEmail, permissions: ["read"], isCreator: false }));
  // @ts-expect-error: the e-mail of a user is not set
  await operator.setUser(storage, { companyEmail, userEmail, email: "bob@partner.example" });
  same<void>(await operator.setCompany(storage, { companyEmail, domainMxVerified: true }));
  same<void>(await operator.setCompany(storage, { companyEmail, emailDomains: ["partner.example"] }));
  same<HashCounts>(await operator.countHashes(storage, { companyEmail }));
  same<number>(await operator.disableHashes(storage, { companyEmail, kind: "other" }));
  same<number>(await operator.endKey(storage, { companyEmail, keyId: 1 }));
  same<void>(await operator.signOutCompany(storage, { companyEmail }));
  same<operator.ShownUser>(await operator.showUser(storage, { companyEmail, userEmail }));
  same<void>(await operator.setUserEmail(storage, { companyEmail, userEmail, newEmail: "lee@partner.example" }));
  same<void>(await operator.deleteUser(storage, { companyEmail, userEmail }));
  same<void>(await operator.deleteCompany(storage, { companyEmail }));
  same<void>(await operator.signOutUser(storage, { companyEmail, userEmail }));
  same<void>(await operator.setUserManager(storage, { companyEmail, userEmail, managedBy: "local" }));
  same<operator.SetProduct>(await operator.setProduct(storage, { name: "email", launchUrl: "https://mail.example/" }));
  same<operator.RotatedProduct>(await operator.rotateProduct(storage, { name: "email", overlap: 1 }));
  same<operator.ListedProduct[]>(await operator.listProducts(storage));
  for await (const event of operator.listEvents(storage, { keyId: 1 })) same<operator.ListedEvent>(event);
  same<number>(await operator.purgeEvents(storage, { before: 1 }));
  same<number>(await operator.purge(storage));
  // @ts-expect-error: a status is one of three
  await operator.setKeyStatus(storage, { companyEmail, keyId: 1, status: "gone" });
  // @ts-expect-error: there is no such member
  await operator.issueKey(storage, { companyEmail, days: 3 });
}

async function errorsTellWhatIsWrong(error: unknown) {
  if (error instanceof operator.OperatorError) same<[number, string]>([error.code, error.errorName]);
  if (error instanceof HostFaultError) same<string[]>([error.call, error.member, error.expected]);
  if (error instanceof SettingsError) same<string>(error.message);
}

async function theWasmMayBeTheCallers(bytes: Uint8Array, response: Response) {
  manual.useWasm(bytes);
  manual.useArgon2id(bytes);
  manual.useWasm(Promise.resolve(response));
  manual.useWasm(() => fetch("/ssokey.wasm"));
  // @ts-expect-error: where it is has to be fetched by the caller
  manual.useWasm("/ssokey.wasm");
  same<Handler>(await manual.createHandler({ storage: smallest }));
  manualOperator.useOperatorWasm(bytes);
  same<number>(await manualOperator.purge(operators));
}

async function aRawRequestIsDecidedInTheOpen(request: RawRequest, entropy: Uint8Array) {
  const core = await loadCore();
  const configured = core.configure({ legacyStatus: true });
  const moment = { now: Date.now(), entropy };
  same<RawResponse>(
    await decide(
      configured,
      request,
      moment,
      answerBy(smallest, core, () => {}),
    ),
  );
  same<RawResponse>(configured.failure("overloaded"));
  same<boolean>(configured.isServed(request.path));
  same<readonly Operation[]>(configured.operations);
}

async function passwordsAreHashedWhereTheHostSays() {
  const pool = passwordPool({ threads: 2, queue: 8 });
  same<PasswordPool>(pool);
  same<Handler>(await createHandler({ storage: smallest, passwords: pool }));
  same<Handler>(await createHandler({ storage: smallest, passwords: nodeCryptoPasswords({ threads: 8, wait: 500 }) }));
  same<Verdict>(await pool.verify("any", "$argon2id$…"));
  same<string>(await (await loadCore()).passwords.hash("any", "00112233445566778899aabbccddeeff"));
  same<void>(await pool.close());
  same<PasswordPool>(nativePasswords({ threads: 2, queue: 8, wait: 500 }));
  same<string>(new MissingArgon2Error().message);
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

async function argon2idIsForEveryone(password: Uint8Array, salt: Uint8Array) {
  same<Kernel>(await load());
  const { raw, hash, verify } = await load();
  same<string>(hash("any", salt));
  same<Verdict>(verify("any", "$argon2id$…"));
  same<Uint8Array>(raw(password, salt, { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }));
  // @ts-expect-error: a password is bytes here
  raw("password", salt, { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 });
}

async function aStorageNeedsNeitherLimitsNorAudit() {
  const { admit, audit, ...needed } = smallest;
  same<Handler>(await createHandler({ storage: needed }));
}

async function theOperatorsPartIsNotTheHandlers() {
  // @ts-expect-error: no key can be found in it
  await createHandler({ storage: operators });
  // @ts-expect-error: no key can be saved in it
  await operator.issueKey(smallest, { companyEmail: "it@partner.example" });
  // @ts-expect-error: operators have an entry of their own
  same<typeof operator.addCompany>(manual.addCompany);
}

function everyWriteTellsItsOutcome(storage: Storage, user: NewUser) {
  same<Promise<User | "exists">>(storage.createUser(user, null));
  // @ts-expect-error: it may exist already
  same<Promise<User>>(storage.createUser(user, null));
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
  same<TokenWithHolder | null | undefined>(found);
  // @ts-expect-error: after a direct sign-in there is none
  same<number | undefined>(found?.token.keyId);
}

function absentIsUndefinedOrNull(storage: Storage) {
  return {
    ...storage,
    // @ts-expect-error: `undefined` or `null`, not `false`
    findUser: async () => false,
  } satisfies Storage;
}

function recordsAreComplete() {
  // @ts-expect-error: the other members are missing
  const company: Company = { id: 1, name: "Partner Ltd" };
  return company;
}

async function anOptionMayBeUndefined(text: string | undefined, number: number | undefined, flag: boolean | undefined) {
  const sqlite = { url: "file:x.db", authToken: text, busyTimeout: number };
  same<string[]>(await migrateSqlite(sqlite, { dryRun: flag }));
  await sqliteStorage(sqlite);
  const pool = { connections: number, connectTimeout: number, statementTimeout: number };
  await postgresStorage({ url: "postgres://x", ...pool });
  await mariadbStorage({ url: "mariadb://x", ...pool });
}
