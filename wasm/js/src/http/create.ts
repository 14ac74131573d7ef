import type { Core } from "../core/core.js";
import type { OperationName } from "../core/wire.js";
import type { RefusalsBy } from "../storage/refusals.js";
import { type Handler, type HandlerOptions, handlerOver } from "./handler.js";

export type CreateHandler = <Name extends OperationName = OperationName>(options: HandlerOptions<Name>) => Promise<Handler>;

/** Returns `createHandler` of an entry, which says how its core is loaded, and what becomes of refusals. */
export function createHandlerBy(loadCore: () => Promise<Core>, refusalsBy?: RefusalsBy): CreateHandler {
  return async (options) => handlerOver(await loadCore(), options, refusalsBy);
}
