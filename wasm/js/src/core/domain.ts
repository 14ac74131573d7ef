import type { Core } from "./core.js";

/** The domain in lower case, or `undefined` if it is none. The format's rule for domains stands in that for e-mails. */
export function canonicalDomain(core: Core, text: string): string | undefined {
  return core.canonicalEmail(`a@${text}`)?.slice("a@".length);
}
