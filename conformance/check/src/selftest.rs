//! The judge judged: every reference server, and what came of it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::console::{Console, Exit};
use crate::progress;
use crate::quantity::parse_seed;
use crate::refused::Refused;
use crate::serve::unknown;
use ssokey_conformance::format::Level;
use ssokey_conformance::reference::{Judged, Matrix, Row, Subject, usual_seed};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// The options of `selftest`.
#[derive(clap::Args)]
pub(crate) struct SelftestOptions {
    /// Judge the server with this fault or variant alone; can be given several times
    #[arg(long, value_name = "NAME")]
    fault: Vec<String>,
    /// Judge them by runs that make the choices of this seed
    #[arg(long, value_name = "HEX", value_parser = parse_seed)]
    seed: Option<u64>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// The report as JSON.
#[derive(Serialize)]
struct Report<'a> {
    passed: bool,
    mistakes: &'a [String],
    servers: Vec<Server>,
    clauses: Vec<Row>,
}

#[derive(Serialize)]
struct Server {
    name: &'static str,
    sentence: &'static str,
    is_faulty: bool,
    failed: Vec<&'static str>,
}

pub(crate) fn selftest(
    options: &SelftestOptions,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let subjects = subjects(&options.fault)?;
    let bar = progress::bar(subjects.len(), console.progress);
    let seed = usual_seed();
    let seed = options.seed.map_or_else(|| seed.clone(), |number| seed.clone().with_number(number));
    let matrix = Matrix::judge(&subjects, &seed, &|subject| {
        bar.set_message(subject.name());
        bar.inc(1);
    });
    bar.finish_and_clear();
    let matrix = matrix.map_err(Refused::fault)?;
    let mistakes = matrix.mistakes();
    if options.json {
        write_json(&matrix, &mistakes, console.out)?;
    } else {
        write(&matrix, &mistakes, console.out)?;
    }
    Ok(if mistakes.is_empty() { Exit::Success } else { Exit::Failed })
}

fn subjects(names: &[String]) -> Result<Vec<Subject>, Refused> {
    let all = Subject::all();
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        let known = all.iter().map(|subject| subject.name());
        Subject::find(name).ok_or_else(|| unknown("reference server", name, known))
    };
    names.iter().map(find).collect()
}

fn write(matrix: &Matrix, mistakes: &[String], out: &mut dyn Write) -> io::Result<()> {
    let rows = matrix.rows();
    for row in rows.iter().filter(|row| matrix.is_whole() || !row.killed_by.is_empty()) {
        let Row { requirement, level, words, killed_by, unseen } = row;
        writeln!(out, "{requirement:13} {level:6} {words}")?;
        let faults =
            if unseen.is_empty() { killed_by.join(", ") } else { format!("not seen: {unseen}") };
        writeln!(out, "{:20} {FAINT}{faults}{FAINT:#}", "")?;
    }
    writeln!(out)?;
    for mistake in mistakes {
        writeln!(out, "{BAD}wrong{BAD:#} {mistake}")?;
    }
    let (verdict, style) =
        if mistakes.is_empty() { ("SELFTEST PASSED", GOOD) } else { ("SELFTEST FAILED", BAD) };
    write!(out, "{style}{verdict}{style:#}")?;
    let faulty = |it: &&Judged| matches!(it.subject, Subject::Faulty(_));
    let (bad, good): (Vec<_>, Vec<_>) = matrix.judged.iter().partition(faulty);
    let mut sign = ":";
    for (servers, what) in [
        (good, "good servers pass every check"),
        (bad, "faulty servers fail the checks that they should and no others"),
    ] {
        if !servers.is_empty() {
            let right = servers.iter().filter(|judged| judged.mistake().is_none()).count();
            write!(out, "{sign} {right} of {} {what}", servers.len())?;
            sign = ";";
        }
    }
    if matrix.is_whole() {
        let musts = rows.iter().filter(|row| row.level == Level::Must);
        let (seen, unseen): (Vec<_>, Vec<_>) = musts.partition(|row| row.unseen.is_empty());
        let killed = seen.iter().filter(|row| !row.killed_by.is_empty()).count();
        write!(out, "; {killed} of {} clauses of MUSTs are killed by a fault", seen.len())?;
        write!(out, ", and {} no client can see", unseen.len())?;
    }
    writeln!(out)
}

fn write_json(matrix: &Matrix, mistakes: &[String], out: &mut dyn Write) -> io::Result<()> {
    let servers = matrix.judged.iter().map(|judged| Server {
        name: judged.subject.name(),
        sentence: judged.subject.sentence(),
        is_faulty: matches!(judged.subject, Subject::Faulty(_)),
        failed: judged.failed.iter().copied().collect(),
    });
    let (servers, clauses) = (servers.collect(), matrix.rows());
    let report = Report { passed: mistakes.is_empty(), mistakes, servers, clauses };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}
