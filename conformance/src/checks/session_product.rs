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

/// A session that names this product.
fn session_of(token: &str, product: &str) -> Request {
    let query = Fields::default().and("product", product).form();
    session(token).query(query).case(format!("the product `{product}`"))
}

fn minds_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let mut tokens = vec![known.token()?];
    if probe.needs(Operation::Direct).is_ok() {
        let direct = known.direct()?.and("product", probe.product());
        let request = Way::Form.to(Operation::Direct, &direct).case("with a product");
        tokens.extend(given(probe, &request)?);
    }
    for token in tokens {
        let request = session_of(&token, probe.product());
        expect_token(probe, &request, &known, &token)?;
        if let Some(other) = probe.other_product() {
            probe.expect_refusal(&session_of(&token, other), Refusal::TOKEN)?;
        }
        let misspelt = probe.misspelt_product();
        probe.expect_refusal(&session_of(&token, &misspelt), Refusal::INVALID)?;
    }
    Ok(())
}

fn takes_token_without_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Direct)?;
    let known = Known::new(probe)?;
    let request = known.direct_request("without a product")?;
    let Some(token) = given(probe, &request)? else { return Ok(()) };
    for product in probe.products().iter().map(ProductName::as_str) {
        // Whether the company has the product shows in a sign-on.
        let sign_on = Way::Form.request(&known.fields.clone().with("product", product));
        let request = session_of(&token, product);
        match probe.answered(&sign_on)? {
            Ok(answer) if answer.is_success() => {
                expect_token(probe, &request, &known, &token)?;
            }
            Ok(answer) if answer.is(Refusal::ACCESS) => {
                probe.expect_refusal(&request, Refusal::TOKEN)?;
            }
            // That it is one of the two is for other checks to say.
            Ok(_) | Err(_) => (),
        }
    }
    Ok(())
}

/// The token that a direct sign-in gives.
fn given(probe: &mut Probe<'_>, request: &Request) -> Result<Option<String>, Stop> {
    let signed_in = probe.expect_sign_on(request)?;
    let token = signed_in.as_ref().and_then(|it| it.answer.returned("token"));
    Ok(token.and_then(Json::as_str).map(str::to_owned))
}
