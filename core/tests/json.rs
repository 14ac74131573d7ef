//! Compares `from_json` with serde_json. They differ only in lone surrogates, and in arrays in the place of an object.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use ssokey_core::{KeyStatus, from_json};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    #[serde(deserialize_with = "nullable")]
    text: Option<String>,
    #[serde(deserialize_with = "nullable")]
    number: Option<u64>,
    #[serde(deserialize_with = "nullable")]
    small: Option<u32>,
    #[serde(deserialize_with = "nullable")]
    is_set: Option<bool>,
    #[serde(deserialize_with = "nullable")]
    status: Option<KeyStatus>,
    #[serde(deserialize_with = "nullable")]
    list: Option<Vec<String>>,
    #[serde(deserialize_with = "nullable")]
    inner: Option<Box<Self>>,
}

const NAMES: [&str; 7] = ["text", "number", "small", "isSet", "status", "list", "inner"];

/// Reads a member that must be there, as `from_json` demands of every member and serde_json does not.
fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Returns an object with these members, and with all others of a sample as `null`.
fn sample(members: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut object: Map<_, _> =
        NAMES.map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
    object.extend(members);
    object
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
        select(&["enabled", "disabled", "revoked", "Enabled"][..]).prop_map(Value::from),
        prop::collection::vec(any_string(), 0..3).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 7, |value| {
        let name =
            select(&["text", "number", "small", "isSet", "status", "list", "inner", "else"][..]);
        let missing = prop::option::weighted(0.1, select(&NAMES[..]));
        let members = prop::collection::hash_map(name, value, 0..7);
        (members, missing).prop_map(|(members, missing)| {
            let members = members.into_iter().map(|(name, value)| (String::from(name), value));
            let mut object = sample(members);
            missing.map(|name| object.remove(name));
            Value::Object(object)
        })
    })
}

#[test]
fn a_number_has_the_form_that_json_gives_it() {
    let whole = Value::Object(sample([])).to_string();
    let with = |number: &str| whole.replacen('{', &format!(r#"{{"other":{number},"#), 1);
    for good in ["0", "-0", "12", "-1.5", "1e5", "1E5", "1e+5", "1E-5", "-1.5e-3", "0e-0"] {
        assert!(from_json::<Sample>(&with(good)).is_some(), "{good}");
    }
    for bad in ["01", "1.", ".5", "+1", "-", "1e", "1e+", "1e-", "1e+-5", "1ee5", "0x1"] {
        assert!(from_json::<Sample>(&with(bad)).is_none(), "{bad}");
    }
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
        let json = Value::Object(sample([("text".into(), "a text".into())])).to_string();
        for text_json in [json!(text).to_string(), format!("\"{escaped}\"")] {
            let sample = from_json::<Sample>(&json.replace("\"a text\"", &text_json));
            prop_assert_eq!(sample.and_then(|sample| sample.text), Some(text.clone()));
        }
    }
}

#[test]
fn every_member_must_be_there() {
    assert!(from_json::<Sample>(&Value::Object(sample([])).to_string()).is_some());
    for name in NAMES {
        let mut object = sample([]);
        object.remove(name);
        assert_eq!(from_json::<Sample>(&Value::Object(object).to_string()), None, "{name}");
    }
}

#[test]
fn an_array_is_not_read_as_an_object() {
    let members = r#"[null,null,null,null,null,null,null]"#;
    assert!(serde_json::from_str::<Sample>(members).is_ok());
    assert_eq!(from_json::<Sample>(members), None);
    let inner = serde_json::from_str(members).unwrap();
    let object = |inner| Value::Object(sample([("inner".into(), inner)])).to_string();
    assert!(from_json::<Sample>(&object(Value::Object(sample([])))).is_some());
    assert_eq!(from_json::<Sample>(&object(inner)), None);
}

#[test]
fn a_skipped_value_may_be_nested_to_any_depth() {
    let json = Value::Object(sample([("else".into(), "nested".into())])).to_string();
    let nested = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    let text = json.replace("\"nested\"", &nested);
    assert!(from_json::<Sample>(&text).is_some());
    assert!(from_json::<Sample>(&text.replacen(']', "}", 1)).is_none());
}
