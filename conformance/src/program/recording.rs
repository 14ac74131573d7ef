//! Recordings as files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::har;
use crate::program::Refused;
use crate::record::Record;

/// A file that a run will be recorded in.
pub(crate) struct Recorder(File);

impl Recorder {
    /// Opens the file before anything is sent. What it holds stays until there is something else to write.
    pub(crate) fn open(path: &Path) -> Result<Self, Refused> {
        let file = File::options().write(true).create(true).truncate(false).open(path);
        file.map(Self).map_err(|error| {
            let why = format!("`{}` cannot be written: {}", path.display(), error.kind());
            Refused::usage(why, "give --record the path of a file in a folder that is there")
        })
    }

    pub(crate) fn write(self, record: &Record) -> Result<(), Refused> {
        // Not so a pipe, which holds nothing.
        if self.0.metadata()?.is_file() {
            self.0.set_len(0)?;
        }
        let mut out = BufWriter::new(self.0);
        har::write(record, &mut out)?;
        Ok(out.flush()?)
    }
}
