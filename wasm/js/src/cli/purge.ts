import type { Command } from "commander";
import { purge as purgeExpired } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { databaseSetting } from "./settings.js";

interface PurgeOptions {
  db: string;
  json?: true;
}

/** `ssokey purge` */
export function purgeCommand(program: Command): void {
  program
    .command("purge")
    .description("Deletes the tokens and codes that have expired. Nothing else changes; run it now and then.")
    .addOption(databaseSetting())
    .option("--json", "print how many they were as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey purge --db sso.db
  $ ssokey purge --db sso.db --json`,
    )
    .action(purge);
}

async function purge({ db, json }: PurgeOptions): Promise<void> {
  requireDatabase(db);
  const purged = await withDatabase(db, (storage) => purgeExpired(storage));
  process.stdout.write(json ? `${JSON.stringify({ purged })}\n` : `${purged} expired tokens and codes deleted\n`);
}
