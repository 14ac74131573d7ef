//! The kit against servers in other languages, written from `spec/` alone: it finds nothing to complain of in a good one, and
//! of two that were written as teams write them it names what they broke.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

/// Keys of a different origin than ours, of 22 characters or more, and the secrets of two products: option and content.
const CREDENTIALS: [(&str, &str); 4] = [
    ("--ssokey-file", "a key between strangers"),
    ("--second-ssokey-file", "a key of other strangers"),
    ("--product-secret-file", "a secret between strangers"),
    ("--second-product-secret-file", "a second secret between strangers"),
];

/// All but the one that every server has.
const EVERY_PROFILE: &str = "launch,direct,session,isolation,legacy";

/// Returns the folder of the servers.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign")
}

/// The files of the credentials, one for each option, written once: the servers of other tests read them meanwhile.
fn credentials() -> [(&'static str, PathBuf); 4] {
    static FILES: LazyLock<[(&str, PathBuf); 4]> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        CREDENTIALS.map(|(option, text)| {
            let file = folder.join(format!("stranger{option}"));
            fs::write(&file, text).unwrap();
            (option, file)
        })
    });
    FILES.clone()
}

/// The same as arguments, for servers whose products have one secret.
fn options() -> Vec<OsString> {
    let [first, second, secret, _] = credentials();
    let options = [first, second, secret].into_iter();
    options.flat_map(|(option, file)| [option.into(), file.into()]).collect()
}

/// A second product with a secret of its own, as arguments of the server and of the kit.
fn second_product(name: &str) -> [OsString; 4] {
    let [.., (option, file)] = credentials();
    ["--second-product".into(), name.into(), option.into(), file.into()]
}

/// The same with hashes that cost next to nothing, as those of the other servers do here, and with these options.
fn python_options(more: &[&str]) -> Vec<OsString> {
    let more = ["--scrypt-n", "16"].iter().chain(more).map(OsString::from);
    options().into_iter().chain(more).collect()
}

/// A server in a process of its own, which ends with the test.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    /// Starts the one in this file and waits for the line that says where it is; PHP's goes to standard error.
    fn start(command: &mut Command, file: &str, args: &[OsString]) -> Self {
        let program = command.get_program().to_owned();
        let command = command.arg(folder().join(file)).args(args).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|_| {
            panic!("{} is needed for this test: install it", program.display());
        });
        let out: Box<dyn Read + Send> = match process.stderr.take() {
            Some(err) => Box::new(err),
            None => Box::new(process.stdout.take().unwrap()),
        };
        let mut lines = BufReader::new(out);
        let mut said = String::new();
        let base = loop {
            let read = lines.read_line(&mut said).unwrap();
            assert!(read > 0, "{} ended before it was ready: {said}", program.display());
            let url =
                said.lines().last().and_then(|line| line.find("http://").map(|at| &line[at..]));
            if let Some(url) = url {
                break url.split([')', ' ']).next().unwrap().trim_end().to_owned();
            }
        };
        // A server that writes a log must not come to wait for a reader.
        std::thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
        Self { process, base }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already; there is nobody to tell.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the program, of which the report is JSON; gives the exit code and the report.
fn program<Word: AsRef<OsStr>>(args: &[Word]) -> (Option<i32>, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ssokey-check"));
    program.args(args).env("SSOKEY_CHECK_KEY", CREDENTIALS[0].1);
    let output = program.output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    (output.status.code(), report.unwrap_or_else(|_| panic!("{output:?}")))
}

/// Runs all checks by this action.
fn judge<Word: Into<OsString> + Clone>(action: &str, args: &[Word]) -> (Option<i32>, Value) {
    let before = [action, "--report", "json"].map(OsString::from);
    let args: Vec<_> = args.iter().cloned().map(Into::into).collect();
    program(&[&before[..], &options(), &args].concat())
}

