//! The package holds a copy of the specification, since it can hold nothing from outside its folder.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

#[test]
fn the_specification_in_the_package_is_the_repositorys() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [packed, original] = ["spec/README.md", "../spec/README.md"]
        .map(|path| fs::read_to_string(package.join(path)).unwrap());
    assert!(packed == original, "copy spec/README.md to conformance/spec/README.md");
}
