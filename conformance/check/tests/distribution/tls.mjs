// A server for `localhost` with a certificate of an authority that is made for it, by openssl.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";

const NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1";

export async function startTls(directory) {
  const file = (name) => join(directory, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const authority = ["-keyout", file("ca.key"), "-out", file("ca.pem"), "-subj", "/CN=an authority"];
  openssl("req", "-x509", ...key, ...authority);
  const signed = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-addext", NAMES, "-addext", "basicConstraints=CA:FALSE"];
  openssl("req", "-x509", ...key, "-keyout", file("key.pem"), "-out", file("cert.pem"), "-subj", "/CN=localhost", ...signed);
  const server = createServer({ key: readFileSync(file("key.pem")), cert: readFileSync(file("cert.pem")) }, (_, response) =>
    response.writeHead(500).end(),
  );
  await once(server.listen(0, "localhost"), "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: server.address().port, authority: file("ca.pem"), stop };
}
