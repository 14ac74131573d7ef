import * as functions from "./operator.js";
import type { OperatorParts } from "./run.js";

type Functions = typeof functions;
type Any = (storage: unknown, members?: unknown, options?: object) => unknown;

/** Returns the operator's functions of an entry, which have its parts among their options. */
export function operatorBy(parts: OperatorParts): Functions {
  const bound = Object.entries(functions).map(([name, run]) => [
    name,
    (...[storage, members, options]: Parameters<Any>) => (run as Any)(storage, members, { ...options, parts }),
  ]);
  return Object.fromEntries(bound) as Functions;
}
