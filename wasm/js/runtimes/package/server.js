// For Node, Deno and Bun: prints what it was answered, and how many threads Node started.

import * as ssokey from "ssokey";
import * as memory from "ssokey/memory";
import * as operator from "ssokey/operator";
import { signOns } from "./sign-ons.mjs";

let threads = 0;
process.on("worker", () => {
  threads += 1;
});
signOns(ssokey, operator, memory).then((answers) => console.log(JSON.stringify({ answers, threads })));
