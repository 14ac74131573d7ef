//! The program from its arguments to its exit code, over real connections.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use ssokey_check::{Console, Exit, run};
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY};

use crate::judging::ok_to_everything;
use crate::reading::FORMS;
use crate::server::{Raw, Reply, read, reference, serve, serve_raw};

/// The output of the program, and its exit code.
pub(crate) struct Ended {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program with a key in its environment. Styles are stripped.
pub(crate) fn check(args: &[&str]) -> Ended {
    check_with(args, Some(KEY), "")
}

/// Runs it with the keys of both companies and the secret of the product.
pub(crate) fn check_keys(args: &[&str]) -> Ended {
    let key = |name: &str| match name {
        "SSOKEY_CHECK_KEY" => Some(KEY),
        "SSOKEY_CHECK_SECOND_KEY" => Some(SECOND_KEY),
        "SSOKEY_CHECK_PRODUCT_SECRET" => Some(PRODUCT_SECRET),
        _ => None,
    };
    check_in(args, key, "")
}

pub(crate) fn check_with(args: &[&str], key: Option<&str>, input: &str) -> Ended {
    check_in(args, |name| key.filter(|_| name == "SSOKEY_CHECK_KEY"), input)
}

fn check_in<'k>(args: &[&str], env: impl Fn(&str) -> Option<&'k str>, input: &str) -> Ended {
    let args = ["ssokey-check"].iter().chain(args).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let env = |name: &str| env(name).map(OsString::from);
    let console = Console {
        input: &mut input.as_bytes(),
        out: &mut out,
        err: &mut err,
        terminal: None,
        progress: true,
    };
    let exit = run(args, env, console);
    let plain = |text: Vec<u8>| {
        let text = String::from_utf8(text).unwrap();
        anstream::adapter::strip_str(&text).to_string()
    };
    Ended { exit, out: plain(out), err: plain(err) }
}

