//! The bytes that go out over a connection, and those that are taken for an answer.

use std::sync::mpsc;
use std::time::Duration;

use ssokey_conformance::message::Request;
use ssokey_conformance::transport::{Http, Target, Transport, TransportError};

use crate::server::{Raw, Reply, serve};

/// Sends one request and gives what arrived.
fn sent(request: &Request) -> Raw {
    let (arrived, arrives) = mpsc::channel();
    let base = serve(move |raw| {
        arrived.send(raw.clone()).unwrap();
        Reply { status: 204, headers: Vec::new(), body: String::new() }
    });
    let answer = transport(&base).send(request).unwrap();
    assert_eq!(answer.status(), 204);
    arrives.recv().unwrap()
}

fn transport(base: &str) -> Http {
    Http::new(&Target::parse(base).unwrap(), Duration::from_secs(10))
}

#[test]
fn a_raw_query_goes_out_byte_for_byte() {
    for query in ["", "%zz", "%", "%ff", "a=1&a=2", "&&=&a", "a+b=%2B", "a=ü'|\\^`{}~", "a=?/:@"] {
        let raw = sent(&Request::get(query));
        assert_eq!(raw.method, "GET");
        assert_eq!(raw.query, query.as_bytes(), "{query}");
        assert_eq!(raw.header("content-type"), None);
    }
    let bare = Request { query: None, ..Request::get("") };
    assert_eq!(sent(&bare).query, b"");
    let longest = "x".repeat(8193);
    assert_eq!(sent(&Request::get(longest.as_str())).query, longest.into_bytes());
}

#[test]
fn a_raw_query_that_no_uri_can_hold_is_not_sent() {
    let mut transport = transport("http://127.0.0.1:9");
    for query in ["a b", "a\nb", "a\0b", "a\u{7f}b", "a\"b", "<a>"] {
        let refused = transport.send(&Request::get(query)).err();
        assert!(matches!(refused, Some(TransportError::Unsendable(_))), "{query:?}: {refused:?}");
    }
}

#[test]
fn a_raw_body_goes_out_byte_for_byte_with_its_content_type() {
    let body = b"\xff\0\r\n{".to_vec();
    let raw = sent(&Request::post("Text/X; y=\"z\"", body.clone()).query("q=%zz"));
    assert_eq!((raw.method.as_str(), raw.body), ("POST", body));
    assert_eq!(raw.query, b"q=%zz");
    let types: Vec<_> = raw.headers.iter().filter(|(name, _)| name == "content-type").collect();
    assert_eq!(types, [&("content-type".to_owned(), "Text/X; y=\"z\"".to_owned())]);
}

#[test]
fn an_empty_body_has_a_length_of_zero() {
    let raw = sent(&Request::form(""));
    let mut headers = raw.headers.iter();
    assert!(headers.any(|(name, value)| name == "content-length" && value == "0"));
}

#[test]
fn any_method_is_sent_and_asks_for_no_encoding() {
    for method in ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let raw = sent(&Request::get("a=1").method(method));
        assert_eq!(raw.method, method);
        assert_eq!(raw.header("accept-encoding"), None);
        assert_eq!(raw.header("connection"), Some("close"));
    }
}

#[test]
fn a_redirect_and_an_error_are_answers() {
    for status in [302, 307, 404, 500] {
        let base = serve(move |raw| {
            assert!(raw.path.ends_with("/authenticate"), "a redirect was followed");
            Reply {
                status,
                headers: vec![("Location".to_owned(), "/elsewhere".to_owned())],
                body: "{}".to_owned(),
            }
        });
        let answer = transport(&base).send(&Request::get("")).unwrap();
        assert_eq!((answer.status(), answer.body()), (status, &b"{}"[..]));
    }
}
