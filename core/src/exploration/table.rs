//! The table of calls: the outcomes that each call can have, and the reply that stands for each outcome.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use std::{format, vec};

use serde_json::{Value, json};

use Outcome::*;

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Outcome {
    // Records.
    Found,
    Absent,
    WrongRecord,
    Disabled,
    Revoked,
    Expired,
    NotEnabled,
    Weak,
    Newer,
    Local,
    WrongSecret,
    Outdated,
    KeyDisabled,
    OtherProduct,
    // Limits.
    Admitted,
    RetryAfter,
    // Hashing.
    Match,
    NoMatch,
    Unreadable,
    Hashed,
    Overloaded,
    // Writes.
    Created,
    Exists,
    Replaced,
    NotRaised,
    Stale,
    Done,
    // Faults of any call. A reply does not show whether a failed write was applied: see `faults`.
    Failed,
    Corrupt,
}

/// Returns the outcomes of a call without the faults.
fn answers(call: &str) -> &'static [Outcome] {
    match call {
        "admit" => &[Admitted, RetryAfter],
        "find_key" => &[Found, Absent, Disabled, Revoked, Expired, NotEnabled, WrongRecord],
        "find_user" => &[Found, Weak, Newer, Local, Disabled, Absent, WrongRecord],
        "find_company" => &[Found, NotEnabled, Absent, WrongRecord],
        "find_company_by_email" => &[Found, Absent, WrongRecord],
        "find_product" => &[Found, WrongSecret, Absent, WrongRecord],
        "verify_password" => &[Match, NoMatch, Unreadable, Overloaded],
        "hash_password" => &[Hashed, Overloaded],
        "create_user" => &[Created, Exists, WrongRecord],
        "replace_password" => &[Replaced, NotRaised, Stale],
        "rehash_password" => &[Done, Stale],
        "find_token" => &[Found, Absent, Expired, Outdated, Disabled, KeyDisabled, WrongRecord],
        "take_code" => {
            &[Found, Absent, Expired, Outdated, Disabled, KeyDisabled, OtherProduct, WrongRecord]
        }
        "save_token" | "save_code" | "revoke_token" | "audit" | "save_key" | "list_keys" => &[Done],
        "set_key_status" => &[Done, Absent],
        other => panic!("`{other}` is not in the table"),
    }
}

/// Returns all outcomes of a call in an operation. A launch ignores a product's secret.
pub(super) fn outcomes(call: &str, operation: &str) -> Vec<Outcome> {
    let mut all = answers(call).to_vec();
    if operation == "launch" && call == "find_product" {
        all.retain(|outcome| *outcome != WrongSecret);
    }
    all.extend([Failed, Corrupt]);
    all
}

pub(super) const NOW: u64 = 1_700_000_000_000;
pub(super) const EMAIL: &str = "ada@partner.example";
pub(super) const PASSWORD: &str = "Passwort-0815";
pub(super) const ISSUED_AT: u64 = 1_600_000_000_000;
pub(super) const SECRET: &str = "product-secret-4711";
pub(super) const CODE: &str = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM";
pub(super) const TOKEN: &str = "c8c9cacb-cccd-4ecf-90d1-d2d3d4d5d6d7";

fn digest(text: &str) -> Value {
    json!(crate::Digest::of(text.as_bytes()))
}

fn company(outcome: Outcome) -> Value {
    let (id, domain, email) = match outcome {
        WrongRecord => (9, "other.example", "it@other.example"),
        _ => (1, "partner.example", "sso@partner.example"),
    };
    let products = if outcome == NotEnabled { json!([]) } else { json!(["livechat"]) };
    json!({
        "id": id, "name": "Partner", "domain": domain, "email": email, "products": products,
        "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false,
    })
}

fn key(outcome: Outcome, key_text_digest: Value) -> Value {
    let status = match outcome {
        Disabled | KeyDisabled => "disabled",
        Revoked => "revoked",
        _ => "enabled",
    };
    let expires_at = if outcome == Expired { json!(NOW) } else { Value::Null };
    let digest = if outcome == WrongRecord { digest("a different one") } else { key_text_digest };
    json!({"id": 5, "digest": digest, "companyId": 1, "status": status, "expiresAt": expires_at})
}

