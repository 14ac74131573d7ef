//! Reads JSON by its grammar (RFC 8259), strictly: a text that a lax reader would repair is refused (`SSO-REQ-005`).

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;
use core::str::Chars;

use zeroize::Zeroizing;

/// A position in a JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The text that is not read yet.
    rest: &'a str,
}

/// A string of a JSON text.
pub(crate) enum Text<'a> {
    /// As it stands there, with nothing to unescape.
    Plain(&'a str),
    Unescaped(Zeroizing<String>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Unescaped(text) => text,
        }
    }
}

impl From<Text<'_>> for Zeroizing<String> {
    fn from(text: Text<'_>) -> Self {
        match text {
            Text::Plain(text) => Self::new(text.into()),
            Text::Unescaped(text) => text,
        }
    }
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Skips white space and returns the byte after it.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            let next = self.rest.as_bytes().first().copied();
            if !matches!(next, Some(b' ' | b'\t' | b'\n' | b'\r')) {
                return next;
            }
            self.advance(1)?;
        }
    }

    pub(crate) fn is_done(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Reads an object. `value` reads the value of each member.
    pub(crate) fn object(
        &mut self,
        mut value: impl FnMut(&mut Self, Text<'a>) -> Option<()>,
    ) -> Option<()> {
        self.expect(b'{')?;
        let mut is_first = true;
        while self.has_next(&mut is_first, b'}')? {
            let name = self.name()?;
            value(self, name)?;
        }
        Some(())
    }

    pub(crate) fn string(&mut self) -> Option<Text<'a>> {
        self.expect(b'"')?;
        let plain = self.until(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
        if self.accept(b'"') {
            return Some(Text::Plain(plain));
        }
        let mut is_escaped = false;
        let escaped = self.until(|byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        })?;
        self.expect(b'"')?;
        unescape(plain, escaped).map(Text::Unescaped)
    }

    /// Reads up to an ASCII character.
    fn until(&mut self, ends: impl FnMut(u8) -> bool) -> Option<&'a str> {
        let length = self.rest.bytes().position(ends)?;
        self.advance(length)
    }

    /// Reads so many bytes, which end with a character.
    fn advance(&mut self, length: usize) -> Option<&'a str> {
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
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
            b'n' => self.literal("null"),
            _ => self.number().map(drop),
        }
    }

    pub(crate) fn boolean(&mut self) -> Option<bool> {
        let value = self.peek()? == b't';
        self.literal(if value { "true" } else { "false" })?;
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
        text.get(..text.len() - self.rest.len())
    }

    fn digits(&mut self) -> Option<()> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.advance(count).filter(|digits| !digits.is_empty()).map(drop)
    }

    /// Reads a member's name and the colon after it.
    pub(crate) fn name(&mut self) -> Option<Text<'a>> {
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

    pub(crate) fn literal(&mut self, literal: &str) -> Option<()> {
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
        self.rest.as_bytes().first() == Some(&byte) && self.advance(1).is_some()
    }
}

/// Unescapes what comes after the plain beginning of a string, without leaving copies behind: it may be a password.
fn unescape(plain: &str, escaped: &str) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(plain.len() + escaped.len()));
    text.push_str(plain);
    let mut rest = escaped.chars();
    while let Some(character) = rest.next() {
        text.push(match character {
            '\0'..='\x1f' => return None,
            '\\' => unescaped(&mut rest)?,
            character => character,
        });
    }
    Some(text)
}

/// Reads the rest of an escape.
fn unescaped(rest: &mut Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        character @ ('"' | '\\' | '/') => character,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let unit = utf16_unit(rest)?;
            if !matches!(unit, 0xd800..=0xdbff) {
                return char::from_u32(unit.into());
            }
            (rest.next()? == '\\' && rest.next()? == 'u').then_some(())?;
            char::decode_utf16([unit, utf16_unit(rest)?]).next()?.ok()?
        }
        _ => return None,
    })
}

fn utf16_unit(rest: &mut Chars<'_>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + rest.next()?.to_digit(16)? as u16;
    }
    Some(unit)
}
