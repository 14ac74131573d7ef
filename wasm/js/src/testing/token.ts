import { type Check, expect, expectFailure, race } from "./check.js";
import { digestOf, given, newKey, partner } from "./record.js";

/** Tokens and codes. */
export const TOKENS: Check[] = [
  {
    requirement: "save_token",
    name: "a saved token is found at once, with its user, company and key",
    async body(storage, companyId) {
      const { token, user, keyId } = await given(storage, companyId);
      expect("before", await storage.findToken(token.digest), undefined);
      await storage.saveToken(token);
      const key = { ...newKey(companyId), id: keyId, status: "enabled" };
      const holder = { user, company: { id: companyId, ...partner }, key };
      expect("the token", await storage.findToken(token.digest), { token, holder });
      expect("another digest", await storage.findToken(digestOf("c")), undefined);
    },
  },
  {
    requirement: "find_token",
    name: "a token's user, company and key are as they are now",
    async body(storage, companyId) {
      const { token, user, keyId } = await given(storage, companyId);
      await storage.saveToken(token);
      const swap = { companyId, userId: user.id, expectedVersion: 1, passwordHash: "$argon2id$two", issuedAt: null };
      await storage.replacePassword(swap);
      await storage.setKeyStatus(companyId, keyId, "disabled");
      expect("the token", await storage.findToken(token.digest), {
        token,
        holder: {
          user: { ...user, passwordHash: "$argon2id$two", credentialVersion: 2, issuedAt: null },
          company: { id: companyId, ...partner },
          key: { ...newKey(companyId), id: keyId, status: "disabled" },
        },
      });
    },
  },
  {
    requirement: "find_token",
    name: "a token is found also when it has expired",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await storage.saveToken({ ...token, expiresAt: 0 });
      expect("its expiry", (await storage.findToken(token.digest))?.token.expiresAt, 0);
    },
  },
  {
    requirement: "find_token",
    name: "a token may have neither key nor product",
    async body(storage, companyId) {
      const { user, token } = await given(storage, companyId);
      const direct = { ...token, keyId: null, product: null };
      await storage.saveToken(direct);
      const holder = { user, company: { id: companyId, ...partner }, key: null };
      expect("the token", await storage.findToken(token.digest), { token: direct, holder });
    },
  },
  {
    requirement: "save_token",
    name: "a token stored twice is refused",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await storage.saveToken(token);
      await expectFailure("the same token", storage.saveToken({ ...token, keyId: null }));
      expect("the token", (await storage.findToken(token.digest))?.token, token);
    },
  },
  {
    requirement: "save_code",
    name: "a code stored twice is refused",
    async body(storage, companyId) {
      const { code } = await given(storage, companyId);
      await storage.saveCode(code);
      await expectFailure("the same code", storage.saveCode({ ...code, product: "email" }));
      expect("the code", (await storage.takeCode(code.digest))?.code, code);
    },
  },
  {
    requirement: "STO-REVOKE",
    name: "a revoked token is gone, and to revoke it again is no failure",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await storage.saveToken(token);
      for (const time of ["once", "again"]) {
        await storage.revokeToken(token.digest);
        expect(`revoked ${time}`, await storage.findToken(token.digest), undefined);
      }
    },
  },
  {
    requirement: "STO-REVOKE",
    name: "revoking a token leaves the others, and none of 64 at once fails",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await storage.saveToken(token);
      await storage.saveToken({ ...token, digest: digestOf("e") });
      await race(() => storage.revokeToken(token.digest));
      expect("the token", await storage.findToken(token.digest), undefined);
      expect("the other", (await storage.findToken(digestOf("e")))?.token.digest, digestOf("e"));
    },
  },
  {
    requirement: "STO-TAKE",
    name: "a code is taken once, with its user, company and key",
    async body(storage, companyId) {
      const { code, user, keyId } = await given(storage, companyId);
      await storage.saveCode(code);
      await storage.saveCode({ ...code, digest: digestOf("e") });
      expect("a token of the same digest", await storage.findToken(code.digest), undefined);
      const key = { ...newKey(companyId), id: keyId, status: "enabled" };
      const expected = { code, holder: { user, company: { id: companyId, ...partner }, key } };
      expect("the first taker", await storage.takeCode(code.digest), expected);
      expect("the second taker", await storage.takeCode(code.digest), undefined);
      expect("the other code", (await storage.takeCode(digestOf("e")))?.code.digest, digestOf("e"));
    },
  },
  {
    requirement: "STO-TAKE",
    name: "of 64 takers of one code at once exactly one gets it",
    async body(storage, companyId) {
      const { code } = await given(storage, companyId);
      await storage.saveCode(code);
      const taken = (await race(() => storage.takeCode(code.digest))).filter((one) => one !== undefined);
      expect("what is taken", taken.map((one) => one.code), [code]);
    },
  },
  {
    requirement: "STO-TAKE",
    name: "a code's user, company and key are as they are now",
    async body(storage, companyId) {
      const { code, keyId } = await given(storage, companyId);
      await storage.saveCode(code);
      await storage.setUserStatus(companyId, "ann@partner.example", "disabled");
      await storage.setKeyStatus(companyId, keyId, "revoked");
      const holder = { user: { status: "disabled", credentialVersion: 2 }, key: { status: "revoked" } };
      expect("the code", await storage.takeCode(code.digest), { code, holder });
    },
  },
];
