//! Walks every combination of outcomes of every operation, and compares each path with the operation's flow.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use std::collections::{BTreeMap, BTreeSet};
use std::{format, println};

use serde_json::Value;

use super::fixture::key;
use super::flow::{NextCall, Script};
use super::operations::{Operation, operations};
use super::run::Run;
use super::table::{self, EMAIL, Outcome};
use crate::{OperationName, Response};

/// The numbers of an operation's paths, in all and by hashes.
#[derive(Default)]
struct Tally {
    paths: usize,
    hashes: BTreeMap<usize, usize>,
    calls: BTreeSet<&'static str>,
}

/// Walks every path of the state machine. The flow must come to the same call or code at each step.
fn walk(
    operation: &Operation,
    run: Run,
    path: &mut Vec<Outcome>,
    log: &mut Vec<Value>,
    tally: &mut Tally,
) {
    super::secret::check(&format!("{run:?}"), &key());
    let mut script = Script::new(path);
    let expected = operation.flow(&mut script);
    match (run.turn(), expected) {
        (Err(response), Ok(code)) => {
            tally.paths += 1;
            *tally.hashes.entry(script.hashes).or_default() += 1;
            check_end(operation, &response, code, path, log);
        }
        (Ok(pending), Err(NextCall(asked))) => {
            assert_eq!(pending.name(), asked, "{}: after {path:?}", operation.name);
            let call = pending.call();
            assert_eq!(call["call"], asked, "{}: after {path:?}", operation.name);
            log.push(call.clone());
            tally.calls.insert(asked);
            for outcome in table::outcomes(asked, operation.name) {
                let reply = table::reply(&call, outcome);
                let next = pending.clone().step_json(&reply.to_string());
                path.push(outcome);
                walk(operation, next, path, log, tally);
                path.pop();
            }
            log.pop();
        }
        (Err(response), Err(NextCall(asked))) => {
            panic!("{}: {} where `{asked}` was due, after {path:?}", operation.name, response.body)
        }
        (Ok(pending), Ok(code)) => {
            panic!("{}: {pending:?} where {code} was due, after {path:?}", operation.name)
        }
    }
}

/// Checks the invariants that a single path can show.
fn check_end(
    operation: &Operation,
    response: &Response,
    code: u16,
    path: &[Outcome],
    log: &[Value],
) {
    let context = format!("{}: after {path:?}", operation.name);
    assert_eq!(super::fixture::code(response), code, "{context}");
    let succeeds = matches!(code, 200 | 303);
    let shows_a_secret = ["issue_key", "rotate_key", "session", "session at a product"];
    if !(succeeds && shows_a_secret.contains(&operation.name)) {
        super::secret::check(&response.body, &key());
    }
    let calls: Vec<(&str, Outcome)> =
        log.iter().map(|call| call["call"].as_str().unwrap()).zip(path.iter().copied()).collect();
    let at = |name: &str| calls.iter().position(|(call, _)| *call == name);
    // 3: no write of user data before a valid key.
    if matches!(operation.name, "sign-on" | "launch") {
        for write in [
            "create_user",
            "replace_password",
            "rehash_password",
            "save_token",
            "save_code",
            "find_user",
        ] {
            if let Some(write) = at(write) {
                let is_valid = |key: usize| {
                    matches!(calls[key].1, Outcome::Found | Outcome::OtherEmailDomains)
                };
                let key = at("find_key").filter(|key| *key < write && is_valid(*key));
                assert!(key.is_some(), "{context}: a write without a key");
            }
        }
    }
    // SSO-RULE-010: nobody is created whose e-mail's domain the company's list lacks.
    if path.contains(&Outcome::OtherEmailDomains) {
        assert_eq!(at("create_user"), None, "{context}: a user of a different domain");
    }
    // 4: success means that the token or code is durable, and was stored last.
    if succeeds && matches!(operation.name, "sign-on" | "launch" | "direct" | "exchange") {
        let last = calls.last().unwrap();
        assert!(matches!(last, ("save_token" | "save_code", Outcome::Done)), "{context}");
    }
    // 2: only the key's company is ever asked for or written to.
    for call in log {
        for company in [
            &call["companyId"],
            &call["user"]["companyId"],
            &call["token"]["companyId"],
            &call["code"]["companyId"],
        ] {
            assert!(company.is_null() || *company == 1, "{context}: {call}");
        }
    }
    // 6: events hold nothing that a person typed.
    for event in log.iter().map(|call| &call["event"]).filter(|event| !event.is_null()) {
        let text = event.to_string();
        super::secret::check(&text, &key());
        assert!(!text.contains(EMAIL), "{context}: {text}");
    }
    check_faults(&context, code, log);
    check_changes(&context, operation, log);
    // 7: the number of Argon2id runs.
    let is_run = |(_, outcome): &&(&str, Outcome)| {
        matches!(outcome, Outcome::Match | Outcome::NoMatch | Outcome::Hashed)
    };
    let runs = calls.iter().filter(is_run).count();
    let allowed = match operation.name {
        "sign-on" | "launch" => hashes_of_a_sign_on(path, code),
        "direct" => hashes_of_a_direct_sign_in(path, code),
        "add_user" if succeeds => 1..=1,
        "add_user" => 0..=1,
        _ => 0..=0,
    };
    assert!(allowed.contains(&runs), "{context}: {runs} hashes, not {allowed:?}");
}

