import type { User } from "../../core/wire.js";
import { betweenStatements, broken, type BrokenStorage, userOf } from "./rows.js";

export const DISABLE: BrokenStorage[] = [
  broken("STO-DISABLE", "disables a user without raising the version", (rows) => ({
    async setUserStatus(companyId, email, status) {
      const isThere = userOf(rows.read(), companyId, email) !== undefined;
      rows.edit((contents) => Object.assign(userOf(contents, companyId, email) ?? {}, { status }));
      return isThere;
    },
  })),
  broken("STO-DISABLE", "reads the version and then writes it raised", (rows) => ({
    async setUserStatus(companyId, email, status) {
      const user = userOf(rows.read(), companyId, email);
      if (user === undefined) return false;
      const credentialVersion = user.credentialVersion + (status === "disabled" ? 1 : 0);
      await betweenStatements;
      rows.edit((contents) => Object.assign(userOf(contents, companyId, email) as User, { status, credentialVersion }));
      return true;
    },
  })),
  broken("STO-DISABLE", "disables users by e-mail alone", (rows) => ({
    async setUserStatus(companyId, email, status) {
      const owner = rows.read().users.find((user) => user.email === email)?.companyId ?? companyId;
      return rows.sound().setUserStatus(owner, email, status);
    },
  })),
  broken("STO-DISABLE", "changes who manages a user without raising the version", (rows) => ({
    async setUserManager(companyId, email, managedBy) {
      const isThere = userOf(rows.read(), companyId, email) !== undefined;
      rows.edit((contents) => Object.assign(userOf(contents, companyId, email) ?? {}, { managedBy }));
      return isThere;
    },
  })),
  broken("STO-DISABLE", "reads the version and then changes who manages the user", (rows) => ({
    async setUserManager(companyId, email, managedBy) {
      const user = userOf(rows.read(), companyId, email);
      if (user === undefined) return false;
      const credentialVersion = user.credentialVersion + 1;
      await betweenStatements;
      const changed = { managedBy, credentialVersion };
      rows.edit((contents) => Object.assign(userOf(contents, companyId, email) as User, changed));
      return true;
    },
  })),
  broken("STO-DISABLE", "changes who manages users by e-mail alone", (rows) => ({
    async setUserManager(companyId, email, managedBy) {
      const owner = rows.read().users.find((user) => user.email === email)?.companyId ?? companyId;
      return rows.sound().setUserManager(owner, email, managedBy);
    },
  })),
];

export const LIST: BrokenStorage[] = [
  broken("STO-LIST", "lists companies by name", (rows) => ({
    listCompanies: async () => rows.read().companies.sort((a, b) => (a.name < b.name ? -1 : 1)),
  })),
  broken("STO-LIST", "lists the users of every company", (rows) => ({
    async listUsers(_, after, limit) {
      return rows.read().users.filter(({ id }) => id > after).slice(0, limit);
    },
  })),
  broken("STO-LIST", "lists users by e-mail", (rows) => ({
    async listUsers(companyId, after, limit) {
      const users = await rows.sound().listUsers(companyId, after, limit);
      return users.sort((a, b) => (a.email < b.email ? -1 : 1));
    },
  })),
  broken("STO-LIST", "begins a page with the user before it", (rows) => ({
    listUsers: (companyId, after, limit) => rows.sound().listUsers(companyId, after - 1, limit),
  })),
  broken("STO-LIST", "lists more users than were asked for", (rows) => ({
    listUsers: (companyId, after) => rows.sound().listUsers(companyId, after, Infinity),
  })),
];
