// SvelteKit, built for Node.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { jsonFrom, listening } from "../listening.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { NODE } from "../programs.mjs";
import { ASK, env, projectWith, run } from "./project.mjs";

for (const [name, ssr] of Object.entries({ outside: "{}", inside: "{ noExternal: true }" }))
  test(`SvelteKit builds a server for Node that signs users on, with the package ${name}`, async () => {
    const project = await projectWith({
      "vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite"; export default { plugins: [sveltekit()], ssr: ${ssr} };`,
      "svelte.config.js": `import adapter from "@sveltejs/adapter-node"; export default { kit: { adapter: adapter() } };`,
      "src/app.html": "%sveltekit.head%%sveltekit.body%",
      "src/routes/+server.js": `${ASK("../../sign-ons.mjs").replace("export const ask", "const ask")}
        export const GET = async () => Response.json(await ask());`,
    });
    await run(project, "vite7/bin/vite.js", "build");
    const options = { cwd: project, env: { ...env, PORT: "0", HOST: "127.0.0.1" }, ready: /(http:\/\/\S+:\d+)/ };
    const { url, stop, log } = await listening(NODE.command, [join(project, "build/index.js")], options);
    try {
      assert.deepEqual(await jsonFrom(url, log), EXPECTED);
    } finally {
      await stop();
    }
  });
