//! Each call of the vectors is read back from its JSON, and says which replies fit it, as `spec/storage.md` and its documentation do.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "of a vector, its calls alone are read")]
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, mem};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ssokey_core::{Call, Event, Reply, operator};

/// The calls that may be answered `overloaded`.
const HASHING: [&str; 2] = ["verify_password", "hash_password"];

const CONTRACT: &str = include_str!("../../spec/storage.md");

/// The calls of requests and of commands with their replies, as the tables of the contract list them.
fn tables() -> [BTreeMap<String, Vec<String>>; 2] {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').collect();
        let name = |text: &str| text.split('`').nth(1).unwrap().to_owned();
        (name(cells[1]), cells[3].split(';').map(name).collect())
    };
    let table = |text: &str| {
        text.lines().skip(2).take_while(|line| line.starts_with('|')).map(row).collect()
    };
    let mut tables = CONTRACT.split("\n| call | members | replies |").skip(1);
    [(); 2].map(|()| table(&format!("|{}", tables.next().unwrap())))
}

/// Reads the calls of all vectors, each with the reply that the vector gives, if it does. The first list is that of requests.
fn recorded() -> [Vec<(Value, Option<Value>)>; 2] {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/vectors");
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap();
    let world: written::World = serde_json::from_str(&read(&vectors.join("world.json"))).unwrap();
    let mut recorded = [(); 2].map(|()| Vec::new());
    for path in fs::read_dir(&vectors).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|it| it != "json") || path.ends_with("world.json") {
            continue;
        }
        for vector in serde_json::from_str::<Vec<written::Members>>(&read(&path)).unwrap() {
            let vector = serde_json::to_value(world.expand(vector)).unwrap();
            let calls = &mut recorded[usize::from(vector["command"] != Value::Null)];
            for step in vector["calls"].as_array().unwrap() {
                calls.push((step["call"].clone(), step.get("reply").cloned()));
            }
        }
    }
    recorded
}

fn read<T: DeserializeOwned + Serialize>(json: &Value) -> T {
    let text = json.to_string();
    let value: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(serde_json::to_value(&value).unwrap(), *json);
    value
}

#[test]
fn each_call_of_the_vectors_is_read_back_and_has_the_replies_of_the_contract() {
    let [of_requests, of_commands] = recorded();
    let [requests, commands] = tables();
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    for (json, _) in &of_requests {
        let call: Call = read(json);
        assert_eq!(call.name(), json["call"]);
        assert_eq!(call.replies(), requests[call.name()], "{}", call.name());
        seen[0].insert(call.name());
    }
    for (json, _) in &of_commands {
        let call: operator::Call = read(json);
        assert_eq!(call.name(), json["call"]);
        let replies = commands.get(call.name()).or(requests.get(call.name()));
        assert_eq!(call.replies(), replies.unwrap(), "{}", call.name());
        seen[1].insert(call.name());
    }
    assert!(requests.keys().eq(&seen[0]), "{:?}", seen[0]);
    let missing: Vec<_> = commands.keys().filter(|it| !seen[1].contains(it.as_str())).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

/// Fails if the reply cannot be read as itself, or the call does not say whether it fits.
macro_rules! check_reply {
    ($call:ty, $reply:ty, $json:expr, $told:expr) => {
        if let Ok(reply) = serde_json::from_value::<$reply>($told.clone()) {
            let call: $call = read($json);
            assert_eq!(reply.name(), $told["reply"]);
            let fits = call.replies().contains(&reply.name())
                || reply.name() == "failed"
                || reply.name() == "overloaded" && HASHING.contains(&call.name());
            assert_eq!(call.allows(&reply), fits, "{} {}", call.name(), reply.name());
        }
    };
}

#[test]
fn each_call_says_whether_a_reply_fits_it() {
    let [of_requests, of_commands] = recorded();
    let calls: BTreeMap<_, _> =
        of_requests.iter().map(|it| (it.0["call"].to_string(), &it.0)).collect();
    let replies = || of_requests.iter().chain(&of_commands).filter_map(|it| it.1.as_ref());
    for (json, told) in calls.values().flat_map(|json| replies().map(move |told| (*json, told))) {
        check_reply!(Call, Reply, json, told);
    }
    let calls: BTreeMap<_, _> =
        of_commands.iter().map(|it| (it.0["call"].to_string(), &it.0)).collect();
    for (json, told) in calls.values().flat_map(|json| replies().map(move |told| (*json, told))) {
        check_reply!(operator::Call, operator::Reply, json, told);
    }
}

#[test]
fn an_event_of_a_call_is_read_back() {
    let [of_requests, of_commands] = recorded();
    let events = of_requests.iter().chain(&of_commands).filter_map(|it| it.0.get("event"));
    let events: BTreeMap<_, _> =
        events.filter(|it| !it.is_null()).map(|it| (it["kind"].to_string(), it)).collect();
    for event in events.values() {
        read::<Event>(event);
    }
    assert!(events.len() > 20, "{events:?}");
}

/// The calls with their replies, as the documentation of an enum says them.
fn documented(source: &str, name: &str) -> BTreeMap<String, Vec<String>> {
    let (_, rest) = source.split_once(&format!("pub enum {name} {{")).unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let mut replies = Vec::new();
    let mut calls = BTreeMap::new();
    for line in body.lines() {
        if let Some((_, answers)) = line.split_once("/// Answered with ") {
            replies = answers.split("Reply::").skip(1).map(|it| snake(until_end(it))).collect();
        } else if line.strip_prefix("    ").is_some_and(|it| it.starts_with(char::is_uppercase)) {
            calls.insert(snake(until_end(line.trim())), mem::take(&mut replies));
        }
    }
    calls.remove("hashing");
    calls
}

fn until_end(text: &str) -> &str {
    text.split(|it: char| !it.is_alphanumeric()).next().unwrap()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[test]
fn the_documentation_of_each_call_says_the_replies_of_the_contract() {
    let [requests, mut commands] = tables();
    let hashing = documented(include_str!("../src/wire/hashing.rs"), "Hashing");
    let mut calls = documented(include_str!("../src/wire/call.rs"), "Call");
    calls.extend(hashing);
    assert_eq!(calls, requests);
    // The calls that requests have as well stand in their table alone.
    for shared in ["find_user", "create_user", "audit"] {
        commands.insert(shared.into(), requests[shared].clone());
    }
    assert_eq!(documented(include_str!("../src/operator/call.rs"), "Call"), commands);
}
