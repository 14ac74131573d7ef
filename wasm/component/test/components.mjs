// The components as jco makes JavaScript of them, once for all tests, in `dist/js`. A test makes the instances itself, with imports of its own.

import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import "../examples/node/decoder.mjs";

const PACKAGE = new URL("../", import.meta.url);
export const WORLDS = ["stepped", "embedded"];

export const componentOf = (world) => new URL(`dist/ssokey-${world}.wasm`, PACKAGE);

/** Runs jco and returns what it prints. */
export function jco(...args) {
  return execFileSync(process.execPath, [new URL("node_modules/@bytecodealliance/jco/dist/jco.js", PACKAGE).pathname, ...args], {
    encoding: "utf8",
  });
}

/** Returns a function that makes an instance of the world's component, over imports. */
export async function instancesOf(world) {
  const component = componentOf(world);
  const made = new URL(`dist/js/${world}/ssokey-${world}.js`, PACKAGE);
  if (timeOf(made) < timeOf(component))
    jco("transpile", component.pathname, "--instantiation", "sync", "--no-typescript", "-q", "-o", new URL(".", made).pathname);
  const { instantiate } = await import(made.href);
  const modules = new Map();
  const moduleOf = (path) => {
    if (!modules.has(path)) modules.set(path, new WebAssembly.Module(readFileSync(new URL(path, made))));
    return modules.get(path);
  };
  return (imports = {}) => instantiate(moduleOf, imports);
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
