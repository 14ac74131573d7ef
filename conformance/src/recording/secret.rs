//! The secrets of traffic that somebody else recorded.

use crate::format::operation::Operation;
use crate::message::escape::unescape;
use crate::message::known::TELLING;
use crate::message::request::form_fields;
use crate::message::secret::Kind;
use crate::message::secrets::Secrets;
use crate::message::shown;
use crate::record::exchange::Exchange;

/// Takes the secrets out of where they are known to be, and the parts of what could not be decoded, which may hold some.
pub(super) fn learn_of_others(exchange: &Exchange, secrets: &mut Secrets) {
    let Exchange { request, answer, .. } = exchange;
    let doubtful = secrets.are_doubtful();
    for (name, value) in request.fields() {
        if let Some(kind) = Kind::of_field(&name) {
            learn(kind, &value, secrets);
        } else if doubtful && !shown::is_plausible(&name, &value) {
            learn(Kind::Other, &name, secrets);
            learn(Kind::Other, &value, secrets);
        }
    }
    if doubtful && !shown::is_decoded(request) {
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
        learn(kind, credential.trim(), secrets);
    }
    let set = answer.headers().iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let set = set.filter_map(|(_, cookie)| cookie.split(';').next());
    let sent = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let sent = sent.flat_map(|(_, cookies)| cookies.split(';'));
    for cookie in set.chain(sent) {
        let value = cookie.split_once('=').map_or(cookie, |(_, value)| value).trim();
        // A short one such as `lang=en` is not a secret.
        if value.len() >= TELLING {
            learn(Kind::Header, value, secrets);
        }
    }
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        let tells = ["auth", "key", "secret", "token", "password"];
        if name != "authorization" && tells.iter().any(|it| name.contains(it)) {
            learn(Kind::Header, value, secrets);
        }
    }
}

/// Takes the secrets out of a URL's user and fragment.
pub(super) fn learn_of_url(url: &str, fragment: &str, secrets: &mut Secrets) {
    let user = url.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.rsplit_once('@'));
    for part in user.map_or("", |(user, _)| user).split(':') {
        learn(Kind::Header, &unescape(part), secrets);
    }
    for (name, value) in form_fields(fragment) {
        learn(Kind::Other, &name, secrets);
        learn(Kind::of_field(&name).unwrap_or(Kind::Other), &value, secrets);
    }
}

/// Learns a secret, but nothing that stands for one that is not shown.
fn learn(kind: Kind, secret: &str, secrets: &mut Secrets) {
    let stands_for_one = secret.starts_with('[') && secret.ends_with(']');
    if !stands_for_one && shown::name(secret) != secret {
        secrets.learn(kind, secret);
    }
}

/// Learns each part of a text between the marks of JSON, forms, queries and pages.
fn learn_words(text: &str, secrets: &mut Secrets) {
    let is_mark = |it: char| it.is_control() || "{}[]()<>\"'`:,;&=?#|".contains(it);
    for part in text.split(is_mark).map(|part| part.trim().trim_matches('\\')) {
        if shown::name(part) != part && !shown::is_documented_product(part) {
            learn(Kind::Other, part, secrets);
        }
    }
}
