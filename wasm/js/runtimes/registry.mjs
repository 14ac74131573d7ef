// A registry of npm to which the package has been published. Whoever wants a different package is sent to the real registry.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { PACKAGE, pack } from "./project.mjs";

/** Starts it. The package's tarball is put into the directory, and so is what clients keep of packages: nothing is older. */
export async function startRegistry(directory) {
  const upstream = (await promisify(execFile)("npm", ["config", "get", "registry"])).stdout.trim();
  const { filename, integrity, shasum } = await pack(directory);
  const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const { name, version } = manifest;
  const server = createServer((request, response) => {
    if (request.url === `/${name}`) {
      const dist = { tarball: `http://${request.headers.host}/${filename}`, integrity, shasum };
      const versions = { [version]: { ...manifest, dist } };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
    } else if (request.url === `/${filename}`) response.end(readFileSync(join(directory, filename)));
    else response.writeHead(302, { location: new URL(request.url, upstream).href }).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}/`;
  const env = {
    npm_config_registry: url,
    NPM_CONFIG_REGISTRY: url,
    npm_config_cache: join(directory, "npm"),
    npm_config_ignore_scripts: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    DENO_DIR: join(directory, "deno"),
    BUN_INSTALL_CACHE_DIR: join(directory, "bun"),
  };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { env, stop };
}
