import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { partnerFile, serve, start } from "./cli.mjs";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...README.matchAll(/```js\n(.*?)```/gs)].map(([, example]) => example);

test("the README's first example prints a successful answer", () => {
  const printed = run(examples[0]);
  assert.match(printed, /^200 \{/);
  assert.match(printed, /email: 'ann@partner\.example'/);
  assert.match(printed, /stat: 'ok'/);
});

test("the README's examples of launch, exchange, session and sign-out go on from there", () => {
  const isProtocol = (example) => /\/api\/(sso\/login|session)/.test(example);
  const all = [examples[0], ...examples.filter(isProtocol)];
  assert.equal(all.length, 3);
  const after = `const ended = await handler(new Request("https://sso.example/api/session", { headers: byToken }));
    console.log(launched.status, exchanged.status, ended.status);`;
  assert.match(run([...all, after].join("\n")), /\n200 ann@partner\.example\n303 200 401\n$/);
});

test("the README's example of the operator's functions lists the user who was created", () => {
  const operators = examples.filter((example) => example.includes("listUsers"));
  assert.equal(operators.length, 1);
  assert.match(run([examples[0], ...operators].join("\n")), /\nann@partner\.example enabled\n$/);
});

test("the README's example of a pool signs on with threads of its own", () => {
  const pools = examples.filter((example) => example.includes("passwordPool"));
  const after = `const body = new URLSearchParams(call);
    const again = await pooled(new Request("https://sso.example/api/sso/authenticate", { method: "POST", body }));
    console.log(again.status);`;
  assert.equal(pools.length, 1);
  assert.match(run([examples[0], ...pools, after].join("\n")), /\n200\n$/);
});

test("the README's guard of a route gives the holder of a token, and 401 without one", () => {
  const guards = examples.filter((example) => example.includes("requireSession"));
  const after = `const signed = await handler(
      new Request("https://sso.example/api/sso/authenticate", { method: "POST", body: new URLSearchParams(call) }),
    );
    const headers = { authorization: "Bearer " + (await signed.json()).return.token };
    const [let_in, refused] = [await inbox(new Request("https://a.example/", { headers })), await inbox(new Request("https://a.example/"))];
    console.log(await let_in.text(), refused.status);`;
  assert.equal(guards.length, 1);
  assert.match(run([examples[0], ...guards, after].join("\n")), /\nHello ann@partner\.example 401\n$/);
});

test("the README's table of errors has each that a partner can get", () => {
  const errors = JSON.parse(readFileSync(new URL("../../../spec/errors.json", import.meta.url), "utf8"));
  const rows = [...README.matchAll(/^\| (\d{4}) \| `(\w+)` \| .+ \|$/gm)].map(([, code, name]) => `${code} ${name}`);
  const ofPartners = errors.filter(({ name }) => name !== "already_exists");
  assert.deepEqual(
    rows,
    ofPartners.map(({ code, name }) => `${code} ${name}`),
  );
});

test("the README's container is one of a user without rights, whose settings the server knows, and whose check sees it", async (context) => {
  const [, recipe] = /```dockerfile\n(.*?)```/s.exec(README);
  assert.match(recipe, /^USER node$/m);
  const env = Object.fromEntries(
    /^ENV (.*)$/m
      .exec(recipe)[1]
      .split(" ")
      .map((pair) => pair.split("=")),
  );
  const [, volume] = /^VOLUME (.*)$/m.exec(recipe);
  assert.ok(env.SSOKEY_DB.startsWith(`${volume}/`));
  const [program, ...probe] = JSON.parse(/^HEALTHCHECK .* CMD (.*)$/m.exec(recipe)[1]);
  assert.equal(program, "node");
  const isWell = async (url) => {
    const script = probe.map((part) => part.replace(`http://127.0.0.1:${env.SSOKEY_PORT}`, url));
    const child = spawn(process.execPath, script, { stdio: "ignore" });
    return (await once(child, "exit"))[0];
  };
  const database = await partnerFile(context);
  const { url, child, ended } = await serve(context, [], {
    env: { ...env, SSOKEY_DB: database, SSOKEY_HOST: "127.0.0.1", SSOKEY_ADMIN_LISTEN: "off" },
  });
  assert.equal(await isWell(url), 0);
  const help = (await start(["serve", "--help"]).ended).stdout;
  for (const name of Object.keys(env)) assert.ok(help.includes(name), name);
  child.kill("SIGTERM");
  assert.equal((await ended).code, 0);
  assert.equal(await isWell(url), 1);
});

function run(script) {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd, encoding: "utf8" });
}
