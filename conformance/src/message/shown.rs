//! What a report or recording shows of a request and its answer: only what was decoded as the format has it, and of that no secret.
//!
//! What was not decoded is shown by its length and media type, what is not in the format is counted. A part that is not shown names the kinds of
//! secrets that were found in it. What is shown is shown the same when it is read again, as from a recording.

use crate::format::operation::Operation;
use crate::message::answer::Answer;
use crate::message::escape::{escape, unescape};
use crate::message::json::Json;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::message::secrets::{Secrets, hidden};
use crate::message::shown::document::{Form, document};

mod document;
mod header;
mod name;
mod quoting;

pub(crate) use crate::message::shown::header::{answer_header, request_header};
pub(crate) use crate::message::shown::name::{
    count, is_documented_product, media_type, method, name, undecoded_bytes,
};
pub(crate) use crate::message::shown::quoting::{is_decoded, is_quiet, quiet};

/// The query, or the form in a body, a label in place of every secret.
pub(crate) fn query(text: &str, operation: Option<Operation>, secrets: &Secrets) -> String {
    let pairs: Vec<_> = text.split('&').filter(|pair| !pair.is_empty()).collect();
    let names: Vec<_> = pairs.iter().map(|pair| field(pair, operation)).collect();
    // A value with a raw `&` or `=` makes fields of its own. Where one field is not the format's, or comes twice, all may be parts of secrets.
    let is_once = |name: &Option<(String, String)>| {
        name.as_ref().is_some_and(|(name, _)| {
            names.iter().flatten().filter(|(other, _)| other == name).count() == 1
        })
    };
    let clear = names.iter().all(is_once);
    let mut shown: Vec<Result<String, usize>> = Vec::new();
    let mut labels = Vec::new();
    for (pair, decoded) in pairs.iter().zip(&names) {
        match (decoded, shown.last_mut()) {
            (Some((name, value)), _) if clear => {
                let value = pair.contains('=').then(|| field_value(name, value, secrets));
                shown.push(Ok(value.map_or(name.clone(), |value| format!("{name}={value}"))));
            }
            (Some((name, _)), _) => shown.push(Ok(match Kind::of_field(name) {
                Some(kind) if pair.contains('=') => format!("{name}={}", kind.label()),
                _ => name.clone(),
            })),
            (None, last) => {
                labels.extend(secrets.labels_in(pair));
                let more = count(pair).unwrap_or(1);
                match last {
                    Some(Err(before)) => *before += more,
                    _ => shown.push(Err(more)),
                }
            }
        }
    }
    labels.sort_unstable();
    labels.dedup();
    let shown = shown.into_iter().map(|it| match it {
        Ok(pair) => pair,
        Err(more) => hidden(&format!("{more} more"), &labels),
    });
    shown.collect::<Vec<_>>().join("&")
}

/// Name and value of a pair, if the name is the format's and the value can be decoded.
fn field(pair: &str, operation: Option<Operation>) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    if !name::is_field(name, operation) {
        return None;
    }
    let mut pieces = value.split('%').skip(1);
    let whole = pieces.all(|piece| {
        piece.get(..2).is_some_and(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()))
    });
    let value = unescape(&value.replace('+', " "));
    whole.then(|| (name.to_owned(), value))
}

/// The value of a field, to stand in a query.
fn field_value(name: &str, value: &str, secrets: &Secrets) -> String {
    let shown = field_text(name, value, secrets);
    escape(&shown).replace("%5B", "[").replace("%5D", "]").replace("%40", "@").replace("%2C", ",")
}

/// The value of a field: by its place, if it is one of a secret.
fn field_text(name: &str, value: &str, secrets: &Secrets) -> String {
    match Kind::of_field(name) {
        Some(_) if value.is_empty() => String::new(),
        Some(kind) => kind.label().to_owned(),
        // Of others' traffic nobody knows whether it is a company or the rest of a password.
        None if secrets.are_doubtful() && !is_plausible(name, value) => {
            hidden(name, &secrets.labels_in(value))
        }
        None => secrets.redact_free(value),
    }
}

