import { type Command, Option } from "commander";
import type { ListedProduct } from "../core/wire.js";
import { listProducts, rotateProduct, setProduct } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { duration } from "./duration.js";
import { moment } from "./output.js";
import { outOption, printSecret } from "./secret.js";
import { databaseSetting, serverProductsSetting } from "./settings.js";

interface ListOptions {
  db: string;
  json?: true;
}

interface ProductOptions extends ListOptions {
  name: string;
  serverProducts?: string[];
  out?: string;
}

interface SetOptions extends ProductOptions {
  launchUrl: string;
}

interface RotateOptions extends ProductOptions {
  overlap?: number;
}

/** `ssokey product …` */
export function productCommand(program: Command): void {
  const product = program.command("product").description("products that users are launched into");
  product
    .command("list")
    .description("Lists the products that are set: name and launch URL. Nobody can show their secrets.")
    .addOption(databaseSetting())
    .option("--json", "print the products as one line of JSON")
    .addHelpText("after", examples("list"))
    .action(list);
  ofProduct(product.command("set"))
    .description(
      "Says where users of a product are launched to. A new product gets a secret with which it exchanges codes, printed " +
        "this once: the database holds its digest only. One that is there keeps its secret.",
    )
    .requiredOption("--launch-url <url>", "https, without a fragment; a launch appends `code` to its query")
    .addHelpText("after", examples("set --name livechat --launch-url https://chat.example/enter"))
    .action(set);
  ofProduct(product.command("rotate"))
    .description(
      "Gives a product a new secret and prints it, this once. The one that it had is refused from now on, or after the overlap.",
    )
    .addOption(
      new Option(
        "--overlap <duration>",
        "how long the secret that the product had is accepted, at most 30d (default: not at all)",
      ).argParser(duration),
    )
    .addHelpText("after", examples("rotate --name livechat --overlap 24h --out livechat.secret"))
    .action(rotate);
}

function ofProduct(command: Command): Command {
  return command
    .addOption(databaseSetting("a SQLite file, created if it does not exist, postgres://…, mariadb://… or libsql://…"))
    .requiredOption("--name <product>", "one of the server's products")
    .addOption(serverProductsSetting())
    .addOption(outOption())
    .option("--json", "print the product and its secret as one line of JSON");
}

function examples(line: string): string {
  return `\nExamples:\n  $ ssokey product ${line} --db sso.db\n  $ ssokey product ${line} --db sso.db --json`;
}

async function list({ db, json }: ListOptions): Promise<void> {
  requireDatabase(db);
  const products = await withDatabase(db, (storage) => listProducts(storage));
  process.stdout.write(json ? `${JSON.stringify(products)}\n` : products.map(lineOf).join(""));
  if (products.length === 0) process.stderr.write("no product is set; set one with `ssokey product set`\n");
}

function lineOf({ name, launchUrl, previousSecretExpiresAt: end }: ListedProduct): string {
  const overlap = end !== null && end > Date.now() ? `, the secret before until ${moment(end)}` : "";
  return `product ${name}: ${launchUrl}${overlap}\n`;
}

async function set({ db, name, launchUrl, serverProducts, out, json }: SetOptions): Promise<void> {
  const make = () => withDatabase(db, (storage) => setProduct(storage, { name, launchUrl }, { products: serverProducts }));
  const isMade = ({ secret }: { secret: string | null }) => secret !== null;
  const { secret } = await printSecret(out, make, (made) => textOf(made, json), isMade);
  process.stderr.write(secret === null ? `${name} keeps its secret; see \`ssokey product rotate\`\n` : once(name));
}

async function rotate({ db, name, overlap, serverProducts, out, json }: RotateOptions): Promise<void> {
  requireDatabase(db);
  const make = () => withDatabase(db, (storage) => rotateProduct(storage, { name, overlap }, { products: serverProducts }));
  await printSecret(out, make, (made) => textOf(made, json));
  process.stderr.write(once(name));
}

function textOf(product: { secret: string | null }, json: true | undefined): string {
  if (json) return `${JSON.stringify(product)}\n`;
  return product.secret === null ? "" : `${product.secret}\n`;
}

function once(name: string): string {
  return `the secret of ${name} is not shown again; hand it over safely\n`;
}