/// Every check passed, but for these, which are not applicable.
fn check_conformant((code, report): (Option<i32>, Value), left_out: &[&str]) {
    assert_eq!(code, Some(0), "{report}");
    let checks = report["checks"].as_array().unwrap().iter();
    let others = checks.filter(|check| check["outcome"] != "passed");
    let others: Vec<_> = others.map(|check| (&check["id"], &check["outcome"])).collect();
    let left_out = left_out.iter().map(|id| (Value::from(*id), Value::from("not_applicable")));
    let left_out: Vec<_> = left_out.collect();
    assert_eq!(others, left_out.iter().map(|(id, outcome)| (id, outcome)).collect::<Vec<_>>());
}

/// Judges a server of these products that has made these mistakes: each breaks these requirements, and no others are named.
fn check_mistakes(base: &str, products: &str, mistakes: &[(&str, &[&str])]) {
    let (code, report) = judge("run", &[base, "--jobs", "2", "--products", products]);
    assert_eq!(code, Some(1), "{report}");
    assert_eq!(report["verdict"], "not_conformant");
    assert_eq!(report["counts"]["could_not_run"], 0, "{report}");
    let checks = report["checks"].as_array().unwrap();
    let failed = checks.iter().filter(|check| check["outcome"] == "failed");
    let named = failed.flat_map(|check| check["requirements"].as_array().unwrap());
    let named: BTreeSet<_> = named.map(|requirement| requirement["id"].as_str().unwrap()).collect();
    let broken: BTreeSet<_> = mistakes.iter().flat_map(|(_, broken)| *broken).copied().collect();
    let missed: Vec<_> = broken.difference(&named).collect();
    let wronged: Vec<_> = named.difference(&broken).collect();
    assert!(missed.is_empty() && wronged.is_empty(), "missed {missed:?}, wronged {wronged:?}");
}

// proves: SSO-RULE-001 SSO-RULE-002 SSO-RULE-003 SSO-REQ-001 SSO-RSP-002 SSO-RSP-014
#[test]
fn a_server_written_from_the_spec_alone_conforms_in_every_profile() {
    let second = second_product("remote");
    let options = [&python_options(&["--legacy-status"]), &second[..]].concat();
    let server = Server::start(&mut Command::new("python3"), "server.py", &options);
    let args = [server.base.as_str(), "--jobs", "2", "--profile", EVERY_PROFILE];
    check_conformant(judge("run", &[&args.map(OsString::from)[..], &second].concat()), &[]);
}

// proves: SSO-REQ-012
#[test]
fn the_same_server_conforms_with_products_of_its_own_and_without_its_option_for_legacy_clients() {
    let products = ["--products", "chat,help-desk,9"];
    let second = second_product("help-desk");
    let options = [&python_options(&products), &second[..]].concat();
    let server = Server::start(&mut Command::new("python3"), "server.py", &options);
    let args = [&[server.base.as_str(), "--jobs", "2"], &products[..]].concat();
    let args: Vec<_> = args.iter().map(OsString::from).chain(second).collect();
    check_conformant(
        judge("run", &args),
        &["legacy.ends-with-success", "legacy.sends-errors-with-200"],
    );
}

#[test]
fn the_same_server_without_http_conforms_through_a_driver() {
    let program = folder().join("driver.py");
    let second = second_product("accounts");
    let profiles = ["--profile", EVERY_PROFILE].map(OsString::from);
    let driver = ["--", "python3", "-B"].map(OsString::from);
    let options = [&python_options(&["--legacy-status"]), &second[..]].concat();
    let args = [&profiles[..], &second, &driver, &[program.into()], &options].concat();
    check_conformant(judge("driver", &args), &[]);
}

// proves: SSO-RSP-014
#[test]
fn a_server_that_has_to_have_its_option_for_legacy_clients_and_has_not_is_told_so() {
    let server = Server::start(&mut Command::new("python3"), "server.py", &python_options(&[]));
    let args = [server.base.as_str(), "--jobs", "2", "--profile", EVERY_PROFILE];
    let (code, report) = judge("run", &args);
    assert_eq!(code, Some(1), "{report}");
    let checks = report["checks"].as_array().unwrap().iter();
    let failed: Vec<_> =
        checks.filter(|it| it["outcome"] == "failed").map(|it| &it["id"]).collect();
    assert_eq!(failed, ["legacy.ends-with-success", "legacy.sends-errors-with-200"]);
}

