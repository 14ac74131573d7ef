// Times that the format knows and a `Date` does not: every command shows them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { partnerFile, run } from "./cli.mjs";
import { plant } from "./database.mjs";

const LAST = 2 ** 53 - 1;
const SHOWN = "+275760-09-13T00:00:00.000Z";

/** The columns that hold times, which a storage may fill up to the last one of the format. */
const TIMES = ["keys.expires_at", "keys.created_at", "keys.last_used_at", "products.previous_secret_expires_at", "events.at"];

test("every command that prints a time prints the last one of the format", async (context) => {
  const path = await partnerFile(context);
  await run("key", "issue", "--db", path, "--email", "it@partner.example");
  await run("product", "set", "--db", path, "--name", "livechat", "--launch-url", "https://chat.example/");
  const columns = TIMES.map((column) => column.split("."));
  await plant(path, ...columns.map(([table, column]) => `UPDATE ${table} SET ${column} = ${LAST}`));
  for (const command of [
    ["key", "list", "--email", "it@partner.example"],
    ["product", "list"],
    ["event", "list"],
  ]) {
    const { stdout } = await run(...command, "--db", path);
    assert.ok(stdout.includes(SHOWN), `${command.join(" ")}: ${stdout}`);
    const { stdout: json } = await run(...command, "--db", path, "--json");
    assert.ok(json.includes(String(LAST)), `${command.join(" ")}: ${json}`);
  }
});
