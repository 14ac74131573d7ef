//! The partner's requests and the records behind them, over a store that answers truly.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::{format, vec};

use serde_json::{Value, json};

use super::store::{Store, cheap_hash, cheap_hash_of};
use super::table::{EMAIL, NOW};
use crate::{
    Call, Digest, Password, PasswordHash, Reply, Request, Response, Settings, SsoKey, Step, begin,
};

pub(super) const OLD: &str = "the password before";
pub(super) const ONE: &str = "one new password";
pub(super) const TWO: &str = "another new password";

pub(super) fn key() -> SsoKey {
    SsoKey::issue([1; 32])
}

/// The state a request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meets {
    Nobody,
    Known,
    Weak,
    Unreadable,
    Local,
    Disabled,
}

/// Company 1 with one key, company 9 with a user of the same e-mail, and the user that the request meets.
pub(super) fn store(meets: Meets) -> Store {
    let company = |id: u64, domain: &str| {
        json!({
            "id": id, "name": "n", "domain": domain, "email": format!("it@{domain}"), "products": ["livechat"],
            "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false,
        })
    };
    let mut store = Store {
        companies: from(json!([company(1, "partner.example"), company(9, "other.example")])),
        keys: from(
            json!([{"id": 5, "digest": key().digest(), "companyId": 1, "status": "enabled", "expiresAt": null}]),
        ),
        products: from(
            json!([{"name": "livechat", "launchUrl": "https://chat.example/", "secretDigest": Digest::of(b"s")}]),
        ),
        users: from(json!([user(70, 9, OLD, Meets::Known)])),
        ..Store::default()
    };
    if meets != Meets::Nobody {
        store.users.push(from(user(7, 1, OLD, meets)));
    }
    store
}

fn from<T: for<'de> serde::Deserialize<'de>>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn user(id: u64, company: u64, password: &str, meets: Meets) -> Value {
    let strong = hash_of(password);
    let hash = match meets {
        Meets::Weak => strong.as_str().replace("m=19456", "m=8192"),
        Meets::Unreadable => "no hash".to_string(),
        Meets::Nobody | Meets::Known | Meets::Local | Meets::Disabled => {
            strong.as_str().to_string()
        }
    };
    json!({
        "id": id, "companyId": company, "email": EMAIL, "loginId": EMAIL, "displayName": EMAIL,
        "isCreator": false, "isCompanyAdmin": false, "permissions": [], "passwordHash": hash, "credentialVersion": 1,
        "managedBy": if meets == Meets::Local { "local" } else { "partner" },
        "status": if meets == Meets::Disabled { "disabled" } else { "enabled" }, "issuedAt": null,
    })
}

pub(super) fn hash_of(password: &str) -> PasswordHash {
    cheap_hash_of(&Password::parse(password).unwrap())
}

/// A sign-on at `path` whose token and code are those of `entropy`.
pub(super) fn keyed(path: &str, password: &str, entropy: u8) -> Step {
    let [password, ssokey] = [password.replace(' ', "+"), key().expose().to_string()];
    let body = format!("email={EMAIL}&password={password}&ssokey={ssokey}&product=livechat");
    send("POST", path, &body, None, entropy)
}

pub(super) fn send(
    method: &str,
    path: &str,
    fields: &str,
    authorization: Option<&str>,
    entropy: u8,
) -> Step {
    let (query, body) = if method == "GET" { (fields, "") } else { ("", fields) };
    let request = Request {
        method,
        path,
        query: query.as_bytes(),
        content_type: Some("application/x-www-form-urlencoded"),
        authorization,
        body: body.as_bytes(),
        source: None,
        now: NOW,
        entropy: [entropy; 80],
    };
    begin(&request, &Settings::default())
}

/// What the store or the hasher answers.
pub(super) fn answer(store: &mut Store, call: &Call) -> Reply {
    match call {
        Call::Hashing(hashing) => cheap_hash(hashing),
        call => store.answer(call),
    }
}

/// Runs a request to its end without a fault.
pub(super) fn finish(store: &mut Store, mut step: Step) -> Response {
    loop {
        step = match step {
            Step::Done(response) => return response,
            Step::Call(call, waiting) => waiting.step(answer(store, &call)),
        }
    }
}

/// The error's code, or the status of a success.
pub(super) fn code(response: &Response) -> u16 {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["error"]["code"].as_u64().map_or(response.status, |code| code as u16)
}

/// The token of a success.
pub(super) fn token(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["return"]["token"].as_str().map(String::from)
}

/// Fails unless the state is legal: one user per company and e-mail, no other company touched, no version lowered, no token or
/// code of a version that never was.
pub(super) fn check_legal(before: &Store, now: &Store, context: &str) {
    let mut names: Vec<_> = now.users.iter().map(|user| (user.company_id, &user.email)).collect();
    let users = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), users, "{context}: two users of one e-mail");
    let others = |store: &Store| -> Vec<_> {
        store.users.iter().filter(|user| user.company_id.get() != 1).cloned().collect()
    };
    assert_eq!(others(before), others(now), "{context}: another company was reached");
    for user in &now.users {
        if let Some(old) = before.users.iter().find(|old| old.id == user.id) {
            assert!(old.credential_version <= user.credential_version, "{context}: a version fell");
        }
    }
    let granted = now.tokens.iter().map(|token| (token.user_id, token.credential_version));
    let launched = now.codes.iter().map(|code| (code.user_id, code.credential_version));
    for (user_id, version) in granted.chain(launched) {
        let user = now.users.iter().find(|user| user.id == user_id);
        let known = user.is_some_and(|user| version <= user.credential_version);
        assert!(known, "{context}: a token of no user or of a version that never was");
    }
}

/// The states that are explored.
pub(super) fn all_states() -> Vec<Meets> {
    vec![Meets::Nobody, Meets::Known, Meets::Weak, Meets::Unreadable, Meets::Local, Meets::Disabled]
}
