// The thread that hashes.

import { parentPort } from "node:worker_threads";
import "./decoder.mjs";
import { decision } from "./stepped/ssokey-stepped.js";

parentPort.on("message", ({ id, call }) => parentPort.postMessage({ id, reply: replyTo(call) }));

function replyTo({ tag, val }) {
  try {
    return tag === "hash-password"
      ? { tag: "hashed", val: decision.computeHash(val) }
      : { tag: decision.computeVerification(val) };
  } catch (error) {
    // A trap, which destroys the instance: it ends the thread, and that the process.
    if (error.payload === undefined) throw error;
    return error.payload === "overloaded" ? { tag: "overloaded", val: 1 } : { tag: "failed" };
  }
}
