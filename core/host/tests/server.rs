//! The example server: its storage keeps every promise, and the kit judges it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../examples/server/main.rs"]
#[expect(dead_code, reason = "its `main` is for people")]
mod server;

use std::future::pending;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use server::Host;
use server::sqlite::{Failed, Sqlite, line};
use ssokey_conformance::format::ProductName;
use ssokey_conformance::message::Credential;
use ssokey_conformance::record::{Outcome, Verdict};
use ssokey_conformance::suite::{Seed, Settings, Suite};
use ssokey_conformance::transport::{Http, Target};
use ssokey_host::Trouble;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

#[tokio::test]
async fn the_storage_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    for (number, test) in ssokey_host::testing::tests().into_iter().enumerate() {
        let storage = Sqlite::open(folder.path().join(format!("{number}.db"))).unwrap();
        assert_eq!(test.run(&storage).await, Ok(()));
    }
}

#[test]
fn tables_of_a_different_version_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sso.db");
    drop(Sqlite::open(&file).unwrap());
    drop(Sqlite::open(&file).unwrap());
    let db = rusqlite::Connection::open(&file).unwrap();
    for change in [
        "INSERT INTO ssokey_migrations (name) VALUES ('9999_newer')",
        "DELETE FROM ssokey_migrations WHERE name < '9999' AND name > '0006'",
        "DELETE FROM ssokey_migrations WHERE name = '9999_newer'",
    ] {
        db.execute(change, []).unwrap();
        let Err(error) = Sqlite::open(&file) else { panic!("{change}") };
        assert!(error.to_string().contains("different version"), "{error}");
    }
}

#[test]
fn what_is_logged_of_a_failed_call_is_its_code_and_no_word_of_its_error() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE one (a TEXT UNIQUE); INSERT INTO one VALUES ('secret')")
        .unwrap();
    for (error, said) in [
        (
            db.execute("INSERT INTO one VALUES ('secret')", []).unwrap_err().into(),
            "`save_token` failed: ConstraintViolation",
        ),
        (serde_json::from_str::<u64>(r#""secret""#).unwrap_err().into(), "`save_token` failed"),
        (Failed::from("secret"), "`save_token` failed"),
    ] {
        let trouble = Trouble::Storage { call: "save_token", error };
        assert_eq!(line(&trouble), said);
    }
    assert!(line(&Trouble::NoEntropy).contains("random"));
}

fn host(file: &Path) -> Host {
    Host::new(Sqlite::open(file).unwrap(), ssokey_core::Settings::default()).unwrap()
}

/// Serves the host on a free port until the task is aborted.
async fn served(host: Host) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(server::serve(listener, Arc::new(host), pending())))
}

/// Returns a member of what a command answers.
async fn issued(host: &Host, command: &str, member: &str) -> String {
    let answer: Value = serde_json::from_str(&host.carry_out(command).await).unwrap();
    answer["return"][member].as_str().unwrap_or_else(|| panic!("{answer}")).into()
}

