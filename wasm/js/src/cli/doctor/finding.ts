import { within } from "../../core/late.js";
import { toldOf } from "../../http/told.js";
import { driverCause } from "../cause.js";
import { explain, isTold } from "../failure.js";

/** The outcome of one check. Its message says what is wrong and what to do; it holds no secret. */
export interface Finding {
  check: string;
  status: "ok" | "warn" | "fail";
  message: string;
}

/** What a check finds: its message, and nothing more where all is well. */
type Found = Pick<Finding, "status" | "message">;

export const ok = (message: string): Found => ({ status: "ok", message });
export const warn = (message: string): Found => ({ status: "warn", message });
export const fail = (message: string): Found => ({ status: "fail", message });

/** The time that a check may take, in milliseconds. */
const PATIENCE = 10_000;

/** Runs a check. One that cannot be carried out has failed. */
export async function examine(check: string, run: () => Promise<Found> | Found): Promise<Finding> {
  try {
    return { check, ...(await within(PATIENCE, (async () => run())(), "the check has not ended")) };
  } catch (error) {
    return { check, ...fail(isTold(error) ? explain(error).message : (driverCause(error) ?? toldOf(error))) };
  }
}
