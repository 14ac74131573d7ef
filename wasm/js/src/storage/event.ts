import type { Call, Event, Reply } from "../core/wire.js";
import type { OnError } from "./answer.js";

/** Told of each event once what it tells of is done: with the change that it comes with, or after a refusal. It holds no secret. */
export type OnEvent = (event: Event) => unknown;

/** Returns the hook, unable to change an answer: its failure is told to `onError`. */
export function safely(onEvent: OnEvent | undefined, onError: OnError): (event: Event | undefined) => void {
  return (event) => {
    if (onEvent === undefined || event === undefined) return;
    try {
      // The event itself may be stored later.
      Promise.resolve(onEvent(structuredClone(event))).catch((error: unknown) => onError(error, undefined));
    } catch (error) {
      onError(error, undefined);
    }
  };
}

/** Returns the event of a call that has done what that tells of, as it is stored: with the id of the record that was added. */
export function eventOf(call: Call, reply: Reply): Event | undefined {
  if (!("event" in call) || call.event === null) return undefined;
  const { event } = call;
  switch (reply.reply) {
    case "exists":
      // A product that is there has its URL set.
      return call.call === "save_product" ? event : undefined;
    case "none":
    case "stale":
    case "failed":
      return undefined;
    case "company":
      return { ...event, companyId: reply.company.id };
    case "created":
      return { ...event, userId: reply.user.id };
    case "saved_key":
      return { ...event, keyId: reply.keyId };
    default:
      return event;
  }
}
