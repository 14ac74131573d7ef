//! Checks, requirements and profiles, in words.

use std::io::{self, Write};

use crate::console::Exit;
use crate::refused::Refused;
use crate::wording::about;
use ssokey_conformance::format::{Profile, Requirement};
use ssokey_conformance::suite::{Check, Suite, nearest};

pub(crate) fn list(profile: Option<Profile>, out: &mut dyn Write) -> io::Result<Exit> {
    let wanted = |check: &&Check| profile.is_none_or(|profile| check.profile == profile);
    for check in Suite::v1().checks().into_iter().filter(wanted) {
        let requirement = check.requirements.first().copied().unwrap_or_default();
        let Check { id, title, profile, .. } = check;
        writeln!(out, "{id:44} {:6} {profile:9} {requirement:12} {title}", check.level())?;
    }
    Ok(Exit::Success)
}

pub(crate) fn explain(id: &str, out: &mut dyn Write) -> Result<Exit, Refused> {
    let checks = Suite::v1().checks();
    if let Some(check) = checks.iter().find(|check| check.id == id) {
        explain_check(check, out)?;
    } else if let Some(requirement) = Requirement::find(&id.to_ascii_uppercase()) {
        explain_requirement(requirement, &checks, out)?;
    } else if let Some(profile) = Profile::find(id) {
        explain_profile(profile, &checks, out)?;
    } else {
        let known = checks.iter().map(|check| check.id);
        let known = known.chain(Requirement::all().iter().map(|it| it.id));
        let advice = match nearest(id, known.chain(Profile::ALL.map(Profile::name))) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`ssokey-check list` names them all".to_owned(),
        };
        let why = format!("there is no check, requirement or profile `{id}`");
        return Err(Refused::usage(why, advice));
    }
    Ok(Exit::Success)
}

fn explain_check(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    let Check { id, title, profile, .. } = check;
    writeln!(out, "{id} ({}, profile {profile})\n  {title}\n", check.level())?;
    for it in check.requirements() {
        writeln!(out, "{} ({})\n  {}\n  Why: {}\n", it.id, it.level, it.sentence, it.why())?;
    }
    let how = if check.is_passive() {
        "It sends nothing and judges every answer of the run that the requirement is about."
    } else {
        "It sends requests of its own and judges the answers to them."
    };
    writeln!(out, "{how}")
}

fn explain_requirement(it: Requirement, checks: &[&Check], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n  {}", it.id, it.level, it.sentence)?;
    if !it.why().is_empty() {
        writeln!(out, "  Why: {}", it.why())?;
    }
    writeln!(out, "\nChecks:")?;
    let mut proving = checks.iter().filter(|check| check.requirements.contains(&it.id)).peekable();
    if proving.peek().is_none() {
        writeln!(out, "  none: it cannot be seen from outside")?;
    }
    for check in proving {
        writeln!(out, "  {}: {}", check.id, check.title)?;
    }
    Ok(())
}

fn explain_profile(profile: Profile, checks: &[&Check], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "profile {profile}\n  {}\n\nChecks:", about(profile))?;
    for check in checks.iter().filter(|check| check.profile == profile) {
        writeln!(out, "  {}: {}", check.id, check.title)?;
    }
    Ok(())
}
