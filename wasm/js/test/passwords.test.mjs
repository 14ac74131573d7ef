import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler, Overloaded } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { keyOf, signOn } from "./partner.mjs";

/** Signs one user on for each of `attempts` over these passwords; gives the answers, the calls, and what was told. */
async function check(passwords, ...attempts) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const told = [];
  const handler = await createHandler({ storage, passwords, onError: (...error) => told.push(error) });
  const answers = [];
  for (const attempt of attempts) {
    const response = await handler(signOn(key, attempt));
    const { error } = await response.json();
    answers.push([response.status, error?.code, response.headers.get("retry-after")]);
  }
  return { answers, told, users: storage.dump().users };
}

const OK = [200, undefined, null];
const plain = {
  verify: async (password, hash) => (hash === `$own$${encodeURIComponent(password)}` ? "match" : "no_match"),
  hash: async (password) => `$own$${encodeURIComponent(password)}`,
};

test("a host's own passwords hash and verify, and are given what was sent", async () => {
  const calls = [];
  const watched = Object.fromEntries(
    Object.entries(plain).map(([name, method]) => [
      name,
      (...given) => {
        calls.push([name, ...given]);
        return method(...given);
      },
    ]),
  );
  const { answers, users } = await check(watched, "ä\0 +", "two");
  assert.deepEqual(answers, [OK, OK]);
  assert.equal(users[0].passwordHash, "$own$two");
  assert.deepEqual(
    calls.map(([name, password]) => [name, password]),
    [
      ["hash", "ä\0 +"],
      ["verify", "two"],
      ["hash", "two"],
    ],
  );
  assert.match(calls[0][2], /^[0-9a-f]{32}$/);
  assert.equal(calls[1][2], "$own$%C3%A4%00%20%2B");
});

test("a hash that a host cannot read is replaced like a password that does not match", async () => {
  const { answers, users } = await check({ ...plain, verify: async () => "unreadable" }, "one", "two");
  assert.deepEqual([answers, users[0].passwordHash], [[OK, OK], "$own$two"]);
});

test("passwords that are overloaded are answered with 503 and the time that they say", async () => {
  const overloaded = async () => {
    throw new Overloaded(7);
  };
  const { answers, told, users } = await check({ ...plain, hash: overloaded }, "one");
  assert.deepEqual([answers, told, users], [[[503, 5031, "7"]], [], []]);
});

test("passwords that fail are answered with 503, nonsense with 500, and nothing is written", async () => {
  const fault = new Error("no such library");
  const failing = async () => {
    throw fault;
  };
  const failed = await check({ ...plain, hash: failing }, "one");
  assert.deepEqual([failed.answers, failed.told, failed.users], [[[503, 5030, null]], [[fault, "hash_password"]], []]);
  const nonsense = await check({ ...plain, hash: async () => undefined }, "one");
  assert.deepEqual([nonsense.answers, nonsense.users], [[[500, 5000, null]], []]);
  for (const hash of ["", "one", `$${"x".repeat(255)}`, `$${"x".repeat(5_000_000)}`, "$own$one two", "$own$\n", 5]) {
    const { answers, users, told } = await check({ ...plain, hash: async () => hash }, "one");
    assert.deepEqual([answers, users], [[[500, 5000, null]], []]);
    assert.deepEqual(
      told.map(([{ name, message }, call]) => [name, message, call]),
      [["HostFaultError", "the reply to `hash_password` does not fit: `passwordHash` must be a PHC string", "hash_password"]],
    );
  }
  const longest = await check({ ...plain, hash: async () => `$${"x".repeat(254)}` }, "one");
  assert.deepEqual([longest.answers, longest.users[0].passwordHash.length], [[OK], 255]);
  const undecided = await check({ ...plain, verify: async () => true }, "one", "two");
  assert.deepEqual([undecided.answers, undecided.users[0].passwordHash], [[OK, [500, 5000, null]], "$own$one"]);
});

test("a matching password signs on though its hash cannot be renewed", async () => {
  const fault = new Error("no such library");
  let count = 0;
  const hash = async () => {
    count += 1;
    if (count > 1) throw fault;
    return `$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$${"A".repeat(43)}`;
  };
  const { answers, told } = await check({ verify: async () => "match", hash }, "one", "one");
  assert.deepEqual([answers, told, count], [[OK, OK], [[fault, "hash_password"]], 2]);
});
