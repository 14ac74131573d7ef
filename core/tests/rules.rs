//! The three password rules as a property: random sequences of sign-ons against a model of a few lines.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../src/exploration/store.rs"]
mod store;

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use ssokey_conformance::rules::strategy::{self, SignOn};
use ssokey_core::{
    Behalf, Body, Call, Email, Hashing, Password, Reply, Request, Response, Settings, SsoKey, Step,
    begin,
};
use store::{Store, cheap_hash};

/// A user by the rules: its id, its latest password, and a version that counts the passwords.
#[derive(Debug, PartialEq)]
struct Account {
    user_id: u64,
    password: String,
    credential_version: u64,
}

/// The three rules.
#[derive(Default)]
struct Model(HashMap<(u64, String), Account>);

impl Model {
    fn sign_on(&mut self, SignOn { company, email, password }: &SignOn) -> &Account {
        let next = self.0.len() as u64 + 1;
        let account = self.0.entry((*company, email.to_ascii_lowercase())).or_insert(Account {
            user_id: next,
            password: password.clone(),
            credential_version: 1,
        });
        if account.password != *password {
            account.password.clone_from(password);
            account.credential_version += 1;
        }
        account
    }
}

fn key(company: u64) -> SsoKey {
    SsoKey::issue([company as u8; 32])
}

fn two_companies() -> Store {
    let company = |id: u64| {
        serde_json::from_value(json!({
            "id": id, "name": "n", "domain": format!("c{id}.example"), "email": format!("c{id}@x.example"), "products": ["email"],
            "emailDomains": [], "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false, "status": "enabled",
        }))
        .unwrap()
    };
    let key = |id: u64| {
        serde_json::from_value(json!({
            "id": id, "digest": key(id).digest(), "status": "enabled", "expiresAt": null, "companyId": id,
        }))
        .unwrap()
    };
    Store {
        companies: vec![company(1), company(2)],
        keys: vec![key(1), key(2)],
        ..Store::default()
    }
}

/// An encoding of the fields.
#[derive(Clone, Copy, Debug)]
enum Encoding {
    Query,
    Form,
    Json,
}

fn send(
    store: &mut Store,
    sign_on: &SignOn,
    encoding: Encoding,
    hash: fn(&Hashing) -> Reply,
) -> Response {
    send_and_see(store, sign_on, encoding, hash, |_| {})
}

/// Sends a sign-on and shows each call to `see`.
fn send_and_see(
    store: &mut Store,
    sign_on: &SignOn,
    encoding: Encoding,
    hash: fn(&Hashing) -> Reply,
    mut see: impl FnMut(&Call),
) -> Response {
    let key = key(sign_on.company);
    let fields = [
        ("email", &*sign_on.email),
        ("password", &sign_on.password),
        ("ssokey", key.expose()),
        ("product", "email"),
    ];
    let escaped = fields.map(|(name, value)| format!("{name}={}", escape(value))).join("&");
    let object: serde_json::Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let (method, query, content_type, body) = match encoding {
        Encoding::Query => ("GET", escaped, None, String::new()),
        Encoding::Form => {
            ("POST", String::new(), Some("application/x-www-form-urlencoded"), escaped)
        }
        Encoding::Json => {
            ("POST", String::new(), Some("application/json"), Value::Object(object).to_string())
        }
    };
    let request = Request {
        method,
        path: "/api/sso/authenticate",
        query: query.as_bytes(),
        content_type,
        content_encoding: &[],
        authorization: &[],
        body: Body::Bytes(body.as_bytes()),
        source: None,
        now: 1,
        entropy: [store.tokens.len() as u8; 80],
    };
    let mut step = begin(&request, &Settings::default());
    loop {
        if let Step::Call(call, _) = &step {
            see(call);
        }
        step = match step {
            Step::Done(response) => return response,
            Step::Call(Call::Hashing(hashing), waiting) => waiting.step(hash(&hashing)),
            Step::Call(call, waiting) => waiting.step(store.answer(&call)),
        }
    }
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop::sample::select(vec![Encoding::Query, Encoding::Form, Encoding::Json])
}

fn ada(password: &str) -> SignOn {
    SignOn { company: 1, email: "ada@a.example".into(), password: password.into() }
}

/// Fails unless the sign-on is refused with `code` and without any effect.
fn refuse(sign_on: &SignOn, encoding: Encoding, code: u16) -> Result<(), TestCaseError> {
    let mut store = two_companies();
    let response = send(&mut store, sign_on, encoding, cheap_hash);
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    prop_assert_eq!(&answer["error"]["code"], code);
    prop_assert_eq!(store, two_companies());
    Ok(())
}

fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn check(sign_ons: &[SignOn], encoding: Encoding, hash: fn(&Hashing) -> Reply) -> Store {
    let mut store = two_companies();
    let mut model = Model::default();
    for sign_on in sign_ons {
        let response = send(&mut store, sign_on, encoding, hash);
        let account = model.sign_on(sign_on);
        let answer: Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!(response.status, 200, "{answer}");
        assert_eq!(answer["return"]["userId"], account.user_id);
        assert_eq!(answer["return"]["companyId"], sign_on.company);
        let token = store.tokens.last().unwrap();
        assert_eq!(token.credential_version.get(), account.credential_version);
        assert_eq!(token.user_id.get(), account.user_id);
    }
    assert_eq!(store.tokens.len(), sign_ons.len());
    assert_eq!(store.users.len(), model.0.len());
    for ((company, email), account) in &model.0 {
        let email = Email::parse(email).unwrap();
        let user = store.find_user((*company).try_into().unwrap(), &email).unwrap();
        let password = Password::parse(&account.password).unwrap();
        let password_hash = user.password_hash.clone();
        let behalf = Behalf { keyed: false, company_id: None };
        let verify = Hashing::VerifyPassword { password, password_hash, behalf };
        assert_eq!(hash(&verify), Reply::Match);
        assert_eq!(user.credential_version.get(), account.credential_version);
    }
    store
}

proptest! {
    // proves: SSO-RULE-001 SSO-RULE-002 SSO-RULE-003 SSO-RULE-004 SSO-RULE-007
    #[test]
    fn any_sequence_of_sign_ons_follows_the_three_rules(sign_ons in strategy::sign_ons(), encoding in encoding()) {
        check(&sign_ons, encoding, cheap_hash);
    }

    #[test]
    fn the_encoding_of_the_fields_makes_no_difference(sign_ons in strategy::sign_ons()) {
        let stores = [Encoding::Query, Encoding::Form, Encoding::Json].map(|it| check(&sign_ons, it, cheap_hash));
        prop_assert_eq!(&stores[0], &stores[1]);
        prop_assert_eq!(&stores[0], &stores[2]);
    }

    // proves: SSO-PWD-001 SSO-PWD-002
    #[test]
    fn a_password_reaches_the_hash_as_it_was_sent(password in strategy::password(), encoding in encoding()) {
        let mut hashed = Vec::new();
        let sign_on = ada(&password);
        send_and_see(&mut two_companies(), &sign_on, encoding, cheap_hash, |call| {
            if let Call::Hashing(Hashing::HashPassword { password, .. }) = call {
                hashed.push(password.expose().to_owned());
            }
        });
        prop_assert_eq!(hashed, [password]);
    }

    // proves: SSO-PWD-001
    #[test]
    fn passwords_that_look_alike_are_different((one, other) in strategy::password_pair(), encoding in encoding()) {
        let store = check(&[ada(&one), ada(&other)], encoding, cheap_hash);
        prop_assert_eq!(store.users[0].credential_version.get(), 2);
    }

    // proves: SSO-REQ-013 SSO-ERR-008
    #[test]
    fn an_oversized_password_is_refused_and_not_cut(password in strategy::oversized_password(), encoding in encoding()) {
        refuse(&ada(&password), encoding, 4003)?;
    }

    // proves: SSO-REQ-009 SSO-ERR-008
    #[test]
    fn a_malformed_email_is_refused(email in strategy::malformed_email(), encoding in encoding()) {
        refuse(&SignOn { email, ..ada("x") }, encoding, 4003)?;
    }

    // proves: SSO-REQ-009
    #[test]
    fn an_email_is_read_in_lower_case(email in strategy::email()) {
        let canonical = Email::parse(&email).map(|email| email.as_str().to_owned());
        prop_assert_eq!(canonical, Some(email.to_ascii_lowercase()));
    }

    // proves: SSO-KEY-006
    #[test]
    fn a_key_of_other_origin_is_kept_as_it_is(ssokey in strategy::ssokey()) {
        let key = SsoKey::parse(&ssokey);
        prop_assert_eq!(key.as_ref().map(SsoKey::expose), Some(&*ssokey));
    }

    // proves: SSO-KEY-005 SSO-KEY-006
    #[test]
    fn a_malformed_key_is_not_parsed(ssokey in strategy::malformed_ssokey()) {
        prop_assert_eq!(SsoKey::parse(&ssokey), None);
    }

    // proves: SSO-KEY-005
    #[test]
    fn an_issued_key_reads_back_and_a_typing_error_does_not(entropy: [u8; 32], at in 5_usize..54, digit in "[0-9A-Za-z]") {
        let key = SsoKey::issue(entropy);
        prop_assert_eq!(SsoKey::parse(key.expose()), Some(key.clone()));
        let mut typed = key.expose().to_owned();
        typed.replace_range(at..=at, &digit);
        prop_assert_eq!(SsoKey::parse(&typed).is_some(), typed == key.expose());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn the_rules_hold_with_argon2id_itself(sign_ons in strategy::sign_ons()) {
        check(&sign_ons[..sign_ons.len().min(8)], Encoding::Form, Hashing::compute);
    }
}
