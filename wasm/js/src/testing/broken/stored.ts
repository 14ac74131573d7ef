import type { StoredEvent } from "../../core/wire.js";
import { accountOf, type BrokenStorage, broken } from "./rows.js";

const EVERYTHING = { since: 0, companyId: null, userId: null, keyId: null, kind: null };

export const STORED: BrokenStorage[] = [
  ...(["companyId", "userId", "keyId", "kind"] as const).map((name) =>
    broken("STO-EVENTS", `lists events whatever their ${name}`, (rows) => ({
      listEvents: (filter, after, limit) => rows.sound().listEvents({ ...filter, [name]: null }, after, limit),
    })),
  ),
  broken("STO-EVENTS", "lists events after a time, and not from it on", (rows) => ({
    listEvents: (filter, after, limit) => rows.sound().listEvents({ ...filter, since: filter.since + 1 }, after, limit),
  })),
  broken("STO-EVENTS", "lists the newest events first", (rows) => ({
    listEvents: async (...call) => (await rows.sound().listEvents(...call)).reverse(),
  })),
  broken("STO-EVENTS", "looks at the first 1,000 events alone", (rows) => ({
    async listEvents(filter, after, limit) {
      const first = (await rows.sound().listEvents(filter, 0, Infinity)).slice(0, 1000);
      return first.filter(({ id }) => id > after).slice(0, limit);
    },
  })),
  broken("STO-EVENTS", "orders the ids of events as texts", (rows) => ({
    async listEvents(filter, after, limit) {
      const all = await rows.sound().listEvents(filter, 0, Infinity);
      const later = all.filter(({ id }) => after === 0 || `${id}` > `${after}`);
      return later.toSorted((a, b) => (`${a.id}` < `${b.id}` ? -1 : 1)).slice(0, limit);
    },
  })),
  broken("STO-EVENTS", "filters events after a page is read", (rows) => ({
    async listEvents(filter, after, limit) {
      const fitting = new Set((await rows.sound().listEvents(filter, 0, 500)).map(({ id }) => id));
      return (await rows.sound().listEvents(EVERYTHING, after, limit)).filter(({ id }) => fitting.has(id));
    },
  })),
  broken("STO-EVENTS", "lists events without users' addresses", (rows) => ({
    listEvents: async (...call) => (await rows.sound().listEvents(...call)).map((event) => ({ ...event, userEmail: null })),
  })),
  broken("STO-EVENTS", "lists events with the first address of their users", (rows) => ({
    listEvents: async (...call) =>
      (await rows.sound().listEvents(...call)).map((event) => {
        const { loginId = null } = accountOf(rows.read(), event.companyId ?? 0, event.userId ?? 0) ?? {};
        return { ...event, userEmail: loginId };
      }),
  })),
  broken("STO-EVENTS", "lists events without the addresses of disabled users", (rows) => ({
    listEvents: async (...call) =>
      (await rows.sound().listEvents(...call)).map((event) => {
        const user = accountOf(rows.read(), event.companyId ?? 0, event.userId ?? 0);
        return { ...event, userEmail: user?.status === "disabled" ? null : event.userEmail };
      }),
  })),
  broken("STO-EVENTS", "lists events by their times", (rows) => ({
    listEvents: async (...call) => (await rows.sound().listEvents(...call)).sort((a, b) => a.at - b.at),
  })),
  broken("STO-EVENTS", "gives the ids of deleted events again", (rows) => {
    let first = 0;
    return {
      async purgeEvents(before, event) {
        const purged = await rows.sound().purgeEvents(before, event);
        const [only, ...more] = await rows.sound().listEvents(EVERYTHING, 0, Infinity);
        if (more.length === 0) first = (only?.id ?? 1) - 1;
        return purged;
      },
      listEvents: async (filter, after, limit) =>
        (await rows.sound().listEvents(filter, after + first, limit)).map((event) => ({ ...event, id: event.id - first })),
    };
  }),
  broken("STO-EVENTS", "lists events without faults", (rows) => ({
    listEvents: async (...call) =>
      (await rows.sound().listEvents(...call)).map((event) => ({ ...event, fault: null }) as StoredEvent),
  })),
  broken("STO-EVENTS", "deletes the events of a time as well", (rows) => ({
    purgeEvents: (before, event) => rows.sound().purgeEvents(before + 1, event),
  })),
  broken("STO-EVENTS", "stores no event of the deletion", (rows) => ({
    async purgeEvents(before, event) {
      const purged = await rows.sound().purgeEvents(before, event);
      rows.edit(({ events }) => events.pop());
      return purged;
    },
  })),
];
