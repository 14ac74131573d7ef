import type { Command } from "commander";
import type { TrustedProxies } from "../http/proxy.js";
import { withConnection } from "./database.js";
import { databaseFindings } from "./doctor/database.js";
import { examine, type Finding, ok } from "./doctor/finding.js";
import { hashing, limited, measured, secrets } from "./doctor/host.js";
import { Failure } from "./failure.js";
import { directSetting, limitSetting, readLimits } from "./limits.js";
import { trustProxySetting } from "./proxy.js";
import { DEFAULT_FILE, databaseSetting } from "./settings.js";

interface DoctorOptions {
  db: string;
  limit?: string[];
  direct: "on" | "off";
  trustProxy?: TrustedProxies;
  json?: true;
}

/** `ssokey doctor` */
export function doctorCommand(program: Command): void {
  program
    .command("doctor")
    .description(
      "Examines what a server needs: database, clock, migrations, hashing, time-outs, limits, proxy and secrets, by the " +
        "settings that `serve` has. Each line is ok, warn or fail, and says what to do.",
    )
    .addOption(databaseSetting())
    .addOption(limitSetting())
    .addOption(directSetting())
    .addOption(trustProxySetting())
    .option("--json", "print the findings as one line of JSON")
    .addHelpText(
      "after",
      `
It ends with 1 if a check fails. It writes one row that nothing reads, and changes nothing else.

Examples:
  $ ssokey doctor --db sso.db
  $ SSOKEY_DB=postgres://sso@db.example/sso ssokey doctor --json`,
    )
    .action(doctor);
}

async function doctor({ db, limit, direct, trustProxy, json }: DoctorOptions, command: Command): Promise<void> {
  const limits = readLimits(limit);
  const file = command.parent?.opts<{ config?: string }>().config ?? DEFAULT_FILE;
  const given = { place: db, source: command.getOptionValueSource("db"), file };
  const findings = [
    ...(await ofDatabase(db, trustProxy !== undefined)),
    await examine("hashing", async () => hashing(await measured())),
    await examine("limits", () => limited(limits, direct)),
    await examine("secrets", () => secrets(given)),
  ];
  const failed = findings.filter(({ status }) => status === "fail").length;
  const lines = findings.map(({ check, status, message }) => `${status.padEnd(4)}  ${check.padEnd(13)}  ${message}\n`);
  process.stdout.write(json ? `${JSON.stringify({ failed, findings })}\n` : lines.join(""));
  if (failed > 0) throw new Failure(`${failed} of ${findings.length} checks failed`);
}

async function ofDatabase(place: string, isBehindProxy: boolean): Promise<Finding[]> {
  const reached = await examine("database", () => ok("it can be reached"));
  try {
    return await withConnection(place, async (connected) => [reached, ...(await databaseFindings(connected, isBehindProxy))]);
  } catch (error) {
    return [await examine("database", () => Promise.reject(error))];
  }
}
