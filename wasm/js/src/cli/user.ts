import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import type { HashKind, ListedUser, Manager, Status } from "../core/wire.js";
import {
  addUser,
  deleteUser,
  listUsers,
  setUser,
  setUserEmail,
  setUserManager,
  setUserStatus,
  showUser,
  signOutUser,
} from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { hashes } from "./hashes.js";
import { jsonArray, lines, moment } from "./output.js";
import { readPassword } from "./password.js";
import { companySetting, databaseSetting, listOrNone, lowerCase, trueOrFalse } from "./settings.js";

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

interface SetOptions extends UserOptions {
  newEmail?: string;
  displayName?: string;
  loginId?: string;
  creator?: boolean;
  companyAdmin?: boolean;
  permissions?: string[];
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
  ofUser(user.command("show"))
    .description("Shows a user: what `user list` and answers say, and when and by which key the password was set.")
    .addHelpText("after", examples("show --user ann@partner.example"))
    .action(show);
  ofUser(user.command("disable"))
    .description("Disables a user, and ends the user's tokens for good.")
    .addHelpText("after", examples("disable --user ann@partner.example"))
    .action((options: UserOptions) => change(options, "disabled"));
  ofUser(user.command("enable"))
    .description("Enables a user who was disabled.")
    .addHelpText("after", examples("enable --user ann@partner.example"))
    .action((options: UserOptions) => change(options, "enabled"));
  ofUser(user.command("sign-out"))
    .description("Ends a user's tokens and codes. The user may sign on and in again at once.")
    .addHelpText("after", examples("sign-out --user ann@partner.example"))
    .action(signOut);
  ofUser(user.command("manage"))
    .description("Says whose password counts: the partner's, or the local one, which no sign-on replaces.")
    .addOption(new Option("--by <who>", "who manages the user").choices(["local", "partner"]).makeOptionMandatory())
    .addHelpText("after", examples("manage --user ann@partner.example --by local"))
    .action(manage);
  ofUser(user.command("set"))
    .description(
      "Sets what answers say of a user. What is not given stays as it is. A new e-mail ends the user's tokens, and a sign-on " +
        "with the one before creates a new user: to shut somebody out, disable the user.",
    )
    .addOption(
      new Option("--new-email <address>", "the e-mail in the place of --user; alone, since it is a change of its own")
        .argParser(lowerCase)
        .conflicts(["displayName", "loginId", "creator", "companyAdmin", "permissions"]),
    )
    .option("--display-name <name>", "the name to show")
    .option("--login-id <name>", "the name by which the products know the user")
    .option("--creator <true|false>", "whether the user created the company", trueOrFalse)
    .option("--company-admin <true|false>", "whether the user administers the company", trueOrFalse)
    .option("--permissions <list>", 'the permissions in the products, separated by commas; "" for none', listOrNone)
    .addHelpText("after", examples('set --user ann@partner.example --display-name "Ann Lee" --permissions chat.read,chat.write'))
    .action(set);
  ofUser(user.command("delete"))
    .description(
      "Deletes a user with the tokens and codes, for good. Events keep the user's id. The partner's next sign-on with this e-mail " +
        "creates a new user: to shut somebody out, disable the user.",
    )
    .requiredOption("--yes", "confirms it, since nothing brings the user back")
    .addHelpText("after", examples("delete --yes --user ann@partner.example"))
    .action(remove);
  user
    .command("hashes")
    .description(
      "Counts users by their password hashes: of today's costs (current), of others, unreadable, and disabled. With " +
        "--disable, makes those of a kind unusable: the partner's next sign-on stores the password anew, and who is " +
        "managed locally stays without one.",
    )
    .addOption(databaseSetting())
    .option("--email <address>", "the e-mail that the company has registered (default: all companies)")
    .addOption(new Option("--disable <kind>", "the kind to make unusable; needs --yes").choices(KINDS))
    .option("--yes", "confirms --disable, since nothing brings a hash back")
    .option("--json", "print the numbers as one line of JSON")
    .addHelpText(
      "after",
      `\nExamples:\n  $ ssokey user hashes --db sso.db\n  $ ssokey user hashes --db sso.db --disable unreadable --yes`,
    )
    .action(hashes);
}

const KINDS: HashKind[] = ["current", "other", "unreadable"];

function examples(line: string): string {
  const command = `  $ ssokey user ${line} --db sso.db --email it@partner.example`;
  return `\nExamples:\n${command}\n${command} --json`;
}

function ofUser(command: Command): Command {
  return companySetting(command)
    .requiredOption("--user <address>", "the user's e-mail", lowerCase)
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

async function show({ db, email, user, json }: UserOptions): Promise<void> {
  requireDatabase(db);
  const shown = await withDatabase(db, (storage) => showUser(storage, { companyEmail: email, userEmail: user }));
  const { user: found, issuedAt, passwordKeyId } = shown;
  const { loginId, displayName, isCreator, isCompanyAdmin, permissions } = found;
  const lines = [
    lineOf(found).trimEnd(),
    `login id: ${loginId}`,
    `display name: ${displayName}`,
    `creator: ${isCreator}`,
    `company admin: ${isCompanyAdmin}`,
    `permissions: ${permissions.join(", ") || "none"}`,
    `password: set ${passwordKeyId === null ? "by no key" : `by key ${passwordKeyId}`}, ${issuedAt === null ? "nobody said when" : `at the partner ${moment(issuedAt)}`}`,
  ];
  process.stdout.write(json ? `${JSON.stringify(shown)}\n` : `${lines.join("\n")}\n`);
}

async function remove({ db, email, user, json }: UserOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => deleteUser(storage, { companyEmail: email, userEmail: user }));
  process.stdout.write(json ? `${JSON.stringify({ user })}\n` : `user ${user}: deleted\n`);
  process.stderr.write(anew(user));
}

function anew(email: string): string {
  return `a sign-on with ${email} creates a new user from now on; to shut somebody out, see \`ssokey user disable\`\n`;
}

async function signOut({ db, email, user, json }: UserOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => signOutUser(storage, { companyEmail: email, userEmail: user }));
  process.stdout.write(json ? `${JSON.stringify({ user })}\n` : `user ${user}: signed out\n`);
}

async function manage({ db, email, user, by, json }: ManageOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => setUserManager(storage, { companyEmail: email, userEmail: user, managedBy: by }));
  process.stdout.write(json ? `${JSON.stringify({ user, managedBy: by })}\n` : `user ${user}: managed by ${by}\n`);
}

async function set({ db, email, user, json, newEmail, ...rest }: SetOptions): Promise<void> {
  requireDatabase(db);
  if (newEmail !== undefined) {
    await withDatabase(db, (storage) => setUserEmail(storage, { companyEmail: email, userEmail: user, newEmail }));
    process.stdout.write(json ? `${JSON.stringify({ user, newEmail })}\n` : `user ${user}: now ${newEmail}\n`);
    return void process.stderr.write(anew(user));
  }
  const { displayName, loginId, creator: isCreator, companyAdmin: isCompanyAdmin, permissions } = rest;
  const members = { displayName, loginId, isCreator, isCompanyAdmin, permissions };
  await withDatabase(db, (storage) => setUser(storage, { companyEmail: email, userEmail: user, ...members }));
  process.stdout.write(json ? `${JSON.stringify({ user, ...members })}\n` : `user ${user}: set\n`);
}
