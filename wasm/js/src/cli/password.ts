import { createReadStream } from "node:fs";
import { errorCode } from "../core/error.js";
import { Failure, readCauses } from "./failure.js";

/** The most bytes that are read. A password has far fewer, and the core refuses one that was cut here as one that was not. */
const MOST_READ = 64 * 1024;

/**
 * The password that a file holds, or standard input if none is named: a command line is seen by other users of the machine.
 * A line end after it is not the password's.
 */
export async function readPassword(file: string | undefined): Promise<string> {
  if (file === undefined && process.stdin.isTTY) {
    throw new Failure("the password is not read from a terminal; pipe it in, or name a file with `--password-file`", 2);
  }
  const { bytes, isCut } = await readStart(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut }).replace(/\r?\n$/, "");
  } catch {
    throw new Failure("the password is not UTF-8; convert the file, or pipe it in as UTF-8", 2);
  }
}

async function readStart(file: string | undefined): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of file === undefined ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > MOST_READ) break;
    }
  } catch (error) {
    throw new Failure(`cannot read the password: ${readCauses.get(errorCode(error)) ?? "check where it comes from"}`, 2);
  }
  return { bytes: Buffer.concat(chunks), isCut: length > MOST_READ };
}
