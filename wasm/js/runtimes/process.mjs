// For runtimes that are processes: Node, Deno and Bun. Prints the entry that was loaded, and the results, as JSON.

import { readFileSync } from "node:fs";
import { checkPool } from "./pool.mjs";
import { runVectors } from "./runner.mjs";

const input = JSON.parse(readFileSync(new URL("./vectors.json", import.meta.url), "utf8"));
const loaded = import.meta.resolve("ssokey").split("/").at(-1);
await checkPool();
console.log(JSON.stringify({ loaded, results: await runVectors(input) }));
