//! Texts decoded in every way that could bring a secret out.

use serde_json::Value;

/// The text as it is, and decoded in each way that could bring a secret out.
pub(crate) fn readings(text: &str) -> Vec<String> {
    let mut decoded = Vec::new();
    if let Ok(json) = serde_json::from_str(text) {
        strings(&json, &mut decoded);
    }
    for inner in decoded.clone() {
        if let Ok(inner) = serde_json::from_str(&inner) {
            strings(&inner, &mut decoded);
        }
    }
    let plain = decoded.join("\n");
    let mut readings = vec![text.to_owned(), html(text)];
    for text in [text, &plain] {
        let once = unescape(text);
        readings.extend([unescape(&once), once.replace('+', " "), once]);
    }
    readings.push(plain);
    readings
}

fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(members) => members.values().for_each(|value| strings(value, into)),
        _ => (),
    }
}

pub(crate) fn unescape(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(digits.unwrap_or(b'%'));
        bytes.extend(&piece.as_bytes()[if digits.is_some() { 2 } else { 0 }..]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn html(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, character) in [("#34", "\""), ("#39", "'"), ("#60", "<"), ("#62", ">"), ("#38", "&")]
    {
        text = text.replace(&format!("&{name};"), character);
    }
    text
}
