import type { Event } from "../../core/wire.js";
import { type BrokenStorage, broken } from "./rows.js";

/** Loses what these name of each event. */
const without = (event: Event, members: object): Event => ({ ...event, ...members });

export const EVENT: BrokenStorage[] = [
  broken("STO-AUDIT", "records no event without a company", (rows) => ({
    async audit(event) {
      if (event.companyId === null) throw new Error("not null constraint");
      return rows.sound().audit(event);
    },
  })),
  broken("STO-AUDIT", "loses the fault of an event", (rows) => ({
    audit: (event) => rows.sound().audit(without(event, { fault: null })),
  })),
  broken("STO-AUDIT", "stores a user and then the event", (rows) => ({
    async createUser(user, event) {
      const created = await rows.sound().createUser(user, null);
      if (created === "exists" || event === null) return created;
      if (event.kind === null) throw new Error("not null constraint");
      await rows.sound().audit({ ...event, userId: created.id });
      return created;
    },
  })),
  broken("STO-AUDIT", "loses the event of a token", (rows) => ({
    async saveToken(token, event) {
      const { events } = rows.read();
      await rows.sound().saveToken(token, event);
      rows.edit((contents) => (contents.events = events));
    },
  })),
  broken("STO-AUDIT", "stores the event of a token without its product", (rows) => ({
    saveToken: (token, event) => rows.sound().saveToken(token, without(event, { product: null })),
  })),
  broken("STO-AUDIT", "stores the event of a token and then the token", (rows) => ({
    async saveToken(token, event) {
      await rows.sound().audit(event);
      const { events } = rows.read();
      await rows.sound().saveToken(token, event);
      rows.edit((contents) => (contents.events = events));
    },
  })),
  broken("STO-AUDIT", "stores the event of a code and then the code", (rows) => ({
    async saveCode(code, event) {
      await rows.sound().audit(event);
      const { events } = rows.read();
      await rows.sound().saveCode(code, event);
      rows.edit((contents) => (contents.events = events));
    },
  })),
  broken("STO-AUDIT", "leaves the id of a new user out of its event", (rows) => ({
    async createUser(user, event) {
      const { events } = rows.read();
      const created = await rows.sound().createUser(user, event);
      if (created !== "exists" && event !== null) {
        rows.edit((contents) => (contents.events = [...events, event]));
      }
      return created;
    },
  })),
  broken("STO-AUDIT", "stores an event of a user who exists already", (rows) => ({
    async createUser(user, event) {
      const created = await rows.sound().createUser(user, event);
      if (created === "exists" && event !== null) await rows.sound().audit(event);
      return created;
    },
  })),
  broken("STO-AUDIT", "loses the event of a rotated key", (rows) => ({
    async rotateKey(rotation, event) {
      const { events } = rows.read();
      const id = await rows.sound().rotateKey(rotation, event);
      rows.edit((contents) => (contents.events = events));
      return id;
    },
  })),
  broken("STO-AUDIT", "loses the event of a product", (rows) => ({
    async saveProduct(product, event) {
      const { events } = rows.read();
      const saved = await rows.sound().saveProduct(product, event);
      rows.edit((contents) => (contents.events = events));
      return saved;
    },
  })),
  broken("STO-AUDIT", "stores the event of a company that is not there", (rows) => ({
    async setCompanyStatus(companyId, status, event) {
      const isThere = await rows.sound().setCompanyStatus(companyId, status, event);
      if (!isThere) await rows.sound().audit(event);
      return isThere;
    },
  })),
];
