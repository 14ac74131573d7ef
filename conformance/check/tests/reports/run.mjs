// One run of `ssokey-check` against a server with faults, in every form of report.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const GOOD = fileURLToPath(new URL("../foreign/server.py", import.meta.url));
const CHECK = process.env.CHECK ?? fileURLToPath(new URL("../../../../target/debug/ssokey-check", import.meta.url));
export const FORMS = ["human", "json", "junit", "markdown", "github", "html"];

/** The text that the server says in place of `not_found`, to break out of any form. */
export const HOSTILE = "]]></script><script>alert(1)</script><!--`|\n::error title=x::y\r\u0000\u001b[31m\"'&";

let reports;

/**
 * The reports by form, all of one run. Some checks fail, one of them as known, some cannot run for want of the right
 * second key, and some are not applicable.
 */
export const reportsOfFaulty = () => (reports ??= run());

async function run() {
  const folder = mkdtempSync(join(tmpdir(), "ssokey-reports-"));
  const file = (name, content) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const key = file("key", "a key between strangers");
  const other = file("other", "a key of other strangers");
  const good = spawn("python3", [GOOD, "--ssokey-file", key, "--second-ssokey-file", other], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(good, "exit");
  try {
    const faulty = await startFaulty(await readyLine(good));
    try {
      const known = '[[known]]\nid = "header.forbids-storing"\nreason = "until <release> 4 | `proxy`"\n';
      const { exitCode, stderr } = await check([
        ...["run", faulty.url, "--jobs", "4", "--without", "session", "--ssokey-file", key],
        ...["--second-ssokey-file", file("wrong", "a key that nobody was given"), "--baseline", file("known.toml", known)],
        ...FORMS.map((form) => `--report=${form}=${join(folder, form)}`),
      ]);
      if (exitCode !== 1) throw new Error(`ssokey-check ended with ${exitCode}: ${stderr}`);
      return Object.fromEntries(FORMS.map((form) => [form, readFileSync(join(folder, form), "utf8")]));
    } finally {
      await faulty.stop();
    }
  } finally {
    good.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function check(args) {
  const child = spawn(CHECK, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { exitCode, stderr };
}

/** The URL in the one line that a server says. */
async function readyLine(server) {
  const said = once(server.stdout.setEncoding("utf8"), "data");
  const [line] = await Promise.race([said, once(server, "exit")]);
  const [, url] = /^ready (\S+)/.exec(line) ?? [];
  if (url === undefined) throw new Error(`the server is not ready: ${line}`);
  return url;
}

/** The good server behind a proxy that allows storing, and says something hostile for `not_found`. */
async function startFaulty(good) {
  const { hostname, port } = new URL(good);
  const proxy = createServer(async (incoming, outgoing) => {
    const { method, url: path, rawHeaders } = incoming;
    const body = await buffer(incoming);
    const passed = send({ hostname, port, method, path, headers: rawHeaders, agent: false }).end(body);
    const [answer] = await once(passed, "response");
    const { "cache-control": _, "content-length": __, ...headers } = answer.headers;
    const hostile = JSON.stringify(HOSTILE);
    const content = (await text(answer)).replace('"not_found"', () => hostile);
    outgoing.writeHead(answer.statusCode, headers).end(content);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const stop = async () => {
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
  };
  return { url: `http://127.0.0.1:${proxy.address().port}`, stop };
}