#[test]
fn a_server_in_php_is_told_what_its_four_mistakes_break() {
    let database = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stranger.sqlite");
    drop(fs::remove_file(&database));
    let [key, second_key, ..] = credentials();
    let server = Server::start(
        Command::new("php")
            .env("SSOKEY_FILE", key.1)
            .env("SECOND_SSOKEY_FILE", second_key.1)
            .env("DATABASE", database)
            .env("BCRYPT_COST", "4")
            .args(["-d", "display_errors=0", "-S", "127.0.0.1:0"])
            .stderr(Stdio::piped()),
        "server.php",
        &[],
    );
    check_mistakes(
        &server.base,
        "mail,calendar,livechat",
        &[
            (
                "fields are read where PHP puts them",
                &["SSO-REQ-005", "SSO-REQ-006", "SSO-REQ-007", "SSO-REQ-019", "SSO-SES-002"],
            ),
            ("and a body of multipart/form-data too", &["SSO-REQ-017"]),
            (
                "every field is trimmed",
                &[
                    "SSO-REQ-009",
                    "SSO-REQ-012",
                    "SSO-REQ-014",
                    "SSO-REQ-023",
                    "SSO-KEY-001",
                    "SSO-OUT-003",
                    "SSO-DIR-010",
                ],
            ),
            // One check compares what all operations say of a user.
            ("so answers name another e-mail", &["SSO-RULE-002", "SSO-SES-001", "SSO-EXC-001"]),
            ("a user and a password of direct sign-in as well", &["SSO-DIR-001", "SSO-DIR-003"]),
            // Named because one check of direct sign-in is about both this one and SSO-REQ-014.
            ("JSON values that are not strings are refused, though", &["SSO-REQ-015"]),
            ("bcrypt sees 72 bytes and refuses NUL", &["SSO-REQ-013"]),
            // One check is about all that a replacement has to do, one about all that ends a token.
            (
                "tokens outlive a replaced password",
                &["SSO-SES-003", "SSO-SES-005", "SSO-DIR-008", "SSO-OUT-002"],
            ),
        ],
    );
}

fn node() -> Command {
    let [key, second_key, product_secret, _] = credentials();
    let mut node = Command::new("node");
    node.env("SSOKEY_FILE", key.1)
        .env("SECOND_SSOKEY_FILE", second_key.1)
        .env("PRODUCT_SECRET_FILE", product_secret.1);
    node
}

#[test]
fn the_sixth_mistake_of_the_server_in_node_shows_in_time_alone() {
    let server = Server::start(&mut node(), "server.mjs", &[]);
    let (code, report) =
        program(&["timing", &server.base, "--product", "chat", "--samples", "20", "--json"]);
    assert_eq!((code, &report["answer"]), (Some(1), &"leak".into()), "{report}");
}

#[test]
fn a_server_in_node_is_told_what_its_five_mistakes_break() {
    let server = Server::start(node().env("SCRYPT_COST", "16"), "server.mjs", &[]);
    check_mistakes(
        &server.base,
        "chat,help-desk",
        &[
            // SSO-EXC-001 is named because another company's launch ends a code.
            ("users are found by e-mail alone", &["SSO-TEN-003", "SSO-TEN-004", "SSO-EXC-001"]),
            ("a body of any content type is taken", &["SSO-REQ-017"]),
            (
                "platform parsers repair what is broken",
                &["SSO-REQ-005", "SSO-REQ-006", "SSO-REQ-007"],
            ),
            ("details quote what was sent", &["SSO-RSP-008", "SSO-RSP-015"]),
            // SSO-SES-005 is named because tokens show it where there is no direct sign-in.
            ("scrypt pads passwords with NUL", &["SSO-DIR-003", "SSO-SES-005"]),
        ],
    );
}
