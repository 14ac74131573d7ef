//! Requests of a partner, and a correct store with the records behind them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use serde_json::{Value, json};

use super::run::Run;
use super::store::{Store, cheap_hash, cheap_hash_of};
use super::table::{EMAIL, NOW};
use crate::{
    Body, Call, Digest, Hashing, Password, PasswordHash, Reply, Request, Response, Settings,
    SsoKey, Step, begin, operator,
};

pub(super) const OLD: &str = "the password before";
pub(super) const ONE: &str = "one new password";
pub(super) const TWO: &str = "a different new password";

pub(super) fn key() -> SsoKey {
    SsoKey::issue([1; 32])
}

/// The user that a request finds in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoredUser {
    Absent,
    Known,
    Weak,
    Unreadable,
    Local,
    Disabled,
}

/// Returns a store of company 1 with one key and the given user, and of company 9 with a user of the same e-mail address.
pub(super) fn store(stored_user: StoredUser) -> Store {
    let company = |id: u64, domain: &str| {
        json!({
            "id": id, "name": "n", "domain": domain, "email": format!("sso@{domain}"), "products": ["livechat"], "emailDomains": [],
            "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false, "status": "enabled",
        })
    };
    let mut store = Store {
        companies: from(json!([company(1, "partner.example"), company(9, "other.example")])),
        keys: from(
            json!([{"id": 5, "digest": key().digest(), "companyId": 1, "status": "enabled", "expiresAt": null}]),
        ),
        products: from(
            json!([{"name": "livechat", "launchUrl": "https://chat.example/", "secretDigest": Digest::of(b"s"), "previousSecretDigest": null, "previousSecretExpiresAt": null}]),
        ),
        users: from(json!([user(70, 9, OLD, StoredUser::Known)])),
        ..Store::default()
    };
    if stored_user != StoredUser::Absent {
        store.users.push(from(user(7, 1, OLD, stored_user)));
    }
    store
}

fn from<T: for<'de> serde::Deserialize<'de>>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn user(id: u64, company: u64, password: &str, stored_user: StoredUser) -> Value {
    let strong = hash_of(password);
    let hash = match stored_user {
        StoredUser::Weak => strong.as_str().replace("m=19456", "m=8192"),
        StoredUser::Unreadable => "no hash".to_string(),
        StoredUser::Absent | StoredUser::Known | StoredUser::Local | StoredUser::Disabled => {
            strong.as_str().to_string()
        }
    };
    json!({
        "id": id, "companyId": company, "email": EMAIL, "loginId": EMAIL, "displayName": EMAIL,
        "isCreator": false, "isCompanyAdmin": false, "permissions": [], "passwordHash": hash, "credentialVersion": 1,
        "managedBy": if stored_user == StoredUser::Local { "local" } else { "partner" },
        "status": if stored_user == StoredUser::Disabled { "disabled" } else { "enabled" }, "issuedAt": null, "passwordKeyId": null,
    })
}

pub(super) fn hash_of(password: &str) -> PasswordHash {
    cheap_hash_of(&Password::parse(password).unwrap())
}

/// Begins a sign-on or launch whose token and code are made of `entropy`.
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
        content_encoding: &[],
        authorization: authorization.as_slice(),
        body: Body::Bytes(body.as_bytes()),
        source: None,
        now: NOW,
        entropy: [entropy; 80],
    };
    begin(&request, &Settings::default())
}

/// Begins a command about the company `partner.example`.
pub(super) fn of_company(members: &str, entropy: u8) -> Run {
    let text = format!(r#"{{{members},"companyEmail":"sso@partner.example"}}"#);
    operator::begin_json(&text, NOW, [entropy; 80], &Settings::default()).into()
}

/// Returns the reply of the store or of the hasher to a command.
pub(super) fn answer_operator(store: &mut Store, call: &operator::Call) -> operator::Reply {
    match call {
        operator::Call::Hashing(Hashing::HashPassword { password, .. }) => {
            operator::Reply::Hashed { password_hash: cheap_hash_of(password) }
        }
        call => store.answer_operator(call),
    }
}

/// Returns the reply of the store or of the hasher.
pub(super) fn answer(store: &mut Store, call: &Call) -> Reply {
    match call {
        Call::Hashing(hashing) => cheap_hash(hashing),
        call => store.answer(call),
    }
}

/// Runs a request to its end without a fault, and returns the answer.
pub(super) fn finish(store: &mut Store, mut step: Step) -> Response {
    loop {
        step = match step {
            Step::Done(response) => return response,
            Step::Call(call, waiting) => waiting.step(answer(store, &call)),
        }
    }
}

/// Returns the code of an error, or the status of a success.
pub(super) fn code(response: &Response) -> u16 {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["error"]["code"].as_u64().map_or(response.status, |code| code as u16)
}

/// Returns the token of a success.
pub(super) fn token(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["return"]["token"].as_str().map(String::from)
}

/// Fails unless the state is legal: one user per company and e-mail address, no change in other companies, no version lowered, no
/// token or code of a version that the user never had.
pub(super) fn check_legal(before: &Store, now: &Store, context: &str) {
    let mut names: Vec<_> = now.users.iter().map(|user| (user.company_id, &user.email)).collect();
    let users = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), users, "{context}: two users of one e-mail address");
    let others = |store: &Store| -> Vec<_> {
        store.users.iter().filter(|user| user.company_id.get() != 1).cloned().collect()
    };
    assert_eq!(others(before), others(now), "{context}: a different company was changed");
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
        assert!(known, "{context}: a token without a user or of a version that the user never had");
    }
}

/// Returns every kind of stored user.
pub(super) fn all_stored_users() -> [StoredUser; 6] {
    [
        StoredUser::Absent,
        StoredUser::Known,
        StoredUser::Weak,
        StoredUser::Unreadable,
        StoredUser::Local,
        StoredUser::Disabled,
    ]
}
