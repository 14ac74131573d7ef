import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InvalidArgumentError } from "commander";
import { errorCode } from "../core/error.js";
import { Failure } from "./failure.js";

/** Where a server listens. */
export interface Listening {
  host: string;
  port: number;
}

/** The address of what is for whoever runs the server. */
export const ADMIN_HOST = "127.0.0.1";
export const LAST_PORT = 65_535;

/** Lets the server listen, and returns its URL. Throws a {@link Failure} with the cause if it cannot; `what` says of what. */
export async function listen(server: Server, { port, host }: Listening, what = ""): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const cause = causes.get(errorCode(error));
    if (cause === undefined) throw error;
    throw new Failure(`cannot listen on ${host}, port ${port}${what}: ${cause}`);
  }
  const { address, family, port: actual } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`;
}

const causes = new Map<unknown, string>([
  ["EACCES", "you may not use this port; choose one above 1023"],
  ["EADDRINUSE", "the port is taken; choose another, or 0 for a free one"],
  ["EADDRNOTAVAIL", "this machine has no such address; choose another"],
  ["ENOTFOUND", "the name is unknown; choose another"],
]);

/** Reads `off`, a port, or host and port, such as `0.0.0.0:9090` and `[::1]:9090`. */
export function adminListening(text: string): Listening | "off" {
  if (text === "off") return text;
  const [, address, name, number = ""] = /^(?:\[([0-9a-f:.]+)\]:|([^:[\]]+):)?(\d+)$/i.exec(text) ?? [];
  return { host: address ?? name ?? ADMIN_HOST, port: port(number) };
}

/** Reads the address or name of a machine. An empty one would be all addresses. */
export function hostName(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Give an address such as 127.0.0.1, or 0.0.0.0 for all.");
  return text;
}

/** Reads the number of a port. */
export function port(text: string): number {
  const number = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || number > LAST_PORT) throw new InvalidArgumentError("Give a number from 0 to 65535.");
  return number;
}
