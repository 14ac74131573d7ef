//! Breaks each member of each reply: the host is told which member it is, and no value gets out (`SSO-ERR-007`).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::{format, println};

use serde_json::{Value, json};

use super::fixture::code;
use super::operations::operations;
use super::run::Run;
use super::table;

/// The text that stands in place of what was expected.
const MARK: &str = "something-confidential";

/// Returns the value with one member broken, once for each way to break one of them, and the path of the member.
fn broken(value: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| *name != "reply") {
                let mut without = members.clone();
                without.remove(name);
                all.push((name.clone(), Value::Object(without)));
                for (path, member) in broken_itself(member).into_iter().chain(broken(member)) {
                    let mut with = members.clone();
                    with.insert(name.clone(), member);
                    all.push((join(name, &path), Value::Object(with)));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for (path, item) in broken_itself(item).into_iter().chain(broken(item)) {
                    let mut with = items.clone();
                    with[at] = item;
                    all.push((join(&at.to_string(), &path), Value::Array(with)));
                }
            }
        }
        _ => {}
    }
    all
}

/// Returns a value of a different type in this one's place.
fn broken_itself(value: &Value) -> Vec<(String, Value)> {
    let different = match value {
        Value::Object(_) | Value::Array(_) => json!(MARK),
        _ => json!({ MARK: MARK }),
    };
    Vec::from([(String::new(), different)])
}

fn join(name: &str, path: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{name}.{path}") }
}

/// Fails unless the fault of the call is told with this path, and answered with 5000, without the mark.
fn check(operation: &str, call: &str, path: &str, told: Run) {
    let context = format!("{operation}, {call}: `{path}`");
    let audit = told.turn().expect(&context);
    let event = &audit.call()["event"];
    assert_eq!(event["reason"], "unfit_reply", "{context}");
    assert_eq!(event["fault"]["call"], call, "{context}");
    assert_eq!(event["fault"]["member"], path, "{context}");
    assert!(!event.to_string().contains(MARK), "{context}: {event}");
    assert!(!format!("{audit:?}").contains(MARK), "{context}");
    let response = audit.step_json(r#"{"reply":"done"}"#).turn().expect_err(&context);
    assert_eq!(code(&response), 5000, "{context}");
    assert!(!response.body.contains(MARK), "{context}");
}

// proves: SSO-ERR-007 SSO-ERR-009
#[test]
fn a_broken_member_of_a_reply_is_told_by_its_path_and_without_its_value() {
    let mut count = 0;
    for operation in operations() {
        let mut run: Run = operation.begin();
        while let Ok(pending) = run.clone().turn() {
            let outcomes = table::outcomes(pending.name(), operation.name);
            let reply = table::reply(&pending.call(), outcomes[0]);
            for (path, reply) in broken(&reply) {
                let told = pending.clone().step_json(&reply.to_string());
                check(operation.name, pending.name(), &path, told);
                count += 1;
            }
            run = pending.step_json(&reply.to_string());
        }
    }
    println!("{count} broken members told");
    assert!(count > 800);
}

// proves: SSO-ERR-007
#[test]
fn a_reply_of_a_different_call_is_told_as_a_whole() {
    for operation in operations() {
        let mut run: Run = operation.begin();
        while let Ok(pending) = run.clone().turn() {
            let call = pending.name();
            check(operation.name, call, "reply", pending.clone().step_unfit());
            let replies = table::outcomes(call, operation.name)
                .into_iter()
                .map(|outcome| table::reply(&pending.call(), outcome).to_string());
            for reply in replies {
                let Ok(audit) = pending.clone().step_json(&reply).turn() else { continue };
                // The reply to the event of a fault is not told again.
                if audit.name() == "audit" && audit.call()["event"]["kind"] != "host_fault" {
                    check(operation.name, "audit", "reply", audit.step_unfit());
                }
            }
            let first = table::outcomes(call, operation.name)[0];
            run = pending.clone().step_json(&table::reply(&pending.call(), first).to_string());
        }
    }
}
