//! The key: which are refused, and that a refusal tells nothing.

use crate::checks::alike::alike;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::Request;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "key.refuses-unknown",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-001"],
        title: "a key of the right shape that nobody was given is refused",
        judge: Judge::Active(refuses_unknown),
    },
    Check {
        id: "key.refuses-wrong-check-characters",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-001"],
        title: "a key whose check characters are wrong is refused",
        judge: Judge::Active(refuses_wrong_check_characters),
    },
    Check {
        id: "key.refuses-other-shapes",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-001"],
        title: "what has no key's shape is refused like any other key",
        judge: Judge::Active(refuses_other_shapes),
    },
    Check {
        id: "key.refusals-hide-the-reason",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-002"],
        title: "keys refused for different reasons get the same bytes",
        judge: Judge::Active(refusals_hide_the_reason),
    },
    Check {
        id: "key.refusals-hide-users",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-002"],
        title: "a refused key gets the same bytes whether or not the user exists",
        judge: Judge::Active(refusals_hide_users),
    },
];

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn refuses_unknown(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        let key = unknown(probe);
        refuses(probe, way, &key, "an unknown key")?;
    }
    Ok(())
}

fn refuses_wrong_check_characters(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let key = with_wrong_check(&issued(probe));
    refuses(probe, Way::Form, &key, "an unknown key with wrong check characters")?;
    if probe.key().starts_with(PREFIX) {
        let key = with_wrong_check(probe.key());
        refuses(probe, Way::Form, &key, "the key with wrong check characters")?;
    }
    Ok(())
}

fn refuses_other_shapes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let digits = issued(probe).trim_start_matches(PREFIX).to_owned();
    for (key, case) in [
        ("x".to_owned(), "a key of one character"),
        (PREFIX.to_owned(), "a prefix alone"),
        (format!("legacy-{digits}"), "a key of a different shape"),
        (format!("{PREFIX}{digits}{digits}"), "a key that is too long for its prefix"),
        (digits.repeat(6), "a key of 294 characters"),
        ("ключ".repeat(8), "a key outside ASCII"),
        ("' OR '1'='1' -- /* sign me on */".to_owned(), "a key that is SQL"),
    ] {
        refuses(probe, Way::Form, &key, case)?;
    }
    Ok(())
}

fn refuses(probe: &mut Probe<'_>, way: Way, key: &str, case: &str) -> Result<(), Stop> {
    let user = probe.user();
    let request = way.request(&probe.with_key(user, key)).case(case);
    probe.expect_refusal(&request, Refusal::KEY)
}

fn refusals_hide_the_reason(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let mut cut = probe.key().to_owned();
    cut.pop();
    let unknown = unknown(probe);
    let issued = issued(probe);
    let requests = [
        (unknown, "an unknown key"),
        (cut, "the key without its last character"),
        (with_wrong_check(&issued), "a key with wrong check characters"),
        (issued, "a key of the issued shape"),
        ("x".to_owned(), "a key of one character"),
        ("ключ".repeat(8), "a key outside ASCII"),
    ]
    .map(|(key, case)| {
        let fields = probe.with_key(user.clone(), &key);
        Way::Form.request(&fields).case(case)
    });
    refused_alike(probe, &requests)
}

fn refusals_hide_users(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = probe.user();
    probe.sign_on(&known)?;
    let key = unknown(probe);
    let known = probe.with_key(known, &key);
    let other = known.clone().with("password", &probe.password());
    let stranger = probe.user();
    let stranger = probe.with_key(stranger, &key);
    let requests = [
        Way::Form.request(&stranger).case("an unknown user"),
        Way::Form.request(&known).case("a known user, its password"),
        Way::Form.request(&other).case("a known user, a different password"),
    ];
    refused_alike(probe, &requests)
}

fn refused_alike(probe: &mut Probe<'_>, requests: &[Request]) -> Result<(), Stop> {
    // Whether a key is refused at all is for other checks to say.
    if alike(probe, None, requests)? {
        return Ok(());
    }
    let why = "the server refused none of the keys that it has to refuse";
    Err(Stop::Blocked(why.into()))
}

const PREFIX: &str = "ssok_";

/// A key that does not exist, of the shape that the valid one has.
pub(super) fn unknown(probe: &mut Probe<'_>) -> String {
    if probe.key().starts_with(PREFIX) {
        return issued(probe);
    }
    let key = probe.key().to_owned();
    let same_kind = |character: char, probe: &mut Probe<'_>| {
        let from = match character {
            '0'..='9' => 0..10,
            'A'..='Z' => 10..36,
            'a'..='z' => 36..62,
            other => return other,
        };
        let chosen = from.start + probe.accounts().below(from.len());
        BASE62.get(chosen).map_or(character, |byte| char::from(*byte))
    };
    key.chars().map(|character| same_kind(character, probe)).collect()
}

/// A key that does not exist, of the shape in which keys are issued, with right check characters.
fn issued(probe: &mut Probe<'_>) -> String {
    let digits = (0..43).map(|_| digit(probe.accounts().below(62)));
    let body = PREFIX.to_owned() + &digits.collect::<String>();
    let check = check_characters(&body);
    body + &check
}

fn digit(value: usize) -> char {
    BASE62.get(value).map_or('0', |byte| char::from(*byte))
}

/// The CRC-32 of the text in six base62 digits.
fn check_characters(text: &str) -> String {
    let mut left = crc32(text.as_bytes());
    let mut digits = [0; 6];
    for place in digits.iter_mut().rev() {
        *place = left % 62;
        left /= 62;
    }
    digits.iter().map(|value| digit(usize::try_from(*value).unwrap_or(0))).collect()
}

/// CRC-32 (ISO-HDLC), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * carry);
        }
    }
    !crc
}

/// The key with a different last character.
fn with_wrong_check(key: &str) -> String {
    let mut wrong = key.to_owned();
    let last = wrong.pop();
    wrong.push(if last == Some('0') { '1' } else { '0' });
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_is_the_one_that_the_catalogue_lists() {
        // CRC RevEng catalogue, CRC-32/ISO-HDLC: check=0xcbf43926.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn check_characters_are_six_base62_digits_most_significant_first() {
        insta::assert_snapshot!(check_characters("123456789"), @"3jZRME");
    }

    #[test]
    fn a_wrong_check_differs_from_the_right_one() {
        assert_eq!(with_wrong_check("x0"), "x1");
        assert_eq!(with_wrong_check("x1"), "x0");
    }
}
