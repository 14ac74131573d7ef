//! Credentials that are nearly right, by every way in which an operation takes them.

use crate::checks::alike::alike;
use crate::checks::known::{Known, expect_token, session};
use crate::checks::launch::launch;
use crate::checks::near_miss::{NearMiss, near_misses, with_one_different};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "key.refuses-near-misses",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-001"],
        title: "the key cut, lengthened, with white space, in a different case or encoding is refused, by GET, form and JSON",
        judge: Judge::Active(|probe| refuses_keys(probe, Operation::SignOn)),
    },
    Check {
        id: "launch.refuses-key-near-misses",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-001", "SSO-KEY-001"],
        title: "a launch refuses each key that is nearly right as a sign-on does",
        judge: Judge::Active(|probe| refuses_keys(probe, Operation::Launch)),
    },
    Check {
        id: "exchange.refuses-code-near-misses",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-003"],
        title: "a code cut, lengthened, with white space, in a different case or encoding is refused, by form and JSON",
        judge: Judge::Active(refuses_codes),
    },
    Check {
        id: "exchange.refuses-secret-near-misses",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-003"],
        title: "a secret cut, lengthened, in a different case or encoding is refused",
        judge: Judge::Active(refuses_secrets),
    },
    Check {
        id: "session.refuses-token-near-misses",
        profile: Profile::Session,
        requirements: &["SSO-SES-003"],
        title: "a token cut, lengthened, with white space, in a different case or encoding is refused, in header and fields",
        judge: Judge::Active(refuses_tokens),
    },
    Check {
        id: "sign-out.refuses-token-near-misses",
        profile: Profile::Session,
        requirements: &["SSO-OUT-003", "SSO-SES-001"],
        title: "a token that is malformed in one of these ways is not signed out, and the token that it is like stays valid",
        judge: Judge::Active(sign_out_refuses_tokens),
    },
];

/// So many requests are sent with one code, so that it does not expire meanwhile.
const WITH_ONE_CODE: usize = 16;

/// The texts that are like a credential, which reports must not show: they are near enough to give it away.
fn near(probe: &mut Probe<'_>, kind: Kind, credential: &str) -> Vec<NearMiss> {
    learn(probe, kind, credential, near_misses(credential))
}

/// The same with each text that differs in one character as well.
fn nearer(probe: &mut Probe<'_>, kind: Kind, credential: &str) -> Vec<NearMiss> {
    let mut near = near(probe, kind, credential);
    let different = with_one_different(credential).collect();
    near.extend(learn(probe, kind, credential, different));
    near
}

fn learn(
    probe: &mut Probe<'_>,
    kind: Kind,
    credential: &str,
    near: Vec<NearMiss>,
) -> Vec<NearMiss> {
    for NearMiss { text, .. } in &near {
        // In quotes it stands in answers, where it is hidden without them, and a part of a sentence may stand in any.
        let part = text.contains(' ') && credential.contains(text);
        if !part && text.trim_matches('"') != credential {
            probe.learn(kind, text);
        }
    }
    near
}

