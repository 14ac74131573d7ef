import { BlockList, isIP } from "node:net";
import { addressOf, type NodeRequest, valuesOf } from "./incoming.js";

/** Proxies whose word is taken for the address of a client. */
export interface TrustedProxies {
  /** Addresses, and networks such as `10.0.0.0/8`. */
  addresses: readonly string[];
  /** The name of the one header in which they tell it, such as `x-forwarded-for`. */
  header: string;
}

/**
 * Returns what tells a client's address: that of the connection, unless a trusted proxy has made it. Then it is the last in the
 * header that is not a trusted proxy, since whatever stands before it the client may have written. No other header is looked at.
 *
 * Throws a `RangeError` if an address cannot be read.
 */
export function sourceBehind({ addresses, header }: TrustedProxies): (request: NodeRequest) => string | undefined {
  const trusted = new BlockList();
  for (const address of addresses) trust(trusted, address);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (request) => {
    let source = plain(addressOf(request) ?? "");
    const told = valuesOf(request, header).flatMap((value) => value.split(","));
    while (source !== undefined && isTrusted(source)) {
      const next = plain(told.pop() ?? "");
      if (next === undefined) break;
      source = next;
    }
    return source ?? addressOf(request);
  };
}

function trust(trusted: BlockList, text: string): void {
  const [, address = "", , bits] = /^([^/]+)(\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  if (version === 0 || Number(bits ?? 0) > most) throw new RangeError(`\`${text}\` is not an address or a network`);
  trusted.addSubnet(address, Number(bits ?? most), version === 6 ? "ipv6" : "ipv4");
}

/** Returns the address in a text as proxies write it, some with the port; `undefined` if there is none. */
function plain(text: string): string | undefined {
  const [address = ""] = /^\[([^\]]+)\](:[0-9]+)?$/.exec(text.trim())?.slice(1) ?? [
    text.trim().replace(/^([0-9.]+):[0-9]+$/, "$1"),
  ];
  const unmapped = address.replace(/^::ffff:(?=[0-9.]+$)/i, "");
  return isIP(unmapped) === 0 ? undefined : unmapped;
}
