//! Reads the pairs of `spec/passwords.json` and `spec/emails.json` by every operation and way that takes them: each password reaches the
//! hash as it was sent, and each pair of e-mails is read as it says.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks at a few of many calls")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use ssokey_core::{
    Body, Call, Company, Hashing, Key, Product, Reply, Request, Settings, SsoKey, Step, begin,
};

/// A pair as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    name: String,
    kind: String,
    #[serde(rename = "bug")]
    _bug: String,
    expect: Option<Expect>,
    length: Option<usize>,
    one: String,
    other: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Same,
    Different,
    Refused,
}

/// The path of an operation, and the name of its e-mail.
const OPERATIONS: [(&str, &str); 3] = [
    ("/api/sso/authenticate", "email"),
    ("/api/sso/login", "email"),
    ("/api/authenticate", "userid"),
];

#[derive(Clone, Copy, Debug)]
enum Way {
    Get,
    Form,
    Json,
}

/// The e-mail and the password of a request as they reach storage and the hash, or the code of the error.
type Read = Result<(String, String), u64>;

fn pairs(file: &str) -> Vec<Pair> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec").join(file);
    let pairs: Vec<Pair> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let names: BTreeSet<_> = pairs.iter().map(|pair| &pair.name).collect();
    assert_eq!(names.len(), pairs.len(), "a name twice");
    assert!(pairs.iter().all(|pair| pair.one != pair.other));
    pairs
}

/// The text with so many digits in the place of each `#`.
fn filled(text: &str, length: Option<usize>) -> String {
    text.replace('#', &"7".repeat(length.unwrap_or(24)))
}

fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn read((path, name): (&str, &str), way: Way, email: &str, password: &str) -> Read {
    let key = SsoKey::issue([1; 32]);
    let credentials = [(name, email), ("password", password)];
    let rest = if name == "email" {
        vec![("ssokey", key.expose()), ("product", "livechat")]
    } else {
        vec![("company", "a.example")]
    };
    let fields: Vec<_> = credentials.into_iter().chain(rest).collect();
    let escaped: Vec<_> =
        fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let escaped = escaped.join("&");
    let object: serde_json::Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let (method, query, content_type, body) = match way {
        Way::Get => ("GET", escaped, None, String::new()),
        Way::Form => ("POST", String::new(), Some("application/x-www-form-urlencoded"), escaped),
        Way::Json => {
            ("POST", String::new(), Some("application/json"), Value::Object(object).to_string())
        }
    };
    let request = Request {
        method,
        path,
        query: query.as_bytes(),
        content_type,
        content_encoding: &[],
        authorization: &[],
        body: Body::Bytes(body.as_bytes()),
        source: None,
        now: 1,
        entropy: [0; 80],
    };
    let company = json!({
        "id": 1, "name": "n", "domain": "a.example", "email": "a@a.example", "products": ["livechat"],
        "emailDomains": [], "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false, "status": "enabled",
    });
    let key = json!({"id": 1, "digest": key.digest(), "status": "enabled", "expiresAt": null, "companyId": 1});
    let product = json!({
        "name": "livechat", "launchUrl": "https://chat.example/", "secretDigest": "0".repeat(64),
        "previousSecretDigest": null, "previousSecretExpiresAt": null,
    });
    let company: Company = serde_json::from_value(company).unwrap();
    let key: Key = serde_json::from_value(key).unwrap();
    let product: Product = serde_json::from_value(product).unwrap();
    let mut found = String::new();
    let mut step = begin(&request, &Settings::default());
    loop {
        step = match step {
            Step::Done(response) => {
                let answer: Value = serde_json::from_str(&response.body).unwrap();
                return Err(answer.pointer("/error/code").and_then(Value::as_u64).unwrap());
            }
            Step::Call(Call::Hashing(hashing), _) => {
                let (Hashing::HashPassword { password, .. }
                | Hashing::VerifyPassword { password, .. }) = hashing;
                return Ok((found, password.expose().to_owned()));
            }
            Step::Call(call, waiting) => waiting.step(match call {
                Call::Admit(_) => Reply::Admitted,
                Call::FindKey { .. } => Reply::Key { key: key.clone(), company: company.clone() },
                Call::FindCompany { .. } => Reply::Company { company: company.clone() },
                Call::FindProduct { .. } => Reply::Product { product: product.clone() },
                Call::FindUser { email, .. } => {
                    email.as_str().clone_into(&mut found);
                    Reply::None
                }
                call => panic!("{call:?} before a hash"),
            }),
        };
    }
}

/// Reads something by every operation and way.
fn by_all(email: &str, password: &str, mut see: impl FnMut(&str, Read)) {
    for operation in OPERATIONS {
        for way in [Way::Get, Way::Form, Way::Json] {
            see(&format!("{way:?} {}", operation.0), read(operation, way, email, password));
        }
    }
}

// proves: SSO-PWD-001 SSO-PWD-002 SSO-REQ-013
#[test]
fn each_password_of_a_pair_reaches_the_hash_as_it_was_sent() {
    let pairs = pairs("passwords.json");
    for Pair { name, length, one, other, expect, .. } in &pairs {
        assert_eq!(*expect, None, "{name}");
        for password in [one, other].map(|text| filled(text, *length)) {
            by_all("ada@a.example", &password, |place, read| {
                assert_eq!(read, Ok(("ada@a.example".into(), password.clone())), "{name} {place}");
            });
        }
    }
    let kinds: BTreeSet<_> = pairs.iter().map(|pair| pair.kind.as_str()).collect();
    assert!(pairs.len() >= 150 && kinds.len() >= 12, "{}, {kinds:?}", pairs.len());
}

// proves: SSO-REQ-009 SSO-REQ-010 SSO-REQ-011 SSO-REQ-014
#[test]
fn each_pair_of_e_mails_is_read_as_it_says() {
    let pairs = pairs("emails.json");
    for Pair { name, length, one, other, expect, .. } in &pairs {
        let [one, other] = [one, other].map(|text| filled(text, *length));
        let lower = one.to_ascii_lowercase();
        by_all(&one, "x", |place, read| {
            assert_eq!(read, Ok((lower.clone(), "x".into())), "{name} {place}");
        });
        by_all(&other, "x", |place, read| {
            let expected = match expect.unwrap() {
                Expect::Same => Ok((lower.clone(), "x".into())),
                Expect::Different => Ok((other.to_ascii_lowercase(), "x".into())),
                Expect::Refused => Err(4003),
            };
            assert_eq!(read, expected, "{name} {place}");
        });
        assert_eq!(lower == other.to_ascii_lowercase(), *expect == Some(Expect::Same), "{name}");
    }
    assert!(pairs.len() >= 100, "{}", pairs.len());
}
