// SvelteKit, built for Node.

import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonFrom } from "../listening.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { ASK, env, projectWith, run } from "./project.mjs";
import { asking, PAGE, RECIPES, signsOn, storageWithKey, whileServing } from "./recipes.mjs";

const ORIGIN = "https://shop.example";
const BUILD = {
  "vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite"; export default { plugins: [sveltekit()] };`,
  "src/app.html": "%sveltekit.head%%sveltekit.body%",
};
const configured = (kit) =>
  `import adapter from "@sveltejs/adapter-node"; export default { kit: { adapter: adapter(), ${kit} } };`;

for (const [name, ssr] of Object.entries({ outside: "{}", inside: "{ noExternal: true }" }))
  test(`SvelteKit builds a server for Node that signs users on, with the package ${name}`, async () => {
    const project = await projectWith({
      ...BUILD,
      "vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite"; export default { plugins: [sveltekit()], ssr: ${ssr} };`,
      "svelte.config.js": configured(""),
      "src/routes/+server.js": `${ASK("../../sign-ons.mjs")}
        export const GET = async () => Response.json(await ask());`,
    });
    await run(project, "vite7/bin/vite.js", "build");
    await whileServing(project, "build/index.js", async (url) => assert.deepEqual(await jsonFrom(url), EXPECTED));
  });

const { storage, ssokey } = await storageWithKey();
const OWN = `export const POST = async ({ request }) => new Response(await request.text());`;
const [, csrf] = /`kit: \{ (csrf: .*) \}`/.exec(PAGE);

for (const [title, kit, file] of [
  ["SvelteKit on a server of Node's", "", "server.js"],
  ["SvelteKit with any adapter", csrf, "build/index.js"],
])
  test(`the recipe for ${title} signs users on, and leaves forms of other sites refused`, async () => {
    const files = { ...BUILD, ...RECIPES[title], "storage.js": storage };
    const project = await projectWith({ ...files, "svelte.config.js": configured(kit), "src/routes/api/other/+server.js": OWN });
    await run(project, "vite7/bin/vite.js", "build");
    const options = { env: { ...env, ORIGIN } };
    const asked = async (url) => {
      const ask = asking(url);
      await signsOn(ask, ssokey);
      const post = (headers) => ask("/api/other", { method: "POST", body: new URLSearchParams({ a: "1" }), headers });
      const own = await post({ origin: ORIGIN });
      assert.deepEqual([own.status, await own.text()], [200, "a=1"]);
      for (const headers of [{}, { origin: "https://other.example" }]) assert.equal((await post(headers)).status, 403);
      const json = await ask("/api/other", { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
      assert.deepEqual([json.status, await json.text()], [200, "{}"]);
    };
    await whileServing(project, file, asked, options);
  });
