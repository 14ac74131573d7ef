import { isWithin, requirePlain } from "../core/check.js";
import { networkOf } from "../core/network.js";
import { SettingsError } from "../core/settings.js";
import type { Attempt, Purpose } from "../core/wire.js";

/** The most attempts that count in a time. */
export interface Limit {
  /** From 1 to 1000000. */
  attempts: number;
  /** The time in milliseconds, from 1 second to 30 days. */
  window: number;
}

/** The limits of each purpose. A purpose that has none is not limited. */
export type Limits = { readonly [Of in Purpose]?: Limit | undefined };

const PURPOSES: Record<Purpose, true> = { sign_on: true, direct: true, local: true, replacement: true };
const EXAMPLE = "such as `{ direct: { attempts: 10, window: 900_000 } }`";
const MOST_ATTEMPTS = 1_000_000;
const MOST_TIME = 30 * 86_400_000;

/** Throws a `SettingsError` if these are not limits. */
export function requireLimits(limits: unknown): asserts limits is Limits | undefined {
  if (limits === undefined) return;
  requirePlain("`limits`", limits, EXAMPLE);
  for (const [purpose, limit] of Object.entries(limits as object)) {
    if (!Object.hasOwn(PURPOSES, purpose)) {
      throw new SettingsError(`\`limits.${purpose}\` is not known; known are ${Object.keys(PURPOSES).join(", ")}`);
    }
    const { attempts, window } = Object(limit) as Partial<Limit>;
    const isRight = isWithin(attempts, 1, MOST_ATTEMPTS) && isWithin(window, 1000, MOST_TIME);
    if (limit !== undefined && !isRight) {
      throw new SettingsError(
        `\`limits.${purpose}\` must have \`attempts\`, an integer from 1 to 1000000, and \`window\`, 1 second to 30 days in milliseconds`,
      );
    }
  }
}

/** Returns the digest of what an attempt is counted by. Without a key that is the network of the client as well. */
export async function digestOf({ purpose, source, subject }: Attempt): Promise<string> {
  const network = purpose === "direct" ? networkOf(source ?? "") : "";
  const text = new TextEncoder().encode(JSON.stringify([purpose, network, subject]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns the refusal of an attempt that has to wait until then. */
export function refusedUntil(end: number, now: number): { retryAfter: number } {
  return { retryAfter: Math.max(1, Math.ceil((end - now) / 1000)) };
}
