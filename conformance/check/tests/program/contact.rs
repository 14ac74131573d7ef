//! The first contact: what is said of a server that is not one, and how the program then ends.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ssokey_check::Exit;
use ssokey_conformance::reference::KEY;

use crate::program::{check, file};
use crate::server::{Reply, reference, serve, serve_raw};

/// Runs the program against a server that says this to everything; returns what it is told, and how many requests came.
fn told(status: u16, headers: &[(&str, &str)], body: &str) -> (Exit, String, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let (headers, body): (Vec<_>, _) = (headers.collect(), body.to_owned());
    let base = serve(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Reply { status, headers: headers.clone(), body: body.clone() }
    });
    let ended = check(&["run", &base, "--only", "key.refuses-unknown"]);
    (ended.exit, ended.err + &ended.out, asked.load(Ordering::Relaxed))
}

#[test]
fn what_cannot_be_judged_is_said_in_one_sentence_and_nothing_more_is_sent() {
    for (status, headers, exit, words, advice) in [
        (
            301,
            &[("Location", "https://sso.example/api?ssokey=x")][..],
            Exit::Usage,
            "a redirect to https://sso.example (HTTP 301)",
            "give the URL of the server itself",
        ),
        (
            401,
            &[("WWW-Authenticate", "Basic realm=\"staging\"")],
            Exit::Usage,
            "credentials of the scheme Basic",
            "--headers-file",
        ),
        (429, &[], Exit::Incomplete, "not until when", "--rate"),
        (502, &[], Exit::Unreachable, "a proxy that does not reach the server", "its proxy"),
    ] {
        let (ended, said, asked) = told(status, headers, "<html>no</html>");
        assert_eq!((ended, asked), (exit, 1), "{said}");
        assert!(said.contains(words) && said.contains(advice), "{said}");
        assert!(!said.contains("ssokey=x") && !said.contains("staging"), "{said}");
    }
}

#[test]
fn what_can_be_judged_is_named_before_the_verdict_is_explained() {
    let (exit, said, asked) = told(200, &[], "<form><input type=\"password\"></form>");
    assert_eq!(exit, Exit::Failed, "{said}");
    assert!(asked > 1);
    let third = said.lines().nth(2).unwrap();
    assert!(third.contains("is a web page to log in (HTTP 200)"), "{said}");
}

#[test]
fn what_is_not_http_is_told_from_a_server_that_is_not_there() {
    let base = serve_raw(|stream| {
        use std::io::Write;
        crate::server::read(stream);
        stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").unwrap();
    });
    let ended = check(&["run", &base]);
    assert_eq!(ended.exit, Exit::Unreachable);
    assert!(ended.err.contains("it is not HTTP"), "{}", ended.err);
    assert!(ended.err.contains("something else than the server listens there"), "{}", ended.err);
}

#[test]
fn a_check_that_sets_a_field_of_the_headers_file_itself_is_not_applicable() {
    let server = reference("good");
    let base = serve(move |raw| {
        let fields = raw.headers.iter().filter(|(name, _)| name == "authorization");
        assert_eq!(fields.count(), 1, "two would be refused");
        server(raw)
    });
    let headers = file("basic.headers", b"Authorization: Basic c3RhZ2luZzpsZXQgbWUgaW4=\n");
    let args = ["run", &base, "--headers-file", headers.to_str().unwrap(), "--only", "key.*"];
    let ended = check(&args);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    let args = ["run", &base, "--headers-file", headers.to_str().unwrap(), "--only", "session.*"];
    let ended = check(&args);
    let words = "not applicable: it sets the header field `Authorization` itself, and the run sets that for all requests \
                 (--headers-file)";
    assert!(ended.out.contains(words), "{}", ended.out);
    let typed = file("typed.headers", b"Content-Type: text/plain\n");
    let ended = check(&["run", &base, "--headers-file", typed.to_str().unwrap()]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.err.contains("every request sets `Content-Type` itself"), "{}", ended.err);
}

#[test]
fn a_pattern_that_matches_no_check_is_told_what_may_be_meant() {
    let ended = check(&["run", "http://127.0.0.1:1", "--only", "key.refuse-unknown"]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.err.contains("did you mean `key.refuses-unknown`?"), "{}", ended.err);
}

#[test]
fn certificates_are_read_before_anything_is_sent() {
    let empty = file("none.pem", b"no certificate");
    for (args, told) in [
        (&["--cacert", "/nowhere/ca.pem"][..], "certificates cannot be read"),
        (&["--cacert", empty.to_str().unwrap()], "holds no certificate"),
        (&["--cacert", empty.to_str().unwrap(), "--insecure"], "cannot be used with"),
    ] {
        let ended = check(&[&["run", "https://127.0.0.1:1"], args].concat());
        assert_eq!(ended.exit, Exit::Usage, "{args:?}");
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    let ended = check(&["run", "https://127.0.0.1:1", "--insecure"]);
    assert!(
        ended.err.contains("warning: The server's certificate was not verified"),
        "{}",
        ended.err
    );
}

#[test]
fn a_host_that_nobody_knows_and_a_proxy_in_the_way_are_named() {
    let said = |proxy: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ssokey-check"));
        for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"] {
            command.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        command
            .args(["run", "http://nobody.invalid", "--allow-remote"])
            .env("SSOKEY_CHECK_KEY", KEY);
        let output = command.envs(proxy.map(|url| ("HTTP_PROXY", url))).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        String::from_utf8(output.stderr).unwrap()
    };
    let none = said(None);
    assert!(none.contains("no connection: the host name is not known\n"), "{none}");
    let refusing = serve(|_| Reply { status: 403, headers: Vec::new(), body: String::new() });
    let refusing = refusing.replace("http://", "http://me:hunter2hunter2@");
    for (proxy, words) in [
        ("http://127.0.0.1:1", "connection refused"),
        (&refusing, "it does not connect to the server"),
        ("socks5://127.0.0.1:1", "only one of HTTP can be asked"),
    ] {
        let said = said(Some(proxy));
        let words = format!("the proxy that HTTPS_PROXY or its like names: {words}\n");
        assert!(said.contains(&words) && !said.contains("hunter2"), "{said}");
    }
}
