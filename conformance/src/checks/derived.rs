//! Tokens that are made of the code for which they were given.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::checks::binding::exchange;
use crate::checks::known::Known;
use crate::checks::launch::launch;
use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "exchange.token-is-not-of-code",
    profile: Profile::Launch,
    requirements: &["SSO-TOK-006"],
    title: "the token of an exchange has no part in common with its code",
    judge: Judge::Active(token_is_not_of_code),
}];

/// So many of the last digits of a token are all random. Of a good one, chance puts them into a code less than once in 10^13 times.
const PART: usize = 12;

fn token_is_not_of_code(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let product = (probe.product(), probe.product_secret()?);
    let known = Known::new(probe)?;
    for way in [Way::Form, Way::Json] {
        let code = launch(probe, &known.fields)?.code;
        let request = exchange(way, &code, product);
        let answer = probe.answered(&request)?;
        let Some(token) =
            answer.ok().and_then(|it| it.returned("token")?.as_str().map(str::to_owned))
        else {
            continue;
        };
        let bytes = URL_SAFE_NO_PAD.decode(&code).unwrap_or_default();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let part = token.get(token.len().saturating_sub(PART)..).unwrap_or(&token);
        if digits.contains(part) || code.contains(part) {
            let actual = format!("its last {PART} digits are in the code");
            probe.note(&request, Mismatch::new("a token that does not come of the code", actual));
        }
    }
    Ok(())
}
