import type { Event, KeyStatus } from "../../core/wire.js";
import type { Contents } from "../../storage/memory/records.js";
import { type BrokenStorage, betweenStatements, broken, hasEnded } from "./rows.js";

export const KEY: BrokenStorage[] = [
  broken("STO-KEY", "finds enabled keys only", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      return found?.key.status === "enabled" ? found : undefined;
    },
  })),
  broken("STO-KEY", "finds no key that has expired", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      return hasEnded(found?.key) ? undefined : found;
    },
  })),
  broken("STO-LIST", "lists no key that has expired", (rows) => ({
    listKeys: async (...call) => (await rows.sound().listKeys(...call)).filter((key) => !hasEnded(key)),
  })),
  broken("STO-KEYS", "gives a rotated key the end of the one before", (rows) => ({
    rotateKey(rotation, event) {
      const end = rows.read().keys.find(({ id }) => id === rotation.keyId)?.expiresAt ?? null;
      return rows.sound().rotateKey({ ...rotation, key: { ...rotation.key, expiresAt: rotation.key.expiresAt ?? end } }, event);
    },
  })),
  broken("STO-KEY", "finds a key with another company", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      const [company] = rows.read().companies;
      return found && company && { ...found, company };
    },
  })),
  broken("STO-REFER", "stores a key of no company", (rows) => ({
    async saveKey(key, event) {
      const [company] = rows.read().companies;
      const companyId = company && key.companyId > 1 ? company.id : key.companyId;
      return rows.sound().saveKey({ ...key, companyId }, event);
    },
  })),
  broken("STO-SAVE", "takes a key that is stored for the one to store", (rows) => ({
    async saveKey(key, event) {
      const stored = rows.read().keys.find(({ digest }) => digest === key.digest);
      return stored?.id ?? rows.sound().saveKey(key, event);
    },
  })),
  broken("STO-ID", "numbers keys by reading the last number first", (rows) => ({
    async saveKey(key, event) {
      const id = rows.read().keys.length + 1;
      await betweenStatements;
      await rows.sound().saveKey(key, event);
      rows.edit(({ keys, keyTimes, events }) => {
        Object.assign(keys.at(-1) ?? {}, { id });
        Object.assign(keyTimes.at(-1) ?? {}, { keyId: id });
        Object.assign(events.at(-1) ?? {}, { keyId: id });
      });
      return id;
    },
  })),
  broken("STO-KEYS", "changes keys of any company", (rows) => ({
    async setKeyStatus(companyId, keyId, status, event) {
      const owner = keyIn(rows.read(), keyId)?.companyId ?? companyId;
      return rows.sound().setKeyStatus(owner, keyId, status, event);
    },
  })),
  broken("STO-KEYS", "changes revoked keys", (rows) => ({
    async setKeyStatus(companyId, keyId, status, event) {
      if (keyIn(rows.read(), keyId)?.companyId !== companyId) return false;
      rows.edit((contents) => change(contents, keyId, status, event));
      return true;
    },
  })),
  broken("STO-KEYS", "looks whether a key is revoked and then changes it", (rows) => ({
    async setKeyStatus(companyId, keyId, status, event) {
      const key = keyIn(rows.read(), keyId);
      if (key?.companyId !== companyId || key.status === "revoked") return false;
      await betweenStatements;
      rows.edit((contents) => change(contents, keyId, status, event));
      return true;
    },
  })),
  broken("STO-KEYS", "changes all keys of the company", (rows) => ({
    async setKeyStatus(companyId, keyId, status, event) {
      const changed = await rows.sound().setKeyStatus(companyId, keyId, status, event);
      if (changed) {
        rows.edit(({ keys }) => {
          for (const key of keys) key.status = status;
        });
      }
      return changed;
    },
  })),
  broken("STO-KEYS", "leaves a key that is rotated as it is", (rows) => ({
    rotateKey: (rotation, event) => rows.sound().rotateKey({ ...rotation, revoke: false }, event),
  })),
  broken("STO-KEYS", "revokes a key that is to be kept", (rows) => ({
    rotateKey: (rotation, event) => rows.sound().rotateKey({ ...rotation, revoke: true }, event),
  })),
  broken("STO-KEYS", "rotates keys of any company", (rows) => ({
    async rotateKey(rotation, event) {
      const companyId = keyIn(rows.read(), rotation.keyId)?.companyId ?? rotation.companyId;
      return rows.sound().rotateKey({ ...rotation, companyId }, event);
    },
  })),
  broken("STO-KEYS", "rotates revoked keys", (rows) => ({
    async rotateKey(rotation, event) {
      const { companyId, keyId, key } = rotation;
      const replaced = keyIn(rows.read(), keyId);
      const isRevoked = replaced?.companyId === companyId && replaced.status === "revoked";
      return isRevoked ? rows.sound().saveKey(key, event) : rows.sound().rotateKey(rotation, event);
    },
  })),
  broken("STO-KEYS", "revokes a key and then stores the one in its place", (rows) => ({
    async rotateKey(rotation, event) {
      const replaced = keyIn(rows.read(), rotation.keyId);
      if (replaced?.companyId !== rotation.companyId || replaced.status === "revoked") return undefined;
      const status = rotation.revoke ? "revoked" : replaced.status;
      rows.edit(({ keys }) => Object.assign(keys.find(({ id }) => id === rotation.keyId) ?? {}, { status }));
      return rows.sound().saveKey(rotation.key, event);
    },
  })),
  broken("STO-KEYS", "looks whether a key is revoked and then rotates it", (rows) => ({
    async rotateKey(rotation, event) {
      const replaced = keyIn(rows.read(), rotation.keyId);
      if (replaced?.companyId !== rotation.companyId || replaced.status === "revoked") return undefined;
      await betweenStatements;
      const saved = await rows.sound().saveKey(rotation.key, event);
      const status = rotation.revoke ? "revoked" : replaced.status;
      rows.edit(({ keys }) => Object.assign(keys.find(({ id }) => id === rotation.keyId) ?? {}, { status }));
      return saved;
    },
  })),
];

const keyIn = ({ keys }: Contents, keyId: number) => keys.find(({ id }) => id === keyId);

function change(contents: Contents, keyId: number, status: KeyStatus, event: Event): void {
  Object.assign(keyIn(contents, keyId) ?? {}, { status });
  contents.events.push(event);
}
