//! The codes that launches give.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::checks::launch::launch;
use crate::checks::random::{self, Digit};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::message::secret::Kind;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "launch.code-is-random",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-003"],
        title: "a code is 43 base64url digits of 256 bits, and no two are like each other",
        judge: Judge::Passive(code_is_random),
    },
    Check {
        id: "launch.codes-have-no-pattern",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-003"],
        title: "codes of launches in a row have no bit, part or order in common",
        judge: Judge::Active(codes_have_no_pattern),
    },
];

/// Every launch of the run that gave a code.
fn gave_code(exchange: &Exchange) -> bool {
    exchange.request.operation() == Some(Operation::Launch) && exchange.answer.code().is_some()
}

fn code_is_random(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let mut given = BTreeSet::new();
    let mut last = String::new();
    let shows_code = |exchange: &Exchange| {
        let redacted = |code: String| log.is_redacted(Kind::Code, &code);
        gave_code(exchange) && !exchange.answer.code().is_some_and(redacted)
    };
    let alone = log.judge(shows_code, |Exchange { answer, .. }| {
        let code = answer.code().unwrap_or_default();
        let before = std::mem::replace(&mut last, code.clone());
        if !fits(&code) {
            let actual = format!("{} characters that are none", code.chars().count());
            return Err(Mismatch::new("43 base64url digits of 256 bits", actual));
        }
        if !given.insert(code.clone()) {
            let expected = "a code that was never given before";
            return Err(Mismatch::new(expected, "a code that was given before in this run"));
        }
        // Of random codes less than one digit in 64 is the same: 20 of 43 are not chance.
        let same = code.bytes().zip(before.bytes()).filter(|(one, other)| one == other).count();
        if same >= 20 {
            let actual = format!("{same} of 43 digits are those of the code before");
            return Err(Mismatch::new("a code that is not like the one before", actual));
        }
        Ok(())
    })?;
    // Of a few codes nobody can tell a pattern.
    let found = pattern(log).unwrap_or(None);
    let located = found.and_then(|(place, mismatch)| {
        Some(mismatch.on(&log.exchanges().get(place)?.request, Some(place)))
    });
    Ok(alone.into_iter().chain(located).collect())
}

/// Finds a pattern in the bytes of the codes, or base64url digits that no code has, with the place of the last exchange that gives one.
fn pattern(log: &Log) -> Result<Option<(usize, Mismatch)>, Stop> {
    let found = random::judge(log, "codes", |exchange| digits(log, exchange))?;
    Ok(found.or_else(|| unused(log)))
}

/// Finds base64url digits that no code has. Of the fewest codes that are judged, 42 random digits each, one is missing less than once in 10^16 runs.
fn unused(log: &Log) -> Option<(usize, Mismatch)> {
    let exchanges = log.exchanges().iter().enumerate();
    let codes = exchanges.filter_map(|(place, it)| Some((place, readable(log, it)?)));
    let codes: Vec<_> = codes.collect();
    let (last, _) = codes.last()?;
    // The last digit has four bits.
    let used = codes.iter().flat_map(|(_, code)| code.bytes().take(42)).collect::<BTreeSet<_>>();
    let missing = 64_usize.saturating_sub(used.len());
    let actual = format!("{missing} digits that none of {} codes has", codes.len());
    (missing > 0).then(|| (*last, Mismatch::new("codes of all 64 base64url digits", actual)))
}

/// An exchange's code, if it is well-formed and shown.
fn readable(log: &Log, exchange: &Exchange) -> Option<String> {
    let code = exchange.answer.code().filter(|code| gave_code(exchange) && fits(code))?;
    Some(code).filter(|code| !log.is_redacted(Kind::Code, code))
}

/// The digits of the bytes that an exchange's code is made of.
fn digits(log: &Log, exchange: &Exchange) -> Option<Vec<Digit>> {
    let bytes = URL_SAFE_NO_PAD.decode(readable(log, exchange)?).ok()?;
    Some(bytes.into_iter().flat_map(|byte| [byte >> 4, byte & 15]).map(Digit::whole).collect())
}

fn codes_have_no_pattern(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    for _ in 0..random::SMALLEST {
        launch(probe, &user)?;
    }
    let request = Way::Form.to(Operation::Launch, &user);
    if let Some((_, mismatch)) = pattern(probe.log())? {
        probe.note(&request, mismatch);
    }
    Ok(())
}

/// 43 digits of six bits are 258: the last two bits are 0.
fn fits(code: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    code.len() == 43
        && code.bytes().all(digit)
        && code.ends_with(|it| "AEIMQUYcgkosw048".contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_43_digits_whose_last_two_bits_are_0() {
        let zeros = "A".repeat(42);
        assert!(fits(&format!("{zeros}8")) && !fits(&format!("{zeros}9")));
        assert!(!fits(&zeros) && !fits(&format!("{zeros}=")) && !fits(&format!("{zeros}AA")));
    }
}
