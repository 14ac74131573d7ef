//! The grammar of JSON (RFC 8259), read strictly: what a lax reader would mend is refused (`SSO-REQ-005`).

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

/// What is left of a text.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes() }
    }

    /// Skips white space and shows what comes then.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    pub(crate) fn is_done(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Reads an object, whose values are left to `value`.
    pub(crate) fn object(
        &mut self,
        mut value: impl FnMut(&mut Self, &str) -> Option<()>,
    ) -> Option<()> {
        self.expect(b'{')?;
        let mut is_first = true;
        while self.has_another(&mut is_first, b'}')? {
            let name = self.name()?;
            value(self, &name)?;
        }
        Some(())
    }

    pub(crate) fn string(&mut self) -> Option<Zeroizing<String>> {
        self.expect(b'"')?;
        let mut is_escaped = false;
        let length = self.rest.iter().position(|byte| {
            let ends = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            ends
        })?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.expect(b'"')?;
        unescape(text)
    }

    /// Skips a value, however deep it is nested.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut ends = Vec::new();
        loop {
            let mut is_first = self.peek()? == b'{' || self.peek()? == b'[';
            if self.eats(b'{') {
                ends.push(b'}');
            } else if self.eats(b'[') {
                ends.push(b']');
            } else {
                self.skip_scalar()?;
            }
            loop {
                let Some(end) = ends.last().copied() else { return Some(()) };
                if self.has_another(&mut is_first, end)? {
                    if end == b'}' {
                        self.name()?;
                    }
                    break;
                }
                ends.pop();
            }
        }
    }

    fn skip_scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(drop),
            b't' | b'f' => self.boolean().map(drop),
            b'n' => self.word(b"null"),
            _ => self.number().map(drop),
        }
    }

    pub(crate) fn boolean(&mut self) -> Option<bool> {
        let value = self.peek()? == b't';
        self.word(if value { b"true" } else { b"false" })?;
        Some(value)
    }

    /// The text of a number.
    pub(crate) fn number(&mut self) -> Option<&'a str> {
        self.peek();
        let text = self.rest;
        self.eats(b'-');
        if !self.eats(b'0') {
            self.digits()?;
        }
        if self.eats(b'.') {
            self.digits()?;
        }
        if self.eats(b'e') || self.eats(b'E') {
            let _sign = self.eats(b'+') || self.eats(b'-');
            self.digits()?;
        }
        core::str::from_utf8(text.strip_suffix(self.rest)?).ok()
    }

    fn digits(&mut self) -> Option<()> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest = self.rest.get(count..)?;
        (count > 0).then_some(())
    }

    /// Reads a member's name and the colon after it.
    fn name(&mut self) -> Option<Zeroizing<String>> {
        let name = self.string()?;
        self.expect(b':')?;
        Some(name)
    }

    /// Whether another item follows, or else the `end` of the array or object.
    pub(crate) fn has_another(&mut self, is_first: &mut bool, end: u8) -> Option<bool> {
        let ends = self.peek()? == end;
        if ends {
            self.expect(end)?;
        } else if !core::mem::take(is_first) {
            self.expect(b',')?;
        }
        *is_first = false;
        Some(!ends)
    }

    pub(crate) fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    /// Takes a byte, which white space may precede.
    pub(crate) fn expect(&mut self, byte: u8) -> Option<()> {
        self.peek();
        self.eats(byte).then_some(())
    }

    /// Takes a byte if it is the next.
    fn eats(&mut self, byte: u8) -> bool {
        let rest = self.rest.strip_prefix(&[byte]);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// What stands between the quotes, without leaving copies behind: it may be a password.
fn unescape(text: &[u8]) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            0..=0x1f => return None,
            b'\\' => {
                let character = escaped(&mut rest)?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(core::mem::take(&mut *bytes)).ok().map(Zeroizing::new)
}

fn escaped(rest: &mut impl Iterator<Item = u8>) -> Option<char> {
    Some(match rest.next()? {
        byte @ (b'"' | b'\\' | b'/') => byte.into(),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = utf16_unit(rest)?;
            if !matches!(unit, 0xd800..=0xdbff) {
                return char::from_u32(unit.into());
            }
            (rest.next()? == b'\\' && rest.next()? == b'u').then_some(())?;
            char::decode_utf16([unit, utf16_unit(rest)?]).next()?.ok()?
        }
        _ => return None,
    })
}

fn utf16_unit(rest: &mut impl Iterator<Item = u8>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit << 4 | char::from(rest.next()?).to_digit(16)? as u16;
    }
    Some(unit)
}
