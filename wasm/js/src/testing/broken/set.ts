import { accountOf, type BrokenStorage, betweenStatements, broken, userBy } from "./rows.js";

export const SET: BrokenStorage[] = [
  broken("STO-SET", "sets a member that is null as well", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const all = { ...members, permissions: members.permissions ?? [] };
      return rows.sound().setUser(companyId, userId, all, event);
    },
  })),
  broken("STO-SET", "takes a flag that is false for one that is absent", (rows) => ({
    async setUser(companyId, userId, members, event) {
      return rows.sound().setUser(companyId, userId, { ...members, isCreator: members.isCreator || null }, event);
    },
  })),
  broken("STO-SET", "cuts names at 200 characters", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const loginId = members.loginId?.slice(0, 200) ?? null;
      return rows.sound().setUser(companyId, userId, { ...members, loginId }, event);
    },
  })),
  broken("STO-SET", "composes the letters of names", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const loginId = members.loginId?.normalize("NFC") ?? null;
      return rows.sound().setUser(companyId, userId, { ...members, loginId }, event);
    },
  })),
  broken("STO-SET", "answers true where nothing is to be set of nobody", (rows) => ({
    async setUser(companyId, userId, members, event) {
      if (Object.values(members).every((member) => member === null)) return true;
      return rows.sound().setUser(companyId, userId, members, event);
    },
  })),
  broken("STO-SET", "trims the account types of companies", (rows) => ({
    async setCompany(companyId, members, event) {
      const accountType = members.accountType?.trim() ?? null;
      return rows.sound().setCompany(companyId, { ...members, accountType }, event);
    },
  })),
  broken("STO-SET", "keeps each permission once", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const permissions = members.permissions && [...new Set(members.permissions)];
      return rows.sound().setUser(companyId, userId, { ...members, permissions }, event);
    },
  })),
  broken("STO-SET", "sets users by id alone", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const owner = userBy(rows.read(), { userId })?.companyId ?? companyId;
      return rows.sound().setUser(owner, userId, members, event);
    },
  })),
  broken("STO-SET", "raises the version with what is set", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const isSet = await rows.sound().setUser(companyId, userId, members, event);
      rows.edit((contents) => {
        const user = accountOf(contents, companyId, userId);
        if (user !== undefined) user.credentialVersion += 1;
      });
      return isSet;
    },
  })),
  broken("STO-SET", "answers true for a company that is not there", (rows) => ({
    async setCompany(companyId, members, event) {
      await rows.sound().setCompany(companyId, members, event);
      return true;
    },
  })),
  broken("STO-SET", "takes e-mail domains that are empty for absent ones", (rows) => ({
    async setCompany(companyId, members, event) {
      const emailDomains = members.emailDomains?.length ? members.emailDomains : null;
      return rows.sound().setCompany(companyId, { ...members, emailDomains }, event);
    },
  })),
  broken("STO-SET", "keeps 64 e-mail domains", (rows) => ({
    async setCompany(companyId, members, event) {
      const emailDomains = members.emailDomains?.slice(0, 64) ?? null;
      return rows.sound().setCompany(companyId, { ...members, emailDomains }, event);
    },
  })),
  broken("STO-SET", "sets both flags of a company to one value", (rows) => ({
    async setCompany(companyId, members, event) {
      const domainMxVerified = members.domainOwnershipVerified ?? members.domainMxVerified;
      return rows.sound().setCompany(companyId, { ...members, domainMxVerified }, event);
    },
  })),
  broken("STO-AUDIT", "forgets the event of what is set", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const isSet = await rows.sound().setUser(companyId, userId, members, event);
      if (isSet) rows.edit(({ events }) => events.pop());
      return isSet;
    },
  })),
  broken("STO-HASHES", "disables a password without raising the version", (rows) => ({
    async disablePassword({ companyId, userId, expectedHash, passwordHash }, event) {
      if (accountOf(rows.read(), companyId, userId)?.passwordHash !== expectedHash) return "stale";
      rows.edit((contents) => {
        Object.assign(accountOf(contents, companyId, userId) ?? {}, { passwordHash, issuedAt: null, passwordKeyId: null });
        contents.events.push(event);
      });
      return "done";
    },
  })),
  broken("STO-HASHES", "keeps the time and the key of a password that is disabled", (rows) => ({
    async disablePassword(disabling, event) {
      const { companyId, userId } = disabling;
      const { issuedAt = null, passwordKeyId = null } = accountOf(rows.read(), companyId, userId) ?? {};
      const outcome = await rows.sound().disablePassword(disabling, event);
      rows.edit((contents) => Object.assign(accountOf(contents, companyId, userId) ?? {}, { issuedAt, passwordKeyId }));
      return outcome;
    },
  })),
  broken("STO-HASHES", "compares a hash and then disables it", (rows) => ({
    async disablePassword(disabling, event) {
      const { companyId, userId, expectedHash } = disabling;
      if (accountOf(rows.read(), companyId, userId)?.passwordHash !== expectedHash) return "stale";
      await betweenStatements;
      const now = accountOf(rows.read(), companyId, userId)?.passwordHash ?? expectedHash;
      return rows.sound().disablePassword({ ...disabling, expectedHash: now }, event);
    },
  })),
  broken("STO-HASHES", "compares a hash without case", (rows) => ({
    async disablePassword(disabling, event) {
      const stored = accountOf(rows.read(), disabling.companyId, disabling.userId)?.passwordHash;
      const isSame = stored?.toLowerCase() === disabling.expectedHash.toLowerCase();
      return rows.sound().disablePassword(isSame ? { ...disabling, expectedHash: stored ?? "" } : disabling, event);
    },
  })),
  broken("STO-HASHES", "disables passwords by id alone", (rows) => ({
    async disablePassword(disabling, event) {
      const companyId = userBy(rows.read(), disabling)?.companyId ?? disabling.companyId;
      return rows.sound().disablePassword({ ...disabling, companyId }, event);
    },
  })),
];
