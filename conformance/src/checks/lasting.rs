//! Tokens and passwords of which the server was asked before, or between which and now other calls came: no answer may be an old one.

use crate::checks::binding::exchange;
use crate::checks::known::{Known, expect_holder, expect_token, session};
use crate::checks::launch::{Launched, if_offered};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "session.remembers-no-answer",
        profile: Profile::Session,
        requirements: &["SSO-SES-003", "SSO-SES-005", "SSO-OUT-002"],
        title: "a token that was asked for before is refused as Bearer, `token` and `_token` once it is outdated or signed out",
        judge: Judge::Active(session_remembers_no_answer),
    },
    Check {
        id: "session.minds-product-at-every-place",
        profile: Profile::Session,
        requirements: &["SSO-SES-007"],
        title: "a token as Bearer, `token` and `_token` is valid for its own product alone, also when asked in turn",
        judge: Judge::Active(minds_product_at_every_place),
    },
    Check {
        id: "session.keeps-token-through-other-calls",
        profile: Profile::Session,
        requirements: &["SSO-SES-001"],
        title: "a token stays valid through all calls of its user that replace no password",
        judge: Judge::Active(keeps_token_through_other_calls),
    },
    Check {
        id: "session.keeps-tokens-of-raced-sign-ons",
        profile: Profile::Session,
        requirements: &["SSO-SES-001"],
        title: "of sign-ons at once with one new password one replaces the old one, and the tokens of all are valid",
        judge: Judge::Active(keeps_tokens_of_raced_sign_ons),
    },
    Check {
        id: "direct.remembers-no-answer",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-008"],
        title: "a password that was refused before is accepted once it is stored, and one that was accepted is refused once it is replaced",
        judge: Judge::Active(direct_remembers_no_answer),
    },
];

const BEARER: &str = "Bearer";
const PLACES: [&str; 3] = [BEARER, "token", "_token"];

/// A session asked with a token at this place, for a product or for none.
fn ask(place: &str, token: &str, product: Option<&str>) -> Request {
    let fields = Fields::default();
    let fields = if place == BEARER { fields } else { fields.and(place, token) };
    let fields = product.map_or(fields.clone(), |product| fields.and("product", product));
    let request = Request::bare(Operation::Session).query(fields.form());
    match (place, product) {
        (BEARER, None) => session(token),
        (BEARER, Some(_)) => request.bearer(token),
        _ => request,
    }
}

fn session_remembers_no_answer(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for end in ["its password was replaced", "it was signed out"] {
        let known = Known::new(probe)?;
        let token = known.token()?;
        for time in ["first", "second"] {
            for place in PLACES {
                let case = format!("the token as {place}, for the {time} time");
                expect_token(probe, &ask(place, &token, None).case(case), &known, &token)?;
            }
        }
        if end == "it was signed out" {
            drop(probe.answered(&Request::bare(Operation::SignOut).bearer(&token))?);
        } else {
            let new = known.fields.clone().with("password", &probe.password());
            probe.sign_on(&new)?;
        }
        for place in PLACES {
            let request = ask(place, &token, None);
            let case = format!("the token as {place}, which was valid before {end}");
            probe.expect_refusal(&request.case(case), Refusal::TOKEN)?;
        }
    }
    Ok(())
}

fn minds_product_at_every_place(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let own = probe.product();
    let other = probe.other_product();
    for place in PLACES {
        for product in [None, Some(own)] {
            let case = format!("the token as {place}, for {}", product.unwrap_or("no product"));
            expect_token(probe, &ask(place, &token, product).case(case), &known, &token)?;
        }
        if let Some(other) = other {
            let case = format!("the token as {place}, for {other}, after {own}");
            let request = ask(place, &token, Some(other)).case(case);
            probe.expect_refusal(&request, Refusal::TOKEN)?;
        }
    }
    Ok(())
}

fn keeps_token_through_other_calls(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let other_password = known.fields.clone().with("password", &probe.password());
    let mut calls = Vec::new();
    for way in Way::ALL {
        calls.push((way.request(&known.fields), "a sign-on with the same password"));
        if probe.needs(Operation::Launch).is_ok() {
            let request = way.to(Operation::Launch, &known.fields);
            calls.push((request, "a launch with the same password"));
        }
        if probe.needs(Operation::Direct).is_ok() {
            let request = way.to(Operation::Direct, &known.direct()?);
            calls.push((request, "a direct sign-in"));
        }
    }
    let forged = format!("{}0", probe.key());
    let refused = other_password.clone().with("ssokey", &forged);
    calls.push((Way::Form.request(&refused), "a sign-on with a wrong key"));
    if probe.needs(Operation::Direct).is_ok() {
        let wrong = known.direct()?.with("password", other_password.value("password"));
        calls.push((Way::Form.to(Operation::Direct, &wrong), "a wrong password"));
    }
    if let (Some(secret), Ok(())) = (probe.product_secret().ok(), probe.needs(Operation::Exchange))
        && let Some(Ok(Launched { code, .. })) = if_offered(probe, &known.fields)?
    {
        calls.push((exchange(Way::Form, &code, (probe.product(), secret)), "an exchange"));
    }
    let second = Known::with(probe, known.fields.clone())?.token()?;
    let request = Request::bare(Operation::SignOut).bearer(&second);
    calls.push((request, "a sign-out of a different token"));
    for (request, what) in calls {
        // Other checks judge what it is answered with.
        drop(probe.answered(&request)?);
        let request = session(&token).case(format!("the user's first token after {what}"));
        expect_token(probe, &request, &known, &token)?;
    }
    Ok(())
}

/// So many races of so many sign-ons: a server that compares and stores in two steps does not lose each of them.
const ROUNDS: usize = 4;
const RACERS: usize = 6;

fn keeps_tokens_of_raced_sign_ons(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for round in 1..=ROUNDS {
        let known = Known::new(probe)?;
        let new = known.fields.clone().with("password", &probe.password());
        let case = format!("a new password, {RACERS} times at once, round {round}");
        let racers = vec![Way::Form.request(&new).case(case); RACERS];
        let answers = probe.exchange_together(&racers).map_err(|why| {
            let why = format!("not every one of {RACERS} requests at once was answered: {why}");
            Stop::Blocked(why.into())
        })?;
        let tokens = answers.iter().filter(|answer| answer.is_success());
        let tokens = tokens.filter_map(|answer| answer.returned("token").and_then(Json::as_str));
        for token in tokens.map(str::to_owned).collect::<Vec<_>>() {
            let case = format!("a token of {RACERS} sign-ons at once with one new password");
            expect_token(probe, &session(&token).case(case), &known, &token)?;
        }
    }
    Ok(())
}

fn direct_remembers_no_answer(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let new = known.fields.clone().with("password", &probe.password());
    let first = known.direct()?;
    let second = first.clone().with("password", new.value("password"));
    for way in Way::ALL {
        let request = way.to(Operation::Direct, &first).case("the password that is stored");
        expect_holder(probe, &request, &known)?;
        let request = way.to(Operation::Direct, &second).case("a password that nobody has");
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    probe.sign_on(&new)?;
    for way in Way::ALL {
        let request = way.to(Operation::Direct, &second);
        let request = request.case("the password that is stored, which was refused before");
        expect_holder(probe, &request, &known)?;
        let request = way.to(Operation::Direct, &first);
        let request = request.case("the password that was replaced, which was accepted before");
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}
