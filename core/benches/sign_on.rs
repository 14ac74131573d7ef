//! All of a sign-on but its hash in native code, from the request's bytes to the answer. The replies of the host are read from JSON, and
//! all are at hand: `cargo bench --package ssokey-core`.

use ssokey_core::{Body, Call, Request, Settings, Step, begin};

const BODY: &[u8] = b"email=ada%40partner.example&password=correct+horse&product=livechat\
    &ssokey=ssok_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0DrjY0";
const KEY: &str = r#"{"reply":"key","key":{"id":1,"digest":"5ba48f72bb07cc7a23896d4d1f2c5b151502ada1deec24c8e151fac09231a679",
    "companyId":8272,"status":"enabled","expiresAt":null},"company":{"id":8272,"name":"Partner Ltd","domain":"partner.example",
    "email":"sso@partner.example","products":["accounts","livechat","email"],"emailDomains":[],"accountType":"ENTERPRISE",
    "domainOwnershipVerified":false,"domainMxVerified":true,"status":"enabled"}}"#;
const USER: &str = r#"{"reply":"user","user":{"id":1021,"companyId":8272,"email":"ada@partner.example","loginId":"ada","displayName":"ada",
    "isCreator":false,"isCompanyAdmin":false,"permissions":[],"passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$YW4gb2xkZXIgc2FsdC4uLg$WGhK+8v6fcHSANoPAjECBaPo7SWGgMkI8tZ/hSUmy2A",
    "credentialVersion":1,"managedBy":"partner","status":"enabled","issuedAt":null,"passwordKeyId":null}}"#;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 201, sample_size = 200)]
fn sign_on() {
    let settings = Settings::default();
    let request = Request {
        method: "POST",
        path: "/api/sso/authenticate",
        query: b"",
        content_type: Some("application/x-www-form-urlencoded"),
        content_encoding: &[],
        authorization: &[],
        body: Body::Bytes(BODY),
        source: None,
        now: 1_700_000_000_000,
        entropy: [7; 80],
    };
    let mut step = begin(&request, &settings);
    let response = loop {
        step = match step {
            Step::Call(call, waiting) => waiting.step_json(reply(&call)),
            Step::Done(response) => break response,
        };
    };
    assert_eq!(response.status, 200, "{}", response.body);
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all else is written, or not asked")]
fn reply(call: &Call) -> &'static str {
    match call {
        Call::FindKey { .. } => KEY,
        Call::FindUser { .. } => USER,
        Call::Hashing(_) => r#"{"reply":"match"}"#,
        Call::Admit(_) => r#"{"reply":"admitted"}"#,
        _ => r#"{"reply":"done"}"#,
    }
}
