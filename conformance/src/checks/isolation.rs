//! Two companies on one server that must not see each other.

use crate::checks::alike::alike;
use crate::checks::known::{Known, expect_holder, session};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "isolation.company-follows-key",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-003"],
        title: "two keys are two companies, by id and domain, and each answer names the key's",
        judge: Judge::Active(company_follows_key),
    },
    Check {
        id: "isolation.same-email-is-another-user",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004", "SSO-TEN-003"],
        title: "an e-mail that the other company has gets what an e-mail that nobody has gets",
        judge: Judge::Active(same_email_is_another_user),
    },
    Check {
        id: "isolation.keeps-id",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004"],
        title: "a user keeps its id and its answers while the other company signs the same e-mail on",
        judge: Judge::Active(keeps_id),
    },
    Check {
        id: "isolation.keeps-token",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004"],
        title: "a password replaced at one company ends no token of the same e-mail at the other",
        judge: Judge::Active(keeps_token),
    },
    Check {
        id: "isolation.keeps-time",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004"],
        title: "a time of one company's password makes no password of the second company outdated",
        judge: Judge::Active(keeps_time),
    },
    Check {
        id: "isolation.keeps-password",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004"],
        title: "each company's password of an e-mail opens its own user, and not the other's",
        judge: Judge::Active(keeps_password),
    },
    Check {
        id: "isolation.refusals-hide-users",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004"],
        title: "a direct sign-in of the other company's user gets the bytes of an unknown one",
        judge: Judge::Active(refusals_hide_users),
    },
];

/// A sign-on of the same e-mail with a password of its own, by the second company.
fn by_second(probe: &mut Probe<'_>, fields: &Fields) -> Result<Fields, Stop> {
    let key = probe.second_key()?;
    Ok(fields.clone().with("password", &probe.password()).with("ssokey", key))
}

fn company_follows_key(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mine = Known::new(probe)?;
    let user = probe.user();
    let theirs = by_second(probe, &user)?;
    let request = Way::Form.request(&theirs).case("the second company");
    let Some(second) = probe.expect_sign_on(&request)? else { return Ok(()) };
    for name in ["companyId", "companyDomain"] {
        let [first, second] = [&mine.before, &second].map(|it| it.answer.returned(name));
        if first == second {
            let shown = second.map_or("absent".to_owned(), Json::to_string);
            let expected = format!("a different `{name}` than the first company's");
            probe.note(&request, Mismatch::new(expected, shown));
        }
    }
    let user = probe.user();
    let theirs = by_second(probe, &user)?;
    let other = Way::Form.request(&theirs).case("the second company, a different user");
    let Some(again) = probe.expect_sign_on(&other)? else { return Ok(()) };
    for name in ["companyId", "companyName", "companyDomain"] {
        let [before, now] = [&second, &again].map(|it| it.answer.returned(name));
        if before != now {
            let shown = |member: Option<&Json>| member.map_or("absent".to_owned(), Json::to_string);
            let expected = format!("`{name}` to be {} as before", shown(before));
            probe.note(&other, Mismatch::new(expected, shown(now)));
        }
    }
    Ok(())
}

fn same_email_is_another_user(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mine = Known::new(probe)?;
    let user = probe.user();
    let nobodys = by_second(probe, &user)?;
    let nobodys = probe.sign_on(&nobodys)?;
    let theirs = by_second(probe, &mine.fields)?;
    let request = Way::Form.request(&theirs).case("an e-mail that the first company has");
    let Some(now) = probe.expect_sign_on(&request)? else { return Ok(()) };
    let email = Json::String(mine.fields.value("email").to_owned());
    let members = nobodys.answer.member("return").map_or(&[][..], Json::members);
    for (name, value) in members {
        // Numbers may be any, and a token is different every time.
        let due = match name.as_str() {
            "token" | "userId" => continue,
            "loginId" | "email" | "displayName" => &email,
            _ => value,
        };
        let given = now.answer.returned(name);
        if given != Some(due) {
            let expected = format!("`{name}` to be {due} as for a new user of this company");
            let actual = given.map_or("no such member".to_owned(), Json::to_string);
            probe.note(&request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

fn keeps_id(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mine = Known::new(probe)?;
    let theirs = by_second(probe, &mine.fields)?;
    let second = probe.sign_on(&theirs)?;
    let mine_again = Way::Form.request(&mine.fields).case("the first company again");
    probe.expect_same_user(&mine_again, &mine.before)?;
    let theirs_again = Way::Form.request(&theirs).case("the second company again");
    probe.expect_same_user(&theirs_again, &second)
}

fn keeps_token(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Session)?;
    let mine = Known::new(probe)?;
    let token = mine.token()?;
    for round in ["created the e-mail", "replaced its password"] {
        let theirs = by_second(probe, &mine.fields)?;
        probe.sign_on(&theirs)?;
        let request = session(&token);
        let request = request.case(format!("after the second company has {round}"));
        expect_holder(probe, &request, &mine)?;
    }
    Ok(())
}

fn keeps_time(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mine = probe.user().and("issued_at", "1700000000000");
    probe.sign_on(&mine)?;
    let theirs = by_second(probe, &mine)?.with("issued_at", "1500000000000");
    let request = Way::Form.request(&theirs).case("the second company, with an older time");
    let Some(created) = probe.expect_sign_on(&request)? else { return Ok(()) };
    let newer = by_second(probe, &mine)?.with("issued_at", "1600000000000");
    let case = "a newer password there, older than the first company's";
    probe.expect_same_user(&Way::Form.request(&newer).case(case), &created)
}

fn keeps_password(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Direct)?;
    let mine = Known::new(probe)?;
    let theirs = by_second(probe, &mine.fields)?;
    let theirs = Known::with(probe, theirs)?;
    for (known, case) in [(&mine, "the first company's"), (&theirs, "the second company's")] {
        let request = known.direct_request(&format!("{case} password there"))?;
        expect_holder(probe, &request, known)?;
    }
    for (known, other, case) in [
        (&mine, &theirs, "the second company's password at the first"),
        (&theirs, &mine, "the first company's password at the second"),
    ] {
        let crossed = known.direct()?.with("password", other.fields.value("password"));
        let request = Way::Form.to(Operation::Direct, &crossed).case(case);
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn refusals_hide_users(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Direct)?;
    let mine = Known::new(probe)?;
    let user = probe.user();
    let theirs = by_second(probe, &user)?;
    let theirs = Known::with(probe, theirs)?;
    let stranger = probe.user();
    let at_mine = |fields: &Fields, case: &str| -> Result<_, Stop> {
        let direct = mine.direct()?.with("userid", fields.value("email"));
        let direct = direct.with("password", fields.value("password"));
        Ok(Way::Form.to(Operation::Direct, &direct).case(case))
    };
    let requests = [
        at_mine(&stranger, "a user whom nobody has")?,
        at_mine(&theirs.fields, "a user whom the second company has")?,
    ];
    alike(probe, Some(Refusal::CREDENTIALS), &requests).map(drop)
}
