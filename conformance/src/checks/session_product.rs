//! The product that a session may name.

use crate::checks::known::{Known, expect_token, session};
use crate::format::operation::Operation;
use crate::format::product::ProductName;
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
        id: "session.minds-product",
        profile: Profile::Session,
        requirements: &["SSO-SES-007"],
        title: "a token is valid for the product that it was given for, and for no other",
        judge: Judge::Active(minds_product),
    },
    Check {
        id: "session.takes-token-without-product",
        profile: Profile::Session,
        requirements: &["SSO-SES-007"],
        title: "a token that was given without a product is valid for each product of its company, and for no other",
        judge: Judge::Active(takes_token_without_product),
    },
];

/// Returns a session that names this product.
fn session_of(token: &str, product: &str) -> Request {
    let query = Fields::default().and("product", product).form();
    session(token).query(query).case(format!("the product `{product}`"))
}

fn minds_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    is_for_one_product(probe, &known, &known.token()?)?;
    if probe.needs(Operation::Direct).is_ok() {
        let direct = known.direct()?.and("product", probe.product());
        let token = given(probe, &Way::Form.to(Operation::Direct, &direct))?;
        is_for_one_product(probe, &known, &token)?;
    }
    Ok(())
}

fn is_for_one_product(probe: &mut Probe<'_>, known: &Known, token: &str) -> Result<(), Stop> {
    let request = session_of(token, probe.product());
    expect_token(probe, &request, known, token)?;
    if let Some(other) = probe.other_product() {
        probe.expect_refusal(&session_of(token, other), Refusal::TOKEN)?;
    }
    let misspelt = probe.misspelt_product();
    probe.expect_refusal(&session_of(token, &misspelt), Refusal::INVALID)
}

fn takes_token_without_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Direct)?;
    let (known, colleague) = (Known::new(probe)?, probe.user());
    let token = given(probe, &known.direct_request("without a product")?)?;
    for product in probe.products().iter().map(ProductName::as_str) {
        // A sign-on shows whether the company has the product.
        let sign_on = Way::Form.request(&colleague.clone().with("product", product));
        let request = session_of(&token, product);
        match probe.answered(&sign_on)? {
            Ok(answer) if answer.is_success() => {
                expect_token(probe, &request, &known, &token)?;
            }
            Ok(answer) if answer.is(Refusal::ACCESS) => {
                probe.expect_refusal(&request, Refusal::TOKEN)?;
            }
            // Other checks expect one of the two.
            Ok(_) | Err(_) => (),
        }
    }
    Ok(())
}

/// Returns the token that a direct sign-in gives.
fn given(probe: &mut Probe<'_>, request: &Request) -> Result<String, Stop> {
    let actual = match probe.answered(request)? {
        Ok(answer) => match answer.returned("token").and_then(Json::as_str) {
            Some(token) => return Ok(token.to_owned()),
            None => answer.summary(),
        },
        Err(mismatch) => mismatch.actual,
    };
    let why = format!("a direct sign-in that it builds on did not succeed: {actual}");
    Err(Stop::Blocked(why.into()))
}
