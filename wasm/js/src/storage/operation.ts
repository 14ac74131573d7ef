import type { OperationCalls, OperationName } from "../core/wire.js";
import type { Storage } from "./contract.js";

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Text;

/** The part of a storage that these operations need: a method for each of their calls but the two that hash. */
export type StorageFor<Name extends OperationName> = Pick<Storage, Extract<CamelCase<OperationCalls[Name]>, keyof Storage>>;

/** Returns the name of the method that answers a call. */
export function methodOf(call: string): string {
  return call.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
