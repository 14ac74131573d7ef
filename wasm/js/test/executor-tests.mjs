// The promises that the one SQL storage relies on, as tests that run in any runtime.

import { statementsIn } from "../dist/sql/statement.js";
import { storageOver } from "../dist/sql/storage.js";
import { EVENTS, PRODUCTS } from "../dist/sql/table.js";
import * as change from "../dist/testing/change.js";
import { chat, digestOf, given, later, newKey, newUser, other, partner } from "../dist/testing/record.js";

const event = (at) => change.eventOf("hash_unreadable", { at });
const product = { name: "email", launchUrl: "https://mail.example/", secretDigest: "0".repeat(64) };

const statementsOver = ({ executor, dialect }) => {
  const { insert, statement, tables } = statementsIn(dialect);
  const changed = ({ sql, values }) => executor.change(sql, values);
  const times = async () => {
    const { sql, values } = statement(`SELECT at FROM ${tables.events} WHERE at > ? ORDER BY at`, [0]);
    return (await executor.query(sql, values)).map(({ at }) => Number(at));
  };
  return { executor, insert, statement, tables, changed, times };
};

const outcomeOf = (call) =>
  call.then(
    () => "resolved",
    () => "rejected",
  );

function expect(actual, expected) {
  const [came, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (came !== wanted) throw new Error(`expected ${wanted}, came ${came}`);
}

/** The tests, each of which is run over an `executor` of empty tables, and its `dialect`. */
export const executorTests = [
  {
    name: "a change counts the rows that it finds, also those whose values stay equal",
    async run(opened) {
      const { insert, statement, tables, changed } = statementsOver(opened);
      expect(await changed(insert(PRODUCTS, product)), 1);
      const setUrl = (name) =>
        changed(statement(`UPDATE ${tables.products} SET launch_url = ? WHERE name = ?`, [product.launchUrl, name]));
      expect(await setUrl("email"), 1);
      expect(await setUrl("remote"), 0);
    },
  },
  {
    name: "a transaction runs all of its statements, and counts what each changed",
    async run(opened) {
      const { executor, insert, statement, tables, times } = statementsOver(opened);
      expect(await executor.transaction([1, 2, 3].map((at) => insert(EVENTS, event(at)))), [1, 1, 1]);
      const changed = await executor.transaction([
        statement(`DELETE FROM ${tables.events} WHERE at > ?`, [1]),
        insert(PRODUCTS, product),
        statement(`DELETE FROM ${tables.codes} WHERE expires_at <= ?`, [1]),
      ]);
      expect(changed, [2, 1, 0]);
      expect(await times(), [1]);
    },
  },
  {
    name: "a transaction that fails leaves nothing, and the next one is sound",
    async run(opened) {
      const { executor, insert, times } = statementsOver(opened);
      const broken = [insert(EVENTS, event(1)), insert(PRODUCTS, product), insert(PRODUCTS, product)];
      expect(await outcomeOf(executor.transaction(broken)), "rejected");
      expect(await times(), []);
      expect(await executor.transaction([insert(EVENTS, event(2)), insert(PRODUCTS, product)]), [1, 1]);
      expect(await times(), [2]);
    },
  },
  {
    name: "a change whose event cannot be stored is not made",
    async run({ executor, dialect }) {
      const storage = storageOver(executor, dialect);
      const { id } = await change.createCompany(storage, partner);
      const { user, keyId, token, code } = await given(storage, id);
      await change.saveProduct(storage, chat);
      const { tables } = statementsIn(dialect);
      await executor.query(`DROP TABLE ${tables.events}`, []);
      const state = async () => ({
        companies: await storage.listCompanies(0, 10),
        keys: await storage.listKeys(id, 0, 10),
        users: await storage.listUsers(id, 0, 10),
        products: await storage.listProducts(),
        token: await storage.findToken(token.digest),
        code: await storage.takeCode(code.digest),
      });
      const before = await state();
      expect([before.users, before.token, before.code], [[user], undefined, undefined]);
      const changes = [
        () => change.saveToken(storage, token),
        () => change.saveCode(storage, code),
        () => change.createCompany(storage, other),
        () => change.setCompanyStatus(storage, id, "disabled"),
        () => change.saveKey(storage, newKey(id, "b")),
        () => change.rotateKey(storage, keyId, newKey(id, "c")),
        () => change.setKeyStatus(storage, id, keyId, "disabled"),
        () => storage.createUser(newUser(id, "bob@partner.example"), change.eventOf("user_added", { companyId: id })),
        () => change.setUserStatus(storage, id, user.id, "disabled"),
        () => change.setUserManager(storage, id, user.id, "local"),
        () => storage.setCompany(id, { name: "x" }, change.eventOf("company_set", { companyId: id })),
        () => storage.setUser(id, user.id, { displayName: "x" }, change.eventOf("user_set", { companyId: id, userId: user.id })),
        () =>
          storage.disablePassword(
            { companyId: id, userId: user.id, expectedHash: user.passwordHash, passwordHash: "!" },
            change.eventOf("password_disabled", { reason: "other", companyId: id, userId: user.id }),
          ),
        () => change.endKey(storage, id, keyId),
        () => change.signOut(storage, id, user.id),
        () => change.signOut(storage, id, null),
        () => change.saveProduct(storage, { ...chat, launchUrl: "https://new.example/" }),
        () => change.saveProduct(storage, { ...chat, name: "email" }),
        () => change.rotateProduct(storage, chat.name, "8"),
      ];
      for (const make of changes) expect(await outcomeOf(make()), "rejected");
      expect(await state(), before);
    },
  },
  {
    name: "a call of a request asks the executor once, and a code twice where nothing is returned",
    async run({ executor, dialect }) {
      const asked = [];
      const counted =
        (method) =>
        (...call) => {
          asked.push(method);
          return executor[method](...call);
        };
      const storage = storageOver(
        Object.fromEntries(["query", "change", "transaction"].map((name) => [name, counted(name)])),
        dialect,
      );
      const { id } = await change.createCompany(storage, partner);
      const { user, token, code, swap } = await given(storage, id);
      const calls = [
        () => storage.findKey(digestOf("a")),
        () => storage.findUser(id, user.email),
        () => storage.findCompany(partner.domain),
        () => storage.findProduct(chat.name),
        () => storage.createUser(newUser(id, "bob@partner.example"), null),
        () => storage.rehashPassword(swap),
        () => storage.replacePassword(swap),
        () => change.saveToken(storage, token),
        () => change.saveCode(storage, code),
        () => storage.findToken(token.digest),
        () => storage.revokeToken(token.digest),
        () => storage.audit(event(1)),
      ];
      for (const call of calls) {
        asked.length = 0;
        await call();
        expect(asked.length, 1);
        // One statement needs no transaction, which would be three or more round trips.
        if (dialect.together) expect(asked.includes("transaction"), false);
      }
      asked.length = 0;
      await storage.takeCode(code.digest);
      expect(asked.length, dialect.hasReturning ? 1 : 2);
    },
  },
  {
    name: "a probe writes a row, one for room many that it deletes, and what it cannot delete does not grow",
    async run({ executor, dialect }) {
      const probe = dialect.table("probe");
      const names = async () => (await executor.query(`SELECT name FROM ${probe} ORDER BY name`, [])).map(({ name }) => name);
      const rows = [];
      let isStuck = false;
      const change = async (sql, values) => {
        if (isStuck && sql.startsWith("DELETE")) throw new Error("full");
        const changed = await executor.change(sql, values);
        rows.push(changed);
        return changed;
      };
      const storage = storageOver({ ...executor, change }, dialect);
      await storage.probe();
      expect([await names(), rows.length], [["sign-on"], 1]);
      rows.length = 0;
      await storage.probe(true);
      expect([await names(), rows.filter((count) => count >= 100).length, rows.at(-1) >= 1000], [["sign-on"], 11, true]);
      await executor.change(`INSERT INTO ${probe} (name, at) VALUES ('room 1', 0)`, []);
      isStuck = true;
      for (let time = 0; time < 2; time += 1) expect(await outcomeOf(storage.probe(true)), "rejected");
      expect(await names(), ["room 1", "sign-on"]);
      isStuck = false;
      await storage.probe(true);
      expect(await names(), ["sign-on"]);
    },
  },
  {
    name: "a key's last use, which several servers write, never goes back, and each writes it once a minute",
    async run({ executor, dialect }) {
      const [one, second] = [storageOver(executor, dialect), storageOver(executor, dialect)];
      const { id } = await change.createCompany(one, partner);
      const { keyId, token } = await given(one, id);
      const lastUse = async () => (await one.listKeys(id, 0, 10)).find((key) => key.id === keyId).lastUsedAt;
      let saved = 0;
      const use = (storage, at) => {
        const digest = (saved++).toString(16).padStart(64, "0");
        const used = change.eventOf("signed_on", { at, companyId: id, keyId, userId: token.userId });
        return storage.saveToken({ ...token, keyId, digest }, used);
      };
      await use(one, later(600));
      const latest = await lastUse();
      await use(second, latest - 500_000);
      expect(await lastUse(), latest);
      await use(one, latest + 59_000);
      expect(await lastUse(), latest);
      await use(one, latest + 61_000);
      expect(await lastUse(), latest + 61_000);
    },
  },
];
