//! Reads JSON by its grammar (RFC 8259), strictly: a text that a lax reader would repair is refused (`SSO-REQ-005`).

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

/// A position in a JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The bytes that are not read yet.
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes() }
    }

    /// Skips white space and returns the byte after it.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    pub(crate) fn is_done(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Reads an object. `value` reads the value of each member.
    pub(crate) fn object(
        &mut self,
        mut value: impl FnMut(&mut Self, &str) -> Option<()>,
    ) -> Option<()> {
        self.expect(b'{')?;
        let mut is_first = true;
        while self.has_next(&mut is_first, b'}')? {
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
            if self.accept(b'{') {
                ends.push(b'}');
            } else if self.accept(b'[') {
                ends.push(b']');
            } else {
                self.skip_scalar()?;
            }
            loop {
                let Some(end) = ends.last().copied() else { return Some(()) };
                if self.has_next(&mut is_first, end)? {
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
            b'n' => self.literal(b"null"),
            _ => self.number().map(drop),
        }
    }

    pub(crate) fn boolean(&mut self) -> Option<bool> {
        let value = self.peek()? == b't';
        self.literal(if value { b"true" } else { b"false" })?;
        Some(value)
    }

    /// Reads a number and returns its text.
    pub(crate) fn number(&mut self) -> Option<&'a str> {
        self.peek();
        let text = self.rest;
        self.accept(b'-');
        if !self.accept(b'0') {
            self.digits()?;
        }
        if self.accept(b'.') {
            self.digits()?;
        }
        if self.accept(b'e') || self.accept(b'E') {
            let _sign = self.accept(b'+') || self.accept(b'-');
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
    pub(crate) fn name(&mut self) -> Option<Zeroizing<String>> {
        let name = self.string()?;
        self.expect(b':')?;
        Some(name)
    }

    /// Returns whether an item follows, or else reads the `end` of the array or object.
    pub(crate) fn has_next(&mut self, is_first: &mut bool, end: u8) -> Option<bool> {
        let ends = self.peek()? == end;
        if ends {
            self.expect(end)?;
        } else if !core::mem::take(is_first) {
            self.expect(b',')?;
        }
        *is_first = false;
        Some(!ends)
    }

    pub(crate) fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(literal)?;
        Some(())
    }

    /// Skips white space and reads this byte.
    pub(crate) fn expect(&mut self, byte: u8) -> Option<()> {
        self.peek();
        self.accept(byte).then_some(())
    }

    /// Reads this byte if it is the next one.
    fn accept(&mut self, byte: u8) -> bool {
        let rest = self.rest.strip_prefix(&[byte]);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// Unescapes the text between quotes without leaving copies behind: it may be a password.
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
        unit = unit * 16 + char::from(rest.next()?).to_digit(16)? as u16;
    }
    Some(unit)
}
