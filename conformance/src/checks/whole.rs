//! Texts that hold what all pairs are about at once: whoever changes any of it, at whatever entrance, changes the text.
//!
//! An entrance stores such a text and a direct sign-in by a different way brings it. The entrances and the ways of direct
//! sign-ins are joined so that they hang together: if some change the text and others do not, then two that are joined
//! differ. What all of them change alike is for the pairs themselves to find.

use crate::checks::entrance::{Entrance, Sight};
use crate::format::operation::Operation;
use crate::format::pair::{Expect, Pair};
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::secret::Kind;
use crate::record::left_behind::DOMAIN;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

/// The most bytes of a password.
const LONGEST_PASSWORD: usize = 1024;
/// The most characters before the at sign of an e-mail.
const LONGEST_LOCAL: usize = 64;
/// The most characters of an e-mail.
const LONGEST_EMAIL: usize = 254;
/// The pairs that differ at their ends, are words or differ in length: what others hold can stand inside of a password.
const OUTER: [&str; 3] = ["ends", "words", "cuts"];
/// The characters at both ends of a password: each is trimmed by functions that leave others.
const ENDS: [(&str, &str); 6] = [
    (" ", "\n"),
    ("\t", "\0"),
    ("\u{3000}", " "),
    ("\u{feff}", "\u{a0}"),
    ("\u{1}", "\u{200b}"),
    ("\"", "\""),
];

/// The ways of an entrance, each with that of a direct sign-in.
fn joined(operation: Operation) -> &'static [(Way, Way)] {
    if operation == Operation::Launch {
        return &[(Way::Get, Way::Json), (Way::Form, Way::Get), (Way::Json, Way::Form)];
    }
    &[
        (Way::Get, Way::Form),
        (Way::Get, Way::Json),
        (Way::Form, Way::Json),
        (Way::Form, Way::Get),
        (Way::Json, Way::Get),
    ]
}

/// Passwords with a part of one's own.
fn passwords(own: &str) -> Vec<String> {
    let inner = Pair::passwords().iter().filter(|pair| !OUTER.contains(&pair.kind.as_str()));
    let inner: String = inner.map(|pair| pair.other.replace('#', "")).collect();
    let ended = ENDS.iter().map(|(before, after)| format!("{before}{own}{inner}{after}"));
    let longest = format!("{own}{}", "x".repeat(LONGEST_PASSWORD.saturating_sub(own.len())));
    ended.chain([longest]).collect()
}

/// E-mails whose names begin with these, as many as it takes.
fn emails(mut name: impl FnMut() -> String) -> Vec<String> {
    let different = || Pair::emails().iter().filter(|pair| pair.expect == Expect::Different);
    let of_kind = |kinds: &'static [&str]| {
        different().filter(|pair| kinds.contains(&pair.kind.as_str())).map(|pair| &pair.other)
    };
    let locals = of_kind(&["marks", "patterns", "escapes"]).filter_map(|it| it.split_once('@'));
    let mut domains = of_kind(&["domains"]).filter_map(|it| it.split_once('@')).cycle();
    let mut domain = || domains.next().map_or(DOMAIN, |(_, domain)| domain);
    let mut emails = Vec::new();
    let mut local = name();
    for part in locals.map(|(local, _)| local.replace('#', "")) {
        if local.len() + part.len() > LONGEST_LOCAL {
            emails.push(format!("{local}@{}", domain()));
            local = name();
        }
        local += &part;
    }
    emails.push(format!("{local}@{}", domain()));
    let mut longest = name();
    longest += &"x".repeat(LONGEST_LOCAL.saturating_sub(longest.len()));
    longest.push('@');
    let until = LONGEST_EMAIL - DOMAIN.len() - 1;
    while longest.len() < until {
        let is_label_full = (longest.len() - LONGEST_LOCAL - 1) % 61 == 60;
        longest.push(if is_label_full && longest.len() + 1 < until { '.' } else { 'x' });
    }
    emails.push(format!("{longest}.{DOMAIN}"));
    emails
}

