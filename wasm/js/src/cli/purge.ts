import type { Command } from "commander";
import { purgeEvents, purge as purgeExpired } from "../operator/node.js";
import { requireDatabase, withDatabase } from "./database.js";
import { duration } from "./duration.js";
import { databaseSetting } from "./settings.js";

interface PurgeOptions {
  db: string;
  eventsOlderThan?: number;
  json?: true;
}

/** `ssokey purge` */
export function purgeCommand(program: Command): void {
  program
    .command("purge")
    .description(
      "Deletes the tokens and codes that have expired. With --events-older-than, also old events. Run it now and then.",
    )
    .addOption(databaseSetting())
    .option("--events-older-than <duration>", "delete the events that are older, such as 90d (default: keep all)", duration)
    .option("--json", "print how many they were as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey purge --db sso.db
  $ ssokey purge --db sso.db --events-older-than 90d --json`,
    )
    .action(purge);
}

async function purge({ db, eventsOlderThan: age, json }: PurgeOptions): Promise<void> {
  requireDatabase(db);
  const { purged, events } = await withDatabase(db, async (storage) => ({
    purged: await purgeExpired(storage),
    events: age === undefined ? undefined : await purgeEvents(storage, { before: Math.max(0, Date.now() - age) }),
  }));
  const told = events === undefined ? "" : `, and ${events} old events`;
  process.stdout.write(json ? `${JSON.stringify({ purged, events })}\n` : `${purged} expired tokens and codes deleted${told}\n`);
}
