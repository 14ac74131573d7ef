//! Tokens that are made of the code for which they were given.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::checks::token::fits;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::message::json::Json;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "exchange.token-is-not-of-code",
    profile: Profile::Launch,
    requirements: &["SSO-TOK-006"],
    title: "the token of an exchange has no part in common with its code",
    judge: Judge::Passive(token_is_not_of_code),
}];

/// So many of the last digits of a token are all random. Of a good one, chance puts them into a code less than once in 10^13 times.
const PART: usize = 12;

fn token_is_not_of_code(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let is_judged = |exchange: &Exchange| {
        let exchanges = exchange.request.operation() == Some(Operation::Exchange);
        exchanges && exchange.gives_account() && !log.hides_token(exchange)
    };
    log.judge(is_judged, |Exchange { request, answer, .. }| {
        let token = answer.returned("token").and_then(Json::as_str).filter(|token| fits(token));
        let fields = request.fields();
        let code = fields.iter().find(|(name, _)| name == "code").map(|(_, code)| code);
        let (Some(token), Some(code)) = (token, code) else { return Ok(()) };
        let bytes = URL_SAFE_NO_PAD.decode(code).unwrap_or_default();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let part = token.get(token.len() - PART..).unwrap_or(token);
        if digits.contains(part) || code.contains(part) {
            let actual = format!("its last {PART} digits are in the code");
            return Err(Mismatch::new("a token that does not come of the code", actual));
        }
        Ok(())
    })
}
