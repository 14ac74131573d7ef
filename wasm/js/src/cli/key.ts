import { pipeline } from "node:stream/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { IssuedKey, KeyStatus, ListedKey } from "../core/wire.js";
import { endKey, issueKey, listKeys, rotateKey, setKeyStatus } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { jsonArray, lines, moment } from "./output.js";
import { outOption, printSecret } from "./secret.js";
import { companySetting } from "./settings.js";

interface CompanyOptions {
  db: string;
  email: string;
  json?: true;
}

interface IssueOptions extends CompanyOptions {
  expires?: number;
  out?: string;
}

interface RotateOptions extends IssueOptions {
  id: number;
  keep?: true;
}

interface StatusOptions extends CompanyOptions {
  id: number;
  endSessions?: true;
}

const DAY = 24 * 60 * 60 * 1000;

/** `ssokey key …` */
export function keyCommand(program: Command): void {
  const key = program.command("key").description("keys of partner companies");
  companySetting(key.command("issue"))
    .description("Issues a key to a company and prints it, this once: the database holds its digest only.")
    .option("--expires <days>", "days until the key is refused (default: never)", days)
    .addOption(outOption())
    .option("--json", "print the key, its id, its company's id and its expiry as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey key issue --db sso.db --email it@partner.example
  $ ssokey key issue --db sso.db --email it@partner.example --expires 365 --out partner.key`,
    )
    .action(issue);
  companySetting(key.command("list"))
    .description(
      "Lists a company's keys: id, status, expiry, and when each was issued and last used, to the minute. Nobody can show the keys themselves.",
    )
    .option("--json", "print the keys as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey key list --db sso.db --email it@partner.example
  $ ssokey key list --db sso.db --email it@partner.example --json`,
    )
    .action(list);
  companySetting(key.command("rotate"))
    .description(
      "Issues a key in the place of one that the company has, which is revoked with it, and prints the new one, this once.",
    )
    .requiredOption("--id <number>", "the old key's id, as `ssokey key list` prints it", id)
    .option("--keep", "leave the old key as it is, until you revoke it")
    .option("--expires <days>", "days until the new key is refused (default: never)", days)
    .addOption(outOption())
    .option("--json", "print the key, its id, its company's id and its expiry as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey key rotate --db sso.db --email it@partner.example --id 2
  $ ssokey key rotate --db sso.db --email it@partner.example --id 2 --keep --out partner.key`,
    )
    .action(rotate);
  for (const { name, status, description } of CHANGES) {
    const command = companySetting(key.command(name));
    if (status === "revoked") command.option("--end-sessions", END_SESSIONS);
    command
      .description(description)
      .requiredOption("--id <number>", "the key's id, as `ssokey key list` prints it", id)
      .option("--json", "print the key's id and its new status as one line of JSON")
      .addHelpText(
        "after",
        `
Examples:
  $ ssokey key ${name} --db sso.db --email it@partner.example --id 2
  $ ssokey key ${name} --db sso.db --email it@partner.example --id 2 --json`,
      )
      .action((options: StatusOptions) => change(options, status));
  }
}

const END_SESSIONS =
  "for a key that leaked: make the passwords that it set unusable too, and end these users' sessions; a revoked key as well";

const CHANGES: { name: string; status: KeyStatus; description: string }[] = [
  {
    name: "revoke",
    status: "revoked",
    description: "Revokes a key for good. Tokens and codes that were given for it end with it.",
  },
  {
    name: "disable",
    status: "disabled",
    description: "Disables a key until it is enabled again, and with it the tokens and codes that were given for it.",
  },
  { name: "enable", status: "enabled", description: "Enables a key that was disabled." },
];

async function issue({ db, email, expires, out, json }: IssueOptions): Promise<void> {
  requireDatabase(db);
  const members = { companyEmail: email, expiresAt: expiryIn(expires) };
  await print(() => withDatabase(db, (storage) => issueKey(storage, members)), out, json);
}

async function rotate({ db, email, id, keep, expires, out, json }: RotateOptions): Promise<void> {
  requireDatabase(db);
  const members = { companyEmail: email, keyId: id, expiresAt: expiryIn(expires), keep };
  await print(() => withDatabase(db, (storage) => rotateKey(storage, members)), out, json);
  process.stderr.write(keep ? `key ${id} is as it was; revoke it when the new one is in use\n` : `key ${id} is revoked\n`);
}

async function print(make: () => Promise<IssuedKey>, out: string | undefined, json: true | undefined): Promise<void> {
  const textOf = (issued: IssuedKey) => `${json ? JSON.stringify(issued) : issued.ssokey}\n`;
  const { keyId, companyId } = await printSecret(out, make, textOf);
  process.stderr.write(`key ${keyId} of company ${companyId} is not shown again; hand it over safely\n`);
}

function expiryIn(days: number | undefined): number | null {
  return days === undefined ? null : Date.now() + days * DAY;
}

async function list({ db, email, json }: CompanyOptions): Promise<void> {
  requireDatabase(db);
  let count = 0;
  await withDatabase(db, async (storage) => {
    const keys = counted(listKeys(storage, { companyEmail: email }), () => (count += 1));
    await pipeline(json ? jsonArray(keys) : lines(keys, lineOf), process.stdout, { end: false });
  });
  if (count === 0) process.stderr.write("the company has no key; issue one with `ssokey key issue`\n");
}

async function* counted<Item>(items: AsyncIterable<Item>, count: () => void): AsyncGenerator<Item, void> {
  for await (const item of items) {
    count();
    yield item;
  }
}

function lineOf({ keyId, status, expiresAt, createdAt, lastUsedAt }: ListedKey): string {
  const issued = createdAt === null ? "" : `, issued ${moment(createdAt)}`;
  const used = lastUsedAt === null ? "never used" : `last used ${moment(lastUsedAt)}`;
  return `key ${keyId}: ${status}, ${untilWhen(expiresAt)}${issued}, ${used}\n`;
}

async function change({ db, email, id, endSessions, json }: StatusOptions, status: KeyStatus): Promise<void> {
  requireDatabase(db);
  if (endSessions) {
    const passwords = await withDatabase(db, (storage) => endKey(storage, { companyEmail: email, keyId: id }));
    process.stdout.write(
      json
        ? `${JSON.stringify({ keyId: id, status, passwords })}\n`
        : `key ${id}: ${status}, ${passwords} passwords made unusable\n`,
    );
    process.stderr.write("run it again in half a minute: a sign-on that was under way may still set a password\n");
    return;
  }
  await withDatabase(db, (storage) => setKeyStatus(storage, { companyEmail: email, keyId: id, status }));
  process.stdout.write(json ? `${JSON.stringify({ keyId: id, status })}\n` : `key ${id}: ${status}\n`);
}

function untilWhen(expiresAt: number | null): string {
  if (expiresAt === null) return "does not expire";
  return `${expiresAt <= Date.now() ? "expired" : "expires"} ${moment(expiresAt)}`;
}

function days(text: string): number {
  // More would be a time beyond those of the format.
  if (!/^[1-9][0-9]{0,7}$/.test(text)) throw new InvalidArgumentError("Give a whole number of days from 1 to 99999999.");
  return Number(text);
}

function id(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError("Give a number that `ssokey key list` prints.");
  return Number(text);
}
