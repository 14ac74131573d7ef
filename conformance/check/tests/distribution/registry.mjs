// A registry of npm that has the packages of a directory, and for the other platforms what a registry says of theirs. It has nothing
// else, so that what installs from it needs no network.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { run } from "./process.mjs";

const platforms = JSON.parse(readFileSync(new URL("../../npm/platforms.json", import.meta.url), "utf8"));

/** Starts it. Gives its URL, the manifests by name, the paths of the tarballs that were fetched, and what stops it. */
export async function startRegistry(directory) {
  const packages = new Map();
  for (const file of readdirSync(directory).filter((name) => name.endsWith(".tgz"))) {
    const content = readFileSync(join(directory, file));
    const manifest = JSON.parse((await run("tar", ["-xzOf", join(directory, file), "package/package.json"])).out);
    const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    packages.set(manifest.name, { manifest, file, content, integrity });
  }
  const { version } = packages.get("ssokey-check").manifest;
  for (const { os, cpu } of platforms) {
    const name = `@ssokey/check-${os}-${cpu}`;
    if (packages.has(name)) continue;
    packages.set(name, { manifest: { name, version, os: [os], cpu: [cpu] }, file: `${os}-${cpu}.tgz` });
  }
  const fetched = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.slice(1));
    const { manifest, file, integrity } = packages.get(path) ?? {};
    const tarball = [...packages.values()].find((one) => one.file === path);
    if (manifest !== undefined) {
      const dist = { tarball: `http://${request.headers.host}/${file}`, integrity };
      const versions = { [version]: { ...manifest, dist } };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name: manifest.name, "dist-tags": { latest: version }, versions }));
    } else if (tarball?.content !== undefined) {
      fetched.push(path);
      response.end(tarball.content);
    } else response.writeHead(404).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  const manifests = new Map([...packages].map(([name, { manifest }]) => [name, manifest]));
  return { url: `http://127.0.0.1:${server.address().port}/`, manifests, fetched, stop };
}
