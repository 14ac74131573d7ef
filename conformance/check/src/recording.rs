//! Recordings as files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::refused::{Refused, describe};
use ssokey_conformance::recording::Recording;

/// A recording longer than this is refused: 1 GiB.
const LONGEST: u64 = 1 << 30;

/// Reads a recording from a file, or from standard input by the name `-`.
pub(crate) fn read(path: &Path, input: &mut dyn Read) -> Result<Recording, Refused> {
    Recording::parse(&read_text(path, input)?).map_err(|why| unreadable(path, &why.to_string()))
}

/// The same, as it stands there.
pub(crate) fn read_text(path: &Path, input: &mut dyn Read) -> Result<Vec<u8>, Refused> {
    let piped = path == Path::new("-");
    let name = quoted(path);
    let failed = |error: std::io::Error| {
        let why = format!("{name} cannot be read: {}", describe(&error));
        Refused::usage(why, "give the path of a recording, or `-` for standard input")
    };
    let (mut file, mut bytes) = (None, Vec::new());
    let input = if piped {
        input
    } else {
        let file = file.insert(File::open(path).map_err(failed)?);
        let length = file.metadata().map_or(0, |it| it.len().min(LONGEST));
        bytes.reserve(usize::try_from(length).unwrap_or(0) + 1);
        file
    };
    input.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        let why = format!("{name} is longer than 1 GiB");
        return Err(Refused::usage(why, "split it, and judge each part"));
    }
    Ok(bytes)
}

/// Refuses a file that is not a recording, and says what would be one.
pub(crate) fn unreadable(path: &Path, why: &str) -> Refused {
    let advice = "give an HTTP Archive (HAR), lines of JSON, or the JSON of one answer: `ssokey-check lint --help`";
    Refused::usage(format!("{} is not a recording: {why}", quoted(path)), advice)
}

/// Returns how errors speak of it.
pub(crate) fn quoted(path: &Path) -> String {
    if path == Path::new("-") { name(path) } else { format!("`{}`", name(path)) }
}

/// Returns how reports speak of it.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}
