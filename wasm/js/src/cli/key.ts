import { type Command, InvalidArgumentError } from "commander";
import { loadCore } from "../core/node.js";
import type { KeyStatus } from "../core/wire.js";
import { type IssuedKey, issueKey, listKeys, rotateKey, setKeyStatus } from "../operator/operator.js";
import { requireDatabase, withDatabase } from "./database.js";
import { databaseSetting } from "./settings.js";

interface CompanyOptions {
  db: string;
  email: string;
  json?: true;
}

interface IssueOptions extends CompanyOptions {
  expires?: number;
}

interface RotateOptions extends IssueOptions {
  id: number;
  keep?: true;
}

interface StatusOptions extends CompanyOptions {
  id: number;
}

const DAY = 24 * 60 * 60 * 1000;
const MAX_DAYS = 36_500;
/** The last that a `Date` can hold; the format knows later ones. */
const LAST_MOMENT = 8_640_000_000_000_000;

/** `ssokey key …` */
export function keyCommand(program: Command): void {
  const key = program.command("key").description("keys of partner companies");
  ofCompany(key.command("issue"))
    .description("Issues a key to a company and prints it, this once: the database holds its digest only.")
    .option("--expires <days>", `days until the key is refused, 1 to ${MAX_DAYS} (default: never)`, days)
    .option("--json", "print the key, its id, its company's id and its expiry as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey key issue --db sso.db --email it@partner.example
  $ ssokey key issue --db sso.db --email it@partner.example --expires 365 > partner.key`,
    )
    .action(issue);
  ofCompany(key.command("list"))
    .description("Lists a company's keys: id, status and expiry. Nobody can show the keys themselves.")
    .option("--json", "print the keys as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey key list --db sso.db --email it@partner.example
  $ ssokey key list --db sso.db --email it@partner.example --json`,
    )
    .action(list);
  ofCompany(key.command("rotate"))
    .description("Issues a key in the place of another, prints it, this once, and revokes the old one after that is stored.")
    .requiredOption("--id <number>", "the old key's id, as `ssokey key list` prints it", id)
    .option("--keep", "leave the old key as it is, until you revoke it")
    .option("--expires <days>", `days until the new key is refused, 1 to ${MAX_DAYS} (default: never)`, days)
    .option("--json", "print the key, its id, its company's id and its expiry as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey key rotate --db sso.db --email it@partner.example --id 2
  $ ssokey key rotate --db sso.db --email it@partner.example --id 2 --keep > partner.key`,
    )
    .action(rotate);
  for (const { name, status, description } of CHANGES) {
    ofCompany(key.command(name))
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

function ofCompany(command: Command): Command {
  return command
    .addOption(databaseSetting())
    .requiredOption("--email <address>", "the e-mail that the company has registered");
}

async function issue({ db, email, expires, json }: IssueOptions): Promise<void> {
  requireDatabase(db);
  const expiresAt = expiryIn(expires);
  print(await withDatabase(db, async (storage) => issueKey(await loadCore(), storage, email, expiresAt)), json);
}

async function rotate({ db, email, id, keep, expires, json }: RotateOptions): Promise<void> {
  requireDatabase(db);
  const options = { expiresAt: expiryIn(expires), keep: keep === true };
  print(await withDatabase(db, async (storage) => rotateKey(await loadCore(), storage, email, id, options)), json);
  process.stderr.write(keep ? `key ${id} is as it was; revoke it when the new one is in use\n` : `key ${id} is revoked\n`);
}

function print(issued: IssuedKey, json: true | undefined): void {
  process.stdout.write(`${json ? JSON.stringify(issued) : issued.ssokey}\n`);
  process.stderr.write(`key ${issued.keyId} of company ${issued.companyId} is not shown again; hand it over safely\n`);
}

function expiryIn(days: number | undefined): number | null {
  return days === undefined ? null : Date.now() + days * DAY;
}

async function list({ db, email, json }: CompanyOptions): Promise<void> {
  requireDatabase(db);
  const keys = await withDatabase(db, async (storage) => listKeys(await loadCore(), storage, email));
  const lines = keys.map(({ keyId, status, expiresAt }) => `key ${keyId}: ${status}, ${untilWhen(expiresAt)}\n`);
  process.stdout.write(json ? `${JSON.stringify(keys)}\n` : lines.join(""));
  if (keys.length === 0) process.stderr.write("the company has no key; issue one with `ssokey key issue`\n");
}

async function change({ db, email, id, json }: StatusOptions, status: KeyStatus): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, async (storage) => setKeyStatus(await loadCore(), storage, email, id, status));
  process.stdout.write(json ? `${JSON.stringify({ keyId: id, status })}\n` : `key ${id}: ${status}\n`);
}

function untilWhen(expiresAt: number | null): string {
  if (expiresAt === null) return "does not expire";
  const moment = new Date(Math.min(expiresAt, LAST_MOMENT)).toISOString();
  return `${expiresAt <= Date.now() ? "expired" : "expires"} ${moment}`;
}

function days(text: string): number {
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || number < 1 || number > MAX_DAYS) {
    throw new InvalidArgumentError(`Give a whole number of days, 1 to ${MAX_DAYS}.`);
  }
  return number;
}

function id(text: string): number {
  const number = Number(text);
  if (!/^[1-9][0-9]*$/.test(text) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError("Give a number that `ssokey key list` prints.");
  }
  return number;
}
