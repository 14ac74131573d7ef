// Packs the crates and the npm package as they would be published, and checks what is inside. `make package` builds first.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { brokenLinks, ROOT } from "./links.mjs";

const CRATES = ["ssokey-core", "ssokey-host", "ssokey-conformance", "ssokey-check"];
const NPM = join(ROOT, "wasm/js");
const NPM_LIMIT = 1_140_000;
// Not counted: the page, and the copies of the wasm that travel in bundles.
const APART = ["dist/playground/", "dist/inline/"];

const { packages, target_directory: target } = JSON.parse(
  run("cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"),
);
const UNPACKED = join(target, "unpacked");
const mistakes = [];

rmSync(UNPACKED, { recursive: true, force: true });
mkdirSync(UNPACKED, { recursive: true });

forgetVerified();
run("cargo", "package", "--locked", "--allow-dirty", ...CRATES.flatMap((name) => ["--package", name]));
for (const { name, version } of packages.filter(({ name }) => CRATES.includes(name))) {
  unpack(join(target, `package/${name}-${version}.crate`));
  checkPackage(name, join(UNPACKED, `${name}-${version}`));
}

const [{ filename }] = JSON.parse(run("npm", "pack", NPM, "--json", "--ignore-scripts", "--pack-destination", UNPACKED));
unpack(join(UNPACKED, filename));
checkNpm(join(UNPACKED, "package"));

for (const mistake of mistakes) console.error(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;

/**
 * Removes what Cargo unpacked and compiled of these crates when it last verified them, which it would verify against again: it knows the
 * versions of a registry on the disk by their numbers alone.
 */
function forgetVerified() {
  const debug = join(target, "debug");
  for (const file of entries(join(debug, "deps")).filter((name) => /^ssokey_.*\.d$/.test(name))) {
    const unit = file.slice(0, -".d".length).replaceAll("_", "-");
    if (read(debug, `deps/${file}`).includes("/registry/src/-"))
      rmSync(join(debug, ".fingerprint", unit), { recursive: true, force: true });
  }
  const cache = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  // Registries that have a host are named after it.
  for (const registry of entries(cache).filter((name) => name.startsWith("-"))) {
    for (const { name, version } of packages)
      rmSync(join(cache, registry, `${name}-${version}`), { recursive: true, force: true });
  }
}

/** Checks what every package must have, and prints how large it is. */
function checkPackage(name, root) {
  const files = readdirSync(root, { recursive: true }).filter((file) => statSync(join(root, file)).isFile());
  const lacks = (file) => !existsSync(join(root, file)) || read(root, file) !== read(ROOT, file);
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) if (lacks(licence)) mistakes.push(`${name}: ${licence} is missing`);
  if (!files.includes("README.md")) mistakes.push(`${name}: README.md is missing`);
  // The copies of the format that the kit carries are read by the kit alone.
  const copies = name === "ssokey-conformance" ? ["spec/README.md", "spec/passwords.json", "spec/emails.json"] : [];
  for (const copy of copies.filter(lacks)) mistakes.push(`${name}: ${copy} is missing, or an older one`);
  const pages = files.filter((file) => file.endsWith(".md") && !copies.includes(file));
  mistakes.push(...pages.flatMap((page) => brokenLinks(join(root, page), root)).map((broken) => `${name}: ${broken}`));
  console.log(`${name}: ${files.length} files, ${size(root, files)} bytes`);
}

/** Checks the npm package: also the format, each file that the manifest names, and the limit of its size. */
function checkNpm(root) {
  checkPackage("npm", root);
  const named = new Set(["spec/README.md", "spec/storage.md", "spec/openapi.yaml", "spec/errors.json", "spec/schemas/call.json"]);
  const manifest = JSON.parse(read(root, "package.json"), (_, value) => {
    if (typeof value === "string" && value.replace("./", "").startsWith("dist/") && !value.includes("*")) named.add(value);
    return value;
  });
  for (const file of named) if (!existsSync(join(root, file))) mistakes.push(`npm: ${file} is missing`);
  const files = readdirSync(root, { recursive: true }).filter((file) => statSync(join(root, file)).isFile());
  const weight = size(
    root,
    files.filter((file) => !APART.some((folder) => file.startsWith(folder))),
  );
  console.log(`npm: ${weight} of ${NPM_LIMIT} bytes without ${APART}, ${named.size} named files of ${manifest.name}`);
  if (weight > NPM_LIMIT) mistakes.push(`npm: ${weight} bytes without ${APART} are more than ${NPM_LIMIT}`);
}

function size(root, files) {
  return files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
}

function entries(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function read(root, file) {
  return readFileSync(join(root, file), "utf8");
}

function unpack(archive) {
  console.log(relative(ROOT, archive));
  run("tar", "-xzf", archive, "-C", UNPACKED);
}

function run(command, ...options) {
  return execFileSync(command, options, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
