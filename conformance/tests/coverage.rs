//! The vectors, checks and tests that prove each requirement of `spec/README.md`.
//!
//! A vector names its requirements in `proves`, a check in its value, a test in a comment `proves: SSO-…` above it. Fails on a
//! MUST that nothing proves and on a proof of a requirement that is not there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;
use ssokey_conformance::format::{Level, Requirement, Scope};
use ssokey_conformance::suite::Suite;

/// The folders in which comments are looked for.
const TESTS: [&str; 5] =
    ["core/tests", "core/src", "wasm/js/test", "conformance/tests", "conformance/check/tests"];

/// Proofs by requirement: of each, what kind it is and its name.
type Proofs = BTreeMap<String, Vec<(&'static str, String)>>;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut proofs = Proofs::new();
    from_vectors(&root.join("spec/vectors"), &mut proofs);
    for check in Suite::v1().checks() {
        add(&mut proofs, check.requirements.iter().copied(), "check", check.id);
    }
    for folder in TESTS {
        from_comments(&root.join(folder), &mut proofs);
    }
    report(&proofs)
}

fn report(proofs: &Proofs) -> ExitCode {
    let mut failed = 0;
    for requirement in Requirement::all() {
        let found = proofs.get(requirement.id).map_or(&[][..], Vec::as_slice);
        let due = requirement.level == Level::Must;
        let verdict = if found.is_empty() && due { "UNPROVEN" } else { "" };
        failed += usize::from(found.is_empty() && due);
        let scope = match requirement.scope {
            Scope::Wire => "wire",
            Scope::Host => "host",
            Scope::Core => "core",
        };
        println!(
            "{:13} {:6} {scope} {} {verdict}",
            requirement.id,
            requirement.level,
            summary(found)
        );
    }
    let unknown: Vec<_> = proofs.keys().filter(|id| Requirement::find(id).is_none()).collect();
    for id in &unknown {
        println!("{id}: not a requirement, but proven by {}", summary(&proofs[*id]));
    }
    failed += unknown.len();
    let passed = Requirement::all().len() + unknown.len() - failed;
    println!("coverage: {passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns the number of proofs of each kind, and the names of the first few.
fn summary(found: &[(&str, String)]) -> String {
    let mut kinds = BTreeMap::<_, Vec<&str>>::new();
    for (kind, name) in found {
        kinds.entry(kind).or_default().push(name);
    }
    let kinds = kinds.iter().map(|(kind, names)| {
        let more = if names.len() > 3 { ", …" } else { "" };
        let first: Vec<_> = names.iter().take(3).copied().collect();
        format!(
            "{} {kind}{}: {}{more}",
            names.len(),
            if names.len() == 1 { "" } else { "s" },
            first.join(", ")
        )
    });
    kinds.collect::<Vec<_>>().join("; ")
}

fn add<'a>(
    proofs: &mut Proofs,
    ids: impl IntoIterator<Item = &'a str>,
    kind: &'static str,
    name: &str,
) {
    for id in ids {
        proofs.entry(id.to_owned()).or_default().push((kind, name.to_owned()));
    }
}

fn from_vectors(folder: &Path, proofs: &mut Proofs) {
    for path in files(folder, &["json"]) {
        let vectors: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for vector in vectors.as_array().into_iter().flatten() {
            let ids = vector["proves"].as_array().unwrap().iter().map(|id| id.as_str().unwrap());
            add(proofs, ids, "vector", vector["id"].as_str().unwrap());
        }
    }
}

fn from_comments(folder: &Path, proofs: &mut Proofs) {
    for path in files(folder, &["rs", "mjs", "ts"]) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (line, next) in text.lines().zip(text.lines().skip(1)) {
            let Some(ids) = line.trim_start().strip_prefix("// proves: ") else { continue };
            // A comment that stands above no test proves nothing.
            if next.contains("test(")
                || next.contains("check(")
                || next.trim_start().starts_with("#[test]")
            {
                let ids = ids.split([',', ' ']).filter(|id| !id.is_empty());
                add(proofs, ids, "test", &name);
            }
        }
    }
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| extensions.iter().any(|known| it == *known))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
