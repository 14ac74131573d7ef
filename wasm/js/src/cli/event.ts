import { pipeline } from "node:stream/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { Event, ListedEvent } from "../core/wire.js";
import { listEvents } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { duration } from "./duration.js";
import { jsonArray, lines, moment } from "./output.js";
import { databaseSetting, wholeNumber } from "./settings.js";

interface ListOptions {
  db: string;
  since?: number;
  company?: string;
  user?: string;
  key?: number;
  kind?: Event["kind"];
  json?: true;
}

/** `ssokey event …` */
export function eventCommand(program: Command): void {
  program
    .command("event")
    .description("what was done, by whom and when")
    .command("list")
    .description("Lists the stored events: sign-ons, sign-ins, refusals and the operator's changes.")
    .addOption(databaseSetting())
    .option(
      "--since <time>",
      "events from then on: a time such as 2026-11-26T09:00, in UTC unless it has a zone, or a duration up to now such as 24h",
      since,
    )
    .option("--company <address>", "of this company, by the e-mail that it has registered")
    .option("--user <address>", "of this user of that company")
    .option("--key <number>", "of this key, as `ssokey key list` prints it", wholeNumber)
    .option("--kind <kind>", "of this kind, such as signed_on, password_replaced or key_refused")
    .option("--json", "print the events as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey event list --db sso.db --key 2 --since 48h
  $ ssokey event list --db sso.db --company it@partner.example --kind password_replaced --json`,
    )
    .action(list);
}

async function list({ db, since, company, user, key, kind, json }: ListOptions): Promise<void> {
  requireDatabase(db);
  const members = { since, companyEmail: company, userEmail: user, keyId: key, kind };
  let isNone = true;
  await withDatabase(db, async (storage) => {
    const events = listEvents(storage, members);
    const counted = async function* () {
      for await (const event of events) {
        isNone = false;
        yield event;
      }
    };
    await pipeline(json ? jsonArray(counted()) : lines(counted(), lineOf), process.stdout, { end: false });
  });
  // What was mistyped must not read as: nothing has happened.
  if (isNone) process.stderr.write("no stored event fits\n");
}

function lineOf({ at, kind, reason, companyId, keyId, userId, userEmail, product, source, fault }: ListedEvent): string {
  const said = [
    reason === null ? kind : `${kind} (${reason})`,
    companyId !== null && `company ${companyId}`,
    keyId !== null && `key ${keyId}`,
    userId !== null && `user ${userId}${userEmail === null ? "" : ` ${userEmail}`}`,
    product !== null && `product ${product}`,
    source !== null && `from ${source}`,
    fault !== null && `\`${fault.member}\` of \`${fault.call}\` must be ${fault.expected}`,
  ];
  return `${moment(at)} ${said.filter(Boolean).join(", ")}\n`;
}

/** A day, perhaps with a time, perhaps with its zone. Without one it is in UTC, as what is printed. */
const TIME = /^(\d{4}-\d{2}-\d{2})(T[\d:.]+)?(Z|[+-]\d{2}:\d{2})?$/;

function since(text: string): number {
  if (/^[0-9]+[smhd]$/.test(text)) return Math.max(0, Date.now() - duration(text));
  const [, day = "", clock = "", zone = ""] = TIME.exec(text) ?? [];
  // A day that no month has would become one of the next.
  const isDay = day !== "" && new Date(day).toJSON()?.startsWith(day);
  const time = isDay ? Date.parse(`${day}${clock || "T00:00"}${zone || "Z"}`) : Number.NaN;
  if (!(time >= 0)) throw new InvalidArgumentError("Give a time such as 2026-11-26T09:00, or a duration such as 24h.");
  return time;
}
