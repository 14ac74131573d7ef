import type { Event, User } from "../../core/wire.js";
import type { Contents } from "../../storage/memory/records.js";
import { accountOf, type BrokenStorage, betweenStatements, broken, userBy } from "./rows.js";

export const DISABLE: BrokenStorage[] = [
  broken("STO-DISABLE", "disables a user without raising the version", (rows) => ({
    async setUserStatus(companyId, userId, status, event) {
      if (accountOf(rows.read(), companyId, userId) === undefined) return false;
      rows.edit((contents) => change(contents, companyId, userId, { status }, event));
      return true;
    },
  })),
  broken("STO-DISABLE", "reads the version and then writes it raised", (rows) => ({
    async setUserStatus(companyId, userId, status, event) {
      const user = accountOf(rows.read(), companyId, userId);
      if (user === undefined) return false;
      const credentialVersion = user.credentialVersion + (status === "disabled" ? 1 : 0);
      await betweenStatements;
      rows.edit((contents) => change(contents, companyId, userId, { status, credentialVersion }, event));
      return true;
    },
  })),
  broken("STO-DISABLE", "disables users by id alone", (rows) => ({
    async setUserStatus(companyId, userId, status, event) {
      const owner = userBy(rows.read(), { userId })?.companyId ?? companyId;
      return rows.sound().setUserStatus(owner, userId, status, event);
    },
  })),
  broken("STO-DISABLE", "changes who manages a user without raising the version", (rows) => ({
    async setUserManager(companyId, userId, managedBy, event) {
      if (accountOf(rows.read(), companyId, userId) === undefined) return false;
      rows.edit((contents) => change(contents, companyId, userId, { managedBy }, event));
      return true;
    },
  })),
  broken("STO-DISABLE", "reads the version and then changes who manages the user", (rows) => ({
    async setUserManager(companyId, userId, managedBy, event) {
      const user = accountOf(rows.read(), companyId, userId);
      if (user === undefined) return false;
      const credentialVersion = user.credentialVersion + 1;
      await betweenStatements;
      const changed = { managedBy, credentialVersion };
      rows.edit((contents) => change(contents, companyId, userId, changed, event));
      return true;
    },
  })),
  broken("STO-DISABLE", "changes who manages users by id alone", (rows) => ({
    async setUserManager(companyId, userId, managedBy, event) {
      const owner = userBy(rows.read(), { userId })?.companyId ?? companyId;
      return rows.sound().setUserManager(owner, userId, managedBy, event);
    },
  })),
];

function change(contents: Contents, companyId: number, userId: number, changed: Partial<User>, event: Event): void {
  Object.assign(accountOf(contents, companyId, userId) ?? {}, changed);
  contents.events.push(event);
}
