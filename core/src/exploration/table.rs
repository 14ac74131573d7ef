//! The table of calls: the outcomes that each call can have, and the reply that stands for each outcome.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use std::{format, vec};

use serde_json::{Value, json};

use super::commands::{COMMANDS, Command, Subject};
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
    OtherEmailDomains,
    Weak,
    Newer,
    Local,
    WrongSecret,
    Outdated,
    KeyDisabled,
    CompanyDisabled,
    OtherProduct,
    NoProduct,
    NoProductNotEnabled,
    PreviousSecret,
    ExpiredSecret,
    AheadOfTheClock,
    OutOfOrder,
    TooMany,
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
        "find_key" => &[
            Found,
            OtherEmailDomains,
            Absent,
            Disabled,
            Revoked,
            Expired,
            CompanyDisabled,
            NotEnabled,
            WrongRecord,
        ],
        "find_user" => &[Found, Weak, Newer, AheadOfTheClock, Local, Disabled, Absent, WrongRecord],
        "find_company" => &[Found, NotEnabled, CompanyDisabled, Absent, WrongRecord],
        "find_company_by_email" => &[Found, Absent, WrongRecord],
        "find_product" => &[Found, PreviousSecret, ExpiredSecret, WrongSecret, Absent, WrongRecord],
        "verify_password" => &[Match, NoMatch, Unreadable, Overloaded],
        "hash_password" => &[Hashed, Overloaded],
        "create_user" => &[Created, Exists, WrongRecord],
        "replace_password" => &[Replaced, NotRaised, Stale],
        "rehash_password" | "disable_password" => &[Done, Stale],
        "find_token" => &[
            Found,
            Absent,
            Expired,
            Outdated,
            Disabled,
            KeyDisabled,
            CompanyDisabled,
            OtherProduct,
            NoProduct,
            NoProductNotEnabled,
            WrongRecord,
        ],
        "take_code" => &[
            Found,
            Absent,
            Expired,
            Outdated,
            Disabled,
            KeyDisabled,
            CompanyDisabled,
            OtherProduct,
            WrongRecord,
        ],
        "give_back" | "save_token" | "save_code" | "revoke_token" | "audit" | "save_key"
        | "purge" | "purge_events" => &[Done],
        "save_product" => &[Done, Exists],
        "rotate_product" => &[Done, Absent],
        "list_products" => &[Done, OutOfOrder],
        "set_user_email" => &[Done, Absent, Exists],
        "create_company" => &[Created, Exists, WrongRecord],
        "list_companies" | "list_events" => &[Done, OutOfOrder, TooMany],
        "list_keys" | "list_users" => &[Done, OutOfOrder, TooMany, WrongRecord],
        // Any other call changes a record of a company for the operator.
        other => {
            let changes = |it: &Command| it.call == other && it.subject != Subject::Server;
            assert!(COMMANDS.iter().any(changes), "`{other}` is not in the table");
            &[Done, Absent]
        }
    }
}

