import { InvalidArgumentError, type Option } from "commander";
import { sourceBehind, type TrustedProxies } from "../http/proxy.js";
import { setting } from "./settings.js";

const FORM = "Give the header, and the addresses or networks of your proxies, like x-forwarded-for=127.0.0.1,10.0.0.0/8.";

/** `--trust-proxy`, of a server and of what examines one. */
export function trustProxySetting(): Option {
  return setting(
    "--trust-proxy <header=list>",
    "SSOKEY_TRUST_PROXY",
    "the header in which proxies at these addresses and networks tell the client's (default: none)",
    { kind: "string" },
  ).argParser(trustedProxies);
}

/** Reads `--trust-proxy`: one header, and who may set it. */
function trustedProxies(text: string): TrustedProxies {
  const [, header = "", list = ""] = /^([A-Za-z0-9-]+)=(.+)$/.exec(text) ?? [];
  const proxies = { header: header.toLowerCase(), addresses: list.split(",") };
  if (proxies.header === "") throw new InvalidArgumentError(FORM);
  // Its values are not addresses but pairs.
  if (proxies.header === "forwarded")
    throw new InvalidArgumentError("`Forwarded` is not read; have the proxy set X-Forwarded-For.");
  try {
    sourceBehind(proxies);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}. ${FORM}`);
  }
  return proxies;
}
