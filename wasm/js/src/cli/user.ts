import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import type { ListedUser, Manager, Status } from "../core/wire.js";
import { addUser, listUsers, setUserManager, setUserStatus } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { jsonArray, lines } from "./output.js";
import { readPassword } from "./password.js";
import { companySetting } from "./settings.js";

interface CompanyOptions {
  db: string;
  email: string;
  json?: true;
}

interface UserOptions extends CompanyOptions {
  user: string;
}

interface AddOptions extends UserOptions {
  passwordFile?: string;
}

interface ManageOptions extends UserOptions {
  by: Manager;
}

/** `ssokey user …` */
export function userCommand(program: Command): void {
  const user = program.command("user").description("users of partner companies");
  ofUser(user.command("add"))
    .description(
      "Adds a user whose password is managed here: no sign-on of the partner's replaces it. The password is read from " +
        "standard input, or from a file; a line end after it does not belong to it.",
    )
    .option("--password-file <file>", "where the password is (default: standard input)")
    .addHelpText("after", examples("add --user ann@partner.example --password-file ann.password"))
    .action(add);
  companySetting(user.command("list"))
    .description("Lists a company's users: id, e-mail, status and who manages them.")
    .option("--json", "print the users as one line of JSON")
    .addHelpText("after", examples("list"))
    .action(list);
  ofUser(user.command("disable"))
    .description("Disables a user, and ends the user's tokens for good.")
    .addHelpText("after", examples("disable --user ann@partner.example"))
    .action((options: UserOptions) => change(options, "disabled"));
  ofUser(user.command("enable"))
    .description("Enables a user who was disabled.")
    .addHelpText("after", examples("enable --user ann@partner.example"))
    .action((options: UserOptions) => change(options, "enabled"));
  ofUser(user.command("manage"))
    .description("Says whose password counts: the partner's, or the local one, which no sign-on replaces.")
    .addOption(new Option("--by <who>", "who manages the user").choices(["local", "partner"]).makeOptionMandatory())
    .addHelpText("after", examples("manage --user ann@partner.example --by local"))
    .action(manage);
}

function examples(line: string): string {
  const command = `  $ ssokey user ${line} --db sso.db --email it@partner.example`;
  return `\nExamples:\n${command}\n${command} --json`;
}

function ofUser(command: Command): Command {
  return companySetting(command)
    .requiredOption("--user <address>", "the user's e-mail")
    .option("--json", "print the user and what changed as one line of JSON");
}

async function add({ db, email, user, passwordFile, json }: AddOptions): Promise<void> {
  requireDatabase(db);
  const password = await readPassword(passwordFile);
  const added = await withDatabase(db, (storage) => addUser(storage, { companyEmail: email, userEmail: user, password }));
  process.stdout.write(json ? `${JSON.stringify(added)}\n` : lineOf(added));
}

async function list({ db, email, json }: CompanyOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, async (storage) => {
    const users = listUsers(storage, { companyEmail: email });
    // As fast as it is read: there may be millions.
    await pipeline(json ? jsonArray(users) : lines(users, lineOf), process.stdout, { end: false });
  });
}

function lineOf({ userId, email, status, managedBy }: ListedUser): string {
  return `user ${userId}: ${email}, ${status}, managed by ${managedBy}\n`;
}

async function change({ db, email, user, json }: UserOptions, status: Status): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => setUserStatus(storage, { companyEmail: email, userEmail: user, status }));
  process.stdout.write(json ? `${JSON.stringify({ user, status })}\n` : `user ${user}: ${status}\n`);
}

async function manage({ db, email, user, by, json }: ManageOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => setUserManager(storage, { companyEmail: email, userEmail: user, managedBy: by }));
  process.stdout.write(json ? `${JSON.stringify({ user, managedBy: by })}\n` : `user ${user}: managed by ${by}\n`);
}
