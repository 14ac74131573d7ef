//! The rules by each entrance: what holds for a sign-on by form holds by GET and JSON, and for a launch.

use std::collections::BTreeMap;

use crate::checks::entrance::{Entrance, Sight};
use crate::checks::known::{Known, expect_holder, session};
use crate::checks::{launch, pairs, whole};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

/// The checks that each operation with a key has, named after it. The requirement of a launch is that it does as a sign-on.
macro_rules! entrance_checks {
    ($area:literal, $profile:ident, $operation:ident $(, $more:literal)?) => {
        &[
            Check {
                id: concat!($area, ".creates-by-every-way"),
                profile: Profile::$profile,
                requirements: &["SSO-RULE-001" $(, $more)?],
                title: "by GET, form and JSON: an unknown user is created, with the password",
                judge: Judge::Active(|probe| creates(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".knows-by-every-way"),
                profile: Profile::$profile,
                requirements: &["SSO-RULE-002" $(, $more)?],
                title: "by GET, form and JSON: the same password keeps the user, the password and its tokens",
                judge: Judge::Active(|probe| knows(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".replaces-by-every-way"),
                profile: Profile::$profile,
                requirements: &["SSO-SES-005", "SSO-DIR-008" $(, $more)?],
                title: "by GET, form and JSON: a different password replaces the old one and ends its tokens",
                judge: Judge::Active(|probe| replaces(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".makes-one-user-by-every-way"),
                profile: Profile::$profile,
                requirements: &["SSO-RULE-002" $(, $more)?],
                title: "by GET, form and JSON: an unknown user who comes several times at once is one user",
                judge: Judge::Active(|probe| makes_one_user(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".keeps-password-by-every-way"),
                profile: Profile::$profile,
                requirements: &["SSO-REQ-013" $(, $more)?],
                title: "by GET, form and JSON: a password is stored byte for byte, whatever it holds",
                judge: Judge::Active(|probe| whole::keeps_password(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".keeps-email-by-every-way"),
                profile: Profile::$profile,
                requirements: &["SSO-REQ-011", "SSO-REQ-010" $(, $more)?],
                title: "by GET, form and JSON: an e-mail is kept but for the case of its letters",
                judge: Judge::Active(|probe| whole::keeps_email(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".tells-emails-apart"),
                profile: Profile::$profile,
                requirements: &["SSO-REQ-011" $(, $more)?],
                title: "e-mails that differ in more than the case of letters are different users",
                judge: Judge::Active(|probe| pairs::tells_emails_apart(probe, Operation::$operation)),
            },
            Check {
                id: concat!($area, ".refuses-emails-like-others"),
                profile: Profile::$profile,
                requirements: &["SSO-REQ-009" $(, $more)?],
                title: "what looks like an e-mail, or becomes one when it is mended, is refused",
                judge: Judge::Active(|probe| pairs::refuses_emails(probe, Operation::$operation)),
            },
        ]
    };
}

pub(super) const SIGN_ON: &[Check] = entrance_checks!("sign-on", SignOn, SignOn);
pub(super) const LAUNCH: &[Check] = entrance_checks!("launch", Launch, Launch, "SSO-LAU-001");
pub(super) const DIRECT: &[Check] = &[Check {
    id: "direct.refuses-emails-like-others",
    profile: Profile::Direct,
    requirements: &["SSO-REQ-009", "SSO-DIR-001"],
    title: "what looks like an e-mail, or becomes one when it is mended, is refused",
    judge: Judge::Active(|probe| pairs::refuses_emails(probe, Operation::Direct)),
}];

fn creates(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let sight = Sight::new(probe)?;
    for entrance in Entrance::of(operation) {
        let fields = probe.user();
        if entrance.enter(probe, &fields, "an unknown user")? {
            let request = sight.request(Way::Form, &fields);
            let case = format!("the password that {} has created the user with", entrance.words());
            probe.expect_sign_on(&request.case(case))?;
        }
    }
    Ok(())
}

fn knows(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    is_visible(probe)?;
    let known = Known::new(probe)?;
    let token = known.token()?;
    for entrance in Entrance::of(operation).chain(Entrance::of(operation)) {
        if !entrance.enter(probe, &known.fields, "the same password")? {
            continue;
        }
        let case = format!("after {} with the same password", entrance.words());
        if probe.needs(Operation::Direct).is_ok() {
            expect_holder(probe, &known.direct_request(&case)?, &known)?;
        }
        if probe.needs(Operation::Session).is_ok() {
            expect_holder(probe, &session(&token).case(case), &known)?;
        }
    }
    Ok(())
}

fn replaces(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    is_visible(probe)?;
    for entrance in Entrance::of(operation) {
        let known = Known::new(probe)?;
        let new = known.fields.clone().with("password", &probe.password());
        if !entrance.enter(probe, &new, "a different password")? {
            continue;
        }
        let (words, token) = (entrance.words(), known.token()?);
        if probe.needs(Operation::Direct).is_ok() {
            let old = known.direct_request(&format!("the password that {words} has replaced"))?;
            let replaced = Known { fields: new, before: known.before };
            let request =
                replaced.direct_request(&format!("the password that {words} has stored"))?;
            expect_holder(probe, &request, &replaced)?;
            probe.expect_refusal(&old, Refusal::CREDENTIALS)?;
        }
        if probe.needs(Operation::Session).is_ok() {
            let case = format!("a token of the password that {words} has replaced");
            probe.expect_refusal(&session(&token).case(case), Refusal::TOKEN)?;
        }
    }
    Ok(())
}

/// Asks for an operation by which the effects of an entrance can be seen.
fn is_visible(probe: &Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Session).or_else(|_| probe.needs(Operation::Direct))
}

fn makes_one_user(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let by_one_way = Entrance::of(operation).map(|entrance| vec![entrance; 3]);
    let mut rounds: Vec<_> = by_one_way.collect();
    if operation == Operation::Launch {
        probe.product_secret()?;
        let sign_ons = || Entrance::of(Operation::SignOn);
        // Each twice: whoever comes first is a new user to every server.
        rounds.push(Entrance::of(operation).chain(sign_ons()).chain(sign_ons()).collect());
    }
    for round in rounds {
        let fields = probe.user();
        let case = format!("an unknown user, {} times at once", round.len());
        let race = round.iter().map(|entrance| entrance.request(&fields).case(case.as_str()));
        let race: Vec<_> = race.collect();
        let answers = probe.exchange_together(&race).map_err(|why| {
            Stop::Blocked(format!("not every request of a race was answered: {why}").into())
        })?;
        let mut users = BTreeMap::new();
        for ((entrance, request), answer) in round.iter().zip(&race).zip(&answers) {
            // A server may be too busy for one of them.
            if matches!(answer.plain_status(), 429 | 503) {
                continue;
            }
            match user_of(probe, *entrance, &fields, answer)? {
                Ok(user) => _ = users.insert(user, request),
                Err(mismatch) => probe.note(request, mismatch),
            }
        }
        if let (true, Some((_, last))) = (users.len() > 1, users.last_key_value()) {
            let ids: Vec<_> = users.keys().map(String::as_str).collect();
            let actual = format!("the numbers {}", ids.join(" and "));
            probe.note(last, Mismatch::new("one `userId` for all that came at once", actual));
        }
    }
    Ok(())
}

/// Returns the number of the user whom an entrance let in.
fn user_of(
    probe: &mut Probe<'_>,
    entrance: Entrance,
    fields: &Fields,
    answer: &Answer,
) -> Result<Result<String, Mismatch>, Stop> {
    let answer = if entrance.operation == Operation::Launch {
        let launched = match launch::read(probe, answer, fields)? {
            Ok(launched) => launched,
            Err(mismatch) => return Ok(Err(mismatch)),
        };
        let exchange =
            Fields::default().and("code", &launched.code).and("product", probe.product());
        let exchange = Way::Form.to(Operation::Exchange, &exchange);
        match probe.answered(&exchange.bearer(probe.product_secret()?))? {
            Ok(answer) => answer,
            Err(mismatch) => return Ok(Err(mismatch)),
        }
    } else {
        answer.clone()
    };
    Ok(probe.signed_on(&answer)?.map(|signed_on| Json::to_string(&signed_on.user)))
}
