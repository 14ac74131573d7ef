//! The driver: each call of core is made by its method, and what a client does not see is told to the host.

use serde_json::Value;
use ssokey_core::{Body, Domain, Hashing, Reply, Request, Response, Settings};
use ssokey_host::{Hasher, InPlace, carry_out_json, decide};

use crate::memory::Memory;

/// A hasher of few words.
struct Says(Reply);

impl Hasher for Says {
    async fn hash(&self, _: Hashing) -> Reply {
        self.0.clone()
    }
}

fn respond(
    storage: &Memory,
    hasher: &impl Hasher,
    path: &str,
    fields: &str,
    authorization: &[&str],
) -> Response {
    let settings = Settings::default().with_company(Domain::parse("partner.example"));
    let is_get = path == "/api/session";
    let request = Request {
        method: if is_get { "GET" } else { "POST" },
        path,
        query: if is_get { fields.as_bytes() } else { b"" },
        content_type: Some("application/x-www-form-urlencoded").filter(|_| !is_get),
        content_encoding: &[],
        authorization,
        body: Body::Bytes(if is_get { b"" } else { fields.as_bytes() }),
        source: Some("192.0.2.1"),
        now: ssokey_host::now(),
        entropy: ssokey_host::entropy().unwrap(),
    };
    pollster::block_on(decide(&request, &settings, storage, hasher))
}

fn ask(storage: &Memory, hasher: &impl Hasher, path: &str, fields: &str) -> (u16, Value) {
    read(respond(storage, hasher, path, fields, &[]))
}

fn order(storage: &Memory, hasher: &impl Hasher, command: &str) -> (u16, Value) {
    let settings = Settings::default();
    read(pollster::block_on(carry_out_json(command, &settings, storage, hasher)))
}

fn read(Response { status, body, .. }: Response) -> (u16, Value) {
    (status, serde_json::from_str(&body).unwrap())
}

