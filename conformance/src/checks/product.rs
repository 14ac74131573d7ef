//! The six products.

use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "product.knows-documented",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-012"],
        title: "each documented product signs on, or is denied to the company",
        judge: Judge::Active(knows_documented),
    },
    Check {
        id: "product.refuses-undocumented",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-012"],
        title: "any other product, and another spelling of a documented one, is invalid",
        judge: Judge::Active(refuses_undocumented),
    },
];

const DOCUMENTED: [&str; 6] = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"];

fn knows_documented(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    probe.sign_on(&user)?;
    for product in DOCUMENTED {
        let fields = user.clone().with("product", product);
        let request = Way::Form.request(&fields).case(format!("product `{product}`"));
        let actual = match probe.answered(&request)? {
            Ok(answer) if answer.status() == 200 || answer.is(Refusal::ACCESS) => continue,
            Ok(answer) => answer.summary(),
            Err(mismatch) => mismatch.actual,
        };
        let expected = format!("HTTP 200, or {}", Refusal::ACCESS);
        probe.note(&request, Mismatch::new(expected, actual));
    }
    Ok(())
}

fn refuses_undocumented(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let unheard_of = format!("product-{}", probe.accounts().run());
    for product in [
        &unheard_of,
        "LiveChat",
        "LIVECHAT",
        "livechat ",
        " livechat",
        "live chat",
        "livechat,email",
        "chat",
    ] {
        let request = Way::Form.request(&probe.user().with("product", product));
        let request = request.case(format!("product `{product}`"));
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}
