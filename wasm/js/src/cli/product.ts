import type { Command } from "commander";
import { loadCore } from "../core/node.js";
import { PRODUCTS } from "../core/wire.js";
import { setProduct } from "../operator/operator.js";
import { withDatabase } from "./database.js";
import { databaseSetting } from "./settings.js";

interface SetOptions {
  db: string;
  name: string;
  launchUrl: string;
  json?: true;
}

/** `ssokey product …` */
export function productCommand(program: Command): void {
  const product = program.command("product").description("products that users are launched into");
  product
    .command("set")
    .description(
      "Says where users of a product are launched to, and prints a new secret with which the product exchanges codes, " +
        "this once: the database holds its digest only. A secret that the product had is refused from now on.",
    )
    .addOption(databaseSetting("a SQLite file, created if it does not exist, postgres://… or mariadb://…"))
    .requiredOption("--name <product>", `one of ${PRODUCTS.join(", ")}`)
    .requiredOption("--launch-url <url>", "http or https, without a fragment; a launch appends `code` to its query")
    .option("--json", "print the product and its secret as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey product set --db sso.db --name livechat --launch-url https://chat.example/enter
  $ ssokey product set --db sso.db --name email --launch-url "https://mail.example/in?from=sso" > email.secret`,
    )
    .action(set);
}

async function set({ db, name, launchUrl, json }: SetOptions): Promise<void> {
  const product = await withDatabase(db, async (storage) => setProduct(await loadCore(), storage, { name, launchUrl }));
  process.stdout.write(`${json ? JSON.stringify(product) : product.secret}\n`);
  process.stderr.write(`the secret of ${product.name} is not shown again; hand it over safely\n`);
}
