//! The form of e-mails, and the equality of two.

use crate::checks::key::unknown;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::json::Json;
use crate::record::left_behind::DOMAIN;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "email.accepts-bounds",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-009"],
        title: "e-mails of the greatest lengths and with every character of an atom are accepted",
        judge: Judge::Active(accepts_bounds),
    },
    Check {
        id: "email.needs-no-dot",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-009"],
        title: "one label, and labels of digits alone, are not refused for their form",
        judge: Judge::Active(needs_no_dot),
    },
    Check {
        id: "email.refuses-malformed",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-009"],
        title: "what is not a dot-atom at labels of letters, digits and inner hyphens is refused",
        judge: Judge::Active(refuses_malformed),
    },
    Check {
        id: "email.ignores-case",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-010"],
        title: "e-mails that differ in the case of ASCII letters are one user",
        judge: Judge::Active(ignores_case),
    },
    Check {
        id: "email.answers-lower-case",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-010"],
        title: "the answer holds the e-mail in lower case",
        judge: Judge::Active(answers_lower_case),
    },
    Check {
        id: "email.keeps-dots-and-plus",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-011"],
        title: "e-mails that differ in dots, a plus sign or a number sign are different users",
        judge: Judge::Active(keeps_dots_and_plus),
    },
];

fn accepts_bounds(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mut local = || probe.accounts().name();
    let atom = format!("{}!#$%&'*+-/=?^_`{{|}}~.x@{DOMAIN}", local());
    let longest_local = format!("{}@{DOMAIN}", filled(&local(), 64));
    let longest = longest(&filled(&local(), 64), 254);
    let digits = format!("{}@0.1-2.{DOMAIN}", local());
    for (email, case) in [
        (atom, "every character of an atom"),
        (longest_local, "64 characters before the at sign"),
        (longest, "254 characters in all"),
        (digits, "labels of digits and an inner hyphen"),
    ] {
        let request = Way::Form.request(&probe.user_at(&email)).case(case);
        probe.expect_sign_on(&request)?;
    }
    Ok(())
}

/// With a key that nobody has, so that no user is made at a domain that may be somebody's.
fn needs_no_dot(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for domain in ["localhost", "1", "10.0.0.1"] {
        let name = probe.accounts().name();
        let user = probe.user_at(&format!("{name}@{domain}"));
        let key = unknown(probe);
        let request = Way::Form.request(&probe.with_key(user, &key));
        let case = format!("an unknown key, and an e-mail at `{domain}`");
        probe.expect_refusal(&request.case(case), Refusal::KEY)?;
    }
    Ok(())
}

fn refuses_malformed(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let name = probe.accounts().name();
    let at = |local: String| format!("{local}@{DOMAIN}");
    let domain = |domain: &str| format!("{name}@{domain}");
    for (email, case) in [
        (name.clone(), "no at sign"),
        (at(format!("{name}@x")), "two at signs"),
        (at(String::new()), "nothing before the at sign"),
        (domain(""), "nothing after the at sign"),
        (at(format!(".{name}")), "a leading dot"),
        (at(format!("{name}.")), "a dot before the at sign"),
        (at(format!("{name}..x")), "two dots in a row"),
        (at(format!("{name} x")), "a space"),
        (format!(" {}", at(name.clone())), "a leading space"),
        (at(format!("\"{name}\"")), "quotes"),
        (at(format!("{name}(x)")), "a comment"),
        (at(format!("{name},x")), "a comma"),
        (format!("<{}>", at(name.clone())), "angle brackets"),
        (at(format!("{name}ü")), "a letter outside ASCII before the at sign"),
        (domain(&format!("ü.{DOMAIN}")), "a letter outside ASCII after the at sign"),
        (at(filled(&name, 65)), "65 characters before the at sign"),
        (longest(&filled(&name, 64), 255), "255 characters in all"),
        (domain(&format!("-x.{DOMAIN}")), "a label with a leading hyphen"),
        (domain(&format!("x-.{DOMAIN}")), "a label with a trailing hyphen"),
        (domain(&format!("{}.{DOMAIN}", "x".repeat(64))), "a label of 64 characters"),
        (domain(&format!("x_y.{DOMAIN}")), "a label with an underscore"),
        (domain(&format!("x..{DOMAIN}")), "an empty label"),
        (domain(&format!(".{DOMAIN}")), "an empty first label"),
        (domain(&format!("{DOMAIN}.")), "an empty last label"),
        (domain("[127.0.0.1]"), "an address in place of a domain"),
    ] {
        let request = Way::Form.request(&probe.user_at(&email)).case(case);
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}

fn ignores_case(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let created = probe.sign_on(&user)?;
    let (local, domain) = (user.value("email").split_once('@')).unwrap_or_default();
    for (email, case) in [
        (user.value("email").to_ascii_uppercase(), "all upper case"),
        (format!("{}@{domain}", local.to_ascii_uppercase()), "upper case before the at sign"),
        (format!("{local}@{}", domain.to_ascii_uppercase()), "upper case after the at sign"),
    ] {
        let request = Way::Form.request(&user.clone().with("email", &email));
        probe.expect_same_user(&request.case(case), &created)?;
    }
    Ok(())
}

fn answers_lower_case(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let lower = user.value("email").to_owned();
    let upper = user.with("email", &lower.to_ascii_uppercase());
    let request = Way::Form.request(&upper).case("all upper case");
    let Some(signed_on) = probe.expect_sign_on(&request)? else {
        return Ok(());
    };
    let answered = signed_on.answer.returned("email");
    if answered.and_then(Json::as_str) != Some(&lower) {
        let actual = answered.map_or("no `return.email`".to_owned(), Json::to_string);
        let expected = format!("`return.email` to be `{lower}`");
        probe.note(&request, Mismatch::new(expected, actual));
    }
    Ok(())
}

fn keeps_dots_and_plus(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let name = probe.accounts().name();
    let plain = probe.user_at(&format!("{name}xy@{DOMAIN}"));
    let plain = probe.sign_on(&plain)?;
    for (local, case) in [
        (format!("{name}x.y"), "a dot"),
        (format!("{name}xy+z"), "a plus sign and a tag"),
        (format!("{name}xy+"), "a plus sign"),
        (format!("{name}xy#z"), "a number sign and what follows"),
        (format!("{name}x#y"), "a number sign"),
    ] {
        let variant = probe.user_at(&format!("{local}@{DOMAIN}"));
        let request = Way::Form.request(&variant).case(format!("the e-mail with {case}"));
        probe.expect_other_user(&request, &plain)?;
    }
    Ok(())
}

/// The name, filled up to this length.
fn filled(name: &str, length: usize) -> String {
    format!("{name}{}", "x".repeat(length.saturating_sub(name.len())))
}

/// An e-mail of this length in all, its domain made of labels of at most 60 characters.
fn longest(local: &str, length: usize) -> String {
    let fixed = local.len() + 1 + 1 + DOMAIN.len();
    let mut labels = String::new();
    while fixed + labels.len() < length {
        let next =
            if labels.len() % 61 == 60 && fixed + labels.len() + 1 < length { '.' } else { 'x' };
        labels.push(next);
    }
    format!("{local}@{labels}.{DOMAIN}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_e_mail_has_exactly_its_length_and_lawful_labels() {
        for length in 160..=255 {
            let email = longest("local", length);
            assert_eq!(email.len(), length);
            let (_, domain) = email.split_once('@').unwrap();
            for label in domain.split('.') {
                assert!((1..=63).contains(&label.len()), "{email}");
            }
        }
    }
}
