//! Traffic that cannot be decoded as the format has it: whatever it is fed to, nothing that the program writes shows a secret of it.

use aho_corasick::AhoCorasick;
use serde_json::{Value, json};

use crate::browsers::base64;
use crate::decoding::readings;

mod answers;
mod errors;
mod requests;

/// Every way of writing a secret that is searched for: as it is, escaped for URLs and for JSON, in base64 at each alignment, in hexadecimal digits.
fn forms(secret: &str) -> Vec<String> {
    let each = |write: fn(u8) -> String| secret.bytes().map(write).collect::<String>();
    let mut forms = vec![
        secret.to_owned(),
        secret.replace(' ', "+"),
        each(|byte| format!("%{byte:02x}")),
        each(|byte| format!("\\u{byte:04x}")),
        each(|byte| format!("{byte:02x}")),
        each(|byte| format!("{}\0", char::from(byte))),
    ];
    for skip in 0..3 {
        let coded = base64(&("\0".repeat(skip) + secret));
        let (first, last) = ((skip * 8).div_ceil(6), (skip + secret.len()) * 8 / 6);
        forms.push(coded[first..last].to_owned());
    }
    forms
}

/// What finds secrets.
struct Search(AhoCorasick, Vec<String>);

impl Search {
    fn new<'s>(secrets: impl Iterator<Item = &'s str>) -> Self {
        let forms: Vec<_> = secrets.flat_map(forms).collect();
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(&forms).unwrap();
        Self(search, forms)
    }

    /// Demands that a text has none of them.
    fn is_clean(&self, text: &str, of: &str) {
        for text in readings(text) {
            let found = self.0.find(&text).map(|it| {
                let start = text[..it.start()].char_indices().rev().nth(80).map_or(0, |(at, _)| at);
                (&self.1[it.pattern().as_usize()], &text[start..it.end()])
            });
            assert_eq!(found, None, "{of}");
        }
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The text as a JSON string in which every character is escaped, without its quotes.
fn escaped(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}
