//! The three rules, and whose company a user belongs to.

use std::collections::BTreeSet;

use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::message::json::Json;
use crate::record::left_behind::DOMAIN;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::{Probe, SignedOn};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "sign-on.creates-unknown-user",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-001"],
        title: "the first sign-on of an e-mail succeeds and answers with that e-mail",
        judge: Judge::Active(creates_unknown_user),
    },
    Check {
        id: "sign-on.creates-one-user-per-email",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-001"],
        title: "two e-mails are two users",
        judge: Judge::Active(creates_one_user_per_email),
    },
    Check {
        id: "sign-on.tells-raced-users-apart",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-001"],
        title: "unknown users who come at once are as many users",
        judge: Judge::Active(tells_raced_users_apart),
    },
    Check {
        id: "sign-on.gives-new-user-defaults",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-005"],
        title: "a new user is named by its e-mail and has no rights",
        judge: Judge::Active(gives_new_user_defaults),
    },
    Check {
        id: "sign-on.keeps-user-on-same-password",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-002"],
        title: "the same password signs on the same user",
        judge: Judge::Active(keeps_user_on_same_password),
    },
    Check {
        id: "sign-on.keeps-user-on-other-password",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-003"],
        title: "a different password, the one before it and the new one again sign on the same user",
        judge: Judge::Active(keeps_user_on_other_password),
    },
    Check {
        id: "sign-on.takes-company-from-key",
        profile: Profile::SignOn,
        requirements: &["SSO-TEN-003"],
        title: "users whose e-mails have different domains belong to one company, the key's",
        judge: Judge::Active(takes_company_from_key),
    },
];

fn creates_unknown_user(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let request = Way::Form.request(&user);
    let Some(new) = probe.expect_sign_on(&request)? else {
        return Ok(());
    };
    let answered = new.answer.returned("email");
    if answered.and_then(Json::as_str) != Some(user.value("email")) {
        let expected = format!("`return.email` to be `{}`", user.value("email"));
        let actual = answered.map_or("no `return.email`".to_owned(), Json::to_string);
        probe.note(&request, Mismatch::new(expected, actual));
    }
    Ok(())
}

fn creates_one_user_per_email(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let first = probe.user();
    let first = probe.sign_on(&first)?;
    let second = Way::Form.request(&probe.user());
    probe.expect_other_user(&second, &first)
}

/// Enough races that a server which reads the next number, and takes it later, gives one number twice in one of them.
const ROUNDS: usize = 4;
const RACERS: usize = 6;

fn tells_raced_users_apart(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for round in 1..=ROUNDS {
        let case = format!("{RACERS} unknown users at once, round {round}");
        let race = [(); RACERS].map(|()| Way::Form.request(&probe.user()).case(case.as_str()));
        let answers = probe.exchange_together(&race).map_err(|why| {
            let why = format!("not every one of {RACERS} requests at once was answered: {why}");
            Stop::Blocked(why.into())
        })?;
        let mut users = BTreeSet::new();
        for (request, answer) in race.iter().zip(&answers) {
            // A server may be too busy for one of them.
            if matches!(answer.plain_status(), 429 | 503) {
                continue;
            }
            match probe.signed_on(answer)? {
                Ok(SignedOn { user, .. })
                    if user == Json::Null || users.insert(user.to_string()) => {}
                Ok(SignedOn { user, .. }) => {
                    let actual = format!("{user} for two of them");
                    probe.note(request, Mismatch::new("a `userId` for each user", actual));
                }
                Err(mismatch) => probe.note(request, mismatch),
            }
        }
    }
    Ok(())
}

fn gives_new_user_defaults(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let request = Way::Form.request(&user);
    let Some(new) = probe.expect_sign_on(&request)? else {
        return Ok(());
    };
    let email = Json::String(user.value("email").to_owned());
    for (name, default) in [
        ("loginId", &email),
        ("displayName", &email),
        ("isCreator", &Json::Bool(false)),
        ("isCompanyAdmin", &Json::Bool(false)),
        ("permissions", &Json::Array(Vec::new())),
    ] {
        let answered = new.answer.returned(name);
        if answered != Some(default) {
            let expected = if name == "permissions" {
                "`permissions` to be an empty array".to_owned()
            } else {
                format!("`{name}` to be {default}")
            };
            let actual = answered.map_or("no such member".to_owned(), Json::to_string);
            probe.note(&request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

fn keeps_user_on_same_password(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let created = probe.sign_on(&user)?;
    let again = Way::Form.request(&user).case("the same password");
    probe.expect_same_user(&again, &created)
}

fn keeps_user_on_other_password(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let old = probe.user();
    let created = probe.sign_on(&old)?;
    let new = old.clone().with("password", &probe.password());
    for (fields, case) in [
        (&new, "a different password"),
        (&new, "the new password again"),
        (&old, "the old password after the new one"),
        (&new, "the new password after the old one"),
    ] {
        let request = Way::Form.request(fields).case(case);
        probe.expect_same_user(&request, &created)?;
    }
    Ok(())
}

fn takes_company_from_key(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let first = probe.user();
    let first = probe.sign_on(&first)?;
    let name = probe.accounts().name();
    let elsewhere = probe.user_at(&format!("{name}@elsewhere.{DOMAIN}"));
    let request = Way::Form.request(&elsewhere).case("an e-mail of a different domain");
    let Some(second) = probe.expect_sign_on(&request)? else {
        return Ok(());
    };
    for name in ["companyId", "companyName", "companyDomain"] {
        let [before, now] = [&first, &second].map(|it| it.answer.returned(name));
        if before != now {
            let shown = |member: Option<&Json>| member.map_or("absent".to_owned(), Json::to_string);
            let expected = format!("`{name}` to be {} as before", shown(before));
            probe.note(&request, Mismatch::new(expected, shown(now)));
        }
    }
    Ok(())
}
