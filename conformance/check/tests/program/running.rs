//! The effects of the options of a run.

use crate::program::{check, check_with, file, good};
use crate::server::{reference, serve};
use ssokey_check::Exit;
use ssokey_conformance::format::ProductName;
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_PRODUCT_SECRET};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn a_configuration_file_says_what_the_command_line_does_not() {
    let key = file("config.key", KEY.as_bytes());
    let config = file(
        "config.toml",
        format!(
            "url = \"{}\"\nssokey-file = \"{}\"\nreport = [\"json\"]\nonly = [\"key.*\"]\njobs = 2\n",
            good(),
            key.file_name().unwrap().to_str().unwrap()
        )
        .as_bytes(),
    );
    let config = config.to_str().unwrap();
    let ended = check_with(&["run", "--config", config], None, "");
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["counts"]["passed"], 8);
    let ended = check_with(&["run", "--config", config, "--report", "human"], None, "");
    assert!(ended.out.contains("CONFORMANT: 8 passed"), "{}", ended.out);
}

#[test]
fn a_configuration_that_cannot_be_meant_is_refused_without_being_quoted() {
    for (name, text, told) in [
        ("typo", "tiemout = 5", "line 1: unknown field `tiemout`"),
        (
            "secret",
            "url = \"http://127.0.0.1:1\"\nssokey = \"secret\"",
            "line 2: unknown field `ssokey`",
        ),
        ("bound", "timeout = 0", "give seconds from 0.001 to 3600"),
    ] {
        let config = file(&format!("{name}.toml"), text.as_bytes());
        let ended = check(&["run", "--config", config.to_str().unwrap()]);
        assert_eq!(ended.exit, Exit::Usage);
        assert!(ended.err.contains(told) && !ended.err.contains("secret\""), "{}", ended.err);
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let base = good();
    let empty = file("empty.baseline", b"");
    let typo = file("typo.baseline", b"[[known]]\nid = \"key.refuse-unknown\"\nreason = \"x\"\n");
    for (args, advice) in [
        (&["--without", "sign-on"][..], "other profiles"),
        (&["--without", "launch", "--profile", "launch"], "in one of them"),
        (&["--profile", "isolation"], "--second-ssokey-file"),
        (&["--only", "nothing.*"], "ssokey-check list"),
        (&["--only", "answer.is-compact", "--level", "must"], "lower --level"),
        (&["--baseline", "/nowhere"], "empty file"),
        (&["--baseline", typo.to_str().unwrap()], "did you mean `key.refuses-unknown`?"),
        (&["--headers-file", typo.to_str().unwrap()], "`Name: value`"),
        (&["--rate", "0"], "from 0.001"),
    ] {
        let args = [&["run", &base, "--baseline", empty.to_str().unwrap()][..2], args].concat();
        let ended = check(&args);
        assert_eq!(ended.exit, Exit::Usage, "{args:?}: {}", ended.err);
        assert!(ended.err.contains(advice), "{args:?}: {}", ended.err);
    }
}

#[test]
fn headers_of_a_file_go_out_with_every_request_and_into_no_report() {
    let seen = Arc::new(AtomicUsize::new(0));
    let (server, counted) = (reference("good"), Arc::clone(&seen));
    let base = serve(move |raw| {
        let token = raw.header("x-gate").unwrap_or_default().to_owned();
        counted.fetch_add(usize::from(token == "open sesame now"), Ordering::Relaxed);
        let mut reply = server(raw);
        reply.headers.push(("Access-Control-Echo".to_owned(), token));
        reply
    });
    let headers = file("headers", b"# the gate\nX-Gate: open sesame now\n\n");
    let ended =
        check(&["run", &base, "--headers-file", headers.to_str().unwrap(), "--report", "json"]);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.err);
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let [checks, steps] = [&report["requests"], &report["sequences"]["steps"]];
    let due = checks.as_u64().unwrap() + steps.as_u64().unwrap() / 2;
    assert!(u64::try_from(seen.load(Ordering::Relaxed)).unwrap() > due);
    assert!(ended.out.contains("[header]") && !ended.out.contains("sesame"));
}

#[test]
fn a_baseline_that_is_out_of_date_has_an_exit_code_of_its_own_and_every_form_names_the_entry() {
    let (base, id) = (good(), "key.refuses-unknown");
    let entry = |id, more| format!("[[known]]\nid = \"{id}\"\nreason = \"x\"\n{more}");
    let stale = file("stale.baseline", entry(id, "").as_bytes());
    let other = "session.minds-product-of-every-token";
    let expired = file("expired.baseline", entry(other, "expires = 2020-01-01\n").as_bytes());
    for (baseline, kind, told) in [
        (&stale, "stale", format!("{id} passes: take it out")),
        (&expired, "expired", format!("{other} is past its last day")),
    ] {
        let run = ["run", &base, "--only", id, "--baseline", baseline.to_str().unwrap()];
        for form in ["human", "junit", "markdown", "github", "html", "json"] {
            let ended = check(&[&run[..], &["--quiet", "--report", form]].concat());
            assert_eq!(ended.exit, Exit::Outdated, "{form} {kind}: {}", ended.out);
            let plain = ended.out.replace("<code>", "").replace("</code>", "").replace('`', "");
            match serde_json::from_str::<serde_json::Value>(&ended.out) {
                Ok(report) => assert_eq!(report["baseline"][kind].as_array().unwrap().len(), 1),
                Err(_) => assert!(plain.contains(&told), "{form} {kind}: {}", ended.out),
            }
        }
    }
}

#[test]
fn a_secret_whose_product_has_no_launch_leaves_what_needs_it_undone_and_the_run_incomplete() {
    let (base, secret) = (good(), file("product.secret", PRODUCT_SECRET.as_bytes()));
    let second = file("second-product.secret", SECOND_PRODUCT_SECRET.as_bytes());
    let secrets = ["--product-secret-file", secret.to_str().unwrap()];
    let secrets = [&secrets[..], &["--second-product-secret-file", second.to_str().unwrap()]];
    let only = ["run", &base, "--only", "exchange.refuses-other-products"];
    let last = ProductName::documented().last().unwrap().to_string();
    for (args, exit, told) in [
        (&["--second-product", "accounts"][..], Exit::Success, "passed: 1 check"),
        (
            &["--second-product", &last],
            Exit::Incomplete,
            &*format!("for the second product, `{last}`: give one that has a URL"),
        ),
        (&["--products", "livechat"], Exit::Incomplete, "name them all in --products"),
        (
            &["--product", &last, "--second-product", "accounts"],
            Exit::Incomplete,
            "choose a different product with --product",
        ),
    ] {
        let ended = check(&[&only[..], &secrets.concat(), args].concat());
        assert_eq!(ended.exit, exit, "{args:?}: {}", ended.out);
        assert!(ended.out.contains(told), "{args:?}: {}", ended.out);
        assert!(!ended.out.contains("add --second-product-secret-file"), "{}", ended.out);
    }
}

#[test]
fn a_started_server_that_ends_at_once_is_unreachable() {
    let ended = check(&["run", "http://127.0.0.1:9", "--start", "exit 3"]);
    assert_eq!(ended.exit, Exit::Unreachable);
    assert!(ended.err.contains("the command of --start ended before"), "{}", ended.err);
    let ended = check(&["run", &good(), "--reset", "exit 3"]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.err.contains("the command of --reset failed"), "{}", ended.err);
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = check(&["completions", shell]);
        assert_eq!(ended.exit, Exit::Success);
        assert!(ended.out.contains("max-accounts"), "{shell}");
    }
}
