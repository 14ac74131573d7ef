//! A credential of one kind in the place of one of a different kind.

use crate::checks::alike::alike;
use crate::checks::known::{Known, session};
use crate::checks::launch::launch;
use crate::checks::near_miss::fits_header;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "key.refuses-other-credentials",
        profile: Profile::SignOn,
        requirements: &["SSO-KEY-001"],
        title: "a token, code, product secret, password, e-mail or domain is not a key",
        judge: Judge::Active(no_key),
    },
    Check {
        id: "exchange.refuses-other-credentials",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-003"],
        title: "a token or key is not a code, and a code, token or key is not a product's secret",
        judge: Judge::Active(no_code),
    },
    Check {
        id: "session.refuses-other-credentials",
        profile: Profile::Session,
        requirements: &["SSO-SES-003"],
        title: "a code, key, product secret, password or e-mail is not a token",
        judge: Judge::Active(no_token),
    },
];

/// A fresh code, where the server gives one.
fn code(probe: &mut Probe<'_>, fields: &Fields) -> Option<String> {
    probe.needs(Operation::Launch).ok()?;
    launch(probe, fields).ok().map(|launched| launched.code)
}

fn no_key(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let code = code(probe, &known.fields);
    let secret = probe.product_secret().ok().map(str::to_owned);
    let (email, password) = (known.fields.value("email"), known.fields.value("password"));
    let texts = [
        (known.token().ok(), "a token"),
        (code, "a code"),
        (secret, "a product's secret"),
        (Some(email.to_owned()), "the e-mail"),
        (Some(password.to_owned()), "the password"),
        (known.company().ok(), "the company's domain"),
    ];
    let texts: Vec<_> = texts.iter().filter_map(|(it, case)| Some((it.as_ref()?, case))).collect();
    let mut requests = Vec::new();
    for way in Way::ALL {
        for (text, case) in &texts {
            let fields = known.fields.clone().with("ssokey", text);
            requests.push(way.request(&fields).case(format!("{case} as the key")));
        }
    }
    alike(probe, Some(Refusal::KEY), &requests).map(drop)
}

fn no_code(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let known = Known::new(probe)?;
    let (token, key) = (known.token()?, probe.key());
    let code = launch(probe, &known.fields)?.code;
    let exchange = |way: Way, code: &str, secret: &str| {
        let fields = Fields::default().and("code", code).and("product", probe.product());
        way.to(Operation::Exchange, &fields).bearer(secret)
    };
    let mut requests = Vec::new();
    for way in [Way::Form, Way::Json] {
        requests.extend([
            exchange(way, &token, secret).case("a token as the code"),
            exchange(way, key, secret).case("a key as the code"),
            exchange(way, secret, secret).case("the secret as the code"),
            exchange(way, &code, &code).case("the code as the secret"),
            exchange(way, &code, &token).case("a token as the secret"),
            exchange(way, &code, probe.product()).case("the product's name as the secret"),
        ]);
        if fits_header(key) {
            requests.push(exchange(way, &code, key).case("a key as the secret"));
        }
    }
    alike(probe, Some(Refusal::TOKEN), &requests).map(drop)
}

fn no_token(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let id = known.before.user.as_u64();
    let code = code(probe, &known.fields);
    let secret = probe.product_secret().ok().map(str::to_owned);
    let (email, password) = (known.fields.value("email"), known.fields.value("password"));
    let texts = [
        (code, "a code"),
        (secret, "a product's secret"),
        (Some(probe.key().to_owned()), "a key"),
        (Some(email.to_owned()), "the e-mail"),
        (Some(password.to_owned()), "the password"),
        (id.map(|id| id.to_string()), "the userId"),
    ];
    let mut requests = Vec::<Request>::new();
    for (text, case) in texts.iter().filter_map(|(it, case)| Some((it.as_ref()?, case))) {
        let case = format!("{case} as the token");
        if fits_header(text) {
            requests.push(session(text).case(case.as_str()));
        }
        for name in ["token", "_token"] {
            let fields = Fields::default().and(name, text);
            requests.push(Way::Get.to(Operation::Session, &fields).case(case.as_str()));
        }
    }
    alike(probe, Some(Refusal::TOKEN), &requests).map(drop)
}
