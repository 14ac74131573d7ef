//! Text as queries, JSON and pages have it.

use std::fmt::Write as _;

/// Returns whether RFC 3986 has it stand for itself everywhere.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Percent-encodes every byte but those that are unreserved.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if is_unreserved(byte) {
            escaped.push(char::from(byte));
        } else {
            let written = write!(escaped, "%{byte:02X}");
            debug_assert!(written.is_ok(), "a String takes every write");
        }
    }
    escaped
}

/// The text with its percent-escapes decoded, as far as they can be.
pub(crate) fn unescape(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).map(|digits| u8::from_str_radix(digits, 16));
        if let Some(Ok(byte)) = digits {
            bytes.push(byte);
            bytes.extend(piece.bytes().skip(2));
        } else {
            bytes.push(b'%');
            bytes.extend(piece.bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `"name":"value"`
pub(crate) fn json_member(name: &str, value: &str) -> String {
    format!("{}:{}", json_string(name), json_string(value))
}

/// The text as a JSON string with its quotes.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Text with a sign in the place of every character that neither a page nor XML can hold.
pub(crate) fn legible(text: &str) -> String {
    let signs = text.chars().map(|character| match character {
        '\n' | '\t' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        // The last two of each plane are not characters either.
        _ if u32::from(character) & 0xfffe == 0xfffe => '\u{fffd}',
        _ => character,
    });
    signs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_decoded_as_far_as_they_can_be() {
        assert_eq!(unescape("a%40b%zz%4%"), "a@b%zz%4%");
    }

    #[test]
    fn what_is_not_a_character_to_show_is_seen() {
        assert_eq!(legible("a\0\u{1b}[31m\r\n\t\u{7f}"), "a␀␛[31m␍\n\t␡");
        assert_eq!(
            legible("\u{85}\u{fdd0}\u{ffff}\u{1fffe}\u{1fffd}"),
            "\u{fffd}".repeat(4) + "\u{1fffd}"
        );
    }
}
