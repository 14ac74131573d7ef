//! The products of the server.

use crate::format::product::ProductName;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "product.knows-listed",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-012"],
        title: "each of the server's products signs on, or is denied to the company",
        judge: Judge::Active(knows_listed),
    },
    Check {
        id: "product.refuses-unlisted",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-012"],
        title: "any other product, and a different spelling of a product, is invalid",
        judge: Judge::Active(refuses_unlisted),
    },
];

fn knows_listed(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    probe.sign_on(&user)?;
    for product in probe.products() {
        let fields = user.clone().with("product", product.as_str());
        let request = Way::Form.request(&fields).case(format!("product `{product}`"));
        let actual = match probe.answered(&request)? {
            Ok(answer) if answer.plain_status() == 200 || answer.is(Refusal::ACCESS) => continue,
            Ok(answer) => answer.summary(),
            Err(mismatch) => mismatch.actual,
        };
        let expected = format!("HTTP 200, or {}", Refusal::ACCESS);
        probe.note(&request, Mismatch::new(expected, actual));
    }
    Ok(())
}

fn refuses_unlisted(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let unheard_of = format!("product-{}", probe.accounts().run());
    let product = probe.product();
    let (start, end) = product.split_at_checked(product.len() / 2).unwrap_or_default();
    let other = probe.other_product().unwrap_or(product);
    let unlisted = [
        unheard_of,
        probe.misspelt_product(),
        product.to_ascii_uppercase(),
        format!("{product} "),
        format!(" {product}"),
        format!("{start} {end}"),
        format!("{product},{other}"),
        start.to_owned(),
        end.to_owned(),
        format!("{start}%"),
    ];
    let listed = |text: &str| probe.products().iter().map(ProductName::as_str).any(|it| it == text);
    // Half of a name of one letter is none.
    let unlisted = unlisted.into_iter().filter(|text| !text.is_empty() && !listed(text));
    let unlisted: Vec<_> = unlisted.collect();
    for product in unlisted {
        let request = Way::Form.request(&probe.user().with("product", &product));
        let request = request.case(format!("product `{product}`"));
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}
