import type { Core } from "../core/core.js";
import { type Handler, type HandlerOptions, handlerOver } from "./handler.js";

export type CreateHandler = (options: HandlerOptions) => Promise<Handler>;

/** Returns `createHandler` of an entry, which says how its core is loaded. */
export function createHandlerBy(loadCore: () => Promise<Core>): CreateHandler {
  return async (options) => handlerOver(await loadCore(), options);
}
