// The time of a start, without a hash and without a database: `cold.mjs` prints the milliseconds of the import, and of what follows to
// the first answer, in which the wasm is unpacked, compiled and instantiated.

// Node loads its own `Request` on first use, which takes longer than all of this.
const request = new Request("http://sso.example/api/sso/authenticate?email=ann@partner.example");
await new Response("any").text();

const begun = performance.now();
const { createHandler } = await import("../dist/entries/node.js");
const { memoryStorage } = await import("../dist/entries/memory.js");
const imported = performance.now();
const handler = await createHandler({ storage: memoryStorage() });
const response = await handler(request);
await response.text();
const answered = performance.now();
if (response.status !== 400) throw new Error(`the answer was ${response.status}`);
console.log(JSON.stringify([imported - begun, answered - imported]));
process.exit();
