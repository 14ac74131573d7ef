//! The comparison of a server's answers in two recordings or runs.

use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use similar::{Algorithm, DiffTag, TextDiff, capture_diff_slices};

use crate::message::escape::legible;
use crate::record::rendering::{Ignored, Rendering};
use crate::record::transcript::{Sent, Transcript};
use crate::record::{Record, left_behind};
use crate::recording::Recording;

/// One of the two that are compared.
pub struct Side {
    exchanges: Vec<Transcript>,
    /// The digits that every account name of the run holds.
    digits: String,
}

/// The changes in the answers to one check.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// The check; none for what was asked before any.
    pub check: Option<&'static str>,
    /// Each change, in the order of the exchanges.
    pub changes: Vec<Change>,
}

/// A change in one exchange.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// The request in one line.
    pub request: String,
    /// The lines of the answer that came (`+`) and went (`-`), with some around them (a space).
    pub lines: Vec<String>,
}

/// A request in one line, and the answer's text.
struct Rendered {
    request: String,
    answer: String,
}

impl From<&Record> for Side {
    fn from(record: &Record) -> Self {
        let digits = left_behind::digits(&record.accounts.prefix).to_owned();
        Self { exchanges: record.exchanges.clone(), digits }
    }
}

impl From<&Recording> for Side {
    fn from(recording: &Recording) -> Self {
        let Recording { log, .. } = recording;
        let exchanges = log.exchanges().iter().map(|it| Transcript::new(it, &log.secrets));
        Self { exchanges: exchanges.collect(), digits: log.run.clone() }
    }
}

/// Compares the answers check by check. What differs from run to run counts as the same: names of accounts, secrets, and
/// which number a user has, though not whether two users have the same.
pub fn compare(before: &Side, after: &Side, ignored: &Ignored) -> Vec<Difference> {
    let (before, mut after) = (before.rendered(ignored), after.rendered(ignored));
    let mut differences = Vec::new();
    for (check, old) in before {
        let place = after.iter().position(|(other, _)| *other == check);
        let new = place.map_or_else(Vec::new, |place| after.remove(place).1);
        differences.push(Difference { check, changes: changes(&old, &new) });
    }
    let added = after.into_iter();
    differences.extend(added.map(|(check, new)| Difference { check, changes: changes(&[], &new) }));
    differences.retain(|difference| !difference.changes.is_empty());
    differences
}

impl Side {
    /// Returns how many exchanges there are.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// The exchanges of each check.
    fn rendered(&self, ignored: &Ignored) -> Vec<(Option<&'static str>, Vec<Rendered>)> {
        let mut rendering = Rendering::new(&self.digits, ignored);
        let checks = self.exchanges.chunk_by(|one, next| one.check == next.check);
        let checks = checks.map(|exchanges| {
            rendering.forget_users();
            let check = exchanges.first().and_then(|exchange| exchange.check);
            let alike = exchanges.chunk_by(|one, next| is_same(&one.sent, &next.sent));
            (check, alike.flat_map(|alike| render(&mut rendering, alike)).collect())
        });
        checks.collect()
    }
}

/// Of the same request several times over, perhaps at once, which got which answer is left to chance.
fn render(rendering: &mut Rendering<'_>, alike: &[Transcript]) -> Vec<Rendered> {
    let requests: Vec<_> = alike.iter().map(|it| rendering.request(&it.sent)).collect();
    let mut answers: Vec<_> = alike.iter().map(|it| rendering.answer(&it.received)).collect();
    answers.sort();
    let pairs = requests.into_iter().zip(answers);
    pairs.map(|(request, answer)| Rendered { request, answer }).collect()
}

fn is_same(one: &Sent, other: &Sent) -> bool {
    let Sent { method, path, query, headers, body, case: _ } = one;
    (method, path, query, headers, body)
        == (&other.method, &other.path, &other.query, &other.headers, &other.body)
}

/// Pairs the exchanges by their requests.
fn changes(before: &[Rendered], after: &[Rendered]) -> Vec<Change> {
    let requests = |side: &[Rendered]| -> Vec<String> {
        side.iter().map(|exchange| exchange.request.clone()).collect()
    };
    let ops = capture_diff_slices(Algorithm::Myers, &requests(before), &requests(after));
    let mut changes = Vec::new();
    for op in ops {
        let old = before.get(op.old_range()).unwrap_or_default();
        let new = after.get(op.new_range()).unwrap_or_default();
        if op.tag() == DiffTag::Equal {
            let pairs = old.iter().zip(new).filter(|(old, new)| old.answer != new.answer);
            changes.extend(pairs.map(|(old, new)| Change {
                request: new.request.clone(),
                lines: changed_lines(&old.answer, &new.answer),
            }));
        } else {
            changes.extend(old.iter().map(|exchange| exchange.alone('-')));
            changes.extend(new.iter().map(|exchange| exchange.alone('+')));
        }
    }
    changes
}

impl Rendered {
    /// That the request was made on one side alone.
    fn alone(&self, sign: char) -> Change {
        let status = self.answer.lines().next().unwrap_or_default();
        Change { request: self.request.clone(), lines: vec![format!("{sign}{status}")] }
    }
}

fn changed_lines(before: &str, after: &str) -> Vec<String> {
    const AROUND: usize = 1;
    let diff = TextDiff::from_lines(before, after);
    let ops = diff.grouped_ops(AROUND).into_iter().flatten();
    let lines = ops.flat_map(|op| diff.iter_changes(&op).collect::<Vec<_>>());
    lines.map(|line| format!("{}{}", line.tag(), line.value().trim_end())).collect()
}

const COME: Style = AnsiColor::Green.on_default();
const GONE: Style = AnsiColor::Red.on_default();
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Writes the differences with ANSI styles. What was shown once is not shown again.
///
/// # Errors
///
/// The writer's.
pub fn write(differences: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    let mut shown: HashMap<&[String], &str> = HashMap::new();
    for Difference { check, changes } in differences {
        let check = check.unwrap_or("before any check");
        writeln!(out, "{STRONG}{check}{STRONG:#}")?;
        let mut repeated: Vec<(&str, usize)> = Vec::new();
        for Change { request, lines } in changes {
            if let Some(first) = shown.get(lines.as_slice()) {
                match repeated.iter_mut().find(|(known, _)| known == first) {
                    Some((_, times)) => *times += 1,
                    None => repeated.push((first, 1)),
                }
                continue;
            }
            shown.insert(lines, check);
            writeln!(out, "  {}", legible(request))?;
            for line in lines {
                let style = match line.chars().next() {
                    Some('+') => COME,
                    Some('-') => GONE,
                    Some(_) | None => FAINT,
                };
                writeln!(out, "  {style}{}{style:#}", legible(line))?;
            }
        }
        for (first, times) in repeated {
            writeln!(out, "  {FAINT}{times} more like that of {first}{FAINT:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
