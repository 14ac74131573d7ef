//! The optional time at which the password was set.

use std::time::{Duration, SystemTime};

use crate::checks::entrance::{Entrance, Sight};
use crate::checks::known::{Known, expect_holder, session};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
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
    Check {
        id: "issued-at.counts-by-every-way",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-002", "SSO-REQ-003", "SSO-LAU-001"],
        title: "an older time than the stored one has the same effect by GET, form and JSON, by sign-on and launch",
        judge: Judge::Active(counts_by_every_way),
    },
    Check {
        id: "issued-at.lets-in-the-latest",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-002", "SSO-RULE-003"],
        title: "only a password that differs and is older than the stored one may be refused for its time",
        judge: Judge::Active(lets_in_the_latest),
    },
    Check {
        id: "issued-at.refuses-without-effect",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-003", "SSO-DIR-003", "SSO-SES-001"],
        title: "where an older password is refused, it is so whichever sign-on stored the time, and nothing changes by it",
        judge: Judge::Active(refuses_without_effect),
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
    for operation in [Operation::SignOn, Operation::Launch] {
        if probe.needs(operation).is_err() {
            continue;
        }
        for way in Way::ALL {
            for (time, case) in
                [("32503680000000", "in the year 3000"), ("9007199254740991", "the largest number")]
            {
                let request = way.to(operation, &probe.user().and("issued_at", time));
                let request = request.case(format!("`issued_at` is {case}"));
                probe.expect_refusal(&request, Refusal::INVALID)?;
            }
        }
    }
    Ok(())
}

fn counts_by_every_way(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let usual = Entrance { operation: Operation::SignOn, way: Way::Form };
    let (_, Some(expected)) = older(probe, usual, usual)? else { return Ok(()) };
    for entrance in Entrance::all(probe)? {
        for (first, second) in [(entrance, usual), (usual, entrance)] {
            let (request, effect) = older(probe, first, second)?;
            if let Some(actual) = effect.filter(|effect| *effect != expected) {
                let expected = format!("{expected}, as of two sign-ons by form");
                probe.note(&request, Mismatch::new(expected, actual));
            }
        }
    }
    Ok(())
}

/// Stores a password by the first entrance, and sends an older one by the second; gives what that was answered with, if both were.
fn older(
    probe: &mut Probe<'_>,
    first: Entrance,
    second: Entrance,
) -> Result<(Request, Option<&'static str>), Stop> {
    let user = probe.user().and("issued_at", "1700000000000");
    let older = user.clone().with("password", &probe.password()).with("issued_at", "1600000000000");
    let case = format!("an older `issued_at`, after {}", first.words());
    let request = second.request(&older).case(case);
    // Other checks expect it to be stored.
    if !first.enter(probe, &user, "an `issued_at`")? {
        return Ok((request, None));
    }
    let effect = probe.answered(&request)?.ok().map(|answer| {
        if answer.is(Refusal::OUTDATED) {
            "a refusal as outdated"
        } else if answer.is_refusal() {
            "a different refusal"
        } else {
            "success"
        }
    });
    Ok((request, effect))
}

/// What one user sends in this order: a password by its place in a list, its time if it has one, and a word for both.
const LATEST: [(usize, Option<&str>, &str); 12] = [
    (0, Some("999"), "a new user, with a time"),
    (6, Some("1000"), "a different password, newer, of more digits"),
    (0, Some("1600000000000"), "a different password, with a newer time"),
    (0, Some("1500000000000"), "the same password, with an older time"),
    (0, None, "the same password, without a time"),
    (0, Some("1700000000000"), "the same password, with a newer time"),
    (
        1,
        Some("1650000000000"),
        "a different password, newer than the stored one and older than its last match",
    ),
    (2, Some("1650000000000"), "a different password, with the time of the stored one"),
    (3, Some("1700000000000"), "a different password, with a newer time"),
    (7, Some("1700000000001"), "a different password, newer by a millisecond"),
    (4, None, "a different password, without a time"),
    (5, Some("1400000000000"), "a different password, with a time, after one without"),
];

fn lets_in_the_latest(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let mut known = None;
    let passwords = [(); 8].map(|()| probe.password());
    for (password, time, case) in LATEST {
        let fields =
            passwords.get(password).map_or(user.clone(), |it| user.clone().with("password", it));
        let fields = time.map_or(fields.clone(), |time| fields.and("issued_at", time));
        let request = Way::Form.request(&fields).case(case);
        match &known {
            Some(known) => probe.expect_same_user(&request, known)?,
            // Other checks expect a new user to be let in.
            None => known = Some(probe.sign_on(&fields)?),
        }
    }
    Ok(())
}

const STORED: &str = "1700000000500";

/// Whether a password with the time [`STORED`] replaces one, whether it is sent again without a time, an older time, and words for the two.
const TIMES: [(bool, bool, &str, &str); 4] = [
    (true, false, "1600000000000", "older than the time of a replacement"),
    (true, false, "1700000000499", "older by a millisecond than the time of a replacement"),
    (false, false, "999999999999", "older, of fewer digits, than the time of a new user"),
    (
        false,
        true,
        "1700000000499",
        "older by a millisecond than the time of a password that was sent again without one",
    ),
];

fn refuses_without_effect(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let sight = probe.needs(Operation::Direct).is_ok().then(|| Sight::new(probe)).transpose()?;
    for (turn, (replaces, matches, time, case)) in TIMES.into_iter().enumerate() {
        let user = probe.user();
        let older = user.clone().with("password", &probe.password()).and("issued_at", time);
        if replaces {
            let before = user.clone().with("password", &probe.password());
            probe.sign_on(&before.and("issued_at", time))?;
        }
        let mut stored = Known::with(probe, user.clone().and("issued_at", STORED))?;
        if matches {
            stored = Known::with(probe, user)?;
        }
        let request = Way::Form.request(&older).case(case);
        let Ok(answer) = probe.answered(&request)? else { continue };
        if !answer.is(Refusal::OUTDATED) {
            // A server need not mind the time; one that does minds it always.
            if turn == 0 {
                return Ok(());
            }
            probe.note(&request, Mismatch::new(Refusal::OUTDATED.to_string(), answer.summary()));
            continue;
        }
        if probe.needs(Operation::Session).is_ok() {
            let request = session(&stored.token()?).case("the token from before the refusal");
            expect_holder(probe, &request, &stored)?;
        }
        if let Some(sight) = &sight {
            let request = sight.request(Way::Form, &older).case("the password that was refused");
            probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
            let request = sight.request(Way::Form, &stored.fields);
            expect_holder(probe, &request.case("the stored password, after the refusal"), &stored)?;
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
        "1٢",
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
    let name = probe.accounts().name();
    let request = Way::Form.request(&probe.user().and("issued_at", &name));
    probe.expect_refusal(&request.case("`issued_at` is a name"), Refusal::INVALID)
}
