//! Text read in each way in which it can be written: percent-escapes, escapes of JSON and of pages, base64 and hexadecimal digits.

use std::ops::Range;

/// Bytes that were decoded, with the place of each in the text.
pub(crate) struct Decoded<'t> {
    bytes: std::borrow::Cow<'t, [u8]>,
    /// The place at which each byte was written; none if all stand where they stood.
    starts: Option<Vec<usize>>,
    end: usize,
}

impl<'t> Decoded<'t> {
    /// The text as it is.
    pub(crate) fn plain(text: &'t [u8]) -> Self {
        Self { bytes: text.into(), starts: None, end: text.len() }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The part of the text in which these bytes were written.
    pub(crate) fn written(&self, bytes: &Range<usize>) -> Range<usize> {
        match &self.starts {
            None => bytes.clone(),
            Some(starts) => {
                let place = |at: usize| starts.get(at).copied().unwrap_or(self.end);
                place(bytes.start)..place(bytes.end)
            }
        }
    }

    /// The text with the escapes decoded that are left in it, if there are any.
    pub(crate) fn unescaped(&self) -> Option<Decoded<'static>> {
        memchr::memchr3(b'%', b'\\', b'&', &self.bytes)?;
        let (mut bytes, mut starts) = (Vec::new(), Vec::new());
        let (mut at, mut changed) = (0, false);
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let escaped = escape_sequence(rest);
            changed |= escaped.is_some();
            let (length, decoded) =
                escaped.unwrap_or_else(|| (1, rest.get(..1).unwrap_or_default().to_vec()));
            let start = self.written(&(at..at)).start;
            starts.extend(std::iter::repeat_n(start, decoded.len()));
            bytes.extend(decoded);
            at += length;
        }
        changed.then(|| Decoded { bytes: bytes.into(), starts: Some(starts), end: self.end })
    }
}

/// The length of the escape that the text begins with, and the bytes that it stands for.
fn escape_sequence(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    match text.first()? {
        b'%' => Some((3, vec![u8::try_from(hexadecimal(text.get(1..3)?)?).ok()?])),
        b'\\' => match text.get(1)? {
            b'u' => unicode(text),
            b'x' => Some((4, vec![u8::try_from(hexadecimal(text.get(2..4)?)?).ok()?])),
            b'n' => Some((2, vec![b'\n'])),
            b'r' => Some((2, vec![b'\r'])),
            b't' => Some((2, vec![b'\t'])),
            b'b' => Some((2, vec![8])),
            b'f' => Some((2, vec![12])),
            plain @ (b'"' | b'\'' | b'\\' | b'/' | b'&') => Some((2, vec![*plain])),
            _ => None,
        },
        b'&' => reference(text),
        _ => None,
    }
}

/// `\u0041`, also as a pair of surrogates, or `\u{41}`.
fn unicode(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    let unit = |at: usize| hexadecimal(text.get(at..at + 4)?);
    let (length, number) = if text.get(2) == Some(&b'{') {
        let end = text.iter().take(10).position(|byte| *byte == b'}')?;
        (end + 1, hexadecimal(text.get(3..end)?)?)
    } else {
        match (unit(2)?, text.get(6..8)) {
            (high @ 0xd800..0xdc00, Some(b"\\u")) => match unit(8)? {
                low @ 0xdc00..0xe000 => (12, 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)),
                _ => return None,
            },
            (unit, _) => (6, unit),
        }
    };
    Some((length, char::from_u32(number)?.to_string().into_bytes()))
}

/// `&amp;`, `&#38;` or `&#x26;`.
fn reference(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    let end = text.iter().take(12).position(|byte| *byte == b';')?;
    let name = str::from_utf8(text.get(1..end)?).ok()?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => hexadecimal(digits.as_bytes())?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)?
        }
    };
    Some((end + 1, character.to_string().into_bytes()))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

/// Every run of digits in the text that may be a coding of 8 bytes or more, and what it stands for: base64 in either alphabet
/// from each of its first four digits, hexadecimal digits from each of the first two.
pub(crate) fn codings(text: &[u8]) -> Vec<(Range<usize>, Vec<Vec<u8>>)> {
    let mut codings = Vec::new();
    for run in runs(text, |byte| base64_digit(byte).is_some(), 11) {
        let digits = text.get(run.clone()).unwrap_or_default();
        let readings = (0..4).map(|skip| join(digits.iter().skip(skip).copied(), base64_digit, 6));
        codings.push((run, readings.collect()));
    }
    for run in runs(text, |byte| byte.is_ascii_hexdigit(), 16) {
        let digits = text.get(run.clone()).unwrap_or_default();
        let value = |byte: u8| char::from(byte).to_digit(16);
        let readings = (0..2).map(|skip| join(digits.iter().skip(skip).copied(), value, 4));
        codings.push((run, readings.collect()));
    }
    codings
}

/// The ranges of at least so many bytes in a row that are of a kind.
pub(crate) fn runs(text: &[u8], is_one: impl Fn(u8) -> bool, least: usize) -> Vec<Range<usize>> {
    let (mut runs, mut start) = (Vec::new(), 0);
    for part in text.split(|byte| !is_one(*byte)) {
        if part.len() >= least {
            runs.push(start..start + part.len());
        }
        start += part.len() + 1;
    }
    runs
}

fn base64_digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(digit.into())
}

/// The whole bytes that digits of so many bits make.
fn join(
    digits: impl Iterator<Item = u8>,
    value: impl Fn(u8) -> Option<u32>,
    width: u32,
) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for digit in digits.filter_map(value) {
        bits = bits << width | digit;
        count += width;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_known_by_their_places() {
        let text = br#"a%4a\u0042\uD83D\uDE00\u{43}\x44\"&amp;&#69;&#x46;%zz\ud800&x;"#;
        let plain = Decoded::plain(text);
        let decoded = plain.unescaped().unwrap();
        let expected = "aJB\u{1f600}CD\"&EF%zz\\ud800&x;";
        assert_eq!(str::from_utf8(decoded.bytes()).unwrap(), expected);
        assert_eq!(decoded.written(&(1..2)), 1..4);
        assert_eq!(decoded.written(&(3..7)), 10..22);
        assert!(decoded.unescaped().is_none());
        let twice = Decoded::plain(b"%2541").unescaped().unwrap();
        let twice = twice.unescaped().unwrap();
        assert_eq!((twice.bytes(), twice.written(&(0..1))), (&b"A"[..], 0..5));
    }

    #[test]
    fn codings_are_read_from_every_digit() {
        // RFC 4648 has `foobar` as Zm9vYmFy and 666F6F626172.
        for (text, decoded) in [
            ("=Zm9vYmFyZm9v=", &b"foobarfoo"[..]),
            ("xZm9vYmFyZm9v", b"foobarfoo"),
            ("xyZm9vYmFyZm9v", b"foobarfoo"),
            ("666F6f626172666F6f", b"foobarfoo"),
            ("0666F6f626172666F6f", b"foobarfoo"),
            ("-_-_-_-_-_-_", b"\xfb\xff\xbf\xfb\xff\xbf\xfb\xff\xbf"),
        ] {
            let codings = codings(text.as_bytes());
            let mut readings = codings.iter().flat_map(|(_, readings)| readings);
            assert!(readings.any(|it| it.starts_with(decoded)), "{text}");
        }
        assert!(codings(b"short ones").is_empty());
    }
}