#[test]
fn every_command_that_prints_says_when_it_cannot() {
    for args in [
        &["--help"][..],
        &["--version"],
        &["list"],
        &["explain", "key.refuses-unknown"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["selftest", "--fault", "key-is-trimmed"],
    ] {
        let mut err = Vec::new();
        let console = Console {
            input: &mut &[][..],
            // Like a disk that is full.
            out: &mut &mut [][..],
            err: &mut err,
            terminal: None,
            progress: false,
        };
        let args = ["ssokey-check"].iter().chain(args).map(OsString::from);
        let exit = run(args.clone(), |_| None, console);
        let said = String::from_utf8(err).unwrap();
        assert_eq!(exit, Exit::Fault, "{args:?}: {said}");
        assert!(!said.contains("report it"), "{args:?}: {said}");
    }
}

pub(crate) fn good() -> String {
    serve(reference("good"))
}

/// A port that nobody listens on any more.
pub(crate) fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// A file with this content, gone with the test's temporary directory.
pub(crate) fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_good_server_is_conformant() {
    let ended = check(&["run", &good()]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    let mut verdicts = ended.out.lines().filter(|line| line.starts_with("CONFORMANT: "));
    assert_eq!(verdicts.next(), ended.out.lines().last(), "the verdict comes first and last");
    assert!(ended.out.contains(" 0 failed, 0 could not run"), "{}", ended.out);
}

#[test]
fn a_server_below_a_path_is_found() {
    let server = reference("good");
    let base = serve(move |raw| {
        let mut raw = raw.clone();
        raw.path = raw.path.strip_prefix("/base/v1").unwrap().to_owned();
        server(&raw)
    });
    assert_eq!(check(&["run", &format!("{base}/base/v1/")]).exit, Exit::Success);
}

#[test]
fn a_server_that_says_ok_to_everything_is_not_conformant_and_told_why() {
    let base = serve(ok_to_everything);
    let ended = check(&["run", &base, "--report", "json"]);
    assert_eq!(ended.exit, Exit::Failed);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["verdict"], "not_conformant");
    let human = check(&["run", &base]);
    assert_eq!(human.exit, Exit::Failed);
    let (mut failed, mut in_full) = (0, 0);
    for check in report["checks"].as_array().unwrap() {
        if check["outcome"] != "failed" {
            continue;
        }
        failed += 1;
        // One that shows what a different one shows already, or follows from it, stands there by its id.
        let id = check["id"].as_str().unwrap();
        assert!(human.out.contains(id), "{id}\n{}", human.out);
        let is_in_full = human.out.contains(&format!("\nfailed {id} ("));
        in_full += usize::from(is_in_full);
        let mismatch = &check["mismatches"][0];
        let told =
            [&check["id"], &check["requirements"][0]["id"], &check["requirements"][0]["sentence"]];
        for text in told.into_iter().chain([&mismatch["expected"], &mismatch["actual"]]) {
            let text = text.as_str().unwrap();
            // The names of the accounts differ from run to run.
            let same = !is_in_full || text.contains("check-") || human.out.contains(text);
            assert!(!text.is_empty() && same, "{text}\n{}", human.out);
        }
    }
    assert_eq!(report["counts"]["failed"], failed);
    assert!(failed > 30 && in_full > 10, "{failed} {in_full}");
}

#[test]
fn a_closed_port_is_unreachable() {
    let base = closed();
    let ended = check(&["run", &base]);
    assert_eq!((ended.exit, ended.out.as_str()), (Exit::Unreachable, ""));
    insta::assert_snapshot!(ended.err.trim_start_matches("\r").replace(&base, "BASE"), @r"
    error: BASE gives no answer: no connection: connection refused

      start the server, or see whether scheme, host and port of BASE are right
    ");
}

#[test]
fn what_gives_no_http_answer_is_unreachable() {
    let mut kept = Vec::new();
    let silent = serve_raw(move |stream| kept.push(stream.try_clone().unwrap()));
    assert_eq!(check(&["run", &silent, "--timeout", "0.1"]).exit, Exit::Unreachable);
    let hangs_up = serve_raw(|_| ());
    assert_eq!(check(&["run", &hangs_up]).exit, Exit::Unreachable);
    let no_tls = good().replace("http", "https");
    assert_eq!(check(&["run", &no_tls]).exit, Exit::Unreachable);
}

#[test]
fn a_server_that_hangs_up_on_one_request_fails_its_check() {
    let server = reference("good");
    let base = serve_raw(move |stream| {
        use std::io::Write as _;
        let Some(raw) = read(stream) else { return };
        let query = String::from_utf8(raw.query.clone()).unwrap();
        // A PUT is asked for by checks of the methods.
        if query.contains("%zz") && raw.path == "/api/sso/authenticate" && raw.method != "PUT" {
            return;
        }
        let reply = server(&raw);
        let body = if raw.method == "HEAD" { "" } else { &reply.body };
        let mut text = format!("HTTP/1.0 {}\r\n", reply.status);
        for (name, value) in &reply.headers {
            text += &format!("{name}:{value}\r\n");
        }
        stream.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    });
    let ended = check(&["run", &base]);
    assert_eq!(ended.exit, Exit::Failed);
    assert!(ended.out.contains("2 failed, 0 could not run"), "{}", ended.out);
    for check in ["connection.brings-whole-answers", "encoding.refuses-broken-escape"] {
        assert!(ended.out.contains(&format!("failed {check} (MUST)")), "{}", ended.out);
    }
}

#[test]
fn a_key_that_the_server_refuses_leaves_the_run_incomplete() {
    let ended = check_with(&["run", &good()], Some("a-key-that-nobody-was-given"), "");
    assert_eq!(ended.exit, Exit::Incomplete, "{}", ended.out);
    assert!(ended.out.contains("INCOMPLETE: "), "{}", ended.out);
    assert!(ended.out.contains("the server refuses the key: is it"), "{}", ended.out);
    assert!(!ended.out.contains("\nfailed"), "{}", ended.out);
}

#[test]
fn a_key_from_a_file_is_used_without_its_line_end() {
    let line = file("key-with-line-end", format!("{KEY}\r\n").as_bytes());
    let line = line.to_str().unwrap();
    let ended = check_with(&["run", &good(), "--ssokey-file", line], Some("another key"), "");
    assert_eq!(ended.exit, Exit::Success);
}

#[test]
fn what_kept_a_run_from_judging_stands_beside_its_verdict() {
    let ended = check_with(&["run", &good()], Some("a key that nobody was given"), "");
    assert_eq!(ended.exit, Exit::Incomplete, "{}", ended.out);
    let why = ended.out.lines().nth(2).unwrap();
    assert_eq!(why, "  The server refuses the key: is it a key of this server, and enabled?");
}

#[test]
fn usage_errors_say_what_to_do_next() {
    let two_lines = file("two-lines", b"ssokey:\nsecret\n");
    let two_lines = two_lines.to_str().unwrap();
    let empty = file("empty", b"\n");
    let empty = empty.to_str().unwrap();
    let same = file("same", b"secret\n");
    let same = same.to_str().unwrap();
    let base = closed();
    for (args, key, advice) in [
        (&["run"][..], None, "give it like http://127.0.0.1:8080"),
        (&["run", &base], None, "add --ssokey-file FILE, or set SSOKEY_CHECK_KEY"),
        (&["run", &base, "--ssokey", "secret"], None, "--ssokey-file"),
        (&["run", &base, "--ssokey-file", "/nowhere"], None, "give the path of a file"),
        (&["run", &base, "--ssokey-file", empty], None, "hold the key and nothing else"),
        (&["run", &base, "--ssokey-file", two_lines], None, "hold the key and nothing else"),
        (&["run", "127.0.0.1"], Some("secret"), "like http://127.0.0.1:8080"),
        (&["run", "http://x/?ssokey=secret"], Some(KEY), "like http://127.0.0.1:8080"),
        (&["run", "http://server.example"], Some("secret"), "add --allow-remote"),
        (
            &["run", &base, "--product", "chat"],
            Some("secret"),
            "name the server's products in --products",
        ),
        (&["run", &base, "--products", "mail,mail"], Some("secret"), "name each once"),
        (&["run", &base, "--products", "Mail"], Some("secret"), "lower-case letters"),
        (&["run", &base, "--timeout", "0"], Some("secret"), "from 0.001 to 3600"),
        (&["run", &base, "--report", "xml"], Some("secret"), "json"),
        (
            &["run", &base, "--second-ssokey-file", same],
            Some("secret"),
            "the key of a different company",
        ),
        (&["rules"], None, "give it like http://127.0.0.1:8080"),
        (&["rules", &base], None, "add --ssokey-file FILE, or set SSOKEY_CHECK_KEY"),
        (&["rules", &base, "--sequences", "0"], Some("secret"), "'--sequences <NUMBER>'"),
        (&["replay", "/nowhere"], Some("secret"), "`ssokey-check rules --reproduce DIR` wrote"),
        (&["explain", "key.refuse-unknown"], None, "did you mean `key.refuses-unknown`?"),
        (&["explain", "nothing"], None, "`ssokey-check list` names them all"),
        (&["serve", "--fault", "key-is-trimed"], None, "did you mean `key-is-trimmed`?"),
        (&["serve", "--variant", "nothing"], None, "`ssokey-check serve --list`"),
        (&["serve", "--credentials", "/dev/null/x"], None, "a folder of your own"),
        (&["selftest", "--fault", "token-is-kep"], None, "did you mean `token-is-kept`?"),
        (&["walk"], None, "--help"),
        (&[], None, "Usage:"),
    ] {
        let ended = check_with(args, key, "");
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""), "{args:?}");
        assert!(ended.err.contains(advice), "{args:?}: {}", ended.err);
        assert!(!ended.err.contains("secret"), "{args:?}: {}", ended.err);
    }
}

