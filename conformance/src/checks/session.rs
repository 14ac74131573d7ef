//! Session and sign-out: whose token it is, and its end.

use crate::checks::alike::alike;
use crate::checks::documented::{SIGN_OUT, is_like};
use crate::checks::known::{Known, expect_token, forged_token, session};
use crate::checks::one_body::spellings;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "session.answers-holder",
        profile: Profile::Session,
        requirements: &["SSO-SES-001"],
        title: "a token as Bearer, as `token` and as `_token` gets its holder's documented answer, and itself",
        judge: Judge::Active(answers_holder),
    },
    Check {
        id: "session.reads-bearer-in-any-case",
        profile: Profile::Session,
        requirements: &["SSO-SES-001"],
        title: "the scheme Bearer counts in any case, with one or more spaces after it, and so does the name of its header",
        judge: Judge::Active(reads_bearer_in_any_case),
    },
    Check {
        id: "session.keeps-token-on-same-password",
        profile: Profile::Session,
        requirements: &["SSO-SES-001"],
        title: "a token stays valid when its user signs on with the same password",
        judge: Judge::Active(keeps_token_on_same_password),
    },
    Check {
        id: "session.refuses-two-tokens",
        profile: Profile::Session,
        requirements: &["SSO-SES-002"],
        title: "two tokens in one request are refused, an empty one among them, and the same twice",
        judge: Judge::Active(refuses_two_tokens),
    },
    Check {
        id: "session.refuses-alike",
        profile: Profile::Session,
        requirements: &["SSO-SES-003"],
        title: "tokens that are missing, malformed, unknown, outdated or signed out get the same bytes",
        judge: Judge::Active(refuses_alike),
    },
    Check {
        id: "session.ends-on-replacement",
        profile: Profile::Session,
        requirements: &["SSO-SES-005"],
        title: "a replaced password ends all tokens of its user given before, and no other",
        judge: Judge::Active(ends_on_replacement),
    },
    Check {
        id: "sign-out.answers-ok",
        profile: Profile::Session,
        requirements: &["SSO-OUT-001"],
        title: "a token as Bearer, as `token` and as `_token` in the body is signed out, also one that nobody has",
        judge: Judge::Active(answers_ok),
    },
    Check {
        id: "sign-out.needs-no-body",
        profile: Profile::Session,
        requirements: &["SSO-OUT-001", "SSO-REQ-024"],
        title: "a POST with an empty body ends the token of its header, whatever its media type",
        judge: Judge::Active(needs_no_body),
    },
    Check {
        id: "sign-out.can-be-repeated",
        profile: Profile::Session,
        requirements: &["SSO-OUT-001"],
        title: "a second sign-out of the same token gets the same bytes",
        judge: Judge::Active(can_be_repeated),
    },
    Check {
        id: "sign-out.ends-token",
        profile: Profile::Session,
        requirements: &["SSO-OUT-002"],
        title: "a signed-out token is invalid, and the user's other tokens are not",
        judge: Judge::Active(ends_token),
    },
    Check {
        id: "sign-out.refuses-missing-or-malformed",
        profile: Profile::Session,
        requirements: &["SSO-OUT-003"],
        title: "without a token, or with a malformed one, nobody is told to be signed out",
        judge: Judge::Active(refuses_missing_or_malformed),
    },
    Check {
        id: "sign-out.refuses-two-tokens",
        profile: Profile::Session,
        requirements: &["SSO-SES-002"],
        title: "two tokens in one request are refused, and what the query has is none",
        judge: Judge::Active(sign_out_refuses_two_tokens),
    },
];

fn with_field(operation: Operation, way: Way, name: &str, token: &str) -> Request {
    way.to(operation, &Fields::default().and(name, token))
}

fn sign_out(token: &str) -> Request {
    Request::bare(Operation::SignOut).bearer(token)
}

fn answers_holder(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let by_field = |name| with_field(Operation::Session, Way::Get, name, &token);
    for request in [session(&token).case("as Bearer"), by_field("token"), by_field("_token")] {
        expect_token(probe, &request, &known, &token)?;
    }
    Ok(())
}

