//! The passwords that a server takes.

use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::known::TELLING;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "password.accepts-1-to-1024-bytes",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-013"],
        title: "passwords of one byte and of 1,024 bytes are accepted",
        judge: Judge::Active(accepts_1_to_1024_bytes),
    },
    Check {
        id: "password.refuses-1025-bytes",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-013"],
        title: "a password of more than 1,024 bytes is refused, however few its characters",
        judge: Judge::Active(refuses_1025_bytes),
    },
    Check {
        id: "password.accepts-any-character",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-013"],
        title: "passwords with spaces, control characters and any Unicode are accepted",
        judge: Judge::Active(accepts_any_character),
    },
];

fn accepts_1_to_1024_bytes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for (password, case) in [
            ("x".to_owned(), "a password of one byte"),
            ("0".to_owned(), "a password that PHP takes for an empty one"),
            (filled(probe, 'x', 1024), "a password of 1024 bytes"),
            (filled(probe, '😀', 1024), "a password of 1024 bytes in characters of four"),
        ] {
            let user = probe.user().with("password", &password);
            probe.expect_sign_on(&way.request(&user).case(case))?;
            forget(probe, user);
        }
    }
    Ok(())
}

fn refuses_1025_bytes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for (password, case) in [
            (filled(probe, 'x', 1025), "a password of 1025 bytes"),
            (filled(probe, 'é', 1026), "a password of 1026 bytes in characters of two"),
            (filled(probe, 'x', 1500), "a password of 1500 bytes"),
        ] {
            let request = way.request(&probe.user().with("password", &password));
            probe.expect_refusal(&request.case(case), Refusal::INVALID)?;
        }
    }
    Ok(())
}

fn accepts_any_character(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for (ending, case) in [
        ("\0", "ends in NUL"),
        ("\0x", "has NUL inside"),
        ("\u{1}\u{1f}\u{7f}\u{80}\u{9f}", "ends in control characters"),
        ("\t\r\n", "ends in white space"),
        (" ", "ends in a space"),
        ("äöü€", "ends in letters outside ASCII"),
        ("e\u{301}", "ends in a combining accent"),
        ("😀", "ends in an emoji"),
        ("\u{feff}\u{fffd}\u{ffff}\u{10ffff}", "ends in the rarest code points"),
        ("%00+&=;#?/\\\"'<>{}", "ends in the delimiters of URLs and JSON"),
    ] {
        let password = probe.password();
        let user = probe.user().with("password", &(password + ending));
        for way in Way::ALL {
            let request = way.request(&user).case(format!("the password {case}"));
            probe.expect_sign_on(&request)?;
        }
    }
    for way in Way::ALL {
        let user = probe.user().with("password", "  ");
        let request = way.request(&user).case("the password is two spaces");
        probe.expect_sign_on(&request)?;
        forget(probe, user);
    }
    Ok(())
}

/// Gives the account that stays behind a password that nobody knows, as far as the server lets us.
pub(super) fn forget(probe: &mut Probe<'_>, user: Fields) {
    if user.value("password").len() < TELLING {
        let user = user.with("password", &probe.password());
        drop(probe.exchange(&Way::Form.request(&user)));
    }
}

/// A password of this many bytes, its end made of one character.
pub(super) fn filled(probe: &mut Probe<'_>, character: char, bytes: usize) -> String {
    let start = format!("{:-<34}", probe.password());
    let left = bytes.saturating_sub(start.len());
    let width = character.len_utf8();
    let ascii = "x".repeat(left % width);
    let end: String = std::iter::repeat_n(character, left / width).collect();
    start + &ascii + &end
}
