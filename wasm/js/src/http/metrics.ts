// What a server does, as numbers, in the text form of Prometheus. No label holds anything that a request carries.

import prometheus from "prom-client";
import type { Event, EventReasons, OperatorEventReasons } from "../core/wire.js";
import type { Storage } from "../storage/contract.js";
import type { Answer } from "./incoming.js";
import type { Route, Served } from "./server.js";

/** A value of a number, under its labels. */
export interface Reading {
  labels?: Record<string, string>;
  value: number;
}

/** The numbers of one server. */
export interface Metrics {
  /** Answers `/metrics`. */
  readonly route: Route;
  /** Counts an answered request. */
  request(served: Served): void;
  /** Counts a sign-on or a refusal. */
  event(event: Event): void;
  /** Returns the storage as one whose calls are counted. */
  counted<Counted extends Storage>(storage: Counted): Counted;
  /** Adds a number that is read when somebody asks, such as the length of a queue. */
  gauge(name: string, help: string, labelNames: string[], read: () => Reading[]): void;
}

/** The kinds of the events of requests. */
type RequestKind = Exclude<keyof EventReasons, keyof OperatorEventReasons | "refusals_omitted">;

/** The number that counts an event, by its kind. */
const COUNTED: Partial<Record<Event["kind"], "refusal" | "sign-on">> = {
  rate_limited: "refusal",
  key_refused: "refusal",
  access_denied: "refusal",
  sign_in_refused: "refusal",
  hash_unreadable: "refusal",
  host_fault: "refusal",
  signed_on: "sign-on",
  user_created: "sign-on",
  password_replaced: "sign-on",
  launched: "sign-on",
  exchanged: "sign-on",
  signed_in: "sign-on",
} satisfies Record<RequestKind, "refusal" | "sign-on">;
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Returns the numbers of a server, and of its process. */
export function metricsOf(): Metrics {
  const register = new prometheus.Registry();
  const registers = [register];
  prometheus.collectDefaultMetrics({ register });
  const counter = (name: string, help: string, labelNames: string[]) =>
    new prometheus.Counter({ name: `ssokey_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[]) =>
    new prometheus.Histogram({ name: `ssokey_${name}`, help, labelNames, buckets: BUCKETS, registers });

  const requests = counter("requests_total", "Answered requests.", ["operation", "status", "code"]);
  const latencies = histogram("request_seconds", "The time of a request.", ["operation"]);
  const signOns = counter("sign_ons_total", "Tokens and codes that were given, by how.", ["outcome"]);
  const refusals = counter("refusals_total", "Refusals and faults, by kind and reason.", ["kind", "reason"]);
  const calls = histogram("storage_call_seconds", "The time of a call of the storage.", ["call"]);
  const failures = counter("storage_failures_total", "Calls of the storage that failed.", ["call"]);

  const timed =
    (call: string, run: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]): Promise<unknown> => {
      const end = calls.startTimer({ call });
      try {
        return await run(...given);
      } catch (error) {
        failures.inc({ call });
        throw error;
      } finally {
        end();
      }
    };

  return {
    event({ kind, reason }) {
      if (COUNTED[kind] === "refusal") refusals.inc({ kind, reason: reason ?? "" });
      if (COUNTED[kind] === "sign-on") signOns.inc({ outcome: [kind, reason].filter(Boolean).join("_") });
    },
    request({ operation = "none", status, code, milliseconds }) {
      requests.inc({ operation, status: String(status), code: code === undefined ? "" : String(code) });
      latencies.observe({ operation }, milliseconds / 1000);
    },
    counted<Counted extends Storage>(storage: Counted): Counted {
      const methods = Object.entries(storage).map(([name, value]: [string, unknown]) => [
        name,
        typeof value !== "function" || name === "close" ? value : timed(name, value.bind(storage)),
      ]);
      return Object.fromEntries(methods) as Counted;
    },
    gauge(name, help, labelNames, read) {
      new prometheus.Gauge({
        name: `ssokey_${name}`,
        help,
        labelNames,
        registers,
        collect() {
          for (const { labels = {}, value } of read()) this.set(labels, value);
        },
      });
    },
    route({ path }) {
      if (path !== "/metrics") return undefined;
      return register
        .metrics()
        .then((body): Answer => ({ status: 200, headers: [["content-type", register.contentType]], body }));
    },
  };
}
