// The playground without a browser: its files, how they are served, and its modules that touch no document.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { playground, playgroundSite } from "../dist/http/playground.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { curlLines, serverOf } from "../dist/playground/curl.js";
import { filledFrom, OPERATIONS, requestOf } from "../dist/playground/operation.js";

const CLI = fileURLToPath(new URL("../dist/entries/cli.js", import.meta.url));
const [SIGN_ON, , , , SESSION] = OPERATIONS;

function directory(context) {
  const path = mkdtempSync(join(tmpdir(), "ssokey-playground-"));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function serve(context) {
  const server = nodeServer(createService(await loadCore(), { storage: memoryStorage() }), () => {}, { routes: [playground()] });
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  return (path, init) => fetch(`${url}${path}`, { redirect: "manual", ...init });
}

test("`ssokey playground` writes the site, again over what it wrote, and names its files", (context) => {
  const path = join(directory(context), "a", "b");
  execFileSync(process.execPath, [CLI, "playground", path]);
  const written = JSON.parse(execFileSync(process.execPath, [CLI, "playground", path, "--json"], { encoding: "utf8" }));
  const found = readdirSync(path, { recursive: true }).filter((file) => statSync(join(path, file)).isFile());
  assert.deepEqual(found.sort(), written.files.sort());
  for (const file of ["index.html", "inline/ssokey.js", "inline/operator.js", "playground/main.js", "playground/vectors.json"]) {
    assert.ok(found.includes(file), file);
  }
});

test("`ssokey playground` says what to do where it cannot write", (context) => {
  const path = join(directory(context), "file");
  writeFileSync(path, "");
  const { status, stderr } = spawnSync(process.execPath, [CLI, "playground", path], { encoding: "utf8" });
  assert.deepEqual(
    [status, stderr],
    [1, `error: cannot write to the directory \`${path}\`: it is a file, or a link that leads nowhere; name a directory\n`],
  );
});

test("every module of the site finds what it imports within the site, and nothing elsewhere", () => {
  const site = playgroundSite();
  for (const [path, place] of site) {
    if (!path.endsWith(".js")) continue;
    for (const [, name] of readFileSync(place, "utf8").matchAll(/(?:from|import) ?\(?"([^"]+)"/g)) {
      assert.ok(site.has(new URL(name, `site:/${path}`).pathname.slice(1)), `${path} imports ${name}`);
    }
  }
  const page = readFileSync(site.get("index.html"), "utf8");
  for (const [, name] of page.matchAll(/(?:src|href)="([^"#]+)"/g)) assert.ok(site.has(name), name);
  assert.doesNotMatch(page, /<script(?![^>]* src=)|<style| style=| on\w+=/);
});

test("each file is served with its type, a strict policy, and what it is on the disk", async (context) => {
  const get = await serve(context);
  const types = {
    css: "text/css",
    html: "text/html",
    js: "text/javascript",
    json: "application/json",
    svg: "image/svg+xml",
    wasm: "application/wasm",
  };
  for (const [path, place] of playgroundSite()) {
    const response = await get(`/playground/${path === "index.html" ? "" : path}`);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("content-type").split(";")[0], types[path.split(".").at(-1)]);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    const policy = response.headers.get("content-security-policy").split("; ");
    for (const directive of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]) {
      assert.ok(policy.includes(directive), directive);
    }
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), readFileSync(place));
  }
});

test("/playground leads to /playground/, and other methods are refused", async (context) => {
  const get = await serve(context);
  const redirect = await get("/playground");
  assert.deepEqual([redirect.status, redirect.headers.get("location")], [308, "playground/"]);
  const refused = await get("/playground/", { method: "POST", body: "password=one" });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
  const head = await get("/playground/", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("what is no file of the site is left to the format, however it is written", async (context) => {
  const get = await serve(context);
  for (const path of [
    "entries/cli.js",
    "entries/node.js",
    "playground/files.json",
    "..%2f..%2fpackage.json",
    "%2e%2e/package.json",
    "index.html/",
    "//",
  ]) {
    const response = await get(`/playground/${path}`);
    assert.deepEqual([response.status, (await response.json()).error.code], [404, 4040], path);
  }
  const raw = playground();
  for (const path of [
    "/playground/../package.json",
    "/playground/playground/../../entries/cli.js",
    "/playground/constructor",
    "/healthz",
  ]) {
    assert.equal(raw({ method: "GET", path }), undefined);
  }
});

test("without the playground its path is unknown", async (context) => {
  const server = nodeServer(createService(await loadCore(), { storage: memoryStorage() }), () => {});
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  assert.equal((await fetch(`http://127.0.0.1:${server.address().port}/playground/`)).status, 404);
});

const values = {
  email: "ann@demo.example",
  ssokey: "ssok_1",
  product: "email",
  issued_at: "",
  token: "t",
  code: "",
  secret: "",
  company: "",
};

const SERVER = "https://sso.example/below";

test("a curl line is for the server that has the page, wherever it has it", () => {
  const pages = {
    "http://127.0.0.1:8080/playground/": "http://127.0.0.1:8080",
    "https://sso.example/below/playground/?a=b#vector=x": SERVER,
    "https://sso.example/playground/index.html": "https://sso.example",
    "https://static.example/some/where/": "https://static.example",
    "https://static.example/": "https://static.example",
  };
  for (const [page, server] of Object.entries(pages)) assert.equal(serverOf(page), server, page);
});

test("a curl line sends what was typed, through a shell", () => {
  for (const password of ["it's", '"$HOME" `id` \\ !', "a b+c&d=e%41", "-d", "pä ß 😀", "@file", ""]) {
    const request = requestOf(SIGN_ON, { ...values, password });
    const [post, get] = curlLines(request, SERVER);
    const sent = argumentsOf(post.command).filter((_, index, all) => all[index - 1] === "--data-urlencode");
    assert.ok(sent.includes(`password=${password}`), sent.join("\n"));
    assert.equal(sent.length, 4);
    const [url] = argumentsOf(get.command);
    assert.equal(new URL(url).searchParams.get("password"), password);
  }
});

test("a token travels in a header of the curl line, not in its URL", () => {
  const [{ command }] = curlLines(requestOf(SESSION, { ...values, password: "" }), SERVER);
  assert.deepEqual(argumentsOf(command), [
    "https://sso.example/below/api/session?product=email",
    "--header",
    "Authorization: Bearer t",
  ]);
});

test("a request goes back into the form it came from", () => {
  for (const operation of OPERATIONS) {
    const filled = filledFrom(requestOf(operation, { ...values, password: "a b+c%&=" }));
    assert.equal(filled.operation, operation);
    for (const [field, value] of Object.entries(filled.values)) {
      assert.equal(value, { ...values, password: "a b+c%&=" }[field], `${operation.label}: ${field}`);
    }
  }
});

test("a request that the form cannot say does not go into it", () => {
  const request = requestOf(SIGN_ON, { ...values, password: "one" });
  const body = (text) => ({ ...request, body: Buffer.from(text, "latin1") });
  for (const text of ["password=%zz", "password=a&password=b", "password=%00", "password=\xe9", "other=1"]) {
    assert.equal(filledFrom(body(text)), undefined, text);
  }
  assert.equal(filledFrom({ ...request, contentType: "application/json" }), undefined);
  assert.equal(filledFrom({ ...request, path: "/x" }), undefined);
});

/** The words that a shell gives to `curl`. */
function argumentsOf(command) {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}