pub(super) fn keeps_password(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let sight = Sight::new(probe)?;
    let own = probe.accounts().digits(None);
    let mut is_explained = false;
    for (way, direct) in joined(operation) {
        let entrance = Entrance { operation, way: *way };
        for password in passwords(&own) {
            probe.learn(Kind::Password, &password);
            let fields = probe.user().with("password", &password);
            let case = "a password with all that is changed by accident";
            let holds = holds(probe, &sight, entrance, *direct, &fields, case)?;
            if !holds && !is_explained {
                is_explained = true;
                explain(probe, &sight, entrance, *direct)?;
            }
        }
    }
    Ok(())
}

pub(super) fn keeps_email(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let sight = Sight::new(probe)?;
    for (way, direct) in joined(operation) {
        let entrance = Entrance { operation, way: *way };
        for email in emails(|| probe.accounts().name()) {
            let fields = probe.user_at(&email);
            let upper = fields.clone().with("email", &email.to_ascii_uppercase());
            let case = "an e-mail in upper case, with all that is changed by accident";
            if entrance.enter(probe, &upper, case)? {
                let case = format!("that e-mail in lower case after {}", entrance.words());
                probe.expect_sign_on(&sight.request(*direct, &fields).case(case))?;
            }
        }
    }
    Ok(())
}

/// Stores the password of these fields by an entrance, and expects a direct sign-in to accept it.
fn holds(
    probe: &mut Probe<'_>,
    sight: &Sight,
    entrance: Entrance,
    direct: Way,
    fields: &Fields,
    case: &str,
) -> Result<bool, Stop> {
    if !entrance.enter(probe, fields, case)? {
        return Ok(true);
    }
    let case = format!("{case}, as {} has stored it", entrance.words());
    Ok(probe.expect_sign_on(&sight.request(direct, fields).case(case))?.is_some())
}

/// Finds the pair by which an entrance and a direct sign-in that differ can be told.
fn explain(
    probe: &mut Probe<'_>,
    sight: &Sight,
    entrance: Entrance,
    direct: Way,
) -> Result<(), Stop> {
    for pair in Pair::passwords() {
        let own = probe.accounts().digits(pair.length);
        for password in pair.around(&own) {
            probe.learn(Kind::Password, &password);
            let fields = probe.user().with("password", &password);
            let request = entrance.request(&fields);
            if entrance.try_enter(probe, &request, &fields)?.is_err() {
                continue;
            }
            let case = format!("`{}`: here or in the other call, {}", pair.name, pair.bug);
            let request = sight.request(direct, &fields).case(case);
            let Ok(answer) = probe.answered(&request)? else { continue };
            if !answer.is_success() {
                let expected = format!("the password that {} has stored", entrance.words());
                probe.note(&request, Mismatch::new(expected, answer.summary()));
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_whole_password_has_room_for_40_digits_in_1024_bytes() {
        let whole = passwords("7");
        assert_eq!(whole.len(), ENDS.len() + 1);
        for password in &whole {
            assert!(password.len() + 39 <= LONGEST_PASSWORD || password.ends_with("xxx"));
        }
        assert_eq!(passwords("7").last().map(String::len), Some(LONGEST_PASSWORD));
    }

    #[test]
    fn whole_e_mails_are_lawful_and_the_longest_is_among_them() {
        let emails = emails(|| "check-0707070707-100-10".to_owned());
        assert!(emails.len() <= 8, "{emails:?}");
        for email in &emails {
            let (local, domain) = email.split_once('@').unwrap();
            assert!(local.len() <= LONGEST_LOCAL && email.len() <= LONGEST_EMAIL, "{email}");
            assert!(local.split('.').all(|atom| !atom.is_empty()), "{email}");
            assert!(domain.split('.').all(|label| (1..=63).contains(&label.len())), "{email}");
        }
        assert!(emails.iter().any(|email| email.len() == LONGEST_EMAIL));
    }

    #[test]
    fn entrances_and_ways_of_direct_sign_ins_hang_together() {
        let mut reached = BTreeSet::from(["direct Get".to_owned()]);
        for _ in 0..8 {
            for operation in [Operation::SignOn, Operation::Launch] {
                for (way, direct) in joined(operation) {
                    let ends = [format!("{operation:?} {way:?}"), format!("direct {direct:?}")];
                    if ends.iter().any(|end| reached.contains(end)) {
                        reached.extend(ends);
                    }
                }
            }
        }
        assert_eq!(reached.len(), 9, "{reached:?}");
    }
}
