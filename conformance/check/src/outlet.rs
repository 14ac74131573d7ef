//! The reports that a run is asked for, and where they go.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use same_file::is_same_file;
use serde::Deserialize;
use tempfile::NamedTempFile;

use crate::console::Exit;
use crate::refused::{Refused, describe};
use ssokey_conformance::record::Record;
use ssokey_conformance::recording::write_har;
use ssokey_conformance::report::{self, Detail};

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    Human,
    /// For programs
    Json,
    /// XML for build servers
    Junit,
    /// For the summary of a job
    Markdown,
    /// Annotations in a job's log
    Github,
    /// A page to look at and to send
    Html,
    /// The recording, which has an option of its own
    #[value(skip)]
    Har,
}

impl Form {
    fn write(self, record: &Record, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => report::human_with(record, detail, out),
            Self::Json => report::json(record, out),
            Self::Junit => report::junit(record, out),
            Self::Markdown => report::markdown(record, out),
            Self::Github => report::github(record, out),
            Self::Html => report::html(record, out),
            Self::Har => write_har(record, out),
        }
    }
}

/// A report that is asked for: `FORM`, to standard output, or `FORM=FILE`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ReportOption {
    form: Form,
    pub(crate) file: Option<PathBuf>,
}

impl FromStr for ReportOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (form, file) = match text.split_once('=') {
            Some((_, "" | "-")) => {
                return Err(
                    "name a file after `=`, or leave `=` out for standard output".to_owned()
                );
            }
            Some((form, file)) => (form, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let form = Form::from_str(form, false).map_err(|_| {
            "give human, json, junit, markdown, github or html, and where it goes: `junit=FILE`"
                .to_owned()
        })?;
        Ok(Self { form, file })
    }
}

/// Reads [`ReportOption`] from the command line; help and completions name the forms.
#[derive(Clone)]
pub(crate) struct ReportOptionParser;

impl TypedValueParser for ReportOptionParser {
    type Value = ReportOption;

    fn parse_ref(
        &self,
        command: &clap::Command,
        option: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<ReportOption, clap::Error> {
        let parser = StringValueParser::new().try_map(|text| text.parse::<ReportOption>());
        parser.parse_ref(command, option, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Form::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

impl TryFrom<String> for ReportOption {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The reports and the recording of a run, each with a place that is known to take it.
pub(crate) struct Outlets {
    on_console: Form,
    detail: Detail,
    files: Vec<(Form, PathBuf, Outlet)>,
}

/// A file to be written when a run is over.
enum Outlet {
    /// Beside the file that it becomes, so that nobody ever sees half of it.
    Whole(NamedTempFile),
    /// A pipe or device, which nothing may take the place of.
    Stream(File),
}

impl Outlets {
    /// Sees to it that each report can be written, before anything is sent, and that none takes the place of what is `read`.
    pub(crate) fn open<'f>(
        asked: &[ReportOption],
        detail: Detail,
        recording: Option<&Path>,
        read: impl IntoIterator<Item = &'f Path>,
    ) -> Result<Self, Refused> {
        let read: Vec<_> = read.into_iter().filter(|file| file.is_file()).collect();
        let mut on_console = None;
        let mut files: Vec<(Form, PathBuf, Outlet)> = Vec::new();
        let recording =
            recording.map(|file| ReportOption { form: Form::Har, file: Some(file.into()) });
        for ReportOption { form, file } in asked.iter().chain(&recording) {
            let Some(path) = file else {
                if on_console.replace(*form).is_some() {
                    let why = "two reports go to standard output";
                    return Err(Refused::usage(
                        why,
                        "give all but one a file: --report junit=FILE",
                    ));
                }
                continue;
            };
            let path = place_of(path);
            let is_same =
                |other: &Path| path == other || is_same_file(&path, other).unwrap_or(false);
            if read.iter().any(|file| is_same(file)) {
                let why = format!("`{}` is read by this command", path.display());
                return Err(Refused::usage(why, "give the report or recording a file of its own"));
            }
            if files.iter().any(|(_, other, _)| is_same(other)) {
                let why = format!("two files go to `{}`", path.display());
                return Err(Refused::usage(
                    why,
                    "give each report and the recording one of its own",
                ));
            }
            let outlet = Outlet::open(&path).map_err(|error| {
                let why = format!("`{}` cannot be written: {}", path.display(), describe(&error));
                Refused::usage(why, "name a file in a folder that is there and may be written to")
            })?;
            files.push((*form, path, outlet));
        }
        Ok(Self { on_console: on_console.unwrap_or(Form::Human), detail, files })
    }

    /// Writes every file and the report on the console; one that cannot be written keeps none of the others back.
    pub(crate) fn write(self, record: &Record, console: &mut dyn Write) -> Result<(), Refused> {
        let (on_console, detail) = (self.on_console, self.detail);
        let written = self.write_files(record);
        on_console.write(record, detail, console)?;
        written
    }

    /// The same without the console.
    pub(crate) fn write_files(self, record: &Record) -> Result<(), Refused> {
        let detail = self.detail;
        let written = self.files.into_iter().map(|(form, path, outlet)| {
            outlet.write(&path, |out| form.write(record, detail, out)).map_err(|error| Refused {
                exit: Exit::Fault,
                why: format!("`{}` cannot be written: {}", path.display(), describe(&error)),
                advice: "see whether the disk has room and the folder is still there".to_owned(),
            })
        });
        let written: Vec<_> = written.collect();
        written.into_iter().collect()
    }
}

/// Returns the place that is written: what a link leads to and not the link, and of a file that is not there yet its folder's.
fn place_of(path: &Path) -> PathBuf {
    let beside = || {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

impl Outlet {
    /// Sees to it that the file can be written, and leaves it as it is.
    fn open(path: &Path) -> io::Result<Self> {
        match File::options().write(true).open(path) {
            Ok(file) if !file.metadata()?.is_file() => return Ok(Self::Stream(file)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => (),
        }
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let mut whole = tempfile::Builder::new();
        whole.prefix(".ssokey-check-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file, less what the user's mask takes away.
            whole.permissions(std::fs::Permissions::from_mode(0o666));
        }
        Ok(Self::Whole(whole.tempfile_in(folder.unwrap_or(Path::new(".")))?))
    }

    fn write(
        mut self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let file = match &mut self {
            Self::Whole(file) => file.as_file_mut(),
            Self::Stream(file) => file,
        };
        let mut out = io::BufWriter::new(anstream::StripStream::new(file));
        write(&mut out)?;
        out.flush()?;
        drop(out);
        match self {
            Self::Whole(file) => file.persist(path).map(drop).map_err(io::Error::from),
            Self::Stream(_) => Ok(()),
        }
    }
}
