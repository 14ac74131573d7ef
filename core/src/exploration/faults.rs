//! Makes each call fail, once or from then on, over a correct store: the state stays legal, and repeating the request converges
//! (`SSO-ERR-010`).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use std::{format, println};

use super::commands::{COMMANDS, Command, Subject};
use super::fixture::{
    OLD, ONE, StoredUser, all_stored_users, check_legal, code, finish, keyed, send, store,
};
use super::run::Run;
use super::store::Store;
use crate::Response;

#[derive(Clone, Copy, Debug)]
enum Fault {
    Before,
    After,
    Corrupt,
}

/// A fault at one call, or at every call of its kind from then on.
#[derive(Clone, Copy, Debug)]
struct Plan {
    fault: Fault,
    at: usize,
    persists: bool,
}

/// The first step, with random bytes that are all the same.
#[derive(Clone, Copy)]
enum Begin {
    Request(fn(u8) -> Run),
    Command(&'static Command),
}

impl Begin {
    fn run(self, entropy: u8) -> Run {
        match self {
            Self::Request(begin) => begin(entropy),
            Self::Command(command) => command.begin(entropy),
        }
    }
}

struct Case {
    name: String,
    /// The number of calls when nothing goes wrong, counted from the spec.
    calls: usize,
    store: Store,
    begin: Begin,
    /// The code with which a repeated request may be refused because the first one was applied.
    refusal: Option<u16>,
}

const TOKEN: &str = "01010101-0101-4101-8101-010101010101";
const CODE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for stored in all_stored_users() {
        let mut push = |name: &str, calls, begin: fn(u8) -> Run| {
            let begin = Begin::Request(begin);
            let name = format!("{name}, {stored:?}");
            cases.push(Case { name, calls, store: store(stored), begin, refusal: None });
        };
        let (old, new, direct) = calls_after_the_user_is_read(stored);
        push("sign-on with the old password", 3 + old, |entropy| {
            keyed("/api/sso/authenticate", OLD, entropy).into()
        });
        push("sign-on with a new password", 3 + new, |entropy| {
            keyed("/api/sso/authenticate", ONE, entropy).into()
        });
        push("launch with the old password", 4 + old, |entropy| {
            keyed("/api/sso/login", OLD, entropy).into()
        });
        push("launch with a new password", 4 + new, |entropy| {
            keyed("/api/sso/login", ONE, entropy).into()
        });
        push("direct sign-in", 3 + direct, |entropy| {
            let fields =
                "userid=ada%40partner.example&password=the+password+before&company=partner.example";
            send("POST", "/api/authenticate", fields, None, entropy).into()
        });
    }
    let mut signed_on = store(StoredUser::Known);
    finish(&mut signed_on, keyed("/api/sso/authenticate", OLD, 1));
    let mut launched = store(StoredUser::Known);
    finish(&mut launched, keyed("/api/sso/login", OLD, 1));
    let mut push = |name: &str, calls, store: &Store, begin: fn(u8) -> Run, refusal| {
        let begin = Begin::Request(begin);
        let (name, store) = (name.into(), store.clone());
        cases.push(Case { name, calls, store, begin, refusal });
    };
    push(
        "exchange",
        3,
        &launched,
        |entropy| {
            let fields = format!("code={CODE}&product=livechat");
            send("POST", "/api/sso/exchange", &fields, Some("Bearer s"), entropy).into()
        },
        Some(4012),
    );
    push(
        "session",
        1,
        &signed_on,
        |entropy| send("GET", "/api/session", &format!("token={TOKEN}"), None, entropy).into(),
        None,
    );
    push(
        "sign-out",
        1,
        &signed_on,
        |entropy| send("POST", "/api/signout", &format!("token={TOKEN}"), None, entropy).into(),
        None,
    );
    for command in COMMANDS {
        let store = match command.subject {
            Subject::NewUser => store(StoredUser::Absent),
            Subject::Server | Subject::Company | Subject::Hashes | Subject::User => {
                signed_on.clone()
            }
        };
        cases.push(Case {
            name: command.name.into(),
            calls: command.calls(),
            store,
            begin: Begin::Command(command),
            refusal: command.refusal,
        });
    }
    cases
}

