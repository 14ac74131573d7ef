//! Judging a recording, from the options to the report.

use std::path::PathBuf;

use crate::console::{Console, Exit};
use crate::judge::select;
use crate::options::{AtLeast, DetailOptions};
use crate::outlet::{Outlets, ReportOption, ReportOptionParser};
use crate::recording::{name, read_text, unreadable};
use crate::refused::Refused;
use ssokey_conformance::recording::LintError;
use ssokey_conformance::suite::Suite;

/// Every option of `lint`.
#[derive(clap::Args)]
pub(crate) struct LintOptions {
    /// The recording (`-` or nothing for standard input)
    #[arg(default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Judge by the checks alone whose id matches, such as `answer.*`
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Judge by the checks alone that bind at least this much
    #[arg(long, value_name = "LEVEL")]
    level: Option<AtLeast>,
    /// Write the report as human, json, junit, markdown, github or html, to a file or to standard output [default: human]
    #[arg(long, value_name = "FORM[=FILE]", value_parser = ReportOptionParser)]
    report: Vec<ReportOption>,
    #[command(flatten)]
    detail: DetailOptions,
}

pub(crate) fn lint(options: &LintOptions, console: &mut Console<'_>) -> Result<Exit, Refused> {
    let LintOptions { file, only, level, report, detail } = options;
    let suite = select(Suite::v1().passive(), only, *level)?;
    let outlets = Outlets::open(report, (*detail).into(), None, [file.as_path()])?;
    let text = read_text(file, console.input)?;
    let record = suite.lint(&text, &name(file)).map_err(|error| match error {
        LintError::Unreadable(why) => unreadable(file, &why.to_string()),
        LintError::Fault(fault) => Refused::fault(fault.to_string()),
        _ => Refused::fault(error.to_string()),
    })?;
    outlets.write(&record, console.out)?;
    Ok(record.verdict.into())
}
