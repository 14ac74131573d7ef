//! Compares the catalogue of codes in `core` with `spec/README.md` and `spec/errors.json`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde::Deserialize;
use ssokey_core::ErrorCode;

const SPEC: &str = include_str!("../../spec/README.md");
const EXPORTED: &str = include_str!("../../spec/errors.json");

type Row = (u16, u16, String);

#[derive(Deserialize)]
struct Exported {
    status: u16,
    code: u16,
    name: String,
}

fn in_core() -> Vec<Row> {
    ErrorCode::ALL.iter().map(|code| (code.status(), code.code(), code.as_str().into())).collect()
}

#[test]
fn the_table_of_the_spec_lists_every_code() {
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let name = cells.get(3)?.strip_prefix('`')?.strip_suffix('`')?;
        Some((cells.get(1)?.parse().ok()?, cells.get(2)?.parse().ok()?, name.to_owned()))
    };
    let table: Vec<Row> = SPEC.lines().filter_map(row).collect();
    assert_eq!(table, in_core());
}

#[test]
fn the_export_for_other_languages_lists_every_code() {
    let exported: Vec<Exported> = serde_json::from_str(EXPORTED).unwrap();
    let exported: Vec<Row> = exported.into_iter().map(|it| (it.status, it.code, it.name)).collect();
    assert_eq!(exported, in_core());
}
