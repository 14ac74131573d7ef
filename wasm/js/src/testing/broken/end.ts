import { type BrokenStorage, betweenStatements, broken, isDisabled, isLocal, sparing, userBy } from "./rows.js";

export const END: BrokenStorage[] = [
  broken("STO-END", "revokes a key that is ended and leaves the passwords that it set", (rows) => ({
    async endKey(ending, event) {
      const { users } = rows.read();
      const ended = await rows.sound().endKey(ending, event);
      rows.edit((contents) => (contents.users = users));
      return ended;
    },
  })),
  broken("STO-END", "counts the passwords of a key and then ends it", (rows) => ({
    async endKey(ending, event) {
      const { companyId, keyId } = ending;
      const before = rows.read().users.filter((user) => user.companyId === companyId && user.passwordKeyId === keyId).length;
      await betweenStatements;
      return (await rows.sound().endKey(ending, event)) === undefined ? undefined : before;
    },
  })),
  broken("STO-END", "makes passwords unusable and leaves the key", (rows) => ({
    async endKey(ending, event) {
      const { keys } = rows.read();
      const ended = await rows.sound().endKey(ending, event);
      rows.edit((contents) => (contents.keys = keys));
      return ended;
    },
  })),
  broken("STO-END", "makes every password of the company unusable", (rows) => ({
    async endKey(ending, event) {
      rows.edit(({ users }) => {
        for (const user of users) if (user.companyId === ending.companyId) user.passwordKeyId = ending.keyId;
      });
      return rows.sound().endKey(ending, event);
    },
  })),
  broken("STO-END", "ends a key without raising the versions", (rows) => ({
    async endKey(ending, event) {
      const { users } = rows.read();
      const ended = await rows.sound().endKey(ending, event);
      rows.edit((contents) => {
        for (const [index, { credentialVersion }] of users.entries())
          Object.assign(contents.users[index] ?? {}, { credentialVersion });
      });
      return ended;
    },
  })),
  broken("STO-END", "ends no key that is revoked already", (rows) => ({
    async endKey(ending, event) {
      const key = rows.read().keys.find(({ id }) => id === ending.keyId);
      return key?.status === "revoked" ? undefined : rows.sound().endKey(ending, event);
    },
  })),
  broken("STO-END", "ends keys by id alone", (rows) => ({
    async endKey(ending, event) {
      const companyId = rows.read().keys.find(({ id }) => id === ending.keyId)?.companyId ?? ending.companyId;
      return rows.sound().endKey({ ...ending, companyId }, event);
    },
  })),
  ...Object.entries({ "who are managed locally": isLocal, "who are disabled": isDisabled }).flatMap(([who, isSpared]) => [
    broken("STO-END", `ends a key and spares the users ${who}`, (rows) => ({
      endKey: (...call) => sparing(rows, isSpared, () => rows.sound().endKey(...call)),
    })),
    broken("STO-OUT", `signs a company out and spares the users ${who}`, (rows) => ({
      signOut: (...call) => sparing(rows, isSpared, () => rows.sound().signOut(...call)),
    })),
    broken("STO-COMPANY", `disables a company and spares the users ${who}`, (rows) => ({
      setCompanyStatus: (...call) => sparing(rows, isSpared, () => rows.sound().setCompanyStatus(...call)),
    })),
  ]),
  broken("STO-OUT", "signs users out by id alone", (rows) => ({
    async signOut(companyId, userId, event) {
      const owner = userId === null ? companyId : (userBy(rows.read(), { userId })?.companyId ?? companyId);
      return rows.sound().signOut(owner, userId, event);
    },
  })),
  broken("STO-OUT", "signs a user's whole company out", (rows) => ({
    async signOut(companyId, userId, event) {
      const isThere = userId === null || rows.read().users.some((user) => user.id === userId && user.companyId === companyId);
      return isThere && rows.sound().signOut(companyId, null, event);
    },
  })),
  broken("STO-OUT", "counts the users whom it signs out for the company", (rows) => ({
    async signOut(companyId, userId, event) {
      const isDone = await rows.sound().signOut(companyId, userId, event);
      return isDone && rows.read().users.some((user) => user.companyId === companyId);
    },
  })),
  broken("STO-OUT", "signs out a company that is not there", (rows) => ({
    async signOut(companyId, userId, event) {
      const isDone = await rows.sound().signOut(companyId, userId, event);
      return isDone || userId === null;
    },
  })),
  broken("STO-AUDIT", "forgets the event of who is signed out", (rows) => ({
    async signOut(companyId, userId, event) {
      const isDone = await rows.sound().signOut(companyId, userId, event);
      if (isDone) rows.edit(({ events }) => events.pop());
      return isDone;
    },
  })),
];
