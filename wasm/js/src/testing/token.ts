import { saveCode, saveKey, saveToken, setKeyStatus, setUserStatus } from "./change.js";
import { type Check, expect, expectAbsent, expectFailure, race } from "./check.js";
import { createdCompany, digestOf, given, later, newKey, partner, storedKey, TIME } from "./record.js";

/** Tokens and codes. */
export const TOKENS: Check[] = [
  {
    requirement: "STO-SAVE",
    name: "a saved token is found at once, with its user, company and key",
    async body(storage, companyId) {
      const { token, user, keyId } = await given(storage, companyId);
      expectAbsent("before", await storage.findToken(token.digest));
      await saveToken(storage, token);
      const key = storedKey(keyId, newKey(companyId));
      const holder = { user, company: createdCompany(companyId, partner), key };
      expect("the token", await storage.findToken(token.digest), { token, holder });
      expectAbsent("a different digest", await storage.findToken(digestOf("c")));
    },
  },
  {
    requirement: "STO-FIND",
    name: "a token's user, company and key are as they are now",
    async body(storage, companyId) {
      const { user, swap, ...rest } = await given(storage, companyId);
      const expired = newKey(companyId, "b", TIME);
      const keyId = await saveKey(storage, expired);
      const token = { ...rest.token, keyId };
      await saveToken(storage, token);
      await storage.replacePassword(swap);
      await setKeyStatus(storage, companyId, keyId, "disabled");
      expect("the token", await storage.findToken(token.digest), {
        token,
        holder: {
          user: { ...user, passwordHash: "$argon2id$two", credentialVersion: 2, issuedAt: null, passwordKeyId: rest.keyId },
          company: createdCompany(companyId, partner),
          key: { ...expired, id: keyId, status: "disabled" },
        },
      });
    },
  },
  {
    requirement: "STO-FIND",
    name: "a token may have neither key nor product",
    async body(storage, companyId) {
      const { user, token } = await given(storage, companyId);
      const direct = { ...token, keyId: null, product: null, expiresAt: later(20) };
      await saveToken(storage, direct);
      const holder = { user, company: createdCompany(companyId, partner), key: null };
      expect("the token", await storage.findToken(token.digest), { token: direct, holder });
    },
  },
  {
    requirement: "STO-SAVE",
    name: "a token stored twice is refused",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await saveToken(storage, token);
      await expectFailure("the same token", saveToken(storage, { ...token, keyId: null }));
      expect("the token", (await storage.findToken(token.digest))?.token, token);
    },
  },
  {
    requirement: "STO-SAVE",
    name: "a code stored twice is refused",
    async body(storage, companyId) {
      const { code } = await given(storage, companyId);
      await saveCode(storage, code);
      await expectFailure("the same code", saveCode(storage, { ...code, product: "email" }));
      expect("the code", (await storage.takeCode(code.digest))?.code, code);
    },
  },
  {
    requirement: "STO-SAVE",
    name: "a token and a code of one digest are apart, and each ends alone",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      await saveCode(storage, code);
      await saveToken(storage, token);
      await storage.revokeToken(token.digest);
      await saveToken(storage, token);
      expect("the code", (await storage.takeCode(code.digest))?.code, code);
      expect("the token", (await storage.findToken(token.digest))?.token, token);
    },
  },
  {
    requirement: "STO-REVOKE",
    name: "a revoked token is gone, and to revoke it again is no failure",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await saveToken(storage, token);
      for (const time of ["once", "again"]) {
        await storage.revokeToken(token.digest);
        expectAbsent(`revoked ${time}`, await storage.findToken(token.digest));
      }
    },
  },
  {
    requirement: "STO-REVOKE",
    name: "revoking a token leaves the others, and none of 64 at once fails",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      await saveToken(storage, token);
      await saveToken(storage, { ...token, digest: digestOf("e") });
      await race(() => storage.revokeToken(token.digest));
      expectAbsent("the token", await storage.findToken(token.digest));
      expect("the other", (await storage.findToken(digestOf("e")))?.token.digest, digestOf("e"));
    },
  },
  {
    requirement: "STO-TAKE",
    name: "a code is taken once, with its user, company and key",
    async body(storage, companyId) {
      const { code, user, keyId } = await given(storage, companyId);
      await saveCode(storage, code);
      await saveCode(storage, { ...code, digest: digestOf("e"), expiresAt: later(20) });
      expectAbsent("a token of the same digest", await storage.findToken(code.digest));
      const key = storedKey(keyId, newKey(companyId));
      const expected = { code, holder: { user, company: createdCompany(companyId, partner), key } };
      expect("the first taker", await storage.takeCode(code.digest), expected);
      expectAbsent("the second taker", await storage.takeCode(code.digest));
      expect("the other code", (await storage.takeCode(digestOf("e")))?.code.digest, digestOf("e"));
    },
  },
  {
    requirement: "STO-TAKE",
    name: "of 64 takers of one code at once exactly one gets it",
    async body(storage, companyId) {
      const { code } = await given(storage, companyId);
      await saveCode(storage, code);
      const taken = (await race(() => storage.takeCode(code.digest))).filter((one) => one != null);
      expect(
        "what is taken",
        taken.map((one) => one.code),
        [code],
      );
    },
  },
  {
    requirement: "STO-TAKE",
    name: "a code's user, company and key are as they are now",
    async body(storage, companyId) {
      const { user, ...rest } = await given(storage, companyId);
      const keyId = await saveKey(storage, newKey(companyId, "b", TIME));
      const code = { ...rest.code, keyId };
      await saveCode(storage, code);
      await setUserStatus(storage, companyId, user.id, "disabled");
      await setKeyStatus(storage, companyId, keyId, "revoked");
      const holder = { user: { status: "disabled", credentialVersion: 2 }, key: { status: "revoked" } };
      expect("the code", await storage.takeCode(code.digest), { code, holder });
    },
  },
];
