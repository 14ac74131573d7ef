import { type Command, Option } from "commander";
import { setProduct } from "../operator/node.js";
import { withDatabase } from "./database.js";
import { duration } from "./duration.js";
import { outOption, printSecret } from "./secret.js";
import { databaseSetting, serverProductsSetting } from "./settings.js";

interface SetOptions {
  db: string;
  name: string;
  launchUrl: string;
  overlap?: number;
  serverProducts?: string[];
  out?: string;
  json?: true;
}

/** `ssokey product …` */
export function productCommand(program: Command): void {
  const product = program.command("product").description("products that users are launched into");
  product
    .command("set")
    .description(
      "Says where users of a product are launched to, and prints a new secret with which the product exchanges codes, " +
        "this once: the database holds its digest only. A secret that the product had is refused from now on, or after " +
        "the overlap.",
    )
    .addOption(databaseSetting("a SQLite file, created if it does not exist, postgres://…, mariadb://… or libsql://…"))
    .requiredOption("--name <product>", "one of the server's products")
    .requiredOption("--launch-url <url>", "http or https, without a fragment; a launch appends `code` to its query")
    .addOption(
      new Option(
        "--overlap <duration>",
        "how long the secret that the product had is accepted, at most 30d (default: not at all)",
      ).argParser(duration),
    )
    .addOption(serverProductsSetting())
    .addOption(outOption())
    .option("--json", "print the product and its secret as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey product set --db sso.db --name livechat --launch-url https://chat.example/enter
  $ ssokey product set --db sso.db --name email --launch-url "https://mail.example/in?from=sso" --overlap 24h --out email.secret`,
    )
    .action(set);
}

async function set({ db, name, launchUrl, overlap, serverProducts, out, json }: SetOptions): Promise<void> {
  const members = { name, launchUrl, overlap };
  const make = () => withDatabase(db, (storage) => setProduct(storage, members, { products: serverProducts }));
  const product = await printSecret(out, make, (made) => `${json ? JSON.stringify(made) : made.secret}\n`);
  process.stderr.write(`the secret of ${product.name} is not shown again; hand it over safely\n`);
}
