//! Makes each call fail, once or from then on, over a correct store: the state stays legal, and repeating the request converges
//! (`SSO-ERR-010`).

use alloc::string::String;
use alloc::vec::Vec;
use std::{format, println};

use super::fixture::{
    OLD, ONE, StoredUser, all_stored_users, answer, check_legal, code, finish, keyed, send, store,
};
use super::store::Store;
use crate::{Reply, Response, Step, begin_command};

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

struct Case {
    name: String,
    /// The number of calls when nothing goes wrong, counted from the spec.
    calls: usize,
    store: Store,
    begin: fn(u8) -> Step,
    /// True if a repeated request may be refused because the code is gone.
    spends_a_code: bool,
}

const TOKEN: &str = "01010101-0101-4101-8101-010101010101";
const CODE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for stored in all_stored_users() {
        let mut push = |name: &str, calls, begin| {
            let name = format!("{name}, {stored:?}");
            cases.push(Case { name, calls, store: store(stored), begin, spends_a_code: false });
        };
        let (old, new, direct) = calls_after_the_user_is_read(stored);
        push("sign-on with the old password", 3 + old, |entropy| {
            keyed("/api/sso/authenticate", OLD, entropy)
        });
        push("sign-on with a new password", 3 + new, |entropy| {
            keyed("/api/sso/authenticate", ONE, entropy)
        });
        push("launch with the old password", 4 + old, |entropy| {
            keyed("/api/sso/login", OLD, entropy)
        });
        push("launch with a new password", 4 + new, |entropy| {
            keyed("/api/sso/login", ONE, entropy)
        });
        push("direct sign-in", 3 + direct, |entropy| {
            let fields =
                "userid=ada%40partner.example&password=the+password+before&company=partner.example";
            send("POST", "/api/authenticate", fields, None, entropy)
        });
    }
    let mut signed_on = store(StoredUser::Known);
    finish(&mut signed_on, keyed("/api/sso/authenticate", OLD, 1));
    let mut launched = store(StoredUser::Known);
    finish(&mut launched, keyed("/api/sso/login", OLD, 1));
    let mut push = |name: &str, calls, store: &Store, begin, spends_a_code| {
        let (name, store) = (name.into(), store.clone());
        cases.push(Case { name, calls, store, begin, spends_a_code });
    };
    push(
        "exchange",
        3,
        &launched,
        |entropy| {
            let fields = format!("code={CODE}&product=livechat");
            send("POST", "/api/sso/exchange", &fields, Some("Bearer s"), entropy)
        },
        true,
    );
    push(
        "session",
        1,
        &signed_on,
        |entropy| send("GET", "/api/session", &format!("token={TOKEN}"), None, entropy),
        false,
    );
    push(
        "sign-out",
        1,
        &signed_on,
        |entropy| send("POST", "/api/signout", &format!("token={TOKEN}"), None, entropy),
        false,
    );
    push(
        "issue_key",
        2,
        &signed_on,
        |entropy| {
            begin_command(
                r#"{"command":"issue_key","email":"it@partner.example","expiresAt":null}"#,
                1,
                [entropy; 80],
            )
        },
        false,
    );
    push(
        "list_keys",
        2,
        &signed_on,
        |entropy| {
            begin_command(
                r#"{"command":"list_keys","email":"it@partner.example"}"#,
                1,
                [entropy; 80],
            )
        },
        false,
    );
    push(
        "set_key_status",
        2,
        &signed_on,
        |entropy| {
            begin_command(
                r#"{"command":"set_key_status","email":"it@partner.example","keyId":5,"status":"disabled"}"#,
                1,
                [entropy; 80],
            )
        },
        false,
    );
    cases
}

/// Counts the calls after the user is read, by SSO-REQ-022 and the three rules: of a sign-on with the old and with a new password,
/// and of a direct sign-in with the old one.
fn calls_after_the_user_is_read(stored: StoredUser) -> (usize, usize, usize) {
    match stored {
        // Hash, create, save; verify against the fixed hash, audit.
        StoredUser::Absent => (3, 3, 2),
        // Verify, save; verify, admit, hash, replace, save.
        StoredUser::Known => (2, 5, 2),
        // Verify, hash, rehash, save.
        StoredUser::Weak => (4, 5, 2),
        // Verify, audit, admit, hash, replace, save; verify, verify against the fixed hash, audit.
        StoredUser::Unreadable => (6, 6, 3),
        // Admit, verify, save; admit, verify.
        StoredUser::Local => (3, 2, 2),
        // Audit; verify, audit.
        StoredUser::Disabled => (1, 1, 2),
    }
}

/// Runs a request with a plan, and returns the number of calls and the answer.
fn run(store: &mut Store, mut step: Step, plan: Option<Plan>) -> (usize, Response) {
    let mut calls = 0;
    let mut faulty = None;
    loop {
        let (call, waiting) = match step {
            Step::Done(response) => return (calls, response),
            Step::Call(call, waiting) => (call, waiting),
        };
        let kind = core::mem::discriminant(&call);
        let fault = plan.filter(|plan| plan.at == calls || plan.persists && faulty == Some(kind));
        let reply = match fault.map(|plan| plan.fault) {
            None => answer(store, &call),
            Some(fault) => {
                faulty = Some(kind);
                match fault {
                    Fault::Before => Reply::Failed,
                    Fault::After => {
                        answer(store, &call);
                        Reply::Failed
                    }
                    Fault::Corrupt => {
                        Reply::Replaced { credential_version: super::store::version(1) }
                    }
                }
            }
        };
        calls += 1;
        step = waiting.step(reply);
    }
}

/// Returns the part of the state that must be the same with and without a fault. Tokens differ, and so does a key that was issued
/// twice.
fn outcome(store: &Store) -> impl PartialEq + core::fmt::Debug + use<> {
    (store.users.clone(), store.keys.first().cloned(), store.codes.is_empty())
}

fn check(case: &Case, plan: Plan, answered: &Response, undisturbed: &Store) {
    let context = format!("{}: {plan:?}", case.name);
    let mut store = case.store.clone();
    let (_, response) = run(&mut store, (case.begin)(2), Some(plan));
    check_legal(&case.store, &store, &context);
    let code_now = code(&response);
    assert!([5000, 5030, code(answered)].contains(&code_now), "{context}: {code_now}");
    if code_now >= 1000 {
        assert_eq!(super::fixture::token(&response), None, "{context}: a token was shown");
    }
    let (_, repeated) = run(&mut store, (case.begin)(3), None);
    check_legal(&case.store, &store, &context);
    let was_spent = case.spends_a_code && store.codes.is_empty() && code(&repeated) == 4012;
    if !was_spent {
        assert_eq!(code(&repeated), code(answered), "{context}: repeating did not converge");
    }
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
        let (calls, answered) = run(&mut undisturbed, (case.begin)(2), None);
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
