//! All of a sign-on but its hash in native code, from the request's bytes to the answer: `cargo bench --package ssokey-core`. The replies
//! of the host are at hand, as values like those of a host in Rust, or as JSON.

use ssokey_core::{Body, Call, Reply, Request, Settings, Step, Waiting, begin};

const BODY: &[u8] = b"email=ada%40partner.example&password=correct+horse&product=livechat\
    &ssokey=ssok_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0DrjY0";
const KEY: &str = r#"{"reply":"key","key":{"id":1,"digest":"5ba48f72bb07cc7a23896d4d1f2c5b151502ada1deec24c8e151fac09231a679",
    "companyId":8272,"status":"enabled","expiresAt":null},"company":{"id":8272,"name":"Partner Ltd","domain":"partner.example",
    "email":"sso@partner.example","products":["accounts","livechat","email"],"emailDomains":[],"accountType":"ENTERPRISE",
    "domainOwnershipVerified":false,"domainMxVerified":true,"status":"enabled"}}"#;
const USER: &str = r#"{"reply":"user","user":{"id":1021,"companyId":8272,"email":"ada@partner.example","loginId":"ada","displayName":"ada",
    "isCreator":false,"isCompanyAdmin":false,"permissions":[],"passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$YW4gb2xkZXIgc2FsdC4uLg$WGhK+8v6fcHSANoPAjECBaPo7SWGgMkI8tZ/hSUmy2A",
    "credentialVersion":1,"managedBy":"partner","status":"enabled","issuedAt":null,"passwordKeyId":null}}"#;

const REPLIES: [&str; 5] =
    [KEY, USER, r#"{"reply":"match"}"#, r#"{"reply":"admitted"}"#, r#"{"reply":"done"}"#];

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 201, sample_size = 200)]
fn with_values(bencher: divan::Bencher<'_, '_>) {
    let replies = REPLIES.map(|json| serde_json::from_str(json).unwrap_or(Reply::Failed));
    bencher.bench_local(|| sign_on(|call, waiting| waiting.step(choose(&replies, call).clone())));
}

#[divan::bench(sample_count = 201, sample_size = 200)]
fn with_json() {
    sign_on(|call, waiting| waiting.step_json(choose::<&str>(&REPLIES, call)));
}

fn sign_on(answer: impl Fn(&Call, Waiting) -> Step) {
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
            Step::Call(call, waiting) => answer(&call, waiting),
            Step::Done(response) => break response,
        };
    };
    assert_eq!(response.status, 200, "{}", response.body);
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all else is written, or not asked")]
fn choose<'a, T>([key, user, matched, admitted, done]: &'a [T; 5], call: &Call) -> &'a T {
    match call {
        Call::FindKey { .. } => key,
        Call::FindUser { .. } => user,
        Call::Hashing(_) => matched,
        Call::Admit(_) => admitted,
        _ => done,
    }
}
