import * as functions from "./operator.js";
import { type OperatorParts, PARTS } from "./run.js";

type Functions = typeof functions;
type Any = (storage: unknown, members?: unknown, options?: object) => unknown;

/** Returns the operator's functions of an entry, which have its parts among their options. */
export function operatorBy(parts: OperatorParts): Functions {
  const bound = Object.entries(functions).map(([name, run]) => [
    name,
    (...[storage, members, options = {}]: Parameters<Any>) =>
      // What is not an object is refused as it is.
      (run as Any)(storage, members, typeof options === "object" && options !== null ? { ...options, [PARTS]: parts } : options),
  ]);
  return Object.fromEntries(bound) as Functions;
}
