import { errorCode } from "../core/error.js";

/** Repeats, ten times at most, what the server undid with one of these codes, since it stood in the way of a different transaction. */
export async function untilSerial<Done>(codes: readonly string[], run: () => Promise<Done>): Promise<Done> {
  for (let repetition = 0; ; repetition += 1) {
    try {
      return await run();
    } catch (error) {
      if (!codes.some((code) => code === errorCode(error)) || repetition === 10) throw error;
    }
  }
}
