// The kit's `lint` as WebAssembly, which is loaded when it is asked for the first time.

import { instantiate } from "../../core/instance.js";
import { lazy } from "../../core/lazy.js";
import { compiled } from "../../core/wasm.js";
import type * as Bindings from "../../judge-bindings.js";
import type { Report } from "./report.js";

/** The judge's report, for the page and as a page of its own. */
export interface Judgement {
  report: Report;
  page: string;
}

/** Returns what judges a recording, which reports call by the name. */
export const loadJudge = lazy(async () => {
  // Not in a bundle and not compiled: it stands beside the compiled files.
  const bindings: typeof Bindings = await import(new URL("../judge-bindings.js", import.meta.url).href);
  const replace = await instantiate(bindings, await compiled(await fetch(new URL("../judge.wasm", import.meta.url))));
  return (recording: Uint8Array, name: string): Judgement => {
    try {
      const judged = new bindings.Judged(recording, name);
      try {
        return { report: JSON.parse(judged.json()), page: judged.page() };
      } finally {
        judged.free();
      }
    } catch (error) {
      // What has trapped cannot be asked again.
      if (error instanceof WebAssembly.RuntimeError) replace();
      throw error;
    }
  };
});
