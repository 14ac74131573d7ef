//! Exchange: a code becomes an account and a token, once.

use crate::checks::alike::alike;
use crate::checks::input;
use crate::checks::known::{Known, expect_holder, forged_code, session};
use crate::checks::launch::launch;
use crate::checks::one_body::spellings;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "exchange.gives-account",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-001"],
        title: "a code, by form and by JSON, becomes the documented answer of the user who was launched",
        judge: Judge::Active(gives_account),
    },
    Check {
        id: "exchange.spends-code",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-002"],
        title: "a code is exchanged once, also when many ask at the same time",
        judge: Judge::Active(spends_code),
    },
    Check {
        id: "exchange.refuses-alike",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-003"],
        title: "codes and secrets refused for different reasons get the same bytes",
        judge: Judge::Active(refuses_alike),
    },
    Check {
        id: "exchange.refuses-outdated-code",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-003"],
        title: "a code given before the password was replaced, by sign-on or launch, is refused, also once the old password is back",
        judge: Judge::Active(refuses_outdated_code),
    },
    Check {
        id: "exchange.refuses-unknown-product",
        profile: Profile::Launch,
        requirements: &["SSO-REQ-012"],
        title: "a product that is none of the server's, or is spelt otherwise, is invalid, whatever code and secret are",
        judge: Judge::Active(refuses_unknown_product),
    },
];

fn fields(probe: &Probe<'_>, code: &str) -> Fields {
    Fields::default().and("code", code).and("product", probe.product())
}

fn exchange(probe: &Probe<'_>, way: Way, code: &str, secret: &str) -> Request {
    way.to(Operation::Exchange, &fields(probe, code)).bearer(secret)
}

fn gives_account(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let known = Known::new(probe)?;
    for way in [Way::Form, Way::Json] {
        let launched = launch(probe, &known.fields)?;
        let request = exchange(probe, way, &launched.code, secret);
        let token = expect_holder(probe, &request, &known)?;
        if let (Some(token), Ok(())) = (token, probe.needs(Operation::Session)) {
            let request = session(&token).case("with the token of an exchange");
            expect_holder(probe, &request, &known)?;
        }
    }
    for name in spellings("authorization") {
        let launched = launch(probe, &known.fields)?;
        let request = exchange(probe, Way::Form, &launched.code, secret).respell(&name);
        let request = request.case(format!("the secret in a header `{name}`"));
        expect_holder(probe, &request, &known)?;
    }
    Ok(())
}

fn spends_code(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let known = Known::new(probe)?;
    let launched = launch(probe, &known.fields)?;
    let request = exchange(probe, Way::Form, &launched.code, secret);
    if expect_holder(probe, &request, &known)?.is_some() {
        probe.expect_refusal(&request.case("the same code again"), Refusal::TOKEN)?;
        let request = exchange(probe, Way::Json, &launched.code, secret);
        probe.expect_refusal(&request.case("the same code again, by JSON"), Refusal::TOKEN)?;
    }
    for round in 1..=ROUNDS {
        race(probe, &known.fields, secret, round)?;
    }
    Ok(())
}

/// So many races of so many requests: a server that takes the code in two steps does not lose each of them.
const ROUNDS: usize = 5;
const RACERS: usize = 6;

/// Exchanges one code many times at once.
fn race(probe: &mut Probe<'_>, user: &Fields, secret: &str, round: usize) -> Result<(), Stop> {
    let launched = launch(probe, user)?;
    let way = if round.is_multiple_of(2) { Way::Json } else { Way::Form };
    let case = format!("one code, {RACERS} times at once, round {round}");
    // The same request throughout, so that it does not show which of them came first.
    let racers = vec![exchange(probe, way, &launched.code, secret).case(case); RACERS];
    let answers = probe.exchange_together(&racers).map_err(|why| {
        let why = format!("not every one of {RACERS} requests at once was answered: {why}");
        Stop::Blocked(why.into())
    })?;
    let taken = answers.iter().zip(&racers).filter(|(answer, _)| answer.is_success());
    let taken: Vec<_> = taken.map(|(_, request)| request).collect();
    if let [.., last] = taken.as_slice()
        && taken.len() > 1
    {
        let actual = format!("{} of {RACERS} did", taken.len());
        let expected = format!("one of {RACERS} to get an account");
        probe.note(last, Mismatch::new(expected, actual));
    }
    Ok(())
}

fn refuses_alike(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let user = probe.user();
    let used = launch(probe, &user)?.code;
    let first = exchange(probe, Way::Form, &used, secret).case("a fresh code");
    probe.expect_sign_on(&first)?;
    let fresh = launch(probe, &user)?.code;
    let unknown = forged_code(probe);
    let (cut, padded) = (unknown.get(1..).unwrap_or_default(), format!("{unknown}="));
    let forged = format!("{secret}0");
    probe.learn(Kind::ProductSecret, &forged);
    let bare = Way::Form.to(Operation::Exchange, &fields(probe, &fresh));
    let mut requests = vec![
        exchange(probe, Way::Form, &unknown, secret).case("an unknown code"),
        exchange(probe, Way::Form, cut, secret).case("a code of 42 characters"),
        exchange(probe, Way::Form, &padded, secret).case("a code with padding"),
        exchange(probe, Way::Form, &used, secret).case("a used code"),
        exchange(probe, Way::Form, &fresh, &forged).case("a wrong secret"),
        bare.clone().case("no secret"),
        bare.header("authorization", format!("Basic {secret}")).case("a different scheme"),
    ];
    if let Some(other) = probe.other_product() {
        let elsewhere = fields(probe, &fresh).with("product", other);
        let request = Way::Form.to(Operation::Exchange, &elsewhere).bearer(secret);
        requests.push(request.case("the code of a different product"));
    }
    alike(probe, Some(Refusal::TOKEN), &requests).map(drop)
}

fn refuses_unknown_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mut products = probe.unlisted_products();
    products.push(probe.misspelt_product());
    let ways = Operation::Exchange.ways().iter().cycle();
    for (way, product) in ways.zip(products) {
        let fields = input::fields(probe, Operation::Exchange).with("product", &product);
        let request = input::call(probe, Operation::Exchange, *way, &fields);
        let request = request.case(format!("the product `{product}`"));
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}

fn refuses_outdated_code(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    for operation in [Operation::SignOn, Operation::Launch] {
        for (turn, way) in Way::ALL.into_iter().enumerate() {
            let known = Known::new(probe)?;
            let [by, by_other] =
                if turn == 1 { [Way::Json, Way::Form] } else { [Way::Form, Way::Json] };
            let [first, second] =
                [launch(probe, &known.fields)?.code, launch(probe, &known.fields)?.code];
            let new = known.fields.clone().with("password", &probe.password());
            let replaced = probe.answered(&way.to(operation, &new))?;
            if replaced.map_or(true, |answer| answer.is_refusal()) {
                // Other checks expect it to succeed.
                continue;
            }
            let name = operation.name();
            let request = exchange(probe, by, &first, secret);
            let request = request.case(format!("a code of a password that a {name} has replaced"));
            probe.expect_refusal(&request, Refusal::TOKEN)?;
            probe.sign_on(&known.fields)?;
            let request = exchange(probe, by_other, &second, secret);
            let request = request.case("a code of a replaced password that is back again");
            probe.expect_refusal(&request, Refusal::TOKEN)?;
        }
    }
    Ok(())
}
