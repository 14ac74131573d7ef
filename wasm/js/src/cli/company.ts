import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import type { ListedCompany, Status } from "../core/wire.js";
import { addCompany, deleteCompany, listCompanies, setCompany, setCompanyStatus, signOutCompany } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { jsonArray, lines } from "./output.js";
import {
  companySetting,
  databaseSetting,
  list as listOf,
  listOrNone,
  lowerCase,
  serverProductsSetting,
  trueOrFalse,
} from "./settings.js";

interface ListOptions {
  db: string;
  json?: true;
}

interface AddOptions extends ListOptions {
  name: string;
  domain: string;
  email: string;
  products?: string[];
  emailDomains?: string[];
  accountType?: string;
  serverProducts?: string[];
}

interface SetOptions extends StatusOptions {
  name?: string;
  emailDomains?: string[];
  accountType?: string;
  domainOwnershipVerified?: boolean;
  domainMxVerified?: boolean;
}

interface StatusOptions extends ListOptions {
  email: string;
}

/** `ssokey company …` */
export function companyCommand(program: Command): void {
  const company = program.command("company").description("partner companies");
  company
    .command("add")
    .description("Adds a partner company. A SQLite file is created if it does not exist.")
    .addOption(databaseSetting())
    .requiredOption("--name <name>", "the company's name, as shown to people")
    .requiredOption("--domain <domain>", "the company's domain")
    .requiredOption("--email <address>", "the e-mail that the company registers; keys are issued to it")
    .option("--products <list>", "what its users may sign on to, separated by commas (default: all of the server's)", listOf)
    .option("--email-domains <list>", `${EMAIL_DOMAINS} (default: all)`, domains)
    .option("--account-type <type>", "the account type of its users' answers (default: ENTERPRISE)")
    .addOption(serverProductsSetting())
    .option("--json", "print the company as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey company add --db sso.db --name "Partner Ltd" --domain partner.example --email it@partner.example
  $ ssokey company add --db sso.db --name One --domain one.example --email me@one.example --products email,meeting
  $ ssokey company add --db sso.db --name Two --domain two.example --email me@two.example --email-domains two.example,mail.two.example`,
    )
    .action(add);
  company
    .command("list")
    .description(
      "Lists the companies: id, name, domain, registered e-mail, status, and the domains of their new users where not all are.",
    )
    .addOption(databaseSetting())
    .option("--json", "print the companies as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey company list --db sso.db
  $ ssokey company list --db sso.db --json`,
    )
    .action(list);
  companySetting(company.command("set"))
    .description(
      "Sets what the answers to its users' sign-ons say of a company, and which users its sign-ons may create. What is not given " +
        "stays as it is.",
    )
    .option("--name <name>", "the company's name, as shown to people")
    .option("--email-domains <list>", `${EMAIL_DOMAINS}; "" for all`, domains)
    .option("--account-type <type>", "the account type")
    .option("--domain-ownership-verified <true|false>", "whether the domain is proven to be the company's own", trueOrFalse)
    .option("--domain-mx-verified <true|false>", "whether the domain's MX records were verified", trueOrFalse)
    .option("--json", "print the company's e-mail and what was set as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey company set --db sso.db --email it@partner.example --name "Partner plc"
  $ ssokey company set --db sso.db --email it@partner.example --domain-mx-verified true
  $ ssokey company set --db sso.db --email it@partner.example --email-domains partner.example,partner.test`,
    )
    .action(set);
  companySetting(company.command("sign-out"))
    .description("Ends the tokens and codes of all users of a company. They may sign on and in again at once.")
    .option("--json", "print the company's e-mail as one line of JSON")
    .addHelpText("after", "\nExamples:\n  $ ssokey company sign-out --db sso.db --email it@partner.example")
    .action(signOut);
  companySetting(company.command("delete"))
    .description(
      "Deletes a company with its keys, users, tokens and codes, for good. Events keep the ids. Disable it first, where it may still be in use.",
    )
    .requiredOption("--yes", "confirms it, since nothing brings the company back")
    .option("--json", "print the company's e-mail as one line of JSON")
    .addHelpText("after", "\nExamples:\n  $ ssokey company delete --db sso.db --email it@partner.example --yes")
    .action(remove);
  for (const { name, status, description } of CHANGES) {
    companySetting(company.command(name))
      .description(description)
      .option("--json", "print the company's e-mail and its new status as one line of JSON")
      .addHelpText(
        "after",
        `
Examples:
  $ ssokey company ${name} --db sso.db --email it@partner.example
  $ ssokey company ${name} --db sso.db --email it@partner.example --json`,
      )
      .action((options: StatusOptions) => change(options, status));
  }
}

const EMAIL_DOMAINS =
  "the domains of the e-mails with which its sign-ons may create users, separated by commas; a domain below one of them is not one, " +
  "and users who are there sign on whatever theirs is";

const CHANGES: { name: string; status: Status; description: string }[] = [
  {
    name: "disable",
    status: "disabled",
    description:
      "Disables a company until it is enabled again: its keys, its users' sign-ins, its tokens and its codes are refused " +
      "at once. The tokens end for good.",
  },
  {
    name: "enable",
    status: "enabled",
    description: "Enables a company that was disabled. Its keys and users are as they were; its users sign on anew.",
  },
];

/** Returns domains as they are stored: each once. */
function domains(text: string): string[] {
  return [...new Set(listOrNone(lowerCase(text)))];
}

async function add(options: AddOptions): Promise<void> {
  const { db, name, domain, email, products, emailDomains, accountType, serverProducts, json } = options;
  const members = { name, domain, email, products, emailDomains, accountType };
  const added = await withDatabase(db, (storage) => addCompany(storage, members, { products: serverProducts }));
  process.stdout.write(json ? `${JSON.stringify(added)}\n` : lineOf(added));
}

async function list({ db, json }: ListOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, async (storage) => {
    const companies = listCompanies(storage);
    await pipeline(json ? jsonArray(companies) : lines(companies, lineOf), process.stdout, { end: false });
  });
}

function lineOf({ companyId, name, domain, email, emailDomains, status }: ListedCompany): string {
  const restriction = emailDomains.length === 0 ? "" : `, new users of ${emailDomains.join(" ")}`;
  return `company ${companyId}: ${name}, ${domain}, registered e-mail ${email}, ${status}${restriction}\n`;
}

async function set({ db, email, json, ...rest }: SetOptions): Promise<void> {
  requireDatabase(db);
  const { name, emailDomains, accountType, domainOwnershipVerified, domainMxVerified } = rest;
  const members = { name, emailDomains, accountType, domainOwnershipVerified, domainMxVerified };
  await withDatabase(db, (storage) => setCompany(storage, { companyEmail: email, ...members }));
  process.stdout.write(json ? `${JSON.stringify({ email, ...members })}\n` : `company ${email}: set\n`);
}

async function remove({ db, email, json }: StatusOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => deleteCompany(storage, { companyEmail: email }));
  process.stdout.write(json ? `${JSON.stringify({ email })}\n` : `company ${email}: deleted\n`);
}

async function signOut({ db, email, json }: StatusOptions): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => signOutCompany(storage, { companyEmail: email }));
  process.stdout.write(json ? `${JSON.stringify({ email })}\n` : `company ${email}: its users are signed out\n`);
}

async function change({ db, email, json }: StatusOptions, status: Status): Promise<void> {
  requireDatabase(db);
  await withDatabase(db, (storage) => setCompanyStatus(storage, { companyEmail: email, status }));
  process.stdout.write(json ? `${JSON.stringify({ email, status })}\n` : `company ${email}: ${status}\n`);
  if (status === "disabled") {
    process.stderr.write(
      "its keys, sign-ins, tokens and codes are refused from now on; the tokens stay ended when it is enabled\n",
    );
  }
}