fn reads_bearer_in_any_case(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    for scheme in ["bearer ", "BEARER ", "Bearer   "] {
        let request = Request::bare(Operation::Session);
        let request = request.header("authorization", format!("{scheme}{token}"));
        let request = request.case(format!("the scheme as `{scheme}`"));
        expect_token(probe, &request, &known, &token)?;
    }
    for name in spellings("authorization") {
        let request = session(&token).respell(&name).case(format!("a header `{name}`"));
        expect_token(probe, &request, &known, &token)?;
    }
    Ok(())
}

fn keeps_token_on_same_password(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let again = probe.sign_on(&known.fields)?;
    let request = session(&token).case("the token of the first of two sign-ons");
    expect_token(probe, &request, &known, &token)?;
    let again = again.answer.returned("token").and_then(Json::as_str).unwrap_or_default();
    let request = session(again).case("the token of the second of two sign-ons");
    expect_token(probe, &request, &known, again)
}

fn refuses_two_tokens(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let token = Known::new(probe)?.token()?;
    let one = Fields::default().and("token", &token);
    for (fields, bearer, case) in [
        (one.clone(), true, "as Bearer and as `token`"),
        (Fields::default().and("_token", &token), true, "as Bearer and as `_token`"),
        (Fields::default().and("token", ""), true, "as Bearer, and an empty `token`"),
        (one.clone().and("_token", &token), false, "as `token` and as `_token`"),
        (one.clone().and("_token", ""), false, "as `token`, and an empty `_token`"),
        (one.and("token", &token), false, "as `token` twice"),
    ] {
        let request = Way::Get.to(Operation::Session, &fields).case(case);
        let request = if bearer { request.bearer(&token) } else { request };
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    Ok(())
}

fn refuses_alike(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let ended = Known::new(probe)?.token()?;
    drop(probe.answered(&sign_out(&ended))?);
    let outdated = Known::new(probe)?;
    let new = outdated.fields.clone().with("password", &probe.password());
    probe.sign_on(&new)?;
    let mut cut = token.clone();
    cut.pop();
    let bare = token.replace('-', "");
    // Near enough to the real one to give it away.
    probe.learn(Kind::Token, &cut);
    probe.learn(Kind::Token, &bare);
    let requests = [
        session(&forged_token(probe)).case("an unknown token"),
        Request::bare(Operation::Session).case("no token"),
        with_field(Operation::Session, Way::Get, "token", "").case("an empty token"),
        session(&token.to_ascii_uppercase()).case("a token in upper case"),
        session(&cut).case("a token of 35 characters"),
        session(&bare).case("a token without hyphens"),
        session(&format!("{token}0")).case("a token of 37 characters"),
        with_field(Operation::Session, Way::Get, "token", &format!("{token}{}", "0".repeat(2000)))
            .case("a token of 2,036 characters"),
        with_field(Operation::Session, Way::Get, "token", &format!("{token} "))
            .case("a token with a space after it"),
        Request::bare(Operation::Session)
            .header("authorization", format!("Basic {token}"))
            .case("a different scheme"),
        session(&ended).case("a token that was signed out"),
        session(&outdated.token()?).case("a token of a replaced password"),
    ];
    alike(probe, Some(Refusal::TOKEN), &requests).map(drop)
}

fn ends_on_replacement(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let (known, other) = (Known::new(probe)?, Known::new(probe)?);
    let first = known.token()?;
    let second = Known::with(probe, known.fields.clone())?.token()?;
    let new = known.fields.clone().with("password", &probe.password());
    let replaced = Known::with(probe, new)?;
    for (token, case) in [(&first, "the first token"), (&second, "the second token")] {
        let request = session(token).case(format!("{case} given before the replacement"));
        probe.expect_refusal(&request, Refusal::TOKEN)?;
    }
    let (new, others) = (replaced.token()?, other.token()?);
    let request = session(&new).case("the token of the replacement");
    expect_token(probe, &request, &replaced, &new)?;
    let request = session(&others).case("a token of a different user");
    expect_token(probe, &request, &other, &others)
}

/// Expects the answer of a sign-out.
fn expect_signed_out(probe: &mut Probe<'_>, request: &Request) -> Result<Option<Answer>, Stop> {
    let expected = "HTTP 200 with `{\"status_code\":200,\"return\":{},\"stat\":\"ok\"}`";
    match probe.answered(request)? {
        Ok(answer) => {
            if answer.status() == 200 && is_like(&answer, &SIGN_OUT) {
                return Ok(Some(answer));
            }
            probe.note(request, Mismatch::new(expected, answer.summary()));
        }
        Err(mismatch) => probe.note(request, mismatch),
    }
    Ok(None)
}

fn needs_no_body(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for media_type in ["text/plain", "application/json", "application/x-www-form-urlencoded"] {
        let token = Known::new(probe)?.token()?;
        let request = Request::post(media_type, "").to(Operation::SignOut).bearer(&token);
        if expect_signed_out(probe, &request.case("an empty body"))?.is_some() {
            let case = format!("a token that was signed out by an empty body of {media_type}");
            probe.expect_refusal(&session(&token).case(case), Refusal::TOKEN)?;
        }
    }
    Ok(())
}

fn answers_ok(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let by_field = |way, name, token: &str| with_field(Operation::SignOut, way, name, token);
    let mut token = || Known::new(probe)?.token();
    let mut requests = vec![
        sign_out(&token()?).case("as Bearer"),
        by_field(Way::Form, "token", &token()?),
        by_field(Way::Form, "_token", &token()?),
        by_field(Way::Json, "token", &token()?),
        by_field(Way::Json, "_token", &token()?),
    ];
    for name in spellings("authorization") {
        let request = sign_out(&token()?).respell(&name);
        requests.push(request.case(format!("a header `{name}`")));
    }
    requests.push(sign_out(&forged_token(probe)).case("a token that nobody has"));
    for request in requests {
        expect_signed_out(probe, &request)?;
    }
    Ok(())
}

fn can_be_repeated(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let token = Known::new(probe)?.token()?;
    let first = sign_out(&token).case("the first time");
    let Some(before) = expect_signed_out(probe, &first)? else { return Ok(()) };
    let again = sign_out(&token).case("the second time");
    if let Some(now) = expect_signed_out(probe, &again)?
        && now.body() != before.body()
    {
        probe.note(&again, Mismatch::new("the same body as the first time", "a different body"));
    }
    Ok(())
}

fn ends_token(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let other = Known::with(probe, known.fields.clone())?.token()?;
    drop(probe.answered(&sign_out(&token))?);
    let request = session(&token).case("the token that was signed out");
    probe.expect_refusal(&request, Refusal::TOKEN)?;
    let request = session(&other).case("the other token of the same user");
    expect_token(probe, &request, &known, &other)
}

fn refuses_missing_or_malformed(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let token = Known::new(probe)?.token()?;
    for request in [
        Request::bare(Operation::SignOut).case("no token"),
        sign_out(&token.to_ascii_uppercase()).case("a token in upper case"),
        with_field(Operation::SignOut, Way::Json, "token", &format!("{token}0"))
            .case("a token of 37 characters"),
    ] {
        probe.expect_refusal(&request, Refusal::TOKEN)?;
    }
    let forged = forged_token(probe);
    for (at, digit, case) in [
        (14, "1", "a UUID of version 1"),
        (14, "7", "a UUID of version 7"),
        (19, "0", "a UUID of a different variant"),
        (19, "c", "a UUID of the variant that Microsoft has"),
    ] {
        let mut token = forged.clone();
        token.replace_range(at..=at, digit);
        probe.learn(Kind::Token, &token);
        probe.expect_refusal(&sign_out(&token).case(case), Refusal::TOKEN)?;
    }
    Ok(())
}

fn sign_out_refuses_two_tokens(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let token = Known::new(probe)?.token()?;
    let by_field = |name, value: &str| with_field(Operation::SignOut, Way::Form, name, value);
    for request in [
        by_field("token", &token).bearer(&token).case("as Bearer and as `token`"),
        by_field("_token", "").bearer(&token).case("as Bearer, and an empty `_token`"),
    ] {
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    let query = Fields::default().and("token", &token).form();
    let request = Request::bare(Operation::SignOut).query(query.as_str());
    probe.expect_refusal(&request.case("as `token` in the query"), Refusal::TOKEN)?;
    let request = by_field("_token", &token).query(query);
    let request = request.case("as `_token` in the body, and as `token` in the query");
    expect_signed_out(probe, &request).map(drop)
}