/// Returns a hash of this much memory. Nothing computes it here.
fn hash(memory: u32) -> String {
    format!(
        "$argon2id$v=19$m={memory},t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
}

fn user(outcome: Outcome) -> Value {
    json!({
        "id": 7,
        "companyId": if outcome == WrongRecord { 9 } else { 1 },
        "email": EMAIL, "loginId": EMAIL, "displayName": EMAIL,
        "isCreator": false, "isCompanyAdmin": false, "permissions": [],
        "passwordHash": hash(if outcome == Weak { 8192 } else { 19456 }),
        "credentialVersion": if outcome == Outdated { 4 } else { 3 },
        "managedBy": if outcome == Local { "local" } else { "partner" },
        "status": if outcome == Disabled { "disabled" } else { "enabled" },
        "issuedAt": if outcome == Newer { json!(ISSUED_AT + 1) } else { Value::Null },
    })
}

fn grant(outcome: Outcome, text: &str) -> Value {
    json!({
        "digest": digest(text), "userId": 7, "companyId": 1, "keyId": 5, "credentialVersion": 3,
        "product": if outcome == OtherProduct { "email" } else { "livechat" },
        "expiresAt": if outcome == Expired { NOW } else { NOW + 1 },
    })
}

fn holder(outcome: Outcome) -> Value {
    // `Expired` means the token or the code, not the key of its holder.
    let of_key = if outcome == KeyDisabled { KeyDisabled } else { Found };
    json!({"user": user(outcome), "company": company(Found), "key": key(of_key, digest("a key"))})
}

/// Returns the reply that stands for an outcome of a call, in JSON.
pub(super) fn reply(call: &Value, outcome: Outcome) -> Value {
    let name = call["call"].as_str().unwrap();
    match (name, outcome) {
        (_, Failed) => json!({"reply": "failed"}),
        ("find_user", Corrupt) => json!({"reply": "created", "user": user(Found)}),
        (_, Corrupt) => json!({"reply": "user", "user": user(Found)}),
        (_, Overloaded) => json!({"reply": "overloaded", "seconds": 1}),
        (_, Absent) => json!({"reply": "none"}),
        (_, Admitted) => json!({"reply": "admitted"}),
        (_, RetryAfter) => json!({"reply": "retry_after", "seconds": 9}),
        (_, Match) => json!({"reply": "match"}),
        (_, NoMatch) => json!({"reply": "no_match"}),
        (_, Unreadable) => json!({"reply": "unreadable"}),
        (_, Hashed) => json!({"reply": "hashed", "passwordHash": hash(19456)}),
        (_, Exists) => json!({"reply": "exists"}),
        (_, Stale) => json!({"reply": "stale"}),
        (_, Replaced) => json!({"reply": "replaced", "credentialVersion": 4}),
        (_, NotRaised) => json!({"reply": "replaced", "credentialVersion": 3}),
        ("save_key", Done) => json!({"reply": "saved_key", "keyId": 6}),
        ("list_keys", Done) => json!({"reply": "keys", "keys": [key(Found, digest("a key"))]}),
        (_, Done) => json!({"reply": "done"}),
        ("find_key", of) => {
            json!({"reply": "key", "key": key(of, call["digest"].to_owned()), "company": company(if of == NotEnabled { of } else { Found })})
        }
        ("find_user", of) => json!({"reply": "user", "user": user(of)}),
        ("create_user", of) => {
            let mut created = user(of);
            created["credentialVersion"] = json!(1);
            json!({"reply": "created", "user": created})
        }
        ("find_company" | "find_company_by_email", of) => {
            json!({"reply": "company", "company": company(of)})
        }
        ("find_product", of) => json!({"reply": "product", "product": {
            "name": if of == WrongRecord { "email" } else { "livechat" },
            "launchUrl": "https://chat.example/enter",
            "secretDigest": digest(if of == WrongSecret { "a different one" } else { SECRET }),
        }}),
        ("find_token", of) => json!({
            "reply": "token", "token": grant(of, if of == WrongRecord { "a different one" } else { TOKEN }), "holder": holder(of),
        }),
        ("take_code", of) => json!({
            "reply": "code", "code": grant(of, if of == WrongRecord { "a different one" } else { CODE }), "holder": holder(of),
        }),
        (name, outcome) => panic!("`{name}` has no reply for {outcome:?}"),
    }
}

/// Returns the words that no answer, event or debug output may hold.
pub(super) fn secrets(ssokey: &str) -> Vec<String> {
    vec![PASSWORD.to_owned(), ssokey.to_owned(), SECRET.to_owned()]
}
