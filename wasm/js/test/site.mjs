// The Node server over a database file, with a partner and a product, and its calls over real HTTP.

import { setProduct } from "ssokey/operator";
import { sqliteStorage } from "ssokey/sqlite";
import { loadCore } from "../dist/core/node.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { temporaryFile, urlOf } from "./database.mjs";
import { listening } from "./listening.mjs";
import { fields, keyOf } from "./partner.mjs";

export const EMAIL = "ann@partner.example";
const LAUNCH_URL = "https://mail.example/in?from=sso";

/** `clock.now` is the time of the server, which may be set. */
export async function startSite(context, options = {}) {
  const path = temporaryFile(context);
  const storage = await sqliteStorage({ url: urlOf(path) });
  const key = await keyOf(storage);
  const { secret } = await setProduct(storage, { name: "email", launchUrl: LAUNCH_URL });
  const clock = { now: Date.now() };
  const log = [];
  const faults = [];
  const service = createService(await loadCore(), {
    storage,
    now: () => clock.now,
    onError: (...fault) => faults.push(fault),
    ...options,
  });
  const server = nodeServer(service, (served) => log.push(served));
  const url = await listening(context, server);
  context.after(() => storage.close());

  const call = async (path, init) => {
    const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, ...JSON.parse(text || "{}") };
  };
  const bearer = (secret) => (secret === undefined ? {} : { authorization: `Bearer ${secret}` });
  const post = (path, form, secret) => call(path, { method: "POST", headers: bearer(secret), body: new URLSearchParams(form) });

  const launch = async (password, product = "email") => post("/api/sso/login", fields(key, password, { product }));
  return {
    path,
    storage,
    key,
    secret,
    clock,
    log,
    faults,
    call,
    post,
    signOn: (password) => post("/api/sso/authenticate", fields(key, password)),
    launch,
    codeOf: async (password) => new URL((await launch(password)).headers.get("location")).searchParams.get("code"),
    exchange: (code, by = secret, product = "email") => post("/api/sso/exchange", { code, product }, by),
    direct: (password, more = { company: "partner.example" }) => post("/api/authenticate", { userid: EMAIL, password, ...more }),
    session: (token) => call("/api/session", { headers: bearer(token) }),
    signOut: (token) => post("/api/signout", {}, token),
  };
}