#[test]
fn every_level_has_help_with_an_example() {
    let commands = [
        "",
        "run",
        "rules",
        "replay",
        "driver",
        "timing",
        "lint",
        "diff",
        "list",
        "explain",
        "completions",
        "serve",
        "selftest",
    ];
    for command in commands {
        let args = [command, "--help"];
        let ended = check(if command.is_empty() { &args[1..] } else { &args });
        assert_eq!((ended.exit, ended.err.as_str()), (Exit::Success, ""));
        assert!(ended.out.contains("Example"), "{}", ended.out);
        assert!(!ended.out.contains(KEY));
    }
}

#[test]
fn checks_and_requirements_are_explained() {
    insta::assert_snapshot!(check(&["explain", "answer.keeps-document-order"]).out);
    insta::assert_snapshot!(check(&["explain", "SSO-KEY-002"]).out);
    let listed = check(&["list"]).out;
    assert!(listed.lines().all(|line| line.contains("SSO-")), "{listed}");
}

/// A hostile server: everything that it was sent comes back in every place that a report could quote.
fn echo(raw: &Raw) -> Reply {
    let sent = [raw.query.clone(), raw.body.clone()].concat();
    let sent = String::from_utf8_lossy(&sent).into_owned();
    let decoded = sent.replace("%40", "@").replace("%20", " ");
    let text = Value::from(decoded.as_str()).to_string();
    let token = format!("given-{}-away", sent.len());
    let line: String = decoded.chars().filter(|it| matches!(it, ' '..='~')).collect();
    let header = if line.len() < 2000 { format!("{token} {line}") } else { token.clone() };
    Reply {
        status: if sent.len().is_multiple_of(2) { 200 } else { 400 },
        headers: ["Content-Type", "Cache-Control", "Access-Control-Echo"]
            .map(|name| (name.to_owned(), header.clone()))
            .into(),
        body: format!(
            r#"{{"error":{{"code":{text},"name":{text},"details":{text}}},"status_code":{text},"stat":{text},{text}:1,
            "return":{{"email":{text},"token":"{token}","userId":{text},"companyId":{text},"loginId":{text}}}}}"#
        ),
    }
}