/// Returns whether a field of this name, of which no secret is the value, may well have this one.
pub(crate) fn is_plausible(name: &str, value: &str) -> bool {
    match name {
        _ if value.is_empty() => true,
        "product" => is_documented_product(value),
        "email" | "userid" => value.contains('@') && value.bytes().all(is_of_address),
        "company" => value.contains('.') && value.bytes().all(is_of_address),
        "issued_at" => value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Returns whether an address is written with it: not with what separates one field from the next.
fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".@+-_'!%".contains(&byte)
}

/// The body of a request, a label in place of every secret.
pub(crate) fn request_body(request: &Request, secrets: &Secrets) -> Option<String> {
    let body = request.body.as_deref()?;
    let operation = request.operation();
    if let Some(shown) = document(body, Form::Request(operation), secrets, false) {
        return Some(shown);
    }
    let declared = request.header_value("content-type");
    let is_form = declared.and_then(media_type);
    let is_form = is_form.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
    match str::from_utf8(body) {
        Ok(known) if known.is_empty() || undecoded_bytes(known).is_some() => Some(known.to_owned()),
        Ok(form) if is_form => Some(query(form, operation, secrets)),
        Ok(_) | Err(_) => Some(undecoded(body, declared, secrets)),
    }
}

/// The body of an answer, a label in place of every secret.
pub(crate) fn answer_body(request: &Request, answer: &Answer, secrets: &Secrets) -> String {
    let body = answer.body();
    if body.is_empty() {
        return String::new();
    }
    document(body, Form::Answer, secrets, is_quiet(request, secrets))
        .unwrap_or_else(|| undecoded(body, answer.header("content-type").as_deref(), secrets))
}

/// `[131 bytes of text/html that are not JSON]`
fn undecoded(body: &[u8], declared: Option<&str>, secrets: &Secrets) -> String {
    let text = String::from_utf8_lossy(body);
    if undecoded_bytes(&text).is_some() {
        return text.into_owned();
    }
    let what = match Json::parse(body) {
        Ok(json) => format!("that are {} of JSON", json.kind()),
        Err(_) => "that are not JSON".to_owned(),
    };
    let media_type = declared.and_then(media_type);
    let media_type = media_type.map_or_else(String::new, |known| format!(" of {known}"));
    let labels = secrets.labels_in(&text);
    hidden(&format!("{} bytes{media_type} {what}", body.len()), &labels)
}

/// A URL such as a `Location` has: without user and password, and with the format's parameters alone.
pub(crate) fn url(text: &str, secrets: &Secrets) -> String {
    let (rest, fragment) = match text.split_once('#') {
        Some((rest, fragment)) => (rest, format!("#{}", query(fragment, None, secrets))),
        None => (text, String::new()),
    };
    let (rest, parameters) = match rest.split_once('?') {
        Some((rest, parameters)) => (rest, format!("?{}", query(parameters, None, secrets))),
        None => (rest, String::new()),
    };
    let (scheme, rest) = match rest.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (format!("{scheme}://"), rest),
        Some(_) => return hidden("a URL", &secrets.labels_in(text)),
        None => (String::new(), rest),
    };
    let (user, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("[user]@", rest),
        None => ("", rest),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:[],%!$()*+;".contains(&byte);
    if !rest.bytes().all(is_plain) {
        return hidden("a URL", &secrets.labels_in(text));
    }
    format!("{scheme}{user}{}{parameters}{fragment}", secrets.redact_free(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Key, "the key of somebody");
        secrets
    }

    #[test]
    fn a_query_shows_what_is_the_formats_and_no_secret() {
        let shown = |text: &str| {
            let shown = query(text, Some(Operation::SignOn), &secrets());
            assert_eq!(query(&shown, Some(Operation::SignOn), &secrets()), shown, "read again");
            shown
        };
        insta::assert_snapshot!(
            shown("email=a%40b.example&password=pa%20ss&ssokey=x&product=livechat&issued_at=5"),
            @"email=a@b.example&password=[password]&ssokey=[key]&product=livechat&issued_at=5"
        );
        insta::assert_snapshot!(
            shown("email=a@b.example&password=pa&ss=wo;rd&word&ssokey=x&&Password=y&product=z"),
            @"email&password=[password]&[2 more]&ssokey=[key]&Password=[password]&product"
        );
        insta::assert_snapshot!(shown("email=x&password=100%zz&product=y"), @"email&[1 more]&product");
        insta::assert_snapshot!(shown("email=x&email=the+key+of+somebody"), @"email&email");
        insta::assert_snapshot!(shown("email=The+key+of%20somebody&password="), @"email=[key]&password=");
        insta::assert_snapshot!(shown("the%20key+of+somebody=1"), @"[1 more, with [key]]");
    }

    #[test]
    fn of_others_traffic_only_what_a_field_would_have_is_shown() {
        let mut doubtful = secrets();
        doubtful.doubt();
        let shown = |text: &str| query(text, Some(Operation::Direct), &doubtful);
        insta::assert_snapshot!(
            shown("userid=a@b.example&password=x&company=b.example&product=email"),
            @"userid=a@b.example&password=[password]&company=b.example&product=email"
        );
        insta::assert_snapshot!(
            shown("userid=a@b.example;pw=x&password=x&company=hunter2&product=hunter2"),
            @"userid=[userid]&password=[password]&company=[company]&product=[product]"
        );
    }

    #[test]
    fn a_url_shows_neither_user_nor_strange_parameters() {
        let shown = |text: &str| {
            let shown = url(text, &secrets());
            assert_eq!(url(&shown, &secrets()), shown, "read again");
            shown
        };
        insta::assert_snapshot!(
            shown("https://me:pass@product.example/a?state=x&y=z&code=abc#access_token=1"),
            @"https://[user]@product.example/a?[2 more]&code=[code]#[1 more]"
        );
        insta::assert_snapshot!(
            shown("/20764cd4-e50c-40fe-beb3-70e7d3e27268?_token=1"),
            @"/[token]?_token=[token]"
        );
        insta::assert_snapshot!(shown("javascript://x"), @"[a URL]");
        insta::assert_snapshot!(shown("https://h/the key of somebody"), @"[a URL, with [key]]");
    }

    #[test]
    fn a_body_that_is_not_decoded_is_shown_by_its_length() {
        let shown = |media_type: &str, body: &str| {
            let request = Request::post(media_type, body);
            let shown = request_body(&request, &secrets()).unwrap();
            let again = Request::post(media_type, shown.as_str());
            assert_eq!(request_body(&again, &secrets()).unwrap(), shown, "read again");
            shown
        };
        insta::assert_snapshot!(
            shown("application/json", r#"{"password":"hunter2","#),
            @"[22 bytes of application/json that are not JSON]"
        );
        insta::assert_snapshot!(
            shown("application/json", r#""{\"ssokey\":\"the key of somebody\"}""#),
            @"[38 bytes of application/json that are a string of JSON, with [key]]"
        );
        insta::assert_snapshot!(
            shown("multipart/form-data; boundary=hunter2", "--hunter2"),
            @"[9 bytes of multipart/form-data that are not JSON]"
        );
        insta::assert_snapshot!(
            shown("application/x-www-form-urlencoded; charset=utf-8", "password=x"),
            @"password=[password]"
        );
        insta::assert_snapshot!(
            shown("text/hunter2 x", r#"{"password":"x","Ssokey":5,"user":{"a":[1,"b"]},"email":"a@b"}"#),
            @r#"{"password":"[password]","Ssokey":"[key]","[name 1]":{"[name 2]":["[number]","[text]"]},"email":"a@b"}"#
        );
    }
}
