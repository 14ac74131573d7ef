//! Texts that are shaped like a token, a key or a code, known or not.

use std::ops::Range;

use crate::message::decoded::runs;
use crate::message::secret::Kind;

/// The places in a text that are shaped so, in no order.
pub(crate) fn shapes(text: &[u8]) -> Vec<(Range<usize>, Kind)> {
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'-', text) {
        let range = at.saturating_sub(8)..at + 28;
        if at >= 8 && text.get(range.clone()).is_some_and(is_uuid) {
            found.push((range, Kind::Token));
        }
    }
    let plain = runs(text, |byte| byte.is_ascii_hexdigit(), 32).into_iter();
    let plain = plain.filter(|run| classes(text.get(run.clone())).filter(|it| *it).count() > 1);
    found.extend(plain.map(|run| (run, Kind::Token)));
    for at in memchr::memmem::find_iter(&text.to_ascii_lowercase(), b"ssok_") {
        let digits = text.iter().skip(at + 5).take_while(|byte| byte.is_ascii_alphanumeric());
        let digits = digits.count();
        if digits >= 8 {
            found.push((at..at + 5 + digits, Kind::Key));
        }
    }
    let is_url_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    for run in runs(text, is_url_safe, CODE) {
        let mixed = classes(text.get(run.clone())).filter(|it| *it).count();
        if mixed > if run.len() == CODE { 1 } else { 2 } {
            found.push((run, Kind::Code));
        }
    }
    found
}

/// The number of base64url characters of 32 bytes.
const CODE: usize = 43;

fn is_uuid(text: &[u8]) -> bool {
    let mut bytes = text.iter().enumerate();
    bytes.all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// Returns whether a text has small letters, capital ones and digits.
fn classes(text: Option<&[u8]>) -> impl Iterator<Item = bool> {
    let has = |is_one: fn(&u8) -> bool| text.unwrap_or_default().iter().any(is_one);
    let classes = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    classes.map(has).into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Kind)> {
        let found = shapes(text.as_bytes()).into_iter();
        found.map(|(range, kind)| (text.get(range).unwrap_or_default(), kind)).collect()
    }

    #[test]
    fn tokens_keys_and_codes_are_told_by_their_shape() {
        let uuid = "20764cd4-e50c-40fe-beb3-70e7d3e27268";
        assert_eq!(found(&format!("x{uuid}x")), [(uuid, Kind::Token)]);
        let plain = uuid.replace('-', "");
        assert_eq!(found(&format!("{{{plain}}}")), [(plain.as_str(), Kind::Token)]);
        let key = "ssok_0123456789abcdefghijABCDEFGHIJ0123456789abcabcdef";
        assert!(found(&format!("the key {key}.")).contains(&(key, Kind::Key)));
        let code = "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJ-01234";
        assert_eq!(found(&format!("?code={code}&x")), [(code, Kind::Code)]);
        let longer = format!("{code}.eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9eyJzdWIi");
        assert_eq!(found(&longer).len(), 2);
    }

    #[test]
    fn common_texts_have_no_such_shape() {
        for text in [
            "ssok_",
            "ssok_x",
            "127.0.0.1",
            "check-0707070707-3-1@ssokey-check.example",
            "2026-11-26T01:02:03",
            &"x".repeat(43),
            &"a".repeat(64),
            &"9".repeat(40),
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
