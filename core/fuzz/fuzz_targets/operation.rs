//! Whole operations against a host that answers anything: checks the calls and the answer.
//!
//! An input is a script of replies, an empty line, and then a request or the JSON of a command.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use ssokey_core::{Response, Settings, Step, operator};
use ssokey_core_fuzz::{Message, Outcome, Script, Witness, check_answer, plain_body};

fuzz_target!(|bytes: &[u8]| {
    let (script, rest) = Script::read(bytes);
    if rest.starts_with(b"{") {
        let Message { now, entropy, .. } = Message::read(rest);
        let mut witness = Witness::of_command(now);
        let text = String::from_utf8_lossy(rest);
        let step = operator::begin_json(&text, now, entropy, &Settings::default());
        let answer = script.drive_command(step, |call, reply| witness.see(call, reply));
        witness.judge(&answer, check_answer(&answer, false));
        return;
    }
    let message = Message::read(rest);
    let Some((calls, answer)) = run(&script, &message) else { return };
    if let Some(other) = with_different_password(&message)
        && let Some((other_calls, other_answer)) = run(&script, &other)
    {
        // Nothing but the hasher ever sees the password.
        assert_eq!((calls, answer), (other_calls, other_answer));
    }
});

/// Runs a request and judges it. Returns the calls without the passwords, and the answer; none if bad input was refused.
fn run(script: &Script, message: &Message) -> Option<(Vec<Value>, Response)> {
    let step = message.begin();
    if matches!(step, Step::Done(_)) || message.is_decodable().is_none() {
        return None;
    }
    let mut witness = Witness::of_request(message);
    let mut calls = Vec::new();
    let answer = script.drive(step, |call, reply| {
        witness.see(call, reply);
        let mut call = call.clone();
        if let Some(password) = call.get_mut("password") {
            assert_eq!(password.take(), message.field("password").unwrap_or_default());
        }
        calls.push(call);
    });
    let outcome = check_answer(&answer, message.settings.legacy_status());
    if let Outcome::Error(_) = outcome {
        assert!(
            ERRORS.contains(&plain_body(&answer)),
            "a body that no plain request gets: {}",
            answer.body
        );
    }
    witness.judge(&answer, outcome);
    Some((calls, answer))
}

/// Returns the same request with a different password, if it has one.
fn with_different_password(message: &Message) -> Option<Message> {
    let password = message.field("password")?;
    let mut fields = json!({"password": if password == "x" { "y" } else { "x" }});
    for name in ["email", "ssokey", "product", "issued_at", "userid", "company"] {
        if let Some(value) = message.field(name) {
            fields[name] = value.into();
        }
    }
    Some(Message {
        method: "POST".into(),
        query: Vec::new(),
        content_type: Some("application/json".into()),
        content_encoding: Vec::new(),
        body_is_too_large: false,
        body: fields.to_string().into_bytes(),
        ..message.clone()
    })
}

/// The body of each error that follows a call. Every request gets one of these, so nothing that was sent is repeated.
static ERRORS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let sign_on = "POST /api/sso/authenticate\ncontent-type: application/x-www-form-urlencoded\n\nemail=a%40b.example&password=p&ssokey=a+key+of+another+origin&product=email&issued_at=1";
    let direct = "GET /api/authenticate?userid=a%40b.example&password=p&company=b.example";
    let session = "GET /api/session?token=00010203-0405-4607-8809-0a0b0c0d0e0f";
    let runs = [
        (sign_on, r#"{"reply":"retry_after","seconds":1}"#),
        (sign_on, r#"{"reply":"overloaded","seconds":1}"#),
        (sign_on, r#"{"reply":"failed"}"#),
        (sign_on, "+\n{\"reply\":\"none\"}"),
        (sign_on, "+\n+{\"company\":{\"products\":[]}}"),
        (sign_on, "+\n+\n+\n{\"reply\":\"overloaded\",\"seconds\":1}"),
        (sign_on, "+\n+\n+{\"user\":{\"managedBy\":\"local\"}}\n+\n{\"reply\":\"no_match\"}"),
        (sign_on, "+\n+\n+{\"user\":{\"issuedAt\":2}}\n{\"reply\":\"no_match\"}"),
        (
            sign_on,
            "+\n+\n+\n{\"reply\":\"no_match\"}\n+\n+\n{\"reply\":\"stale\"}\n+\n{\"reply\":\"no_match\"}",
        ),
        (direct, "+\n{\"reply\":\"none\"}"),
        (session, r#"{"reply":"none"}"#),
    ];
    let body = |(request, replies): (&str, &str)| {
        let input = format!("{replies}\n\n{request}");
        let (script, rest) = Script::read(input.as_bytes());
        let message = Message::read(rest);
        script.drive(message.begin(), |_, _| {}).body
    };
    let bodies: BTreeSet<_> = runs.into_iter().map(body).collect();
    assert_eq!(bodies.len(), runs.len(), "each error is a different one");
    bodies
});