/// Counts the calls after the user is read, by SSO-REQ-022 and the three rules: of a sign-on with the old and with a new password,
/// and of a direct sign-in with the old one.
fn calls_after_the_user_is_read(stored: StoredUser) -> (usize, usize, usize) {
    match stored {
        // Hash, create, save; verify against the fixed hash, audit.
        StoredUser::Absent => (3, 3, 2),
        // Verify, save; verify, admit, hash, replace, save; verify, give back, save.
        StoredUser::Known => (2, 5, 3),
        // Verify, hash, rehash, save.
        StoredUser::Weak => (4, 5, 3),
        // Verify, audit, admit, hash, replace, save; verify, verify against the fixed hash, audit.
        StoredUser::Unreadable => (6, 6, 3),
        // Admit, verify, give back, save; admit, verify; verify, give back, save.
        StoredUser::Local => (4, 2, 3),
        // Audit; verify, audit.
        StoredUser::Disabled => (1, 1, 2),
    }
}

/// Runs a request or command with a plan, and returns the number of calls and the answer.
fn run(store: &mut Store, mut run: Run, plan: Option<Plan>) -> (usize, Response) {
    let mut calls = 0;
    let mut faulty = None;
    loop {
        let pending = match run.turn() {
            Err(response) => return (calls, response),
            Ok(pending) => pending,
        };
        let name = pending.name();
        let fault = plan.filter(|plan| plan.at == calls || plan.persists && faulty == Some(name));
        run = match fault.map(|plan| plan.fault) {
            None => pending.step(store),
            Some(fault) => {
                faulty = Some(name);
                if matches!(fault, Fault::After) {
                    pending.make(store);
                }
                pending.step_json(match fault {
                    Fault::Before | Fault::After => r#"{"reply":"failed"}"#,
                    Fault::Corrupt => r#"{"reply":"replaced","credentialVersion":1}"#,
                })
            }
        };
        calls += 1;
    }
}

/// Returns the part of the state that must be the same with and without a fault. Tokens differ, and so do a key that was issued
/// twice and the version of a user or company that was changed twice.
fn outcome(store: &Store) -> impl PartialEq + core::fmt::Debug + use<> {
    let users = store.users.iter().map(|user| {
        let password = (user.password_hash.as_str().to_owned(), user.password_key_id);
        (user.company_id, user.email.clone(), password, user.managed_by, user.status)
    });
    let key = store.keys.first().cloned();
    (users.collect::<Vec<_>>(), store.companies.clone(), key, store.codes.is_empty())
}

fn check(case: &Case, plan: Plan, answered: &Response, undisturbed: &Store) {
    let context = format!("{}: {plan:?}", case.name);
    let mut store = case.store.clone();
    let (_, response) = run(&mut store, case.begin.run(2), Some(plan));
    check_legal(&case.store, &store, &context);
    let code_now = code(&response);
    assert!([5000, 5030, code(answered)].contains(&code_now), "{context}: {code_now}");
    if code_now >= 1000 {
        assert_eq!(super::fixture::token(&response), None, "{context}: a token was shown");
    }
    let (_, repeated) = run(&mut store, case.begin.run(3), None);
    check_legal(&case.store, &store, &context);
    let repeated = code(&repeated);
    let converged = repeated == code(answered) || Some(repeated) == case.refusal;
    assert!(converged, "{context}: repeating did not converge, but ended in {repeated}");
    assert_eq!(
        format!("{:?}", outcome(&store)),
        format!("{:?}", outcome(undisturbed)),
        "{context}: repeating did not converge"
    );
}

// proves: SSO-ERR-010 SSO-EXC-005
#[test]
fn after_any_fault_the_state_is_legal_and_repeating_converges() {
    let (mut runs, mut enumerated) = (0, 0);
    for case in cases() {
        let mut undisturbed = case.store.clone();
        let (calls, answered) = run(&mut undisturbed, case.begin.run(2), None);
        check_legal(&case.store, &undisturbed, &case.name);
        assert_eq!(calls, case.calls, "{}: calls", case.name);
        // Three faults at each call, once or from then on.
        enumerated += case.calls * 3 * 2;
        for at in 0..calls {
            for fault in [Fault::Before, Fault::After, Fault::Corrupt] {
                for persists in [false, true] {
                    check(&case, Plan { fault, at, persists }, &answered, &undisturbed);
                    runs += 1;
                }
            }
        }
    }
    println!("{runs} runs with a fault, {enumerated} enumerated");
    assert_eq!(runs, enumerated);
}
