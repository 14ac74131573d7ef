import type { Command } from "commander";
import { loadCore } from "../core/node.js";
import { type Company, PRODUCTS } from "../core/wire.js";
import { addCompany } from "../operator/operator.js";
import { requireDatabase, withDatabase } from "./database.js";
import { databaseSetting } from "./settings.js";

interface ListOptions {
  db: string;
  json?: true;
}

interface AddOptions extends ListOptions {
  name: string;
  domain: string;
  email: string;
  products: string;
  accountType: string;
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
    .option("--products <list>", "what its users may sign on to, separated by commas", PRODUCTS.join(","))
    .option("--account-type <type>", "the account type of its users' answers", "ENTERPRISE")
    .option("--json", "print the company as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey company add --db sso.db --name "Partner Ltd" --domain partner.example --email it@partner.example
  $ ssokey company add --db sso.db --name One --domain one.example --email me@one.example --products email,meeting`,
    )
    .action(add);
  company
    .command("list")
    .description("Lists the companies: id, name, domain and registered e-mail.")
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
}

async function add({ db, name, domain, email, products, accountType, json }: AddOptions): Promise<void> {
  const draft = { name, domain, email, products: products.split(","), accountType };
  const company = await withDatabase(db, async (storage) => addCompany(await loadCore(), storage, draft));
  process.stdout.write(json ? `${JSON.stringify(company)}\n` : lineOf(company));
}

async function list({ db, json }: ListOptions): Promise<void> {
  requireDatabase(db);
  const companies = await withDatabase(db, (storage) => storage.listCompanies());
  process.stdout.write(json ? `${JSON.stringify(companies)}\n` : companies.map(lineOf).join(""));
}

function lineOf({ id, name, domain, email }: Company): string {
  return `company ${id}: ${name}, ${domain}, registered e-mail ${email}\n`;
}