/// Fails unless the host was told of its fault exactly where the answer is 5000, last, with the call and no value (`SSO-ERR-007`).
fn check_faults(context: &str, code: u16, log: &[Value]) {
    let is_fault = |call: &Value| call["event"]["kind"] == "host_fault";
    assert_eq!(code == 5000, log.last().is_some_and(is_fault), "{context}: a fault and its event");
    assert!(log.iter().filter(|call| is_fault(call)).count() <= 1, "{context}: a second fault");
    if let [.., call, fault] = log
        && is_fault(fault)
    {
        assert_eq!(fault["event"]["fault"]["call"], call["call"], "{context}");
        assert!(fault["event"]["fault"]["member"].is_string(), "{context}");
        assert!(fault["event"]["fault"]["expected"].is_string(), "{context}");
    }
}

/// Fails unless each call that changes something for the operator carries its event, and no other call of a command does but an
/// audit (`SSO-OPS-016`).
fn check_changes(context: &str, operation: &Operation, log: &[Value]) {
    if !operation.name.contains('_') {
        return;
    }
    for call in log {
        let name = call["call"].as_str().unwrap();
        let reads = ["find_", "list_", "hash_"].iter().any(|it| name.starts_with(it));
        let reads = reads || name == "purge";
        assert_eq!(!reads, call["event"].is_object(), "{context}: {call}");
    }
}

/// Returns the numbers of hashes that SSO-PWD-005 allows. A failed hash does not count, so a path that ended in a fault may have
/// fewer.
fn hashes_of_a_sign_on(path: &[Outcome], code: u16) -> RangeInclusive<usize> {
    let has = |outcome| path.contains(&outcome);
    if has(Outcome::Exists) || has(Outcome::Stale) {
        return 0..=3;
    }
    let succeeds = matches!(code, 200 | 303);
    match code {
        // Refused before the user is known, or for being disabled.
        4010 | 4030 => 0..=0,
        _ if succeeds && has(Outcome::Created) => 1..=1,
        _ if succeeds && has(Outcome::Replaced) && has(Outcome::Unreadable) => 1..=1,
        _ if succeeds && has(Outcome::Replaced) => 2..=2,
        // A match; a stronger hash is one run more, unless it could not be had.
        _ if succeeds && has(Outcome::Hashed) => 2..=2,
        _ if succeeds => 1..=1,
        _ => 0..=2,
    }
}

/// Returns the numbers of hashes that SSO-DIR-004 allows. The fixed hash is always readable; if a host says that it is not, nothing
/// was computed.
fn hashes_of_a_direct_sign_in(path: &[Outcome], code: u16) -> RangeInclusive<usize> {
    let fixed_hash_was_unreadable = path.ends_with(&[Outcome::Unreadable, Outcome::Done])
        || path.ends_with(&[Outcome::Unreadable, Outcome::Failed]);
    match code {
        200 | 4011 if !fixed_hash_was_unreadable => 1..=1,
        _ => 0..=1,
    }
}

/// Fails unless an operation of a request names the calls that its paths came to, each once.
fn check_calls(name: &str, met: &BTreeSet<&str>) {
    let operation = match name {
        "sign-on" => OperationName::SignOn,
        "launch" => OperationName::Launch,
        "exchange" => OperationName::Exchange,
        "direct" => OperationName::DirectSignIn,
        "session" | "session at a product" => OperationName::Session,
        "sign-out" => OperationName::SignOut,
        // A command of the operator.
        _ => return,
    };
    let told: BTreeSet<&str> = operation.calls().iter().copied().collect();
    assert_eq!((&told, told.len()), (met, operation.calls().len()), "{name}");
}

/// Counts the paths of a flow from the table alone.
fn enumerate(operation: &Operation, path: &mut Vec<Outcome>) -> usize {
    match operation.flow(&mut Script::new(path)) {
        Ok(_) => 1,
        Err(NextCall(call)) => {
            let mut paths = 0;
            for outcome in table::outcomes(call, operation.name) {
                path.push(outcome);
                paths += enumerate(operation, path);
                path.pop();
            }
            paths
        }
    }
}

// proves: SSO-PWD-005 SSO-RULE-010 SSO-DIR-004 SSO-ERR-007 SSO-OPS-010 SSO-OPS-016 SSO-KEY-003 SSO-TEN-001 SSO-ERR-009 SSO-ERR-011
#[test]
fn every_combination_of_outcomes_ends_as_the_spec_says() {
    for operation in &operations().collect::<Vec<_>>() {
        let mut tally = Tally::default();
        walk(operation, operation.begin(), &mut Vec::new(), &mut Vec::new(), &mut tally);
        let enumerated = enumerate(operation, &mut Vec::new());
        assert_eq!(tally.paths, enumerated, "{}", operation.name);
        check_calls(operation.name, &tally.calls);
        let hashes: Vec<String> =
            tally.hashes.iter().map(|(runs, paths)| format!("{runs}: {paths}")).collect();
        println!(
            "{:>20} {:>9} paths walked {enumerated:>9} enumerated   Argon2id runs: {}",
            operation.name,
            tally.paths,
            hashes.join(", ")
        );
    }
    println!("0 violations");
}