/// Returns all outcomes of a call in an operation. A launch ignores a product's secret, and a command what a user is like.
pub(super) fn outcomes(call: &str, operation: &str) -> Vec<Outcome> {
    let mut all = answers(call).to_vec();
    if operation == "launch" && call == "find_product" {
        all.retain(|outcome| !matches!(outcome, WrongSecret | PreviousSecret | ExpiredSecret));
    }
    if call == "find_user" && COMMANDS.iter().any(|command| command.name == operation) {
        all.retain(|outcome| matches!(outcome, Found | Absent | WrongRecord));
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
    let is_not_enabled = matches!(outcome, NotEnabled | NoProductNotEnabled);
    let products = if is_not_enabled { json!([]) } else { json!(["livechat"]) };
    let email_domains = if outcome == OtherEmailDomains {
        json!(["other.example", "mail.partner.example"])
    } else {
        json!([])
    };
    let status = if outcome == CompanyDisabled { "disabled" } else { "enabled" };
    json!({
        "id": id, "name": "Partner", "domain": domain, "email": email, "products": products, "emailDomains": email_domains,
        "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false, "status": status,
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
        "issuedAt": match outcome {
            Newer => json!(ISSUED_AT + 1),
            AheadOfTheClock => json!(NOW + 300_001),
            _ => Value::Null,
        },
        "passwordKeyId": 5,
    })
}

fn grant(outcome: Outcome, text: &str) -> Value {
    json!({
        "digest": digest(text), "userId": 7, "companyId": 1, "keyId": 5, "credentialVersion": 3,
        "product": match outcome {
            OtherProduct => json!("email"),
            NoProduct | NoProductNotEnabled => Value::Null,
            _ => json!("livechat"),
        },
        "expiresAt": if outcome == Expired { NOW } else { NOW + 1 },
    })
}

fn holder(outcome: Outcome) -> Value {
    // `Expired` means the token or the code, not the key of its holder.
    let of_key = if outcome == KeyDisabled { KeyDisabled } else { Found };
    // A different product is the token's, and a record that was not asked for is the token or the user.
    let of_company = if outcome == WrongRecord { Found } else { outcome };
    json!({"user": user(outcome), "company": company(of_company), "key": key(of_key, digest("a key"))})
}

fn product(name: &str) -> Value {
    json!({
        "name": name, "launchUrl": "https://chat.example/enter", "secretDigest": digest(SECRET),
        "previousSecretDigest": null, "previousSecretExpiresAt": null,
    })
}

/// Returns a list of two records, or one that is not the page that was asked for: after 0 and at most 2.
fn list(outcome: Outcome, record: Value) -> Value {
    let with = |id: u64| {
        let mut record = record.clone();
        record["id"] = json!(id);
        record
    };
    let mut records = match outcome {
        OutOfOrder => vec![with(8), with(8)],
        TooMany => vec![with(7), with(8), with(9)],
        _ => vec![with(7), with(8)],
    };
    if outcome == WrongRecord {
        records[1]["companyId"] = json!(9);
    }
    Value::Array(records)
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
        ("save_key" | "rotate_key", Done) => json!({"reply": "saved_key", "keyId": 6}),
        ("end_key", Done) => json!({"reply": "ended", "count": 1}),
        ("purge" | "purge_events", Done) => json!({"reply": "purged", "count": 2}),
        ("list_companies", of) => {
            json!({"reply": "companies", "companies": list(of, company(Found))})
        }
        ("list_events", of) => json!({"reply": "events", "events": list(of, json!({
            "kind": "host_fault", "reason": "unfit_reply", "at": NOW, "source": "192.0.2.1", "companyId": 1, "keyId": 5,
            "userId": 7, "product": "livechat", "userEmail": EMAIL,
            "fault": {"call": "find_key", "member": "key.id", "expected": "an id"},
        }))}),
        ("list_products", of) => {
            let second = if of == OutOfOrder { "email" } else { "livechat" };
            json!({"reply": "products", "products": [product("email"), product(second)]})
        }
        ("list_keys", of) => {
            let mut listed = key(Found, Value::Null);
            listed.as_object_mut().unwrap().remove("digest");
            listed["createdAt"] = json!(ISSUED_AT);
            listed["lastUsedAt"] = json!(NOW);
            json!({"reply": "keys", "keys": list(of, listed)})
        }
        ("list_users", of) => json!({"reply": "users", "users": list(of, user(Found))}),
        (_, Done) => json!({"reply": "done"}),
        ("find_key", of) => {
            let is_of_company = matches!(of, NotEnabled | CompanyDisabled | OtherEmailDomains);
            let of_company = if is_of_company { of } else { Found };
            json!({"reply": "key", "key": key(of, call["digest"].to_owned()), "company": company(of_company)})
        }
        ("find_user", of) => json!({"reply": "user", "user": user(of)}),
        ("create_user", of) => {
            let mut created = user(of);
            created["credentialVersion"] = json!(1);
            created["managedBy"] = call["user"]["managedBy"].to_owned();
            created["passwordKeyId"] = call["user"]["passwordKeyId"].to_owned();
            json!({"reply": "created", "user": created})
        }
        ("find_company" | "find_company_by_email", of) => {
            json!({"reply": "company", "company": company(of)})
        }
        ("create_company", of) => {
            let mut created = company(of);
            if of == Created {
                created["domain"] = call["company"]["domain"].to_owned();
                created["email"] = call["company"]["email"].to_owned();
            }
            json!({"reply": "company", "company": created})
        }
        ("find_product", of) => json!({"reply": "product", "product": {
            "name": if of == WrongRecord { "email" } else { "livechat" },
            "launchUrl": "https://chat.example/enter",
            "secretDigest": digest(if matches!(of, Found | WrongRecord) { SECRET } else { "a different one" }),
            "previousSecretDigest": matches!(of, PreviousSecret | ExpiredSecret).then(|| digest(SECRET)),
            "previousSecretExpiresAt": match of {
                PreviousSecret => json!(NOW + 1),
                ExpiredSecret => json!(NOW),
                _ => Value::Null,
            },
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