#[test]
fn no_report_holds_a_secret() {
    use std::sync::{Arc, Mutex};
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&sent);
    let base = serve(move |raw| {
        let text = [raw.query.clone(), raw.body.clone()].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        log.lock().unwrap().push(text);
        echo(raw)
    });
    let files = FORMS.map(|(form, ..)| file(&format!("echoed.{form}"), b""));
    let reports = FORMS.iter().zip(&files);
    let reports: Vec<_> =
        reports.map(|((form, ..), file)| format!("--report={form}={}", file.display())).collect();
    let args = ["run", &base].into_iter().chain(reports.iter().map(String::as_str));
    let ended = check(&args.collect::<Vec<_>>());
    assert_eq!(ended.exit, Exit::Failed);
    // What every password begins with: the 32 digits after the first one's name.
    let first = sent.lock().unwrap().iter().find_map(|text| {
        let (_, password) = text.split_once("password=")?;
        password.get(..32).map(str::to_owned)
    });
    let secrets = [KEY.to_ascii_lowercase(), first.unwrap()];
    for file in files {
        let report = std::fs::read_to_string(file).unwrap();
        let said = format!("{report}{}{}", ended.out, ended.err).to_ascii_lowercase();
        assert!(report.contains("[key]"), "the server's echo is quoted at all");
        for secret in &secrets {
            assert!(!said.contains(secret), "{secret} in {said}");
            assert!(!said.contains(&secret[..secret.len() - 1]), "{secret} in {said}");
        }
        assert!(report.contains("[token]") && !said.contains("-away"), "{said}");
    }
}

#[test]
fn the_program_ignores_a_proxy_for_loopback_and_writes_no_styles_into_a_pipe() {
    let base = serve(ok_to_everything);
    let output = Command::new(env!("CARGO_BIN_EXE_ssokey-check"))
        .args(["run", &base])
        .env("SSOKEY_CHECK_KEY", KEY)
        .env("http_proxy", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty(), "no progress without a terminal");
    assert!(output.stdout.starts_with(base.as_bytes()));
    assert!(!output.stdout.contains(&0x1b));
}
