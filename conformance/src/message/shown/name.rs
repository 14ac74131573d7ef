//! Names, media types and methods: those of the format, and the harmless ones.

use crate::format::operation::Operation;
use crate::format::product::ProductName;
use crate::message::secret::Kind;

/// The members of an answer.
const MEMBERS: [&str; 8] =
    ["status_code", "return", "stat", "success", "error", "code", "name", "details"];
/// The members of `return`, and thereby of an account.
pub(super) const ACCOUNT: [&str; 14] = [
    "loginId",
    "companyName",
    "isCreator",
    "domainOwnershipVerified",
    "token",
    "email",
    "userId",
    "permissions",
    "isCompanyAdmin",
    "accountType",
    "domainMxVerified",
    "companyId",
    "displayName",
    "companyDomain",
];

/// Returns whether a field of this name is one of the operation's, or of any one's, or is of a secret however it is spelt.
pub(super) fn is_field(name: &str, operation: Option<Operation>) -> bool {
    let operations = operation.as_ref().map_or(&Operation::ALL[..], std::slice::from_ref);
    let mut fields = operations.iter().copied().flat_map(Operation::known);
    fields.any(|known| known == name) || Kind::of_field(name).is_some()
}

/// The name of a member or field as a sentence may have it: only if the format has such a name.
pub(crate) fn name(name: &str) -> &str {
    let known = is_field(name, None) || MEMBERS.contains(&name) || ACCOUNT.contains(&name);
    if known { name } else { "[name]" }
}

/// Returns whether the document has a product of this name.
pub(crate) fn is_documented_product(text: &str) -> bool {
    ProductName::documented().iter().any(|known| known.as_str() == text)
}

/// The method, if it is one that HTTP registers or is written like one.
pub(crate) fn method(text: &str) -> &str {
    let known = [
        "", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
        "QUERY", "PROPFIND", "REPORT", "get", "post", "Get", "Post",
    ];
    if known.contains(&text) { text } else { "[method]" }
}

/// The media type without parameters other than the charset, if it is one by its form.
pub(crate) fn media_type(text: &str) -> Option<String> {
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next()?.to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/')?;
    let kinds = [
        "application",
        "audio",
        "example",
        "font",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ];
    let is_name = |text: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte);
        (1..=60).contains(&text.len()) && text.bytes().all(is_plain)
    };
    if !kinds.contains(&kind) || !is_name(subtype) {
        return None;
    }
    let charset = parts.find_map(|part| {
        let charset = part.get(..8).filter(|name| name.eq_ignore_ascii_case("charset="))?;
        let value = part.get(charset.len()..)?.trim_matches('"');
        let known = [
            "utf-8",
            "utf8",
            "utf-16",
            "utf-16le",
            "utf-16be",
            "iso-8859-1",
            "us-ascii",
            "windows-1252",
        ];
        known.into_iter().find(|known| known.eq_ignore_ascii_case(value))
    });
    Some(charset.map_or(essence.clone(), |charset| format!("{essence}; charset={charset}")))
}

/// The number in `[2 more]`, which stands for as many fields.
pub(crate) fn count(text: &str) -> Option<usize> {
    let (number, rest) = text.strip_prefix('[')?.split_once(' ')?;
    number.parse().ok().filter(|_| ends_hidden(rest.strip_prefix("more").unwrap_or_default()))
}

/// The number in what stands for a body that was not decoded.
pub(crate) fn undecoded_bytes(text: &str) -> Option<usize> {
    let (number, rest) = text.strip_prefix('[')?.split_once(' ')?;
    let rest = rest.strip_prefix("bytes")?;
    let rest = match rest.strip_prefix(" of ").map(|rest| rest.split_once(" that ")) {
        Some(Some((known, _))) if media_type(known).as_deref() == Some(known) => {
            rest.strip_prefix(" of ")?.strip_prefix(known)?
        }
        Some(_) => return None,
        None => rest,
    };
    let rest = match rest.strip_prefix(" that are not JSON") {
        Some(rest) => rest,
        None => {
            let rest = rest.strip_prefix(" that are ")?;
            let kinds = ["null", "a boolean", "a number", "a string", "an array", "an object"];
            let mut kinds = kinds.into_iter();
            kinds.find_map(|kind| rest.strip_prefix(kind)?.strip_prefix(" of JSON"))?
        }
    };
    number.parse().ok().filter(|_| ends_hidden(rest))
}

/// Returns whether this is the end of what is not shown, with labels or without.
pub(super) fn ends_hidden(text: &str) -> bool {
    let Some(labels) = text.strip_suffix(']') else { return false };
    let is_label = |text: &str| Kind::ALL.iter().any(|kind| kind.label() == text);
    labels.is_empty()
        || labels.strip_prefix(", with ").is_some_and(|labels| labels.split(", ").all(is_label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_media_type_the_type_and_the_charset_are_shown() {
        for (text, shown) in [
            ("application/json", Some("application/json")),
            ("Text/HTML;Charset=\"UTF-8\"; x=secret", Some("text/html; charset=utf-8")),
            ("text/html; charset=secret", Some("text/html")),
            ("secret/json", None),
            ("text/my secret", None),
            ("secret", None),
        ] {
            assert_eq!(media_type(text).as_deref(), shown, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_part_that_is_not_shown_does_not_count_as_one() {
        assert_eq!(count("[12 more, with [key], [token]]"), Some(12));
        assert_eq!(
            undecoded_bytes("[12 bytes of text/html; charset=utf-8 that are not JSON]"),
            Some(12)
        );
        assert_eq!(undecoded_bytes("[12 bytes that are an array of JSON, with [key]]"), Some(12));
        for text in ["[12 more secret]", "[12 more, with secret]", "[x more]", "12 more"] {
            assert_eq!(count(text), None, "{text}");
        }
        for text in [
            "[12 bytes secret]",
            "[1 bytes of secret that are not JSON]",
            "[1 bytes that are not JSON] secret",
        ] {
            assert_eq!(undecoded_bytes(text), None, "{text}");
        }
    }
}
