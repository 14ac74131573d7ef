//! The package holds a copy of what it reads of the specification, since it can hold nothing from outside its folder.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

#[test]
fn the_specification_in_the_package_is_the_repositorys() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["README.md", "passwords.json", "emails.json"] {
        let [packed, original] = ["spec", "../spec"]
            .map(|folder| fs::read_to_string(package.join(folder).join(file)).unwrap());
        assert!(packed == original, "copy spec/{file} to conformance/spec/{file}");
    }
}
