//! The secrets of traffic that somebody else recorded.

use crate::format::operation::Operation;
use crate::message::escape::unescape;
use crate::message::secret::{Kind, Secrets, TELLING};
use crate::message::shown;
use crate::record::exchange::Exchange;

/// Takes the secrets out of where they are known to be, and the parts of what could not be decoded, which may hold some.
pub(super) fn learn_of_others(exchange: &Exchange, secrets: &mut Secrets) {
    let Exchange { request, answer, .. } = exchange;
    for (name, value) in request.fields() {
        if let Some(kind) = Kind::of_field(&name) {
            secrets.learn(kind, &value);
        } else if shown::name(&name) != name {
            secrets.learn(Kind::Other, &name);
            secrets.learn(Kind::Other, &value);
        }
    }
    if !shown::is_decoded(request) {
        let query = request.query.as_deref().unwrap_or_default().as_bytes();
        for text in [query, request.body.as_deref().unwrap_or_default()] {
            let text = String::from_utf8_lossy(text).replace('\0', "");
            learn_words(&text, secrets);
            learn_words(&unescape(&text.replace('+', " ")), secrets);
        }
    }
    if let Some(value) = request.header_value("authorization") {
        let (scheme, credential) = value.split_once(' ').unwrap_or(("", value));
        let kind = match request.operation() {
            _ if !scheme.eq_ignore_ascii_case("bearer") => Kind::Header,
            Some(Operation::Exchange) => Kind::ProductSecret,
            Some(_) | None => Kind::Token,
        };
        secrets.learn(kind, credential.trim());
    }
    let set = answer.headers().iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let set = set.filter_map(|(_, cookie)| cookie.split(';').next());
    let sent = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let sent = sent.flat_map(|(_, cookies)| cookies.split(';'));
    for cookie in set.chain(sent) {
        let value = cookie.split_once('=').map_or(cookie, |(_, value)| value).trim();
        // A short one such as `lang=en` is not a secret.
        if value.len() >= TELLING {
            secrets.learn(Kind::Header, value);
        }
    }
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        let tells = ["auth", "key", "secret", "token", "password"];
        if name != "authorization" && tells.iter().any(|it| name.contains(it)) {
            secrets.learn(Kind::Header, value);
        }
    }
}

/// Learns each part of a text between the marks of JSON, forms, queries and pages.
fn learn_words(text: &str, secrets: &mut Secrets) {
    let is_mark = |it: char| it.is_control() || "{}[]()<>\"'`:,;&=?#|".contains(it);
    for part in text.split(is_mark).map(|part| part.trim().trim_matches('\\')) {
        if shown::name(part) != part && !shown::is_documented_product(part) {
            secrets.learn(Kind::Other, part);
        }
    }
}
