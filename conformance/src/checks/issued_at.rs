//! The optional time at which the password was set.

use std::time::{Duration, SystemTime};

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
        title: "a decimal integer is accepted, from 1 to the beginning of the day",
        judge: Judge::Active(accepts_milliseconds),
    },
    Check {
        id: "issued-at.refuses-future",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-023"],
        title: "a time in the year 3000, and the largest number, are refused",
        judge: Judge::Active(refuses_future),
    },
    Check {
        id: "issued-at.refuses-malformed",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-023"],
        title: "a sign, a leading zero, a fraction, an exponent and a number out of bounds are refused",
        judge: Judge::Active(refuses_malformed),
    },
];

const HOUR: Duration = Duration::from_secs(60 * 60);
/// The seconds of a day.
const DAY: u64 = 24 * 60 * 60;

fn accepts_milliseconds(probe: &mut Probe<'_>) -> Result<(), Stop> {
    // More than an hour from the bound, so that neither clock need be good, and the same in all runs of a day.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let days = now.saturating_sub(HOUR).as_secs() / DAY;
    let recent = (days * DAY * 1000).to_string();
    for way in Way::ALL {
        for (time, case) in
            [("1", "1"), ("1700000000000", "1700000000000"), (&recent, "the beginning of the day")]
        {
            let request = way.request(&probe.user().and("issued_at", time));
            probe.expect_sign_on(&request.case(format!("`issued_at` is {case}")))?;
        }
    }
    Ok(())
}

fn refuses_future(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for (time, case) in
            [("32503680000000", "in the year 3000"), ("9007199254740991", "the largest number")]
        {
            let request = way.request(&probe.user().and("issued_at", time));
            let request = request.case(format!("`issued_at` is {case}"));
            probe.expect_refusal(&request, Refusal::INVALID)?;
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
