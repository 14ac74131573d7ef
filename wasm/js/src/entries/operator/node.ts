// The entry for Node, Deno and Bun.

export * from "../../operator/node.js";
export * from "./shared.js";
