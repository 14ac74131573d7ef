import { InvalidArgumentError } from "commander";
import { sourceBehind, type TrustedProxies } from "../http/proxy.js";

const FORM = "Give the header, and the addresses or networks of your proxies, like x-forwarded-for=127.0.0.1,10.0.0.0/8.";

/** Reads `--trust-proxy`: one header, and who may set it. */
export function trustedProxies(text: string): TrustedProxies {
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
