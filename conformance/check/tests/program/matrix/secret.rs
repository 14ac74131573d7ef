//! No secret of a run is in anything that the kit writes: every file and every line is searched for all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use ssokey_check::Exit;
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY};

use crate::decoding::{readings, unescape};
use crate::program::{check_keys, file};
use crate::reading::FORMS;
use crate::server::{Raw, Reply, reference, serve};

/// A text of this length is not found by chance.
const TELLING: usize = 16;

/// Checks that send every secret and are answered with all that a server gives.
const TELLING_CHECKS: [&str; 6] =
    ["key.*", "way.*", "launch.*", "exchange.*", "session.*", "routing.*"];

/// The texts that a server was sent or has given and that nobody else may see.
#[derive(Clone, Default)]
pub(crate) struct Seen(pub(crate) Arc<Mutex<BTreeSet<String>>>);

impl Seen {
    pub(crate) fn add(&self, secret: &str) {
        if secret.len() >= TELLING {
            self.0.lock().unwrap().insert(secret.to_owned());
        }
    }

    pub(crate) fn request(&self, raw: &Raw) {
        for text in [&raw.query, &raw.body].map(|bytes| String::from_utf8_lossy(bytes)) {
            let fields = text.split('&').filter_map(|field| field.strip_prefix("password="));
            fields.for_each(|password| self.add(&unescape(&password.replace('+', " "))));
            let json = serde_json::from_str::<Value>(&text).unwrap_or_default();
            self.add(json["password"].as_str().unwrap_or_default());
        }
    }

    pub(crate) fn answer(&self, reply: &Reply) {
        let token = reply.body.split_once("\"token\":\"").and_then(|(_, rest)| rest.get(..36));
        self.add(token.unwrap_or_default());
        let location = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
        let code = location.and_then(|(_, value)| value.rsplit_once("code="));
        self.add(code.map_or("", |(_, code)| code));
    }

    /// The reference server of this name, watched.
    fn serve(&self, name: &str) -> String {
        let (server, seen) = (reference(name), self.clone());
        serve(move |raw| {
            seen.request(raw);
            let reply = server(raw);
            seen.answer(&reply);
            reply
        })
    }
}

/// Every file below the folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|it| if it.is_dir() { files(&it) } else { vec![it] }).collect()
}

#[test]
fn no_secret_of_any_run_is_in_any_file_that_the_kit_wrote() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("secrets");
    drop(fs::remove_dir_all(&folder));
    let product_secret = file("secrets.product", PRODUCT_SECRET.as_bytes());
    let product_secret = format!("--product-secret-file={}", product_secret.display());
    let seen = Seen::default();
    for secret in [KEY, SECOND_KEY, PRODUCT_SECRET] {
        seen.add(secret);
    }
    // One that says what it was sent wherever it can, one with each other way to give something away, and one that fails in `rules`.
    for name in [
        "good",
        "key-is-echoed",
        "password-is-in-header",
        "path-is-echoed",
        "token-is-in-location",
        "token-outlives-password",
    ] {
        let (base, at) = (seen.serve(name), folder.join(name));
        fs::create_dir_all(&at).unwrap();
        let place = |file: &str| at.join(file).into_os_string().into_string().unwrap();
        let said = |file: &str, args: &[&str]| {
            let ended = check_keys(args);
            let could = [Exit::Success, Exit::Failed, Exit::Incomplete].contains(&ended.exit);
            assert!(could, "{name} {args:?}: {}", ended.err);
            fs::write(place(&format!("{file}.out")), ended.out).unwrap();
            fs::write(place(&format!("{file}.err")), ended.err).unwrap();
            ended.exit
        };
        let reports = |of: &str| {
            FORMS.map(|(form, ..)| format!("--report={form}={}", place(&format!("{of}.{form}"))))
        };
        let (run, lint, har) = (reports("run"), reports("lint"), place("run.har"));
        let with = |args: &[&str], more: &[String]| {
            let more = more.iter().cloned();
            args.iter().map(|it| (*it).to_owned()).chain(more).collect::<Vec<_>>()
        };
        // The good one is judged whole, the others by what makes them give something away.
        let only = if name == "good" { &[][..] } else { &TELLING_CHECKS };
        let only: Vec<_> = only.iter().map(|check| format!("--only={check}")).collect();
        let calls = [
            (
                "run",
                with(
                    &["run", &base, &product_secret, "--record", &har],
                    &[&run[..], &only].concat(),
                ),
            ),
            ("lint", with(&["lint", &har], &lint)),
            ("diff", with(&["diff", &har, &base, &product_secret], &only)),
            (
                "rules",
                with(&["rules", &base, "--json", "--seed=1", "--reproduce", &place("rules")], &[]),
            ),
            // A busy machine has differences of its own, but none of ten seconds.
            (
                "timing",
                with(&["timing", &base, "--samples=20", "--resolution=10000", "--json"], &[]),
            ),
        ];
        let exits = calls
            .map(|(file, args)| said(file, &args.iter().map(String::as_str).collect::<Vec<_>>()));
        // What nobody finds may have been given to nobody.
        assert_eq!(exits.contains(&Exit::Failed), name != "good", "{name}: {exits:?}");
    }
    let secrets = seen.0.lock().unwrap();
    let files = files(&folder);
    assert!(secrets.len() > 1000 && files.len() > 100, "{} {}", secrets.len(), files.len());
    let written =
        |ending: &str| files.iter().any(|it| it.extension().is_some_and(|it| it == ending));
    assert!(["har", "html", "junit", "sh", "hurl"].into_iter().all(written), "{files:?}");
    let search =
        aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(secrets.iter());
    let search = search.unwrap();
    for file in files {
        for text in readings(&fs::read_to_string(&file).unwrap()) {
            let found = search.find(&text).map(|it| &text[it.start().saturating_sub(80)..it.end()]);
            assert_eq!(found, None, "{}", file.display());
        }
    }
}
