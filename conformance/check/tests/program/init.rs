//! The settings file of a first run.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use ssokey_check::{Console, Exit, Terminal, run};
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET};

use crate::program::{Ended, check, check_with, good};

/// A person who types these answers, and what was asked; an answer that must not be shown is marked.
#[derive(Default)]
struct Person {
    answers: VecDeque<(bool, String)>,
    asked: String,
}

const SHOWN: bool = false;
const HIDDEN: bool = true;

impl Person {
    fn typing(answers: &[(bool, &str)]) -> Self {
        let answers = answers.iter().map(|(hidden, text)| (*hidden, (*text).to_owned())).collect();
        Self { answers, asked: String::new() }
    }

    fn answer(&mut self, question: &str, hidden: bool) -> io::Result<String> {
        self.asked += &format!("{question}\n");
        let (expected, answer) = self.answers.pop_front().ok_or(io::ErrorKind::UnexpectedEof)?;
        assert_eq!(hidden, expected, "{question}");
        Ok(answer)
    }
}

impl Terminal for Person {
    fn ask(&mut self, question: &str) -> io::Result<String> {
        self.answer(question, SHOWN)
    }

    fn ask_secret(&mut self, question: &str) -> io::Result<String> {
        self.answer(question, HIDDEN)
    }

    fn say(&mut self, sentence: &str) -> io::Result<()> {
        self.asked += &format!("{sentence}\n");
        Ok(())
    }
}

/// Runs the program with somebody at the terminal.
fn check_asking(args: &[&str], person: &mut Person) -> Ended {
    let args = ["ssokey-check"].iter().chain(args).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let console = Console {
        input: &mut io::empty(),
        out: &mut out,
        err: &mut err,
        terminal: Some(person),
        progress: false,
    };
    let exit = run(args, |_| None, console);
    let [out, err] = [out, err].map(|text| String::from_utf8(text).unwrap());
    Ended { exit, out, err }
}

