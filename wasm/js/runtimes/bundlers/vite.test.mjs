// The older Vites: the page of their development servers, which bundle the packages that it imports, and a server.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runAlone } from "../alone.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { inBrowser } from "../page.mjs";
import { projectWith } from "./project.mjs";

const project = await projectWith();

for (const name of ["vite6", "vite7"]) {
  const { build, createServer } = await import(name);
  const quiet = { root: project, configFile: false, logLevel: "silent" };

  test(`the development server of ${name} gives a page that signs users on`, async () => {
    const server = await createServer({ ...quiet, server: { host: "127.0.0.1", port: 0 }, cacheDir: join(project, name) });
    await server.listen();
    try {
      const [url] = server.resolvedUrls.local;
      assert.deepEqual(JSON.parse(await inBrowser(url, (page) => page.textContent("output"))), EXPECTED);
    } finally {
      await server.close();
    }
  });

  test(`${name} builds a server with nothing left outside`, async () => {
    const outDir = join(project, "out");
    await build({ ...quiet, ssr: { noExternal: true }, build: { ssr: "server.js", outDir, emptyOutDir: true } });
    assert.deepEqual(runAlone(outDir, readdirSync(outDir)[0]), { answers: EXPECTED, threads: 1 });
  });
}
