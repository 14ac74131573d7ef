import type { EventFilter } from "../core/wire.js";
import { eventOf, setUserEmail, setUserStatus } from "./change.js";
import { type Check, expect, type TestedStorage } from "./check.js";
import { ANN, added, digestOf, given, LAST, newUser, otherCompany, TIME } from "./record.js";

const ALL: EventFilter = { since: 0, companyId: null, userId: null, keyId: null, kind: null };

const purged = { ...eventOf("events_purged"), at: TIME + 9 };

/** Returns the events that fit, without their ids, and fails unless the ids grow. */
async function listed(storage: TestedStorage, filter: Partial<EventFilter> = {}, after = 0, limit = 500) {
  const events = await storage.listEvents({ ...ALL, ...filter }, after, limit);
  const ids = events.map(({ id }) => id);
  expect(
    "the order of the ids",
    ids.every((id, index) => id > (ids[index - 1] ?? after)),
    true,
  );
  return events.map(({ id: _, ...event }) => event);
}

/** Stored events, as operators list and delete them. Where nobody can read them, a storage may keep none. */
export const STORED: Check[] = [
  {
    requirement: "STO-EVENTS",
    name: "stored events are listed whole, by what they are of and since a time, in pages",
    async body(storage, companyId, events) {
      const { user, keyId, token } = await given(storage, companyId);
      const otherId = await otherCompany(storage);
      const stranger = await added(storage, newUser(otherId));
      const of = (members: object, at: number) => ({
        ...eventOf("signed_on", { companyId, keyId, userId: user.id, ...members }),
        at,
      });
      const before = (await listed(storage)).length;
      const own = [
        of({ source: "192.0.2.1", product: "email" }, TIME),
        of({ userId: null }, TIME + 5),
        of({ kind: "signed_in", keyId: null }, TIME + 2),
        of({ companyId: otherId, userId: stranger.id, keyId: null }, TIME + 3),
        of({ kind: "launched", reason: "matched", companyId: null, userId: null, keyId: null }, TIME + 4),
        of({ userId: LAST }, TIME + 1),
      ];
      // They come with writes, since a storage need not have `audit`.
      for (const [index, event] of own.entries()) await storage.saveToken({ ...token, digest: digestOf(`${index}`) }, event);
      if ((await events()) === undefined && (await listed(storage)).length === before) return;
      const emails = [ANN, null, ANN, stranger.email, null, null];
      const all = own.map((event, index) => ({ ...event, userEmail: emails[index] }));
      const pick = (...indices: number[]) => indices.map((index) => all[index]);
      expect("all", (await listed(storage)).slice(before), all);
      expect("since a time", await listed(storage, { since: TIME + 1 }), pick(1, 2, 3, 4, 5));
      expect("of a company", (await listed(storage, { companyId: otherId })).slice(-1), pick(3));
      expect("of a user", await listed(storage, { companyId, userId: user.id }), pick(0, 2));
      expect("of a key", (await listed(storage, { keyId, since: TIME })).slice(-3), pick(0, 1, 5));
      expect("of a kind", await listed(storage, { kind: "signed_in" }), pick(2));
      expect("of all of them", await listed(storage, { since: TIME + 1, companyId, keyId, kind: "signed_on" }), pick(1, 5));
      const ids = (await storage.listEvents(ALL, 0, 500)).map(({ id }) => id).slice(before);
      expect("a page", await listed(storage, {}, ids[0], 2), pick(1, 2));
      expect("the last page", await listed(storage, { companyId }, ids[2], 2), pick(5));
      await setUserEmail(storage, companyId, user.id, `b${ANN}`);
      await setUserStatus(storage, companyId, user.id, "disabled");
      const renamed = await listed(storage, { userId: user.id, kind: "signed_in" });
      expect("of a user with a new e-mail", renamed, [{ ...all[2], userEmail: `b${ANN}` }]);
    },
  },
  {
    requirement: "STO-EVENTS",
    name: "the fault of a host is listed with its event",
    async body(storage, _, events) {
      const fault = { call: "find_key", member: "key.id", expected: `an "id" \\\\ or none` } as const;
      const event = { ...eventOf("host_fault", { reason: "unfit_reply", fault }), at: LAST };
      await storage.audit?.(event);
      const kept = await listed(storage, { since: LAST });
      if (storage.audit === undefined || ((await events()) === undefined && kept.length === 0)) return;
      expect("the event", kept, [{ ...event, userEmail: null }]);
    },
  },
  {
    requirement: "STO-EVENTS",
    name: "the events of before a time are deleted and counted, and no others, and no id is given again",
    async body(storage, companyId, events) {
      const { token } = await given(storage, companyId);
      const before = (await listed(storage)).length;
      for (const [index, at] of [5, 6, TIME, 7].entries()) {
        await storage.saveToken({ ...token, digest: digestOf(`${index}`) }, { ...eventOf("signed_on", { companyId }), at });
      }
      const stored = await storage.listEvents(ALL, 0, 500);
      if ((await events()) === undefined && stored.length === before) return;
      expect("deleting", await storage.purgeEvents(7, purged), 2);
      const left = [...stored.filter(({ at }) => at >= 7), { ...purged, userEmail: null }];
      const now = await storage.listEvents(ALL, 0, 500);
      expect("the events", now, left);
      const last = Math.max(...stored.map(({ id }) => id));
      expect("the id of the new event is greater", (now.at(-1)?.id ?? 0) > last, true);
      expect("deleting again", await storage.purgeEvents(7, purged), 0);
      const latest = { ...purged, at: LAST };
      expect("deleting all", await storage.purgeEvents(LAST, latest), left.length + 1);
      expect("what is left", await listed(storage, {}, now.at(-1)?.id), [latest]);
    },
  },
];
