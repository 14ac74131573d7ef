//! A run as a file: what it holds, and what it does not.

use std::collections::BTreeSet;

use serde_json::Value;
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY};

use crate::decoding::readings;
use crate::judging::{har, judge, judge_with};
use crate::server::reference;

#[test]
fn a_recording_has_every_exchange_with_the_check_that_sent_it() {
    let record = judge("good");
    let archive: Value = serde_json::from_str(&har(&record)).unwrap();
    let entries = archive["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), record.requests);
    assert_eq!(archive["log"]["version"], "1.2");
    let ids: BTreeSet<_> = entries.iter().filter_map(|entry| entry["_check"].as_str()).collect();
    assert!(ids.contains("sign-on.creates-unknown-user") && ids.len() > 100, "{ids:?}");
    let first = entries.iter().find(|entry| entry["_check"] == "way.accepts-get").unwrap();
    let mut first = first.clone();
    first["startedDateTime"] = "…".into();
    (first["time"], first["timings"]["wait"]) = (0.into(), 0.into());
    insta::assert_snapshot!(serde_json::to_string_pretty(&first).unwrap());
}

#[test]
fn a_recording_holds_no_secret_in_any_form() {
    let (server, mut given) = (reference("key-is-echoed"), Vec::new());
    let record = judge_with(|raw| {
        let reply = server(raw);
        let token = reply.body.split_once("\"token\":\"").and_then(|(_, rest)| rest.get(..36));
        given.extend(token.map(str::to_owned));
        let location = reply.headers.iter().find(|(name, _)| name == "Location");
        let code = location.and_then(|(_, value)| value.rsplit_once("code="));
        given.extend(code.map(|(_, code)| code.to_owned()));
        reply
    });
    assert!(given.len() > 200, "{}", given.len());
    let password = "07".repeat(16);
    let secrets = [KEY, SECOND_KEY, PRODUCT_SECRET, &password].map(str::to_owned);
    let text = har(&record);
    assert!(text.contains("ssokey=[key]") && text.contains("[token]") && text.contains("[code]"));
    for text in readings(&text) {
        for secret in secrets.iter().chain(&given) {
            let at = text.find(secret.as_str());
            assert!(at.is_none(), "{}", &text[at.unwrap().saturating_sub(300)..]);
        }
    }
}

#[test]
fn a_token_in_a_redirect_is_as_secret_as_any() {
    let record = judge("token-is-in-location");
    let text = har(&record);
    assert!(text.contains("token=[token]&code=[code]") && !text.contains("0f8c3a52"), "{text}");
}

#[test]
fn the_same_answers_give_the_same_recording_but_for_the_times() {
    let timeless = || {
        let mut archive: Value =
            serde_json::from_str(&har(&judge_with(reference("good")))).unwrap();
        for entry in archive["log"]["entries"].as_array_mut().unwrap() {
            for time in ["startedDateTime", "time", "timings"] {
                entry[time].take();
            }
        }
        archive.to_string()
    };
    assert_eq!(timeless(), timeless());
}