/// Returns the key of a new company.
async fn key(host: &Host, name: &str) -> String {
    let email = format!("it@{name}.example");
    let add = format!(
        r#"{{"command":"add_company","name":"{name}","domain":"{name}.example","email":"{email}"}}"#
    );
    let issue = format!(r#"{{"command":"issue_key","companyEmail":"{email}"}}"#);
    assert!(host.carry_out(&add).await.contains(r#""stat":"ok""#));
    issued(host, &issue, "ssokey").await
}

/// Returns the secret of a new product.
async fn secret(host: &Host, name: &str) -> Credential {
    let set = format!(
        r#"{{"command":"set_product","name":"{name}","launchUrl":"https://{name}.example/enter"}}"#
    );
    Credential::new(issued(host, &set, "secret").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kit_calls_the_server_conformant_its_rules_included() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(host(&folder.path().join("sso.db")));
    let first = Credential::new(key(&host, "partner").await);
    let mut settings = Settings::new("the example", first, Seed::fixed(7));
    settings.second_key = Some(Credential::new(key(&host, "other").await));
    settings.product_secret = Some(secret(&host, "livechat").await);
    settings.second_product = Some(ProductName::parse("email").unwrap());
    settings.second_product_secret = Some(secret(&host, "email").await);
    settings.jobs = 2;
    settings.exchanges = false;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, host, async {
        drop(ended.await);
    }));
    let record = tokio::task::spawn_blocking(move || {
        let mut transport = Http::new(&target, Duration::from_secs(30));
        Suite::v1().run(&mut transport, settings).unwrap()
    })
    .await
    .unwrap();
    end.send(()).unwrap();
    serving.await.unwrap();

    let others: Vec<_> = record
        .checks
        .iter()
        .filter(|finding| !matches!(finding.outcome, Outcome::Passed))
        .map(|finding| finding.id)
        .collect();
    // Of its settings alone the option for legacy clients is off.
    assert_eq!(others, ["legacy.ends-with-success", "legacy.sends-errors-with-200"]);
    assert_eq!(record.verdict, Verdict::Conformant);
    let sequences = record.sequences.unwrap();
    assert_eq!(sequences.verdict(), Verdict::Conformant, "{}", sequences.summary());
    assert!(sequences.played > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_its_answers_unread_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (address, serving) = served(host(&folder.path().join("sso.db"))).await;

    let why = tokio::task::spawn_blocking(move || {
        let mut client = TcpStream::connect(address).unwrap();
        client.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        let requests = b"GET /healthz HTTP/1.1\r\nHost: sso.example\r\n\r\n".repeat(1_000);
        loop {
            if let Err(error) = client.write_all(&requests) {
                break error.kind();
            }
        }
    })
    .await
    .unwrap();
    assert!(matches!(why, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{why}");
    serving.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_storage_stays_locked_is_answered_as_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sso.db");
    let host = host(&file);
    let key = key(&host, "partner").await;
    let (address, serving) = served(host).await;

    let (locked, free) = tokio::task::spawn_blocking(move || {
        let db = rusqlite::Connection::open(&file).unwrap();
        db.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let locked = sign_on(address, &key);
        db.execute_batch("ROLLBACK").unwrap();
        (locked, sign_on(address, &key))
    })
    .await
    .unwrap();
    assert!(locked.starts_with("HTTP/1.1 503") && locked.contains(r#""code":5030"#), "{locked}");
    assert!(free.starts_with("HTTP/1.1 200") && free.contains(r#""stat":"ok""#), "{free}");
    serving.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_to_a_head_says_the_length_of_that_to_a_get() {
    let folder = tempfile::tempdir().unwrap();
    let (address, serving) = served(host(&folder.path().join("sso.db"))).await;

    let [get, head] = tokio::task::spawn_blocking(move || {
        ["GET", "HEAD"].map(|method| {
            let head =
                format!("{method} /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            exchange(address, &head)
        })
    })
    .await
    .unwrap();
    let (_, body) = get.split_once("\r\n\r\n").unwrap();
    assert!(body.contains(r#""code":4040"#), "{get}");
    assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    serving.abort();
}

/// Signs a user on, and returns the answer.
fn sign_on(address: SocketAddr, key: &str) -> String {
    let body =
        format!("email=ada%40partner.example&password=correct+horse&product=email&ssokey={key}");
    let request = format!(
        "POST /api/sso/authenticate HTTP/1.1\r\nHost: sso.example\r\nConnection: close\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(address, &request)
}

/// Sends a request, and returns all that comes.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(unix)]
#[test]
fn a_server_that_is_terminated_answers_what_has_come() {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    struct Running(Child);
    impl Drop for Running {
        fn drop(&mut self) {
            // It has ended, unless the test failed.
            drop(self.0.kill());
            drop(self.0.wait());
        }
    }

    let folder = tempfile::tempdir().unwrap();
    // Cargo puts this test into `deps`, and builds the examples beside that.
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/server");
    let server = Command::new(program)
        .args([folder.path().join("sso.db").to_str().unwrap(), "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("`cargo test` builds the examples only where no test is named");
    let mut server = Running(server);
    let mut base = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut base).unwrap();
    let address = base.trim().strip_prefix("http://").unwrap();

    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    client
        .write_all(
            b"POST /api/sso/authenticate HTTP/1.1\r\nHost: sso.example\r\nExpect: 100-continue\r\n\
            Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\n",
        )
        .unwrap();
    // Asking for the body says that the request has come.
    let mut asked = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    client.read_exact(&mut asked).unwrap();
    let pid = server.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    // Time in which a server that does not wait would have ended.
    std::thread::sleep(Duration::from_millis(300));
    client.write_all(b"email=a").unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains(r#""stat":"fail""#), "{answer}");
    // What has answered all ends at once.
    let ended = (0..300).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        server.0.try_wait().unwrap()
    });
    assert!(ended.unwrap().success());
}