/// A new folder.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("init").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_asked_is_written_down_and_makes_a_run_that_tries_everything() {
    let folder = folder("asked");
    fs::write(folder.join(".gitignore"), "target").unwrap();
    let config = folder.join("settings.toml");
    let config = config.to_str().unwrap();
    let base = good();
    let mut person = Person::typing(&[
        (SHOWN, &base),
        (HIDDEN, KEY),
        (HIDDEN, SECOND_KEY),
        (HIDDEN, PRODUCT_SECRET),
        (HIDDEN, SECOND_PRODUCT_SECRET),
        (SHOWN, ""),
    ]);
    let ended = check_asking(&["init", "--config", config], &mut person);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert!(person.answers.is_empty());
    assert!(ended.out.contains(&format!("next: ssokey-check run --config {config}\n")));
    let files = ["key", "product-secret", "second-key", "second-product-secret"]
        .map(|it| format!("ssokey-check-{it}.txt"));
    let mut expected = vec![".gitignore".to_owned(), "settings.toml".to_owned()];
    expected.extend_from_slice(&files);
    assert_eq!(names(&folder), expected);
    #[cfg(unix)]
    for file in &files {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let ignored = fs::read_to_string(folder.join(".gitignore")).unwrap();
    assert_eq!(
        ignored,
        "target\n/ssokey-check-key.txt\n/ssokey-check-second-key.txt\n/ssokey-check-product-secret.txt\n/ssokey-check-second-product-secret.txt\n"
    );
    let written = fs::read_to_string(config).unwrap();
    for text in [&ended.out, &ended.err, &person.asked, &written] {
        for secret in [KEY, SECOND_KEY, PRODUCT_SECRET, SECOND_PRODUCT_SECRET] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let only = ["--only", "isolation.*", "--only", "exchange.*", "--only", "key.*"];
    let ran = check_with(&[&["run", "--config", config], &only[..]].concat(), None, "");
    assert_eq!(ran.exit, Exit::Success, "{}", ran.out);
    assert!(ran.out.contains(" 0 could not run"), "{}", ran.out);
    assert!(!ran.out.contains("not tried"), "{}", ran.out);
}

#[test]
fn nothing_that_is_there_is_replaced_without_being_told_and_nobody_is_asked_first() {
    let folder = folder("there");
    let config = folder.join("ssokey-check.toml");
    let key = folder.join("ssokey-check-key.txt");
    let args = ["init", "--config", config.to_str().unwrap()];
    for file in [&config, &key] {
        fs::write(file, "mine").unwrap();
        let ended = check_asking(&args, &mut Person::default());
        assert_eq!(ended.exit, Exit::Usage);
        let why = format!("`{}` is there already", file.display());
        assert!(ended.err.contains(&why) && ended.err.contains("--overwrite"), "{}", ended.err);
        assert_eq!(fs::read_to_string(file).unwrap(), "mine");
        fs::remove_file(file).unwrap();
    }
    fs::write(&key, "mine").unwrap();
    let args = [&args[..], &["http://127.0.0.1:1", "--overwrite"]].concat();
    let answers = [(HIDDEN, "theirs"), (HIDDEN, ""), (HIDDEN, ""), (HIDDEN, ""), (SHOWN, "")];
    let ended = check_asking(&args, &mut Person::typing(&answers));
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert_eq!(fs::read_to_string(&key).unwrap(), "theirs\n");
    assert!(
        ended.out.contains("keep out of version control: ssokey-check-key.txt\n"),
        "{}",
        ended.out
    );
    let written = fs::read_to_string(&config).unwrap();
    let written: Vec<_> = written.lines().skip(1).collect();
    assert_eq!(written, ["url = \"http://127.0.0.1:1\"", "ssokey-file = \"ssokey-check-key.txt\""]);
}

#[test]
fn without_a_terminal_options_say_everything() {
    let folder = folder("flags");
    let config = folder.join("ssokey-check.toml");
    let config = config.to_str().unwrap();
    let init = |args: &[&str], key, input| {
        check_with(&[&["init", "--config", config, "--overwrite"], args].concat(), key, input)
    };
    for (args, why) in [
        (&[] as &[&str], "there is no URL"),
        (&["ftp://h"], "http"),
        (&["http://127.0.0.1:1"], "there is no key"),
        (&["http://127.0.0.1:1", "--ssokey-file", "/nowhere"], "`/nowhere`"),
    ] {
        let ended = init(args, None, "");
        assert_eq!(ended.exit, Exit::Usage, "{}", ended.err);
        assert!(ended.err.contains(why), "{}", ended.err);
        assert_eq!(names(&folder), [""; 0]);
    }
    // The environment is still there when `run` reads it.
    let ended = init(&["https://sso.example.com/base", "--products", "chat,desk"], Some(KEY), "");
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert!(ended.out.contains(" --allow-remote\n"), "{}", ended.out);
    let written = fs::read_to_string(config).unwrap();
    let written: Vec<_> = written.lines().skip(1).collect();
    assert_eq!(
        written,
        ["url = \"https://sso.example.com/base\"", "products = [\"chat\", \"desk\"]"]
    );
    let args = ["https://sso.example.com", "--ssokey-file", "-", "--allow-remote"];
    let ended = init(&args, None, "a key of theirs\n");
    assert!(!ended.out.contains(" --allow-remote\n"), "{}", ended.out);
    let key = fs::read_to_string(folder.join("ssokey-check-key.txt")).unwrap();
    assert_eq!(key, "a key of theirs\n");
    assert!(fs::read_to_string(config).unwrap().ends_with("allow-remote = true\n"));
    // A file that is named stays where it is.
    let own = folder.join("own.txt");
    fs::write(&own, KEY).unwrap();
    let ended = init(&["http://127.0.0.1:1", "--ssokey-file", own.to_str().unwrap()], None, "");
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert!(fs::read_to_string(config).unwrap().contains(own.to_str().unwrap()));
}

#[test]
fn an_answer_that_cannot_be_is_asked_for_again() {
    let folder = folder("again");
    let config = folder.join("ssokey-check.toml");
    let mut person = Person::typing(&[
        (SHOWN, "sso.example.com"),
        (SHOWN, "https://sso.example.com"),
        (SHOWN, "y"),
        (HIDDEN, ""),
        (HIDDEN, "a key"),
        (HIDDEN, ""),
        (HIDDEN, ""),
        (HIDDEN, ""),
        (SHOWN, "no product!"),
        (SHOWN, "chat"),
    ]);
    let ended = check_asking(&["init", "--config", config.to_str().unwrap()], &mut person);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert!(fs::read_to_string(&config).unwrap().contains("allow-remote = true"));
    let mut gone = Person::typing(&[(SHOWN, "https://sso.example.com")]);
    let args = ["init", "--overwrite", "--config", config.to_str().unwrap()];
    assert_eq!(check_asking(&args, &mut gone).exit, Exit::Fault);
}

#[test]
fn a_run_without_a_url_says_how_to_begin() {
    let ended = check(&["run"]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.err.contains("have `ssokey-check init` ask for it"), "{}", ended.err);
}

#[test]
fn a_run_says_which_profiles_it_could_not_try_and_what_enables_them() {
    let only =
        ["--only", "isolation.*", "--only", "exchange.spends-code", "--only", "launch.signs-on"];
    let ended = check(&[&["run", &good()], &only[..]].concat());
    for line in [
        "not tried launch, 1 of 2 checks: it needs the product's secret: add --product-secret-file FILE\n",
        "not tried isolation: it needs the key of a second company: add --second-ssokey-file FILE\n",
    ] {
        assert!(ended.out.contains(line), "{}", ended.out);
    }
    let chosen = check(&["run", &good(), "--without", "isolation,launch", "--only", "key.*"]);
    assert!(!chosen.out.contains("not tried"), "{}", chosen.out);
}

#[test]
fn run_and_rules_read_the_settings_of_their_folder_unless_they_are_given_a_url() {
    let folder = folder("default");
    fs::write(folder.join("ssokey-check.toml"), format!("url = \"{}\"\ntimeout = 0", good()))
        .unwrap();
    for (args, reads) in [
        (&["run"] as &[&str], true),
        (&["rules"], true),
        (&["run", "http://127.0.0.1:1"], false),
        (&["driver", "--", "true"], false),
        (&["replay", "/nowhere"], false),
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ssokey-check"));
        let program = program.args(args).current_dir(&folder).env("SSOKEY_CHECK_KEY", KEY);
        let ended = program.output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        let told = err.contains("`ssokey-check.toml`, line 2: give seconds from");
        assert_eq!(told, reads, "{args:?} {err}");
    }
}