/// Expects each request to be refused so, those with a control character as invalid, and the others all alike.
fn refuses(
    probe: &mut Probe<'_>,
    refusal: Refusal,
    requests: impl Iterator<Item = (bool, Request)>,
) -> Result<(), Stop> {
    let (invalid, refused): (Vec<_>, Vec<_>) = requests.partition(|(invalid, _)| *invalid);
    for (_, request) in invalid {
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    let refused: Vec<_> = refused.into_iter().map(|(_, request)| request).collect();
    alike(probe, Some(refusal), &refused).map(drop)
}

fn refuses_keys(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let user = probe.user();
    let key = probe.key();
    let (near, nearer) = (near(probe, Kind::Key, key), nearer(probe, Kind::Key, key));
    let ways = Way::ALL.iter().flat_map(|way| {
        // Whether each character is compared does not depend on the way.
        let near = if *way == Way::Form { &nearer } else { &near };
        near.iter().map(move |near| (*way, near))
    });
    let requests = ways.map(|(way, near)| {
        let request = way.to(operation, &user.clone().with("ssokey", &near.text));
        (near.has_control(), request.case(format!("the key {}", near.case)))
    });
    refuses(probe, Refusal::KEY, requests)
}

/// An exchange of this code by this secret.
fn exchange(probe: &Probe<'_>, way: Way, code: &str, secret: &str) -> Request {
    let fields = Fields::default().and("code", code).and("product", probe.product());
    way.to(Operation::Exchange, &fields).bearer(secret)
}

/// Expects a fresh code to be exchanged, so that what is refused afterwards is refused for what is nearly right about it.
fn expect_exchange(probe: &mut Probe<'_>, user: &Fields, secret: &str) -> Result<(), Stop> {
    let code = launch(probe, user)?.code;
    let request = exchange(probe, Way::Form, &code, secret).case("a fresh code");
    probe.expect_sign_on(&request).map(drop)
}

fn refuses_codes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let user = probe.user();
    expect_exchange(probe, &user, secret)?;
    for way in [Way::Form, Way::Json] {
        let (mut from, mut all) = (0, usize::MAX);
        while from < all {
            let code = launch(probe, &user)?.code;
            let near = if way == Way::Form {
                nearer(probe, Kind::Code, &code)
            } else {
                near(probe, Kind::Code, &code)
            };
            all = near.len();
            let some = near.into_iter().skip(from).take(WITH_ONE_CODE);
            let requests: Vec<_> = some
                .map(|near| {
                    let request = exchange(probe, way, &near.text, secret);
                    (near.has_control(), request.case(format!("the code {}", near.case)))
                })
                .collect();
            refuses(probe, Refusal::TOKEN, requests.into_iter())?;
            from += WITH_ONE_CODE;
        }
    }
    Ok(())
}

fn refuses_secrets(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let user = probe.user();
    expect_exchange(probe, &user, secret)?;
    let near = nearer(probe, Kind::ProductSecret, secret);
    let near: Vec<_> = near.iter().filter(|near| near.fits_header()).collect();
    for some in near.chunks(WITH_ONE_CODE) {
        let code = launch(probe, &user)?.code;
        let requests: Vec<_> = some
            .iter()
            .map(|near| {
                let request = exchange(probe, Way::Form, &code, &near.text);
                (false, request.case(format!("the secret {}", near.case)))
            })
            .collect();
        refuses(probe, Refusal::TOKEN, requests.into_iter())?;
    }
    Ok(())
}

/// The places of a request at which an operation takes a token.
fn with_token(operation: Operation, place: &str, token: &str) -> Request {
    match (operation, place) {
        (_, "Bearer") => Request::bare(operation).bearer(token),
        (Operation::Session, name) => Way::Get.to(operation, &Fields::default().and(name, token)),
        (_, "_token") => Way::Json.to(operation, &Fields::default().and("_token", token)),
        (_, name) => Way::Form.to(operation, &Fields::default().and(name, token)),
    }
}

/// The requests with each of these at every place that can hold it.
fn at_each_place<'n>(
    operation: Operation,
    near: &'n [NearMiss],
) -> impl Iterator<Item = (bool, Request)> + use<'n> {
    ["Bearer", "token", "_token"].into_iter().flat_map(move |place| {
        let fit = near.iter().filter(move |near| place != "Bearer" || near.fits_header());
        fit.map(move |near| {
            let request = with_token(operation, place, &near.text);
            (false, request.case(format!("the token {}, as {place}", near.case)))
        })
    })
}

fn refuses_tokens(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let near = nearer(probe, Kind::Token, &token);
    refuses(probe, Refusal::TOKEN, at_each_place(Operation::Session, &near))?;
    let request = session(&token).case("the token itself");
    expect_token(probe, &request, &known, &token)
}

fn sign_out_refuses_tokens(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    let mut near = near(probe, Kind::Token, &token);
    // A different token, well-formed, is signed out as one that nobody has.
    near.retain(|near| !super::token::fits(&near.text));
    refuses(probe, Refusal::TOKEN, at_each_place(Operation::SignOut, &near))?;
    let request = session(&token).case("the token itself, after what is like it");
    expect_token(probe, &request, &known, &token)
}
