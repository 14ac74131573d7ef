// The recipes for frameworks that need nothing built, each as the package's RECIPES.md has it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PACKAGE } from "../project.mjs";
import { projectWith } from "./project.mjs";
import { asking, guards, RECIPES, signsOn, storageWithKey, whileServing } from "./recipes.mjs";

const { storage, ssokey } = await storageWithKey();
const FOLDERS = {
  Express: "express",
  "Express behind serverless-http": "serverless",
  "AWS Lambda": "lambda",
  Fastify: "fastify",
  Koa: "koa",
  NestJS: "nest",
  Hono: "hono",
};
const inFolders = Object.entries(FOLDERS).flatMap(([title, folder]) =>
  Object.entries({ ...RECIPES[title], "storage.js": storage }).map(([file, text]) => [`${folder}/${file}`, text]),
);
const project = await projectWith({
  ...Object.fromEntries(inFolders),
  "nest/tsconfig.json": `{ "compilerOptions": { "strict": true, "allowJs": true, "module": "nodenext", "target": "es2022",
    "types": ["node"], "outDir": "out", "skipLibCheck": true }, "files": ["main.ts"] }`,
  "nest/app.module.js": `import "reflect-metadata";
    import { Controller, Get, Module } from "@nestjs/common";
    class Inbox { find() { return "Hello ann@partner.example"; } }
    Get("inbox")(Inbox.prototype, "find", Object.getOwnPropertyDescriptor(Inbox.prototype, "find"));
    Controller()(Inbox);
    export class AppModule {}
    Module({ controllers: [Inbox] })(AppModule);`,
  "hono/node.js": `import { serve } from "@hono/node-server"; import app from "./server.js"; serve(app);`,
});

test("each recipe has at most ten lines", () => {
  for (const [title, files] of Object.entries(RECIPES)) {
    assert.notEqual(Object.keys(files).length, 0, title);
    for (const text of Object.values(files)) {
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      assert.ok(lines.length <= (title.startsWith("Users") ? 11 : 10), `${title}: ${lines.length}`);
    }
  }
});

execFileSync(join(PACKAGE, "node_modules/.bin/tsc"), ["-p", join(project, "nest")], { stdio: "inherit" });

for (const [title, file] of Object.entries({
  Express: "server.js",
  Fastify: "server.js",
  Koa: "server.js",
  NestJS: "out/main.js",
  Hono: "node.js",
}))
  test(`the recipe for ${title} signs users on, and guards a route of its own`, () =>
    whileServing(join(project, FOLDERS[title]), file, async (url) => {
      const ask = asking(url);
      const base = title === "Hono" ? "/v1" : "";
      const headers = await signsOn(ask, ssokey, base);
      await guards(ask, headers, `${base}/inbox`);
      assert.equal((await ask("/api/other", {})).status, title === "Koa" ? 401 : 404);
    }));

/** Invokes the recipe's function with the events that its gateway makes, as `fetch` does. */
async function invoking(folder, eventOf) {
  const { handler } = await import(pathToFileURL(join(project, folder, "lambda.js")).href);
  return async (path, { method = "GET", headers = {}, body = null }) => {
    const { pathname, search } = new URL(path, "https://a.example");
    const answer = await handler(eventOf({ method, pathname, search, headers, body }), {});
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers });
  };
}

/** Asks with a key that is none, and sees that its refusal is stored when the invocation has ended, before the platform freezes it. */
async function storesRefusals(ask, folder) {
  const { storage } = await import(pathToFileURL(join(project, folder, "storage.js")).href);
  const every = { since: null, companyId: null, userId: null, keyId: null, kind: "key_refused" };
  const refused = async () => (await storage.listEvents(every, 0, 500)).length;
  const before = await refused();
  const query = new URLSearchParams({ email: "ann@partner.example", password: "any", ssokey: "none", product: "email" });
  assert.equal((await ask(`/api/sso/authenticate?${query}`)).status, 401);
  assert.equal(await refused(), before + 1);
}

const ofGateway = ({ method, pathname, search, headers, body }) => ({
  version: "1.0",
  httpMethod: method,
  path: pathname,
  headers,
  queryStringParameters: Object.fromEntries(new URLSearchParams(search)),
  multiValueQueryStringParameters: null,
  requestContext: { identity: { sourceIp: "192.0.2.7" } },
  body,
  isBase64Encoded: false,
});

const ofUrl = ({ method, pathname, search, headers, body }, isBase64Encoded = true) => ({
  version: "2.0",
  routeKey: "$default",
  rawPath: pathname,
  rawQueryString: search.slice(1),
  headers: { "x-forwarded-for": "192.0.2.7", ...headers },
  requestContext: { domainName: "a.lambda-url.example", http: { method, path: pathname, sourceIp: "192.0.2.7" } },
  body: body && isBase64Encoded ? Buffer.from(body).toString("base64") : body,
  isBase64Encoded,
});

for (const [source, eventOf] of Object.entries({ "a gateway": ofGateway, "a function URL": ofUrl }))
  test(`the recipe for Express behind serverless-http signs users on, and guards a route of its own, by events of ${source}`, async () => {
    const ask = await invoking("serverless", eventOf);
    const headers = await signsOn(ask, ssokey);
    assert.equal(await (await ask("/inbox", { headers })).text(), "Hello");
    assert.equal((await ask("/inbox", {})).status, 401);
    await storesRefusals(ask, "serverless");
  });

for (const isBase64Encoded of [true, false])
  test(`the recipe for AWS Lambda signs users on, in base64: ${isBase64Encoded}`, async () => {
    const ask = await invoking("lambda", (request) => ofUrl(request, isBase64Encoded));
    await signsOn(ask, ssokey);
    assert.equal(await (await ask("/other", { method: "POST", body: "any" })).text(), "Hello");
    assert.equal((await ask("/api/sso/authenticate", { body: "any" })).status, 400);
    await storesRefusals(ask, "lambda");
  });