/// Returns a storage that has a company, and the company's key.
fn with_key(fault: &'static str) -> (Memory, String) {
    let storage = Memory::with(fault);
    let add = r#"{"command":"add_company","name":"Partner","domain":"partner.example","email":"it@partner.example"}"#;
    assert_eq!(order(&storage, &InPlace, add).0, 200);
    let (status, issued) =
        order(&storage, &InPlace, r#"{"command":"issue_key","companyEmail":"it@partner.example"}"#);
    assert_eq!(status, 200);
    (storage, issued["return"]["ssokey"].as_str().unwrap().into())
}

fn sign_on(storage: &Memory, hasher: &impl Hasher, key: &str, password: &str) -> (u16, Value) {
    let body =
        format!("email=ann@partner.example&password={password}&product=livechat&ssokey={key}");
    ask(storage, hasher, "/api/sso/authenticate", &body)
}

#[test]
fn a_user_is_created_matched_and_replaced_and_the_token_is_exchanged_shown_and_revoked() {
    let (storage, key) = with_key("");
    for password in ["one", "one", "two"] {
        let (status, answer) = sign_on(&storage, &InPlace, &key, password);
        assert_eq!((status, &answer["return"]["email"]), (200, &"ann@partner.example".into()));
        let token = format!("token={}", answer["return"]["token"].as_str().unwrap());
        assert_eq!(ask(&storage, &InPlace, "/api/session", &token).0, 200);
        assert_eq!(ask(&storage, &InPlace, "/api/signout", &token).0, 200);
        assert_eq!(ask(&storage, &InPlace, "/api/session", &token).0, 401);
    }
    let direct = "userid=ann@partner.example&password=two";
    assert_eq!(ask(&storage, &InPlace, "/api/authenticate", direct).0, 200);
    let set = r#"{"command":"set_product","name":"livechat","launchUrl":"https://chat.example/"}"#;
    let (_, product) = order(&storage, &InPlace, set);
    let secret = format!("Bearer {}", product["return"]["secret"].as_str().unwrap());
    let fields = format!("email=ann@partner.example&password=two&product=livechat&ssokey={key}");
    let launched = respond(&storage, &InPlace, "/api/sso/login", &fields, &[]);
    let location = launched.headers.iter().find(|(name, _)| *name == "location").unwrap();
    let (_, code) = location.1.split_once("?code=").unwrap();
    let fields = format!("code={code}&product=livechat");
    for status in [200, 401] {
        let exchanged = respond(&storage, &InPlace, "/api/sso/exchange", &fields, &[&secret]);
        assert_eq!(exchanged.status, status, "{}", exchanged.body);
    }
    assert_eq!(storage.troubles(), Vec::<String>::new());
}

#[test]
fn each_command_is_carried_out() {
    let (storage, _) = with_key("");
    let company = r#""companyEmail":"it@partner.example""#;
    let user = r#""companyEmail":"it@partner.example","userEmail":"ann@partner.example""#;
    for members in [
        format!(r#""add_user",{user},"password":"correct horse""#),
        r#""list_companies""#.to_owned(),
        format!(r#""set_company_status",{company},"status":"enabled""#),
        format!(r#""set_company",{company},"name":"New""#),
        format!(r#""sign_out_company",{company}"#),
        format!(r#""rotate_key",{company},"keyId":2"#),
        format!(r#""list_keys",{company}"#),
        format!(r#""show_user",{user}"#),
        format!(r#""set_user_status",{user},"status":"enabled""#),
        format!(r#""set_user_manager",{user},"managedBy":"partner""#),
        format!(r#""set_user",{user},"loginId":"ann""#),
        format!(r#""sign_out_user",{user}"#),
        format!(r#""list_users",{company}"#),
        format!(r#""count_hashes",{company}"#),
        format!(r#""disable_hashes",{company},"kind":"current""#),
        format!(r#""set_user_email",{user},"newEmail":"eve@partner.example""#),
        format!(r#""delete_user",{company},"userEmail":"eve@partner.example""#),
        r#""list_products""#.to_owned(),
        r#""set_product","name":"livechat","launchUrl":"https://chat.example/""#.to_owned(),
        r#""rotate_product","name":"livechat""#.to_owned(),
        format!(r#""list_events",{company}"#),
        r#""purge""#.to_owned(),
        r#""purge_events","before":1"#.to_owned(),
        format!(r#""delete_company",{company}"#),
    ] {
        let (status, answer) = order(&storage, &InPlace, &format!(r#"{{"command":{members}}}"#));
        assert_eq!(status, 200, "{members}: {answer}");
    }
    assert_eq!(storage.troubles(), Vec::<String>::new());
}

#[test]
fn a_call_that_fails_is_told_to_the_host_and_not_to_the_client() {
    let (storage, key) = with_key("is away");
    let (status, answer) = sign_on(&storage, &InPlace, &key, "one");
    assert_eq!((status, &answer["error"]["code"]), (503, &5030.into()));
    assert!(!answer.to_string().contains("away"));
    assert_eq!(storage.troubles(), ["`find_key` failed"]);
}

#[test]
fn a_reply_that_does_not_fit_is_told_to_the_host() {
    let (storage, key) = with_key("finds a key of a different company");
    let (status, answer) = sign_on(&storage, &InPlace, &key, "one");
    assert_eq!((status, &answer["error"]["code"]), (500, &5000.into()));
    assert_eq!(
        storage.troubles(),
        ["the reply to `find_key` is wrong: `company.id` must be the one asked for"]
    );
}

#[test]
fn what_a_hasher_says_is_answered_and_told() {
    let (storage, key) = with_key("");
    let overloaded = Says(Reply::Overloaded { seconds: 7 });
    let (status, answer) = sign_on(&storage, &overloaded, &key, "one");
    assert_eq!((status, &answer["error"]["code"]), (503, &5031.into()));
    assert_eq!(storage.troubles(), Vec::<String>::new());

    let (status, answer) = sign_on(&storage, &Says(Reply::Failed), &key, "one");
    assert_eq!((status, &answer["error"]["code"]), (503, &5030.into()));
    assert_eq!(storage.troubles(), ["`hash_password` failed"]);

    let add = r#"{"command":"add_user","companyEmail":"it@partner.example","userEmail":"b@x.example","password":"one"}"#;
    let (status, answer) = order(&storage, &overloaded, add);
    assert_eq!((status, &answer["error"]["code"]), (503, &5031.into()));
    assert_eq!(order(&storage, &Says(Reply::Done), add).0, 503);
    assert_eq!(storage.troubles().len(), 2);
}

#[test]
fn a_hash_that_cannot_be_read_is_told_to_the_host() {
    let (storage, key) = with_key("");
    assert_eq!(sign_on(&storage, &InPlace, &key, "one").0, 200);
    storage.spoil_hashes();
    assert_eq!(sign_on(&storage, &InPlace, &key, "one").0, 200);
    let [told] = &storage.troubles()[..] else { panic!("{:?}", storage.troubles()) };
    assert_eq!(told, "a user of company 1 has a password hash that cannot be read");
}
