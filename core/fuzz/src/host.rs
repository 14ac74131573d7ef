//! A host that answers by a script.

use serde_json::{Value, json};
use ssokey_core::{Digest, MAX_INTEGER, Response, Step, operator};

use crate::change::change;
use crate::message::split;

/// The secret of every product.
const PRODUCT_SECRET: &str = "livechat secret";

/// The replies to a request's calls, one line each, up to an empty line:
///
/// ```text
/// +
/// + {"key":{"status":"disabled"}}
/// {"reply":"none"}
/// ```
///
/// `+` is the reply that leads to success, merged with the members that follow (a JSON merge patch). Every other line is sent as it
/// stands. After the last line all replies are `+`.
pub struct Script(Vec<String>);

impl Script {
    /// Reads a script from the start of an input, and returns the rest as well.
    #[must_use]
    pub fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let (script, rest) = match bytes {
            [b'\n', rest @ ..] => (&[][..], rest),
            _ => split(bytes, b"\n\n"),
        };
        let script = String::from_utf8_lossy(script);
        (Self(script.lines().map(str::to_owned).collect()), rest)
    }

    /// Answers the calls of a request until it is done. Shows `see` each call with its reply, before the reply is given.
    pub fn drive(&self, mut step: Step, mut see: impl FnMut(&Value, &str)) -> Response {
        let mut lines = self.0.iter();
        loop {
            step = match step {
                Step::Done(answer) => return answer,
                Step::Call(call, waiting) => {
                    let call = serde_json::to_value(call).expect("a call is JSON");
                    let reply = reply(lines.next(), &call);
                    see(&call, &reply);
                    waiting.step_json(&reply)
                }
            };
        }
    }

    /// Answers the calls of a command likewise.
    pub fn drive_command(
        &self,
        mut step: operator::Step,
        mut see: impl FnMut(&Value, &str),
    ) -> Response {
        let mut lines = self.0.iter();
        loop {
            step = match step {
                operator::Step::Done(answer) => return answer,
                operator::Step::Call(call, waiting) => {
                    let call = serde_json::to_value(call).expect("a call is JSON");
                    let reply = reply(lines.next(), &call);
                    see(&call, &reply);
                    waiting.step_json(&reply)
                }
            };
        }
    }
}

fn reply(line: Option<&String>, call: &Value) -> String {
    let mut reply = fitting(call);
    match line.map(|line| (line, line.strip_prefix('+'))) {
        None => {}
        Some((verbatim, None)) => return verbatim.clone(),
        Some((_, Some(patch))) => {
            if let Ok(patch) = serde_json::from_str(patch) {
                merge(&mut reply, patch);
            }
        }
    }
    reply.to_string()
}

