//! The optional time at which the password was set.

use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "issued-at.accepts-milliseconds",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-023"],
        title: "a decimal integer from 1 to 9007199254740991 is accepted",
        judge: Judge::Active(accepts_milliseconds),
    },
    Check {
        id: "issued-at.refuses-malformed",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-023"],
        title: "a sign, a leading zero, a fraction, an exponent and a number out of bounds are refused",
        judge: Judge::Active(refuses_malformed),
    },
];

fn accepts_milliseconds(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for time in ["1", "1700000000000", "9007199254740991"] {
            let request = way.request(&probe.user().and("issued_at", time));
            probe.expect_sign_on(&request.case(format!("`issued_at` is {time}")))?;
        }
    }
    Ok(())
}

fn refuses_malformed(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for time in [
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e3",
        "0x1",
        " 1",
        "1 ",
        "1_000",
        "１",
        "yesterday",
        "2020-01-01T00:00:00Z",
        "9007199254740992",
        "18446744073709551617",
        "100000000000000000000000000000",
    ] {
        let request = Way::Form.request(&probe.user().and("issued_at", time));
        let request = request.case(format!("`issued_at` is `{time}`"));
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}
