// Packs the program for npm: `ssokey-check`, which people install, and the package of each platform that has the program.
//
//   node pack.mjs DIRECTORY                             writes the tarball of `ssokey-check`
//   node pack.mjs DIRECTORY PROGRAM [PLATFORM-CPU]      writes that of the platform, by default this one

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"];
const platforms = JSON.parse(readFileSync(join(HERE, "platforms.json"), "utf8"));
const nameOf = ({ os, cpu }) => `@ssokey/check-${os}-${cpu}`;

function main([directory, program, wanted = `${process.platform}-${process.arch}`]) {
  if (directory === undefined) throw new Error("node pack.mjs DIRECTORY [PROGRAM [PLATFORM-CPU]]");
  mkdirSync(directory, { recursive: true });
  if (program === undefined) packMain(directory);
  else {
    const platform = platforms.find(({ os, cpu }) => `${os}-${cpu}` === wanted);
    if (platform === undefined) throw new Error(`platforms.json has no ${wanted}`);
    packProgram(directory, program, platform);
  }
}

function packMain(directory) {
  const { version, description, keywords, ...shared } = common();
  const { name, ...own } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
  const optionalDependencies = Object.fromEntries(platforms.map((platform) => [nameOf(platform), version]));
  pack(directory, { name, version, description, keywords, ...shared, ...own, optionalDependencies }, (stage) => {
    copyFileSync(join(HERE, "ssokey-check.js"), join(stage, "ssokey-check.js"));
    copyFileSync(join(HERE, "../README.md"), join(stage, "README.md"));
  });
}

function packProgram(directory, program, { os, cpu }) {
  const file = os === "win32" ? "ssokey-check.exe" : "ssokey-check";
  const name = nameOf({ os, cpu });
  const description = `The program of the package ssokey-check for ${os}-${cpu}`;
  const manifest = {
    name,
    ...common(),
    description,
    keywords: undefined,
    os: [os],
    cpu: [cpu],
    files: [file],
    preferUnplugged: true,
  };
  pack(directory, manifest, (stage) => {
    copyFileSync(program, join(stage, file));
    chmodSync(join(stage, file), 0o755);
    writeFileSync(join(stage, "README.md"), `# ${name}\n\n${description}, which installs it where it fits.\n`);
  });
}

/** What all packages have in common comes from Cargo.toml. */
function common() {
  const args = ["metadata", "--locked", "--no-deps", "--format-version", "1"];
  const { packages } = JSON.parse(execFileSync("cargo", args, { cwd: ROOT, encoding: "utf8" }));
  const { version, description, keywords, license, homepage, repository } = packages.find(({ name }) => name === "ssokey-check");
  return {
    version,
    description,
    keywords,
    license,
    homepage,
    repository: { type: "git", url: `git+${repository}.git`, directory: "conformance/check" },
    publishConfig: { access: "public", provenance: true },
  };
}

function pack(directory, manifest, fill) {
  const stage = mkdtempSync(join(tmpdir(), "ssokey-check-"));
  try {
    writeFileSync(join(stage, "package.json"), JSON.stringify({ ...manifest, files: [...manifest.files, ...LICENCES] }, null, 2));
    for (const licence of LICENCES) copyFileSync(join(ROOT, licence), join(stage, licence));
    fill(stage);
    // A shell finds npm on Windows, where it is a script.
    const args = ["pack", stage, "--json", "--ignore-scripts", "--pack-destination", resolve(directory)];
    const options = { encoding: "utf8", shell: process.platform === "win32" };
    const [{ filename, size, unpackedSize }] = JSON.parse(execFileSync("npm", args, options));
    console.log(`${filename}: ${size} bytes, ${unpackedSize} unpacked`);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

main(process.argv.slice(2));
