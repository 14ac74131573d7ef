//! Between the crate `http` and core: byte for byte.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use ssokey_core::{Call, MAX_REQUEST_BYTES, Settings, Step};
use ssokey_host::http::{begin, into_http};

const FORM: &str = "application/x-www-form-urlencoded";
const TOKEN: &str = "550e8400-e29b-41d4-a716-446655440000";

fn first(request: Request<impl Into<Bytes>>) -> Step {
    begin(&request.map(Into::into), Some("192.0.2.1"), &Settings::default()).unwrap()
}

/// Returns the code of the error with which a request is answered at once.
fn refused(request: Request<impl Into<Bytes>>) -> u64 {
    let Step::Done(response) = first(request) else { panic!("it is not refused") };
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    answer["error"]["code"].as_u64().unwrap()
}

fn session() -> http::request::Builder {
    Request::get("/api/session")
}

#[test]
fn a_request_goes_to_core_with_all_that_it_has() {
    let form = "email=ann%40partner.example&password=p%20w&product=livechat&ssokey=k";
    let post =
        Request::post("http://sso.example/api/sso/authenticate").header("content-type", FORM);
    let Step::Call(Call::Admit(attempt), _) = first(post.body(form).unwrap()) else {
        panic!("it is refused");
    };
    assert_eq!(attempt.source.as_deref(), Some("192.0.2.1"));
    let get = Request::get(format!("/api/sso/authenticate?{form}"));
    let Step::Call(..) = first(get.body("").unwrap()) else { panic!("it is refused") };
    let authorized = session().header("authorization", format!("Bearer {TOKEN}"));
    let Step::Call(Call::FindToken { .. }, _) = first(authorized.body("").unwrap()) else {
        panic!("it is refused");
    };
}

#[test]
fn every_value_of_a_header_counts() {
    let bearer = format!("Bearer {TOKEN}");
    let twice = session().header("authorization", &bearer).header("authorization", &bearer);
    assert_eq!(refused(twice.body("").unwrap()), 4002);
    let post = Request::post("/api/sso/authenticate").header("content-type", FORM);
    let coded = post.header("content-encoding", "identity").header("content-encoding", "gzip");
    assert_eq!(refused(coded.body("a=b").unwrap()), 4150);
    let post = Request::post("/api/sso/authenticate").header("content-type", "text/plain");
    assert_eq!(refused(post.body("a=b").unwrap()), 4150);
}

#[test]
fn a_value_that_is_not_ascii_is_there_all_the_same() {
    let value = |bytes: &[u8]| http::HeaderValue::from_bytes(bytes).unwrap();
    let second = Request::get(format!("/api/session?token={TOKEN}"));
    let second = second.header("authorization", value(b"Bearer \xff"));
    assert_eq!(refused(second.body("").unwrap()), 4002);
    let post = Request::post("/api/sso/authenticate").header("content-type", FORM);
    let coded = post.header("content-encoding", value(b"\xff"));
    assert_eq!(refused(coded.body("a=b").unwrap()), 4150);
}

#[test]
fn a_query_and_a_body_are_bounded() {
    let post = || Request::post("/api/sso/authenticate").header("content-type", FORM);
    let long = "a".repeat(MAX_REQUEST_BYTES + 1);
    assert_eq!(refused(post().body(long.clone()).unwrap()), 4130);
    assert_ne!(refused(post().body(long[1..].to_owned()).unwrap()), 4130);
    let get = Request::get(format!("/api/sso/authenticate?{long}"));
    assert_eq!(refused(get.body("").unwrap()), 4130);
}

#[test]
fn an_answer_is_sent_as_it_is() {
    let step = first(Request::get("/elsewhere").body("").unwrap());
    let Step::Done(response) = step else { panic!("nothing is served there") };
    let sent: Response<Bytes> = into_http(response.clone());
    assert_eq!(sent.status(), response.status);
    assert_eq!(sent.body(), &response.body);
    let headers = sent.headers().iter();
    let headers: Vec<_> =
        headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let expected = response.headers.iter();
    assert_eq!(headers, expected.map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>());
    assert!(!headers.is_empty());
}
