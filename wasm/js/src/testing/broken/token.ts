import type { Holder } from "../../core/wire.js";
import type { TokenWithHolder } from "../../storage/contract.js";
import { type BrokenStorage, betweenStatements, broken, hasEnded, holderOf } from "./rows.js";

export const TAKE: BrokenStorage[] = [
  broken("STO-TAKE", "selects and then deletes a code", (rows) => ({
    async takeCode(digest) {
      const contents = rows.read();
      const code = contents.codes.find((code) => code.digest === digest);
      if (code === undefined) return undefined;
      await betweenStatements;
      await rows.sound().takeCode(digest);
      return { code, holder: holderOf(contents, code) };
    },
  })),
  broken("STO-TAKE", "leaves a code that was taken", (rows) => ({
    async takeCode(digest) {
      const contents = rows.read();
      const code = contents.codes.find((code) => code.digest === digest);
      return code && { code, holder: holderOf(contents, code) };
    },
  })),
  broken("STO-TAKE", "keeps a code's user and key as they were", (rows) => {
    const kept = new Map<string, Holder>();
    return {
      async saveCode(code, event) {
        await rows.sound().saveCode(code, event);
        kept.set(code.digest, holderOf(rows.read(), code));
      },
      async takeCode(digest) {
        const taken = await rows.sound().takeCode(digest);
        return taken && { ...taken, holder: kept.get(digest) ?? taken.holder };
      },
    };
  }),
  broken("STO-TAKE", "takes no code of a key that has expired", (rows) => ({
    async takeCode(digest) {
      const taken = await rows.sound().takeCode(digest);
      return hasEnded(taken?.holder.key) ? undefined : taken;
    },
  })),
  broken("STO-TAKE", "takes no code within a minute of its end", (rows) => ({
    async takeCode(digest) {
      const taken = await rows.sound().takeCode(digest);
      return taken && taken.code.expiresAt > Date.now() + 60_000 ? taken : undefined;
    },
  })),
  broken("STO-RECORD", "ends codes by the last of dates", (rows) => ({
    saveCode: (code, event) => rows.sound().saveCode({ ...code, expiresAt: Math.min(code.expiresAt, 8.64e15) }, event),
  })),
  broken("STO-SAVE", "overwrites a code", (rows) => ({
    async saveCode(code, event) {
      rows.edit((contents) => (contents.codes = contents.codes.filter(({ digest }) => digest !== code.digest)));
      return rows.sound().saveCode(code, event);
    },
  })),
];

export const TOKEN: BrokenStorage[] = [
  broken("STO-SAVE", "answers before it has saved a token", (rows) => ({
    async saveToken(token, event) {
      setTimeout(() =>
        rows
          .sound()
          .saveToken(token, event)
          .catch(() => {}),
      );
    },
  })),
  broken("STO-FIND", "finds no token of a key that has expired", (rows) => ({
    async findToken(digest) {
      const found = await rows.sound().findToken(digest);
      return hasEnded(found?.holder.key) ? undefined : found;
    },
  })),
  broken("STO-FIND", "finds no token within a minute of its end", (rows) => ({
    async findToken(digest) {
      const found = await rows.sound().findToken(digest);
      return found && found.token.expiresAt > Date.now() + 60_000 ? found : undefined;
    },
  })),
  broken("STO-SAVE", "overwrites a token", (rows) => ({
    async saveToken(token, event) {
      await rows.sound().revokeToken(token.digest);
      return rows.sound().saveToken(token, event);
    },
  })),
  broken("STO-SAVE", "revokes the code of a token's digest with it", (rows) => ({
    async revokeToken(digest) {
      await rows.sound().revokeToken(digest);
      await rows.sound().takeCode(digest);
    },
  })),
  broken("STO-SAVE", "deletes the token of a code's digest when the code is taken", (rows) => ({
    async takeCode(digest) {
      await rows.sound().revokeToken(digest);
      return rows.sound().takeCode(digest);
    },
  })),
  broken("STO-FIND", "keeps a token's user and key as they were", (rows) => {
    const kept = new Map<string, TokenWithHolder>();
    return {
      async saveToken(token, event) {
        await rows.sound().saveToken(token, event);
        kept.set(token.digest, { token, holder: holderOf(rows.read(), token) });
      },
      findToken: async (digest) => (await rows.sound().findToken(digest)) && structuredClone(kept.get(digest)),
    };
  }),
  broken("STO-FIND", "finds no token without a key", (rows) => ({
    async findToken(digest) {
      const found = await rows.sound().findToken(digest);
      return found?.holder.key ? found : undefined;
    },
  })),
  broken("STO-REVOKE", "fails to revoke a token that is not there", (rows) => ({
    async revokeToken(digest) {
      if ((await rows.sound().findToken(digest)) === undefined) throw new Error("no such token");
      return rows.sound().revokeToken(digest);
    },
  })),
  broken("STO-REVOKE", "revokes every token of the user", (rows) => ({
    async revokeToken(digest) {
      const gone = rows.read().tokens.find((token) => token.digest === digest);
      rows.edit((contents) => (contents.tokens = contents.tokens.filter(({ userId }) => userId !== gone?.userId)));
    },
  })),
];
