//! What one company must not reach of the other, by any operation and in any way.

use crate::checks::alike::alike;
use crate::checks::binding::exchange;
use crate::checks::known::{Known, expect_holder, session};
use crate::checks::launch::launch;
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
        id: "isolation.keeps-code",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-003", "SSO-EXC-001"],
        title: "codes that two companies have for one e-mail give each its own user",
        judge: Judge::Active(keeps_code),
    },
    Check {
        id: "isolation.holds-by-every-way",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004", "SSO-TEN-003"],
        title: "by sign-on and launch, by GET, form and JSON, a key reaches no user of the other company",
        judge: Judge::Active(holds_by_every_way),
    },
    Check {
        id: "isolation.refuses-crossed-direct",
        profile: Profile::Isolation,
        requirements: &["SSO-TEN-004"],
        title: "a direct sign-in, by GET, form and JSON, that names the other company is refused",
        judge: Judge::Active(refuses_crossed_direct),
    },
];

/// The same e-mail at the second company, with a password of its own.
fn at_second(probe: &mut Probe<'_>, fields: &Fields) -> Result<Fields, Stop> {
    let key = probe.second_key()?;
    Ok(fields.clone().with("password", &probe.password()).with("ssokey", key))
}

fn keeps_code(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Launch)?;
    probe.needs(Operation::Exchange)?;
    let own = (probe.product(), probe.product_secret()?);
    let mine = Known::new(probe)?;
    let theirs = at_second(probe, &mine.fields)?;
    let theirs = Known::with(probe, theirs)?;
    for (first, second) in [(&mine, &theirs), (&theirs, &mine)] {
        let codes = [launch(probe, &first.fields)?.code, launch(probe, &second.fields)?.code];
        for (known, code) in [first, second].into_iter().zip(codes) {
            let case = "of two codes for one e-mail of two companies, one";
            expect_holder(probe, &exchange(Way::Form, &code, own).case(case), known)?;
        }
    }
    Ok(())
}

fn holds_by_every_way(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for operation in [Operation::SignOn, Operation::Launch] {
        if probe.needs(operation).is_err() {
            continue;
        }
        for way in Way::ALL {
            reaches_nobody(probe, operation, way)?;
        }
    }
    Ok(())
}

/// Expects the first company's user to stay as it was while the second company uses its e-mail in this way.
fn reaches_nobody(probe: &mut Probe<'_>, operation: Operation, way: Way) -> Result<(), Stop> {
    let mine = Known::new(probe)?;
    let theirs = at_second(probe, &mine.fields)?;
    let name = operation.name();
    let request = way.to(operation, &theirs).case("an e-mail that the first company has");
    if operation == Operation::Launch {
        // That it succeeds is for the checks of launch.
        let launched = probe.answered(&request)?.is_ok_and(|answer| answer.code().is_some());
        if !launched {
            return Ok(());
        }
        probe.created(theirs.value("email"));
    } else if let Some(now) = probe.expect_sign_on(&request)? {
        for name in ["companyId", "companyDomain"] {
            let [first, second] = [&mine.before, &now].map(|it| it.answer.returned(name));
            if first == second {
                let shown = second.map_or("absent".to_owned(), Json::to_string);
                let expected = format!("a different `{name}` than the first company's");
                probe.note(&request, Mismatch::new(expected, shown));
            }
        }
    }
    let after = format!("after a {name} of the second company");
    if probe.needs(Operation::Session).is_ok() {
        let request = session(&mine.token()?).case(format!("the first company's token {after}"));
        expect_holder(probe, &request, &mine)?;
    }
    if probe.needs(Operation::Direct).is_ok() {
        let case = format!("the first company's password {after}");
        expect_holder(probe, &mine.direct_request(&case)?, &mine)?;
        let crossed = mine.direct()?.with("password", theirs.value("password"));
        let request = Way::Form.to(Operation::Direct, &crossed);
        let request = request.case(format!("the second company's password {after}"));
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn refuses_crossed_direct(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Direct)?;
    let mine = Known::new(probe)?;
    let user = probe.user();
    let theirs = at_second(probe, &user)?;
    let theirs = Known::with(probe, theirs)?;
    let mut requests = Vec::new();
    for way in Way::ALL {
        for (user, company) in [(&mine, &theirs), (&theirs, &mine)] {
            let request = way.to(Operation::Direct, &user.direct()?).case("at its own company");
            expect_holder(probe, &request, user)?;
            let crossed = user.direct()?.with("company", &company.company()?);
            let request = way.to(Operation::Direct, &crossed);
            requests.push(request.case("a user who is known at the other company alone"));
        }
    }
    alike(probe, Some(Refusal::CREDENTIALS), &requests).map(drop)
}
