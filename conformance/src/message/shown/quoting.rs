//! Answers that may quote what could not be decoded, and so is not known to be a secret.

use crate::format::refusal::Refusal;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::message::secrets::Secrets;
use crate::message::shown::field;
use crate::message::shown::name::{is_field, name};

/// Returns whether a report can tell all of a request's fields: what cannot be decoded may be quoted by the answer.
pub(crate) fn is_decoded(request: &Request) -> bool {
    let operation = request.operation();
    let is_form = |text: &str| {
        text.split('&').filter(|pair| !pair.is_empty()).all(|pair| field(pair, operation).is_some())
    };
    let body = request.body.as_deref().unwrap_or_default();
    let is_text =
        |(name, value): &(String, Json)| is_field(name, operation) && value.as_str().is_some();
    let is_object =
        |json: Json| matches!(json, Json::Object(_)) && json.members().iter().all(is_text);
    let is_body = body.is_empty()
        || Json::parse(body).is_ok_and(is_object)
        || str::from_utf8(body).is_ok_and(is_form);
    is_body && request.query.as_deref().is_none_or(is_form)
}

/// Returns whether the answer to this request may quote secrets that nobody has learned.
pub(crate) fn is_quiet(request: &Request, secrets: &Secrets) -> bool {
    secrets.are_doubtful() && !is_decoded(request)
}

/// The sentence without what it quotes between backticks, but for words of the format and numbers. What is quoted may have backticks in it.
pub(crate) fn quiet(sentence: &str) -> String {
    let is_known = |text: &str| {
        let is_word = |word: &str| name(word) == word || word.bytes().all(|it| it.is_ascii_digit());
        matches!(text, "ok" | "fail") || Refusal::is_listed(text) || text.split('.').all(is_word)
    };
    let mut at = 0;
    for (place, part) in sentence.split('`').enumerate() {
        if place % 2 == 1 && !is_known(part) {
            let before = sentence.get(..at).unwrap_or_default();
            let after = sentence.rsplit('`').next().unwrap_or_default();
            return format!("{before}[text]`{after}");
        }
        at += part.len() + 1;
    }
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_the_formats_words_alone() {
        for (sentence, kept) in [
            ("no such member", "no such member"),
            (
                "error 4010 `invalid_ssokey`, `return.userId` `17`",
                "error 4010 `invalid_ssokey`, `return.userId` `17`",
            ),
            ("HTTP 400 with error `4000` `pw`", "HTTP 400 with error `4000` `[text]`"),
            ("`stat` is `a `my pw` b` here", "`stat` is `[text]` here"),
        ] {
            assert_eq!(quiet(sentence), kept);
        }
    }
}
