import type { Event } from "../../core/wire.js";
import { accountOf, type BrokenStorage, betweenStatements, broken, userBy, userOf } from "./rows.js";

export const DELETE: BrokenStorage[] = [
  broken("STO-EMAIL", "gives a user an e-mail without raising the version", (rows) => ({
    async setUserEmail(companyId, userId, email, event) {
      const version = accountOf(rows.read(), companyId, userId)?.credentialVersion;
      const outcome = await rows.sound().setUserEmail(companyId, userId, email, event);
      rows.edit((contents) => Object.assign(accountOf(contents, companyId, userId) ?? {}, { credentialVersion: version }));
      return outcome;
    },
  })),
  broken("STO-EMAIL", "gives two users one e-mail", (rows) => ({
    async setUserEmail(companyId, userId, email, event) {
      const outcome = await rows.sound().setUserEmail(companyId, userId, email, event);
      if (outcome !== "exists") return outcome;
      rows.edit((contents) => Object.assign(accountOf(contents, companyId, userId) ?? {}, { email }));
      return "done";
    },
  })),
  broken("STO-EMAIL", "looks for an e-mail and then gives it", (rows) => ({
    async setUserEmail(companyId, userId, email, event) {
      const has = userOf(rows.read(), companyId, email);
      if (has !== undefined && has.id !== userId) return "exists";
      await betweenStatements;
      const outcome = await rows.sound().setUserEmail(companyId, userId, email, event);
      if (outcome === "exists") throw new Error("unique constraint");
      return outcome;
    },
  })),
  broken("STO-EMAIL", "gives nobody an e-mail that a user gave up", (rows) => {
    const taken = new Set<string>();
    return {
      async setUserEmail(companyId, userId, email, event) {
        if (taken.has(email) && userOf(rows.read(), companyId, email) === undefined) return "exists";
        taken.add(accountOf(rows.read(), companyId, userId)?.email ?? "");
        return rows.sound().setUserEmail(companyId, userId, email, event);
      },
    };
  }),
  broken("STO-DELETE", "keeps the e-mail of a user who is deleted taken", (rows) => {
    const taken = new Set<string>();
    return {
      async deleteUser(companyId, userId, event) {
        const { email = "" } = accountOf(rows.read(), companyId, userId) ?? {};
        taken.add(`${companyId} ${email}`);
        return rows.sound().deleteUser(companyId, userId, event);
      },
      createUser: async (user, event) =>
        taken.has(`${user.companyId} ${user.email}`) ? "exists" : rows.sound().createUser(user, event),
    };
  }),
  broken("STO-DELETE", "keeps the domain of a company that is deleted taken", (rows) => {
    const taken = new Set<string>();
    return {
      async deleteCompany(companyId, event) {
        for (const { id, domain } of rows.read().companies) if (id === companyId) taken.add(domain);
        return rows.sound().deleteCompany(companyId, event);
      },
      createCompany: async (company, event) =>
        taken.has(company.domain) ? "exists" : rows.sound().createCompany(company, event),
    };
  }),
  broken("STO-EMAIL", "gives e-mails by id alone", (rows) => ({
    async setUserEmail(companyId, userId, email, event) {
      const owner = userBy(rows.read(), { userId })?.companyId ?? companyId;
      return rows.sound().setUserEmail(owner, userId, email, event);
    },
  })),
  broken("STO-DELETE", "deletes users by id alone", (rows) => ({
    async deleteUser(companyId, userId, event) {
      const owner = userBy(rows.read(), { userId })?.companyId ?? companyId;
      return rows.sound().deleteUser(owner, userId, event);
    },
  })),
  broken("STO-DELETE", "deletes all of a company's tokens with a user", (rows) => ({
    async deleteUser(companyId, userId, event) {
      const isDone = await rows.sound().deleteUser(companyId, userId, event);
      if (isDone) rows.edit((contents) => (contents.tokens = contents.tokens.filter((token) => token.companyId !== companyId)));
      return isDone;
    },
  })),
  broken("STO-DELETE", "fails to delete a user for whom a token is stored meanwhile", (rows) => ({
    async deleteUser(companyId, userId, event) {
      const { tokens } = rows.read();
      await betweenStatements;
      if (rows.read().tokens.length > tokens.length) throw new Error("foreign key constraint");
      return rows.sound().deleteUser(companyId, userId, event);
    },
  })),
  broken("STO-DELETE", "keeps the users of a company that is deleted", (rows) => ({
    async deleteCompany(companyId, event) {
      const { users } = rows.read();
      const isDone = await rows.sound().deleteCompany(companyId, event);
      rows.edit((contents) => (contents.users = users));
      return isDone;
    },
  })),
  broken("STO-DELETE", "keeps the keys of a company that is deleted", (rows) => ({
    async deleteCompany(companyId, event) {
      const { keys } = rows.read();
      const isDone = await rows.sound().deleteCompany(companyId, event);
      rows.edit((contents) => (contents.keys = keys));
      return isDone;
    },
  })),
  broken("STO-DELETE", "looks for a company and then stores a key of it", (rows) => ({
    async saveKey(key, event) {
      if (rows.read().companies.every(({ id }) => id !== key.companyId)) throw new Error("there is no such company");
      await betweenStatements;
      if (rows.read().companies.some(({ id }) => id === key.companyId)) return rows.sound().saveKey(key, event);
      const id = 1000 + rows.read().keys.length;
      rows.edit(({ keys }) => keys.push({ ...key, id, status: "enabled" }));
      return id;
    },
  })),
  broken("STO-DELETE", "deletes every company's tokens", (rows) => ({
    async deleteCompany(companyId, event) {
      const isDone = await rows.sound().deleteCompany(companyId, event);
      if (rows.read().tokens.length > 0) rows.edit((contents) => (contents.tokens = []));
      return isDone;
    },
  })),
  broken("STO-DELETE", "fails to delete a company that gets a user meanwhile", (rows) => ({
    async deleteCompany(companyId, event) {
      const { users } = rows.read();
      await betweenStatements;
      if (rows.read().users.length > users.length) throw new Error("foreign key constraint");
      return rows.sound().deleteCompany(companyId, event);
    },
  })),
  broken("STO-DELETE", "deletes a company that is not there", (rows) => ({
    async deleteCompany(companyId, event) {
      await rows.sound().deleteCompany(companyId, event);
      return true;
    },
  })),
  broken("STO-ID", "gives a new user the id after the greatest that is there", (rows) => ({
    async createUser(user, event) {
      const id = 1 + Math.max(0, ...rows.read().users.map((one) => one.id));
      const created = await rows.sound().createUser(user, event);
      if (created === "exists" || created.id === id) return created;
      rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) ?? {}, { id }));
      return { ...created, id };
    },
  })),
  broken("STO-AUDIT", "forgets the event of a new e-mail", (rows) => ({
    async setUserEmail(companyId, userId, email, event) {
      const outcome = await rows.sound().setUserEmail(companyId, userId, email, event);
      if (outcome === "done") rows.edit(({ events }) => events.pop());
      return outcome;
    },
  })),
  broken("STO-AUDIT", "deletes the earlier events of a user with the user", (rows) => ({
    async deleteUser(companyId, userId, event) {
      const isDone = await rows.sound().deleteUser(companyId, userId, event);
      const isKept = (one: Event) => one.userId !== userId || one.kind === "user_deleted";
      rows.edit((contents) => (contents.events = contents.events.filter(isKept)));
      return isDone;
    },
  })),
];
