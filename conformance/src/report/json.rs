//! The report for programs: the record as JSON.

use std::io::{self, Write};

use crate::record::Record;

/// Writes the record as one indented JSON object and a line feed.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, record)?;
    writeln!(out)
}
