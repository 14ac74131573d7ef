//! Raw requests: checks each refusal, and that an accepted request is decoded as other decoders do.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use ssokey_core::{Digest, MAX_REQUEST_BYTES, Step};
use ssokey_core_fuzz::{Message, Outcome, Script, check_answer, plain_body};

fuzz_target!(|bytes: &[u8]| {
    let message = Message::read(bytes);
    let Some(is_decodable) = message.is_decodable() else { return };
    let step = message.begin();
    match (step, early_code(&message, is_decodable)) {
        (Step::Done(answer), early) => {
            let outcome = check_answer(&answer, message.settings.legacy_status());
            let Outcome::Error(code) = outcome else { panic!("success without a call") };
            match early {
                Some(early) => assert_eq!(code, early),
                None => assert!(matches!(code, 4001..=4003 | 4012), "{code}"),
            }
            // Nothing that was sent is repeated: bad input gets one of a few answers.
            assert!(
                REFUSALS.contains(&plain_body(&answer)),
                "a body that no plain request gets: {}",
                answer.body
            );
        }
        (step, early) => {
            assert_eq!(early, None);
            check_accepted(&message, step);
        }
    }
});

/// The path and the methods of every operation.
const OPERATIONS: [(&str, &[&str]); 6] = [
    ("/api/sso/authenticate", &["GET", "POST"]),
    ("/api/sso/login", &["GET", "POST"]),
    ("/api/sso/exchange", &["POST"]),
    ("/api/authenticate", &["GET", "POST"]),
    ("/api/session", &["GET"]),
    ("/api/signout", &["POST"]),
];

/// Returns the code of the first checks, up to the decoding (SSO-REQ-022).
fn early_code(message: &Message, is_decodable: bool) -> Option<u16> {
    let media_types = ["application/x-www-form-urlencoded", "application/json"];
    let Some((_, methods)) = OPERATIONS.iter().find(|(path, _)| *path == message.path) else {
        return Some(4040);
    };
    if !methods.contains(&&*message.method) {
        Some(4050)
    } else if message.body_is_too_large
        || message.query.len() > MAX_REQUEST_BYTES
        || message.body.len() > MAX_REQUEST_BYTES
    {
        Some(4130)
    } else if message.method == "POST"
        && !message.body.is_empty()
        && (message.is_encoded() || !media_types.contains(&&*message.media_type()))
    {
        Some(4150)
    } else {
        (!is_decodable).then_some(4000)
    }
}

/// Checks that the first call, and the password on its way to the hash, are those of the fields as other decoders read them.
fn check_accepted(message: &Message, step: Step) {
    let sent = |name| message.field(name).unwrap_or_default();
    let admit = |purpose, subject| json!({"call": "admit", "purpose": purpose, "source": message.source, "subject": subject});
    let token = || {
        assert_eq!(message.authorizations().max(1), 1, "SSO-REQ-027");
        let fields = ["token", "_token"].into_iter().filter_map(|name| message.field(name));
        let tokens: Vec<_> = fields.chain(message.bearer().map(str::to_owned)).collect();
        assert_eq!(tokens.len(), 1, "SSO-SES-002");
        assert_eq!(tokens[0].len(), 36, "SSO-TOK-001");
        Digest::of(tokens[0].as_bytes())
    };
    let (first, email) = match &*message.path {
        "/api/sso/authenticate" | "/api/sso/login" => {
            (admit("sign_on", Digest::of(sent("ssokey").as_bytes()).to_string()), sent("email"))
        }
        "/api/authenticate" => {
            let settings = message.settings.company().map(|domain| domain.as_str().to_owned());
            let domain = message.field("company").or(settings).unwrap().to_ascii_lowercase();
            let email = sent("userid");
            (admit("direct", format!("{domain} {}", email.to_ascii_lowercase())), email)
        }
        "/api/sso/exchange" => {
            (json!({"call": "find_product", "name": sent("product")}), String::new())
        }
        "/api/session" => (json!({"call": "find_token", "digest": token()}), String::new()),
        "/api/signout" => (json!({"call": "revoke_token", "digest": token()}), String::new()),
        other => panic!("`{other}` is served"),
    };
    let mut calls: Vec<Value> = Vec::new();
    let (leading_on, _) = Script::read(b"\n");
    let answer = leading_on.drive(step, |call, _| calls.push(call.clone()));
    let _ = check_answer(&answer, message.settings.legacy_status());
    assert_eq!(calls[0], first);
    for call in calls {
        if let Some(password) = call.get("password") {
            assert_eq!(*password, sent("password"), "SSO-PWD-001");
        }
        if let Some(asked_for) = call.get("email") {
            assert_eq!(*asked_for, email.to_ascii_lowercase(), "SSO-REQ-010");
        }
    }
}

/// The answers to plain bad requests, one for each path, field and fault.
static REFUSALS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    const FIELDS: [&str; 10] = [
        "email",
        "password",
        "ssokey",
        "product",
        "issued_at",
        "userid",
        "company",
        "code",
        "token",
        "_token",
    ];
    let mut requests = vec!["GET /".to_owned()];
    for (path, _) in OPERATIONS {
        let post = |kind: &str, body: &str| {
            format!("POST {path}\ncontent-type: application/{kind}\n\n{body}")
        };
        requests.push(format!("HEAD {path}"));
        requests.push(format!("GET {path}?%"));
        requests.push(format!("GET {path}?token=1"));
        requests.push(format!("GET {path}?token=1&token=1"));
        requests.push(format!("GET {path}?_token=1&_token=1"));
        requests.push(post("xml", "1"));
        requests.push(post("json", "1"));
        requests.push(post("json", &"1".repeat(MAX_REQUEST_BYTES + 1)));
        requests.push(post("json", "{}"));
        requests.push(format!("POST {path}\ncontent-encoding: gzip\n\n1"));
        requests.push(post("json", "{}").replacen("\n", "\nauthorization: a,b\n", 1));
        requests.push(format!("GET {path}?token=1\nauthorization: a,b"));
        requests.push(format!("GET {path}?product="));
        requests.push(format!("GET {path}?product=1"));
        for field in FIELDS {
            let valid = |name: &str| match name {
                "email" | "userid" => "ada@partner.example",
                "product" => "livechat",
                _ => "1",
            };
            let others = FIELDS.into_iter().filter(|name| *name != field);
            let others = others.map(|name| format!("{name:?}:{:?}", valid(name)));
            let others: Vec<_> = others.collect();
            let others = others.join(",");
            requests.push(post("json", &format!("{{{others}}}")));
            requests.push(post("json", &format!("{{{others},{field:?}:1}}")));
            requests.push(post("json", &format!("{{{others},{field:?}:\"\"}}")));
            requests.push(post("json", &format!("{{{field:?}:1}}")));
            requests.push(post("json", &format!("{{{field:?}:\"1\",{field:?}:\"1\"}}")));
        }
    }
    let answer = |request: String| {
        let message = Message::read(request.as_bytes());
        match message.begin() {
            Step::Done(answer) => Some(answer.body),
            Step::Call(..) => None,
        }
    };
    requests.into_iter().filter_map(answer).collect()
});
