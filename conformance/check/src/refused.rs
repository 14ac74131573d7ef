//! The reasons to end the program without a report, or after it with something to say, and their words.

use std::io;

use crate::console::Exit;

/// A reason to end the program without a report, or something that failed when the report was there.
pub(crate) struct Refused {
    pub(crate) exit: Exit,
    pub(crate) why: String,
    pub(crate) advice: String,
}

impl Refused {
    pub(crate) fn usage(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, why: why.into(), advice: advice.into() }
    }

    pub(crate) fn fault(why: String) -> Self {
        Self {
            exit: Exit::Fault,
            why,
            advice: "this is a fault of ssokey-check, not of the server: please report it"
                .to_owned(),
        }
    }
}

/// Says what is wrong with a file or stream, in words for people.
pub(crate) fn describe(error: &io::Error) -> String {
    let plain = [
        (io::ErrorKind::NotFound, "there is no such file or folder"),
        (io::ErrorKind::IsADirectory, "it is a folder"),
        (io::ErrorKind::NotADirectory, "a part of the path is not a folder"),
    ];
    let known = plain.into_iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(|| error.kind().to_string(), |(_, words)| words.to_owned())
}

/// A stream of the program is gone.
impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self {
            exit: Exit::Fault,
            why: format!("input or output failed: {}", describe(&error)),
            advice: "see whether the report's reader is still there and the disk has room"
                .to_owned(),
        }
    }
}