fn merge(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                if value.is_null() {
                    target.remove(&name);
                } else {
                    merge(target.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

/// Returns the reply to a call that leads to success.
///
/// # Panics
///
/// If the call does not exist.
#[must_use]
fn fitting(call: &Value) -> Value {
    let digest = &call["digest"];
    match call["call"].as_str().expect("a call has a name") {
        "admit" => json!({"reply": "admitted"}),
        "find_key" => json!({"reply": "key", "key": key(digest), "company": company()}),
        "find_user" => json!({"reply": "user", "user": user(call)}),
        "find_company" | "find_company_by_email" => {
            let mut company = company();
            let asked_for =
                call.as_object().into_iter().flatten().filter(|(name, _)| *name != "call");
            asked_for.for_each(|(name, value)| company[name] = value.clone());
            json!({"reply": "company", "company": company})
        }
        "find_product" => json!({"reply": "product", "product": product(&call["name"])}),
        "verify_password" => json!({"reply": "match"}),
        "hash_password" => json!({"reply": "hashed", "passwordHash": HASH}),
        "create_user" => json!({"reply": "created", "user": user(&call["user"])}),
        "replace_password" => {
            let raised = call["expectedVersion"].as_u64().map_or(1, |it| MAX_INTEGER.min(it + 1));
            json!({"reply": "replaced", "credentialVersion": raised})
        }
        "find_token" => json!({"reply": "token", "token": grant(digest), "holder": holder()}),
        "take_code" => json!({"reply": "code", "code": grant(digest), "holder": holder()}),
        "create_company" => {
            let mut company = company();
            for member in ["name", "domain", "email", "products", "emailDomains", "accountType"] {
                company[member] = call["company"][member].clone();
            }
            json!({"reply": "company", "company": company})
        }
        "save_key" | "rotate_key" => json!({"reply": "saved_key", "keyId": 8}),
        "list_companies" => json!({"reply": "companies", "companies": after(call, company())}),
        "list_keys" => {
            let mut listed = key(&json!(Digest::of(b"")));
            listed["createdAt"] = json!(1);
            listed["lastUsedAt"] = json!(null);
            json!({"reply": "keys", "keys": after(call, listed)})
        }
        "list_users" => {
            let named = json!({"companyId": 8272, "email": "ada@partner.example"});
            json!({"reply": "users", "users": after(call, user(&named))})
        }
        "purge" | "purge_events" => json!({"reply": "purged", "count": 1}),
        "list_products" => json!({"reply": "products", "products": [product(&json!("livechat"))]}),
        "list_events" => json!({"reply": "events", "events": []}),
        "end_key" => json!({"reply": "ended", "count": 1}),
        "give_back" | "rehash_password" | "save_token" | "save_code" | "revoke_token"
        | "save_product" | "rotate_product" | "audit" | "disable_password" => {
            json!({"reply": "done"})
        }
        other if change(other).is_some() => json!({"reply": "done"}),
        other => panic!("`{other}` is not a call"),
    }
}

/// A list of one record, if there is one after the id that the call names.
fn after(call: &Value, record: Value) -> Value {
    if record["id"].as_u64() > call["after"].as_u64() { json!([record]) } else { json!([]) }
}

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$YW4gb2xkZXIgc2FsdC4uLg$WGhK+8v6fcHSANoPAjECBaPo7SWGgMkI8tZ/hSUmy2A";

fn key(digest: &Value) -> Value {
    json!({"id": 1, "digest": digest, "companyId": 8272, "status": "enabled", "expiresAt": null})
}

fn product(name: &Value) -> Value {
    json!({
        "name": name,
        "launchUrl": "https://chat.example/enter",
        "secretDigest": Digest::of(PRODUCT_SECRET.as_bytes()),
        "previousSecretDigest": null, "previousSecretExpiresAt": null,
    })
}

fn company() -> Value {
    json!({
        "id": 8272, "name": "Partner Ltd", "domain": "partner.example", "email": "sso@partner.example",
        "products": ["accounts", "livechat", "email", "meeting", "groupchat", "remote"],
        "emailDomains": [], "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": true,
        "status": "enabled",
    })
}

/// Returns the user that a call names by `companyId` and `email`.
fn user(named: &Value) -> Value {
    json!({
        "id": 11, "companyId": named["companyId"], "email": named["email"],
        "loginId": named["email"], "displayName": named["email"],
        "isCreator": false, "isCompanyAdmin": false, "permissions": [],
        "passwordHash": HASH, "credentialVersion": 1, "managedBy": named["managedBy"].as_str().unwrap_or("partner"),
        "status": "enabled", "issuedAt": null, "passwordKeyId": named["passwordKeyId"],
    })
}

/// Returns a token or a code: they have the same members.
fn grant(digest: &Value) -> Value {
    json!({
        "digest": digest, "userId": 11, "companyId": 8272, "keyId": 1, "credentialVersion": 1,
        "product": "livechat", "expiresAt": MAX_INTEGER,
    })
}

fn holder() -> Value {
    json!({
        "user": user(&json!({"companyId": 8272, "email": "ada@partner.example"})),
        "company": company(),
        "key": key(&json!(Digest::of(b""))),
    })
}
