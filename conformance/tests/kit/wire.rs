//! The bytes that go out over a connection, and those that are taken for an answer.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::Duration;

use ssokey_conformance::message::Request;
use ssokey_conformance::transport::{Carriage, Http, Target, TlsFault, Transport, TransportError};

use crate::server::{Raw, Reply, read, serve, serve_raw};

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
    for method in ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        let raw = sent(&Request::get("a=1").method(method));
        assert_eq!(raw.method, method);
        assert_eq!(raw.header("accept-encoding"), None);
        assert_eq!(raw.header("connection"), Some("close"));
    }
}

/// What goes out for a request, byte for byte, up to this end.
fn bytes_of(request: &Request, end: &'static [u8]) -> String {
    let (arrived, arrives) = mpsc::channel();
    let base = serve_raw(move |stream| {
        let (mut bytes, mut byte) = (Vec::new(), [0]);
        while !bytes.ends_with(end) && stream.read(&mut byte).unwrap() > 0 {
            bytes.extend(byte);
        }
        arrived.send(bytes).unwrap();
        stream.write_all(b"HTTP/1.1 204 X\r\n\r\n").unwrap();
    });
    assert_eq!(transport(&base).send(request).unwrap().status(), 204);
    String::from_utf8(arrives.recv().unwrap()).unwrap()
}

#[test]
fn names_of_header_fields_go_out_as_they_are_written() {
    let request = Request::get("a=1")
        .header("X-Two", "1")
        .header("x-two", "x-one:")
        .header("X-ONE", "X-Two: \"x-two:\"")
        .header("x-none", "");
    let bytes = bytes_of(&request, b"\r\n\r\n");
    for line in ["X-Two: 1", "x-two: x-one:", "X-ONE: X-Two: \"x-two:\"", "x-none: "] {
        assert!(bytes.contains(&format!("\r\n{line}\r\n")), "{line}: {bytes}");
    }
}

#[test]
fn a_body_in_chunks_goes_out_in_several() {
    let request = Request::form("12345678").header("Transfer-Encoding", "chunked");
    let bytes = bytes_of(&request, b"0\r\n\r\n");
    let (head, body) = bytes.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("\r\nTransfer-Encoding: chunked"), "{head}");
    assert!(!head.contains("content-length"), "{head}");
    assert_eq!(body, "3\r\n123\r\n3\r\n456\r\n2\r\n78\r\n0\r\n\r\n");
    assert_eq!(sent(&request).body, b"12345678");
    let empty = Request::form("").header("transfer-encoding", "chunked");
    assert!(bytes_of(&empty, b"0\r\n\r\n").ends_with("\r\n\r\n0\r\n\r\n"));
}

#[test]
fn an_answer_may_take_as_long_as_there_is() {
    let base = serve(|_| Reply { status: 204, headers: Vec::new(), body: String::new() });
    let mut transport = Http::new(&Target::parse(&base).unwrap(), Duration::MAX);
    assert_eq!(transport.send(&Request::get("")).unwrap().status(), 204);
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

/// What comes of these bytes, after which the connection is closed.
fn answer(bytes: &'static [u8]) -> Result<u16, TransportError> {
    let base = serve_raw(move |stream| {
        read(stream);
        stream.write_all(bytes).unwrap();
    });
    transport(&base).send(&Request::get("")).map(|answer| answer.status())
}

#[test]
fn what_is_not_a_whole_answer_is_told_from_a_server_that_is_not_there() {
    let broken = |bytes, told: &str| match answer(bytes) {
        Err(TransportError::Broken(why)) => assert!(why.contains(told), "{why}"),
        other => panic!("{told}: {other:?}"),
    };
    broken(
        b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{}",
        "after 2 of the 9 bytes of Content-Length",
    );
    broken(
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "after 2 bytes, before the last chunk",
    );
    broken(b"HTPP 200\r\n\r\n", "it is not HTTP");
    broken(b"HTTP/1.1 200 X\r\nContent-Le", "within its headers");
    assert_eq!(answer(b""), Err(TransportError::Dropped));
    assert_eq!(answer(b"\x15\x03\x01\0\x02\x02F"), Err(TransportError::Tls(TlsFault::NotPlain)));
    assert_eq!(
        answer(b"HTTP/1.0 200 X\r\n\r\n{}"),
        Ok(200),
        "the end of the connection ends a body"
    );
    let nowhere = transport("http://127.0.0.1:9").send(&Request::get(""));
    assert!(matches!(nowhere, Err(TransportError::Unreachable(_))));
}

#[test]
fn a_kept_connection_carries_requests_until_the_server_closes_it_and_shows_what_is_too_much() {
    let mut opened = 0;
    let base = serve_raw(move |stream| {
        opened += 1;
        for number in 0..2 {
            let raw = read(stream).unwrap();
            assert_eq!(raw.header("connection"), None);
            let more = if opened == 2 && number == 1 { "{}" } else { "" };
            let text = format!("HTTP/1.1 20{opened} X\r\nContent-Length: 2\r\n\r\n{{}}{more}");
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    let mut transport = transport(&base);
    transport.keep_connection(true);
    let mut send = || {
        let status = transport.send(&Request::get("")).map(|answer| answer.status());
        (status.unwrap(), transport.carriage())
    };
    let carriage = |reused, stray| Carriage { reused, stray };
    assert_eq!(send(), (201, carriage(false, 0)));
    assert_eq!(send(), (201, carriage(true, 0)));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(send(), (202, carriage(false, 0)), "a connection that was closed is not used");
    assert_eq!(send(), (202, carriage(true, 2)));
}
