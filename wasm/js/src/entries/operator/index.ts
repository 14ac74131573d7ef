// The types of every entry of `ssokey/operator`. No entry imports this file: it has functions of its own, by the way in which its
// runtime loads the wasm.

import type { OperatorCore } from "../../core/operator-core.js";

export * from "../../operator/operator.js";
export * from "./shared.js";

/** Returns the operator's core of this program, instantiated on first use. After a failure it is loaded anew. */
export declare const loadOperatorCore: () => Promise<OperatorCore>;
