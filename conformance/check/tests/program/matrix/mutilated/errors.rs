//! Errors about files and arguments with a secret in them, where it does not belong.

use ssokey_check::Exit;
use ssokey_conformance::reference::KEY;

use crate::matrix::mutilated::Search;
use crate::program::{check, check_with, closed, file};

const SECRET: &str = "the s3cret of somebody 4711";

#[test]
fn no_error_quotes_what_a_file_or_an_argument_holds() {
    let search = Search::new([SECRET, KEY].into_iter());
    let path = |name: &str, text: &str| {
        let file = file(&format!("quoted.{name}"), text.as_bytes());
        file.into_os_string().into_string().unwrap()
    };
    let url = closed();
    let with_user = url.replace("http://", &format!("http://me:{}@", SECRET.replace(' ', "")));
    let mut calls: Vec<Vec<String>> = Vec::new();
    let texts = [
        SECRET.to_owned(),
        format!("\"{SECRET}"),
        format!("{SECRET} = 1"),
        format!("\"{SECRET}\" = 1"),
        format!("timeout = \"{SECRET}\""),
        format!("rate = \"{SECRET}"),
        format!("without = [\"{SECRET}\"]"),
        format!("product = \"{SECRET}\""),
        format!("[[known]]\nid = \"key.refuses-unknown\"\nreason = 1\n\"{SECRET}\" = 2"),
        format!("[[known]]\nid = \"{KEY}\"\nreason = \"x\""),
        format!("X-Gate {SECRET}"),
        format!("{{\"schema_version\":\"{SECRET}\"}}"),
        format!("{{\"{SECRET}\":1}}"),
        format!(
            "{{\"schema_version\":1,\"target\":\"x\",\"product\":\"{SECRET}\",\"property\":\"x\",\"steps\":[]}}"
        ),
        format!("{{\"log\":{{\"entries\":{{\"{SECRET}\":1}}}}}}"),
        format!("{{\"log\":\"{SECRET}\"}}"),
        format!(
            "{{\"log\":{{\"_run\":{{\"base\":\"{SECRET}\"}},\"entries\":[{{\"request\":\"{SECRET}\",\"response\":{{}}}}]}}}}"
        ),
        format!(
            "{{\"request\":{{\"url\":\"/api/session\",\"method\":\"{SECRET}\"}},\"response\":{{\"status\":\"{SECRET}\"}}}}"
        ),
    ];
    for (number, text) in texts.iter().enumerate() {
        let file = path(&number.to_string(), text);
        for args in [
            &["run", &url, "--config", &file][..],
            &["run", &url, "--baseline", &file],
            &["run", &url, "--headers-file", &file],
            &["replay", &file, &url],
            &["lint", &file],
            &["diff", &file, &file],
        ] {
            calls.push(args.iter().map(|it| (*it).to_owned()).collect());
        }
    }
    for args in [
        &["run", with_user.as_str()][..],
        &["run", &url, "--ready", &with_user],
        &["run", &format!("{url}/?ssokey={KEY}")],
        &["run", &url, KEY],
        &["run", &url, &format!("--ssokey={KEY}")],
        &["run", &url, "--ssokey-file", KEY],
        &["run", &url, "--config", KEY],
        &["run", &url, "--rate", KEY],
        &["run", &url, "--product", KEY],
        &["run", &url, "--without", KEY],
        &["run", &url, "--only", KEY],
        &["run", &url, "--report", KEY],
        &["lint", KEY],
        &["explain", KEY],
        &[KEY],
    ] {
        calls.push(args.iter().map(|it| (*it).to_owned()).collect());
    }
    for args in calls {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let ended = check(&args);
        assert_ne!(ended.exit, Exit::Fault, "{args:?} {}", ended.err);
        assert!(ended.exit != Exit::Success || args[0] == "diff", "{args:?} {}", ended.out);
        search.is_clean(&format!("{}{}", ended.out, ended.err), &format!("{args:?}"));
    }
    let ended = check_with(&["run", &url, "--ssokey-file", "-"], None, &format!("{SECRET}\n{KEY}"));
    assert_eq!(ended.exit, Exit::Usage);
    search.is_clean(&ended.err, "a key of two lines");
}

#[cfg(unix)]
#[test]
fn what_a_started_server_prints_is_hidden_as_soon_as_it_is_asked() {
    use std::process::Command;

    let python = "import http.server, sys; print('it begins', file=sys.stderr, flush=True); \
                  http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()";
    let url = closed();
    let port = url.rsplit(':').next().unwrap();
    let start = format!("exec python3 -c \"{python}\" {port}");
    let mut run = Command::new(env!("CARGO_BIN_EXE_ssokey-check"));
    run.args(["run", &url, "--only", "key.*", "--start", &start]).env("SSOKEY_CHECK_KEY", KEY);
    let ended = run.output().unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    assert!(err.contains("it begins") && err.contains("lines while it was judged"), "{err}");
    assert!(!err.contains(KEY) && !err.contains("ssokey="), "{err}");
}
