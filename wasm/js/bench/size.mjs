// What each crate costs in the modules, as they are before wasm-opt, which drops the names of functions and a fifth of the code.

import { existsSync, readFileSync } from "node:fs";

const TARGET = new URL("../../../target/", import.meta.url);
const FEATURES = { "ssokey.wasm": "request", "operator.wasm": "operator", "argon2id.wasm": "argon2id" };

/** Gives, by module, the bytes of code by crate, the most first. */
export function measure() {
  return Object.fromEntries(Object.entries(FEATURES).map(([name, feature]) => [name, byCrate(compiled(feature))]));
}

/** Which toolchain `build.sh` found shows in where it built. */
function compiled(feature) {
  const places = ["wasm", "wasm-debian"].map(
    (toolchain) => new URL(`${toolchain}-${feature}/wasm32-unknown-unknown/wasm/ssokey_wasm.wasm`, TARGET),
  );
  return readFileSync(places.find((place) => existsSync(place)));
}

function byCrate(bytes) {
  const module = new WebAssembly.Module(bytes);
  const imports = WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function").length;
  const names = namesIn(new Uint8Array(WebAssembly.Module.customSections(module, "name")[0]));
  const sums = {};
  for (const [index, size] of bodiesIn(bytes).entries()) {
    const crate = crateOf(names.get(imports + index) ?? "");
    sums[crate] = (sums[crate] ?? 0) + size;
  }
  return Object.entries(sums).sort(([, a], [, b]) => b - a);
}

/** The crate that a mangled name begins with. What is generic is counted where it is defined; an export has no crate in its name. */
function crateOf(name) {
  const [, length, rest] = /Cs[0-9A-Za-z]*_(\d+)_?(.*)/.exec(name) ?? [];
  const [, older] = /^_ZN(?:\d+_?\$?[A-Za-z<]*)?(\w+?)\d/.exec(name) ?? [];
  return length === undefined ? (older ?? "ssokey_wasm") : rest.slice(0, Number(length));
}

/** A number of variable length, and where it ends. */
function read(bytes, start) {
  let [value, shift, at] = [0, 0, start];
  do {
    value += (bytes[at] & 127) * 2 ** shift;
    shift += 7;
    at += 1;
  } while (bytes[at - 1] & 128);
  return [value, at];
}

/** The sizes of the functions in the code section. */
function bodiesIn(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const [size, begin] = read(bytes, at + 1);
    if (bytes[at] === 10) return sizes(bytes, begin);
    at = begin + size;
  }
  return [];
}

function sizes(bytes, start) {
  const [count, first] = read(bytes, start);
  const found = [];
  for (let at = first; found.length < count; ) {
    const [size, begin] = read(bytes, at);
    found.push(size);
    at = begin + size;
  }
  return found;
}

/** The names of functions, by index, of a section of names. */
function namesIn(bytes) {
  const names = new Map();
  for (let at = 0; at < bytes.length; ) {
    const [size, begin] = read(bytes, at + 1);
    if (bytes[at] === 1) {
      const [count, first] = read(bytes, begin);
      let next = first;
      for (let done = 0; done < count; done += 1) {
        const [index, after] = read(bytes, next);
        const [length, text] = read(bytes, after);
        names.set(index, new TextDecoder().decode(bytes.subarray(text, text + length)));
        next = text + length;
      }
    }
    at = begin + size;
  }
  return names;
}
