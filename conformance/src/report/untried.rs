//! The profiles that a run could not try, or in part only, and what would enable each.

use std::io::{self, Write};

use crate::record::Record;
use crate::record::lacking::{Lacking, Reason};
use crate::record::outcome::Outcome;
use crate::report::digest::groups;
use crate::report::human::OPEN;

/// Writes a line for each profile and for each thing that whoever ran the checks could supply.
pub(super) fn write_untried(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    for group in groups(record) {
        let mut lacking: Vec<(&Reason, usize)> = Vec::new();
        for reason in group.findings.iter().filter_map(|(finding, _)| suppliable(&finding.outcome))
        {
            match lacking.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, count)) => *count += 1,
                None => lacking.push((reason, 1)),
            }
        }
        let (profile, all) = (group.profile, group.findings.len());
        for (reason, count) in lacking {
            let share = if count == all { "" } else { &format!(", {count} of {all} checks") };
            writeln!(out, "{OPEN}not tried{OPEN:#} {profile}{share}: {reason}")?;
        }
    }
    Ok(())
}

/// Returns the reason if the check lacked what a further run can be given.
fn suppliable(outcome: &Outcome) -> Option<&Reason> {
    let (Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason }) = outcome else {
        return None;
    };
    let is_chosen = matches!(reason.lacking()?, Lacking::LeftOut(_) | Lacking::NotAskedFor { .. });
    let is_spent = matches!(reason.lacking()?, Lacking::Budget(_) | Lacking::Precision { .. });
    let is_of_server = *reason.lacking()? == Lacking::LegacyOption;
    (!is_chosen && !is_spent && !is_of_server).then_some(reason)
}
