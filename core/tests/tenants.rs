//! Company 1's answers are byte for byte the same with and without any traffic of company 2 (the design's invariant 2).

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../src/exploration/store.rs"]
mod store;

use proptest::prelude::*;
use serde_json::{Value, json};
use ssokey_core::{Body, Call, Digest, Request, Response, Settings, SsoKey, Step, begin};
use store::{Store, cheap_hash};

/// An action of a company, of one of its users or of its product.
#[derive(Clone, Debug)]
enum Act {
    SignOn {
        email: &'static str,
        password: &'static str,
    },
    Launch {
        email: &'static str,
        password: &'static str,
    },
    /// Exchanges the code of the nth launch.
    Exchange(usize),
    Direct {
        email: &'static str,
        password: &'static str,
    },
    /// Asks for the session of the nth token.
    Session(usize),
    /// Ends the nth token.
    SignOut(usize),
}

/// A company with the credentials and answers that it has received.
struct Company {
    id: u64,
    tokens: Vec<String>,
    codes: Vec<String>,
    answers: Vec<Response>,
}

fn act() -> impl Strategy<Value = Act> {
    // Both companies have the same few users.
    let email = || prop::sample::select(vec!["ada@x.example", "bob@x.example", "ADA@x.example"]);
    let password = || prop::sample::select(vec!["one", "two"]);
    prop_oneof![
        3 => (email(), password()).prop_map(|(email, password)| Act::SignOn { email, password }),
        2 => (email(), password()).prop_map(|(email, password)| Act::Launch { email, password }),
        2 => (0..8_usize).prop_map(Act::Exchange),
        2 => (email(), password()).prop_map(|(email, password)| Act::Direct { email, password }),
        2 => (0..8_usize).prop_map(Act::Session),
        1 => (0..8_usize).prop_map(Act::SignOut),
    ]
}

fn key(company: u64) -> SsoKey {
    SsoKey::issue([company as u8; 32])
}

fn store() -> Store {
    let company = |id: u64| {
        json!({
            "id": id, "name": "n", "domain": format!("c{id}.example"), "email": format!("it@c{id}.example"),
            "products": ["email"], "emailDomains": [], "accountType": "ENTERPRISE", "domainOwnershipVerified": false, "domainMxVerified": false, "status": "enabled",
        })
    };
    let key = |id: u64| json!({"id": id, "digest": key(id).digest(), "companyId": id, "status": "enabled", "expiresAt": null});
    let product = json!([{"name": "email", "launchUrl": "https://mail.example/", "secretDigest": Digest::of(b"s"), "previousSecretDigest": null, "previousSecretExpiresAt": null}]);
    Store {
        companies: serde_json::from_value(json!([company(1), company(2)])).unwrap(),
        keys: serde_json::from_value(json!([key(1), key(2)])).unwrap(),
        products: serde_json::from_value(product).unwrap(),
        numbers_per_company: true,
        ..Store::default()
    }
}

impl Company {
    fn new(id: u64) -> Self {
        Self { id, tokens: Vec::new(), codes: Vec::new(), answers: Vec::new() }
    }

    fn act(&mut self, store: &mut Store, act: &Act) {
        let nth = |texts: &[String], n: usize| texts.get(n).cloned().unwrap_or_default();
        let keyed = |email, password| {
            format!(
                "email={email}&password={password}&ssokey={}&product=email",
                key(self.id).expose()
            )
        };
        let (path, body, bearer) = match act {
            Act::SignOn { email, password } => {
                ("/api/sso/authenticate", keyed(email, password), None)
            }
            Act::Launch { email, password } => ("/api/sso/login", keyed(email, password), None),
            Act::Exchange(n) => {
                let body = format!("code={}&product=email", nth(&self.codes, *n));
                ("/api/sso/exchange", body, Some("Bearer s".to_owned()))
            }
            Act::Direct { email, password } => {
                let body =
                    format!("userid={email}&password={password}&company=c{}.example", self.id);
                ("/api/authenticate", body, None)
            }
            Act::Session(n) => {
                ("/api/session", String::new(), Some(format!("Bearer {}", nth(&self.tokens, *n))))
            }
            Act::SignOut(n) => {
                ("/api/signout", String::new(), Some(format!("Bearer {}", nth(&self.tokens, *n))))
            }
        };
        let mut entropy = [self.id as u8; 80];
        for draw in entropy.iter_mut().step_by(16) {
            *draw = self.answers.len() as u8;
        }
        let authorization = bearer.as_deref();
        let request = Request {
            method: if matches!(act, Act::Session(_)) { "GET" } else { "POST" },
            path,
            query: b"",
            content_type: Some("application/x-www-form-urlencoded"),
            content_encoding: &[],
            authorization: authorization.as_slice(),
            body: Body::Bytes(body.as_bytes()),
            source: None,
            now: 1_700_000_000_000,
            entropy,
        };
        let response = run(store, &request);
        let answer: Value = serde_json::from_str(&response.body).unwrap();
        self.tokens.extend(answer["return"]["token"].as_str().map(String::from));
        let location = response.headers.iter().find(|(name, _)| *name == "location");
        self.codes.extend(location.map(|(_, url)| url.replace("https://mail.example/?code=", "")));
        self.answers.push(response);
    }
}

fn run(store: &mut Store, request: &Request<'_>) -> Response {
    let mut step = begin(request, &Settings::default());
    loop {
        step = match step {
            Step::Done(response) => return response,
            Step::Call(Call::Hashing(hashing), waiting) => waiting.step(cheap_hash(&hashing)),
            Step::Call(call, waiting) => waiting.step(store.answer(&call)),
        }
    }
}

proptest! {
    // proves: SSO-TEN-001 SSO-TEN-004
    #[test]
    fn no_answer_to_a_company_depends_on_a_different_one(acts in prop::collection::vec((any::<bool>(), act()), 1..60)) {
        let (mut shared, mut own) = (store(), store());
        let (mut one, mut two, mut alone) = (Company::new(1), Company::new(2), Company::new(1));
        for (is_of_two, act) in &acts {
            if *is_of_two {
                two.act(&mut shared, act);
            } else {
                one.act(&mut shared, act);
                alone.act(&mut own, act);
            }
        }
        prop_assert_eq!(one.answers, alone.answers);
        let rows = |store: &Store| {
            let users = store.users.iter().filter(|user| user.company_id.get() == 1).cloned();
            let tokens = store.tokens.iter().filter(|token| token.company_id.get() == 1).cloned();
            (users.collect::<Vec<_>>(), tokens.collect::<Vec<_>>())
        };
        prop_assert_eq!(rows(&shared), rows(&own));
    }
}
