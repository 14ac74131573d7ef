//! From raw bytes to fields, with a place for each fault of decoding.

use serde_json::Value;

use crate::fault::Fault;
use crate::service::refused::{Refused, duplicate, malformed};
use crate::service::{Service, is_known};

/// Names and values in the order sent.
pub(super) type Pairs = Vec<(String, Value)>;

impl Service {
    pub(super) fn form(&self, text: &[u8]) -> Result<Pairs, Refused> {
        let mut pairs = Pairs::new();
        let most = if self.has(Fault::FieldsAreCounted) { 1000 } else { usize::MAX };
        let all = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        for pair in all.take(most) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = self.decode(halves.next().unwrap_or_default())?;
            let value = self.decode(halves.next().unwrap_or_default())?;
            if is_known(&name) && pairs.iter().any(|(known, _)| *known == name) {
                match self.fault {
                    Fault::DuplicateIsMalformed => return malformed(),
                    Fault::LastDuplicateWins => pairs.retain(|(known, _)| *known != name),
                    _ => return duplicate(),
                }
            }
            pairs.push((name, value.into()));
        }
        Ok(pairs)
    }

    fn decode(&self, text: &[u8]) -> Result<String, Refused> {
        let mut decoded = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let escaped = text.get(at + 1..at + 3).and_then(|digits| {
                let digits = std::str::from_utf8(digits).ok()?;
                let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                hex.then(|| u8::from_str_radix(digits, 16).unwrap())
            });
            match (text[at], escaped) {
                (b'%', Some(b'+')) if self.has(Fault::EscapedPlusIsSpace) => decoded.push(b' '),
                (b'%', Some(byte)) => decoded.push(byte),
                (b'%', None) if !self.has(Fault::BrokenEscapeIsText) => return malformed(),
                (b'+', _) if !self.has(Fault::PlusIsPlus) => decoded.push(b' '),
                (byte, _) => decoded.push(byte),
            }
            at += if text[at] == b'%' && escaped.is_some() { 3 } else { 1 };
        }
        if self.has(Fault::BrokenUtf8IsReplaced) {
            return Ok(String::from_utf8_lossy(&decoded).into_owned());
        }
        String::from_utf8(decoded).or_else(|_| malformed())
    }

    pub(super) fn json(&self, body: &[u8]) -> Result<Pairs, Refused> {
        let Ok(text) = std::str::from_utf8(body) else {
            return malformed();
        };
        let text = if self.has(Fault::LoneSurrogateIsReplaced) {
            text.replace(r"\ud800", r"\ufffd").replace(r"\udc00", r"\ufffd")
        } else {
            text.to_owned()
        };
        if text.starts_with('[') && self.has(Fault::ArrayIsEmptyObject) {
            return Ok(Pairs::new());
        }
        let skipped = self.has(Fault::ByteOrderMarkIsSkipped);
        let text = if skipped { text.trim_start_matches('\u{feff}') } else { &text };
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Members>();
        let Some(Ok(Members(mut pairs))) = values.next() else {
            return malformed();
        };
        if values.next().is_some() && !self.has(Fault::TextAfterJsonIsIgnored) {
            return malformed();
        }
        let has_nul = pairs.iter().any(|(name, _)| name.contains('\0'));
        if has_nul && self.has(Fault::NulInNameIsMalformed) {
            return malformed();
        }
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.clone()).collect();
        for name in names.iter().filter(|name| is_known(name)) {
            let twice = pairs.iter().filter(|(known, _)| known == name).count() > 1;
            if twice && !self.has(Fault::LastJsonMemberWins) {
                return duplicate();
            }
            if twice {
                let first = pairs.iter().position(|(known, _)| known == name).unwrap();
                pairs.remove(first);
            }
        }
        Ok(pairs)
    }
}

/// An object whose members may occur twice.
struct Members(Pairs);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut from: A,
            ) -> Result<Members, A::Error> {
                let mut pairs = Pairs::new();
                while let Some(pair) = from.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Members(pairs))
            }
        }
        from.deserialize_map(Visitor)
    }
}
