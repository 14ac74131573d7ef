//! The rooms of the kit stand in layers: each uses those above it in the list, and none below.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, from the one that uses no other.
const ROOMS: [&str; 12] = [
    "format",
    "message",
    "transport",
    "record",
    "suite",
    "rules",
    "checks",
    "recording",
    "timing",
    "report",
    "harness",
    "reference",
];

/// The files of a room, or the one that it is.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|entry| files(&entry)).collect()
    } else if path.extension().is_some_and(|it| it == "rs") {
        vec![path.to_owned()]
    } else {
        Vec::new()
    }
}

#[test]
fn no_room_uses_one_of_a_later_layer() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = files(&source);
    for file in &found {
        let place = file.strip_prefix(&source).unwrap().with_extension("");
        let room = place.iter().next().unwrap().to_str().unwrap();
        let Some(layer) = ROOMS.iter().position(|known| *known == room) else {
            assert_eq!(room, "lib", "a room that has no layer");
            continue;
        };
        for used in fs::read_to_string(file).unwrap().split("crate::").skip(1) {
            let used = used.split(|it: char| !it.is_ascii_lowercase()).next().unwrap();
            let below = ROOMS.iter().skip(layer + 1).any(|later| *later == used);
            assert!(!below, "{} uses {used}", file.display());
        }
    }
    assert!(found.len() > 100, "{}", found.len());
}
