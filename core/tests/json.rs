//! Compares `from_json` with serde_json. They differ only in lone surrogates, and in arrays in the place of an object.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Deserialize;
use serde_json::{Value, json};
use ssokey_core::{Product, from_json};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    text: Option<String>,
    number: Option<u64>,
    small: Option<u32>,
    is_set: Option<bool>,
    product: Option<Product>,
    list: Option<Vec<String>>,
    inner: Option<Box<Self>>,
}

/// The texts that are put into a well-formed text.
const SCRAPS: [&str; 39] = [
    "",
    " ",
    "\n",
    "\t",
    "\r",
    "\u{c}",
    "\u{0}",
    "\u{1f}",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\n",
    "\\/",
    "\\x",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\u00E9",
    "0",
    "1",
    "-",
    "+",
    ".",
    "e",
    "E",
    "true",
    "fals",
    "null",
    "é",
    "[[1]]",
    "{\"a\":[]}",
    "18446744073709551615",
    "18446744073709551616",
];

fn any_text() -> impl Strategy<Value = String> {
    let scrap = (any::<Index>(), 0..4_usize, select(&SCRAPS[..]));
    (any_sample(), any::<bool>(), prop::collection::vec(scrap, 0..4)).prop_map(
        |(sample, is_pretty, scraps)| {
            let text = if is_pretty { format!("{sample:#}") } else { sample.to_string() };
            scraps.into_iter().fold(text, |text, (at, cut, scrap)| {
                let mut chars: Vec<char> = text.chars().collect();
                let at = at.index(chars.len() + 1);
                chars.splice(at..(at + cut).min(chars.len()), scrap.chars());
                chars.into_iter().collect()
            })
        },
    )
}

fn any_string() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\x00-\x20\"/\\\\é😀]{0,6}"]
}

fn any_sample() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![any::<u64>(), 0..99_u64, Just(u64::from(u32::MAX))].prop_map(Value::from),
        prop_oneof![any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from)],
        any_string().prop_map(Value::from),
        select(&Product::ALL[..]).prop_map(|product| product.name().into()),
        prop::collection::vec(any_string(), 0..3).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 7, |value| {
        let name =
            select(&["text", "number", "small", "isSet", "product", "list", "inner", "else"][..]);
        prop::collection::hash_map(name, value, 0..7).prop_map(|members| {
            members.into_iter().map(|(name, value)| (String::from(name), value)).collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_text_is_read_or_refused_as_by_serde_json(text in any_text()) {
        // A `Value` refuses lone surrogates in members that the sample does not have, and so does `from_json`. It refuses numbers
        // that are too large there as well, which `from_json` skips.
        let whole = serde_json::from_str::<Value>(&text);
        prop_assume!(!whole.as_ref().is_err_and(|error| error.to_string().contains("out of range")));
        let expected = whole.is_ok_and(|value| value.is_object()).then(|| serde_json::from_str(&text).ok());
        prop_assert_eq!(from_json::<Sample>(&text), expected.flatten());
    }

    #[test]
    fn a_string_is_read_whether_its_characters_are_escaped_or_not(text in any_string()) {
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        for json in [json!({ "text": text }).to_string(), format!(r#"{{"text":"{escaped}"}}"#)] {
            let sample = from_json::<Sample>(&json);
            prop_assert_eq!(sample.and_then(|sample| sample.text), Some(text.clone()));
        }
    }
}

#[test]
fn an_array_is_not_read_as_an_object() {
    let members = r#"[null,null,null,null,null,null,null]"#;
    assert!(serde_json::from_str::<Sample>(members).is_ok());
    assert_eq!(from_json::<Sample>(members), None);
    assert_eq!(from_json::<Sample>(&format!(r#"{{"inner":{members}}}"#)), None);
}

#[test]
fn a_skipped_value_may_be_nested_to_any_depth() {
    let text = format!(r#"{{"else":{}{}}}"#, "[".repeat(1 << 20), "]".repeat(1 << 20));
    assert!(from_json::<Sample>(&text).is_some());
    assert!(from_json::<Sample>(&text.replacen(']', "}", 1)).is_none());
}
