import type { Core } from "../core/core.js";
import type { OperationName } from "../core/wire.js";
import { type Handler, type HandlerOptions, handlerOver } from "./handler.js";

export type CreateHandler = <Name extends OperationName = OperationName>(options: HandlerOptions<Name>) => Promise<Handler>;

/** Returns `createHandler` of an entry, which says how its core is loaded. */
export function createHandlerBy(loadCore: () => Promise<Core>): CreateHandler {
  return async (options) => handlerOver(await loadCore(), options);
}
