//! The places of reports: several in one run, and none that cannot be written to.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ssokey_check::Exit;

use crate::program::{check, closed, file, good};
use crate::reading::FORMS;
use crate::server::{reference, serve};

/// A new folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    folder
}

fn names(folder: &PathBuf) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn one_run_writes_every_form() {
    let folder = folder("every-form");
    let asked = FORMS.map(|(form, ..)| format!("--report={form}={}", folder.join(form).display()));
    let base = good();
    let args = ["run", &base].into_iter().chain(asked.iter().map(String::as_str));
    let ended = check(&args.collect::<Vec<_>>());
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert_eq!(names(&folder), ["github", "html", "human", "json", "junit", "markdown"]);
    let mut tallies = Vec::new();
    for (form, _, read) in FORMS {
        let text = fs::read_to_string(folder.join(form)).unwrap();
        assert!(!text.contains('\u{1b}'), "{form} has no styles");
        tallies.extend(read(&text).tallies);
    }
    tallies.dedup();
    assert_eq!(tallies.len(), 1, "{tallies:?}");
    assert!(ended.out.contains("\nCONFORMANT: "), "what no option sends elsewhere people read");
}

#[cfg(unix)]
#[test]
fn a_report_may_be_read_by_others_as_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("readable");
    let (made, report) = (folder.join("made"), folder.join("report"));
    fs::write(&made, "").unwrap();
    check(&["run", &good(), "--only", "key.*", "--report", &format!("json={}", report.display())]);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(report), mode(made));
}

#[test]
fn a_form_without_a_file_takes_standard_output() {
    let folder = folder("one-on-output");
    let asked = format!("markdown={}", folder.join("summary.md").display());
    let ended = check(&["run", &good(), "--only", "key.*", "--report", &asked, "--report", "json"]);
    assert!(ended.out.starts_with('{'), "{}", ended.out);
    let summary = fs::read_to_string(folder.join("summary.md")).unwrap();
    assert!(summary.starts_with("## ✅ CONFORMANT\n"), "{summary}");
}

#[test]
fn a_configuration_names_reports_beside_itself() {
    let folder = folder("configured");
    let key = file("reports.key", ssokey_conformance::reference::KEY.as_bytes());
    let config = folder.join("check.toml");
    let text = format!(
        "url = \"{}\"\nssokey-file = {key:?}\nonly = [\"key.*\"]\nreport = [\"github\", \"junit=out.xml\"]\n\
         record = \"run.har\"\n",
        good()
    );
    fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let ended = check(&["run", "--config", config]);
    assert!(ended.out.starts_with("::notice title=CONFORMANT"), "{}{}", ended.out, ended.err);
    assert!(fs::read_to_string(folder.join("out.xml")).unwrap().starts_with("<?xml "));
    assert!(fs::read_to_string(folder.join("run.har")).unwrap().starts_with('{'));
    let ended = check(&["run", "--config", config, "--report", "human"]);
    assert!(ended.out.ends_with("0 could not run\n"), "the command line wins: {}", ended.out);
}

#[test]
fn what_cannot_be_written_is_refused_before_anything_is_sent() {
    let folder = folder("refused");
    let shown = folder.display();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = reference("good");
    let base = serve(move |raw| {
        count.fetch_add(1, Ordering::Relaxed);
        server(raw)
    });
    for (reports, told) in [
        (vec![format!("json={shown}/nowhere/a")], "in a folder that is there"),
        (vec![format!("json={shown}")], "cannot be written"),
        (
            vec![format!("json={shown}/a"), format!("junit={shown}/a")],
            "the recording one of its own",
        ),
        (vec!["json".to_owned(), "junit".to_owned()], "give all but one a file"),
        (vec!["json=".to_owned()], "name a file after `=`"),
        (vec!["json=-".to_owned()], "leave `=` out for standard output"),
        (vec!["xml=a".to_owned()], "human, json, junit, markdown, github or html"),
    ] {
        let options = reports.iter().flat_map(|report| ["--report", report]);
        let args: Vec<_> = ["run", base.as_str()].into_iter().chain(options).collect();
        let ended = check(&args);
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""), "{reports:?}");
        assert!(ended.err.contains(told), "{reports:?}: {}", ended.err);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert_eq!(names(&folder), <[&str; 0]>::default(), "and nothing is left behind");
}

#[test]
fn what_is_read_is_not_written_over_nor_one_file_written_twice() {
    let folder = folder("inputs");
    let path = |name: &str| folder.join(name).display().to_string();
    let key = ssokey_conformance::reference::KEY;
    for (name, text) in [("key", key), ("any", ""), ("old.har", "{}")] {
        fs::write(path(name), text).unwrap();
    }
    fs::write(path("check.toml"), format!("url = \"{}\"\n", good())).unwrap();
    fs::hard_link(path("key"), path("same-key")).unwrap();
    fs::write(path("a"), "").unwrap();
    fs::create_dir(path("in")).unwrap();
    fs::hard_link(path("a"), path("same-a")).unwrap();
    let (url, json) = (good(), |name: &str| format!("json={}", path(name)));
    let (read, two) = ("is read by this command", "two files go to");
    for (args, told) in [
        (vec!["run", &url, "--ssokey-file", &path("key"), "--report", &json("key")], read),
        (vec!["run", &url, "--ssokey-file", &path("key"), "--record", &path("same-key")], read),
        (vec!["run", "--config", &path("check.toml"), "--report", &json("check.toml")], read),
        (vec!["lint", &path("old.har"), "--report", &json("old.har")], read),
        (vec!["run", &url, "--report", &json("new"), "--record", &path("in/../new")], two),
        (vec!["run", &url, "--report", &json("a"), "--record", &path("same-a")], two),
    ] {
        let ended = check(&args);
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""), "{args:?}: {}", ended.err);
        assert!(ended.err.contains(told), "{args:?}: {}", ended.err);
    }
    assert_eq!(fs::read_to_string(path("key")).unwrap(), key);
    let help = check(&["run", "--help"]).out;
    let options = help.lines().filter_map(|line| line.trim().strip_suffix(" <FILE>"));
    let options: Vec<_> = options.filter(|it| !["--record", "--config"].contains(it)).collect();
    assert!(options.len() > 5, "{options:?}");
    for option in options {
        let ended = check(&["run", &url, option, &path("any"), "--report", &json("any")]);
        assert!(ended.exit == Exit::Usage && ended.err.contains(read), "{option}: {}", ended.err);
    }
}

#[test]
fn a_run_without_a_verdict_leaves_the_last_report_as_it_was() {
    let folder = folder("unreachable");
    let report = folder.join("report.json");
    fs::write(&report, "the last one").unwrap();
    let ended = check(&["run", &closed(), "--report", &format!("json={}", report.display())]);
    assert_eq!(ended.exit, Exit::Unreachable);
    assert_eq!(fs::read_to_string(&report).unwrap(), "the last one");
    assert_eq!(names(&folder), ["report.json"]);
}

#[test]
fn a_report_that_is_lost_at_the_end_is_the_kits_fault_and_keeps_no_other_back() {
    let lost = folder("lost");
    let gone = lost.clone();
    let server = reference("good");
    let base = serve(move |raw| {
        let _ = fs::remove_dir_all(&gone);
        server(raw)
    });
    let (page, recording) = (lost.join("report.html"), lost.join("run.har"));
    for option in [
        ["--report", &format!("html={}", page.display())],
        ["--record", recording.to_str().unwrap()],
    ] {
        fs::create_dir_all(&lost).unwrap();
        let ended = check(&[&["run", &base, "--only", "key.*"][..], &option].concat());
        assert_eq!(ended.exit, Exit::Fault);
        assert!(
            ended.err.contains("` cannot be written: there is no such file or folder"),
            "{}",
            ended.err
        );
        assert!(ended.out.contains("\nCONFORMANT: "), "{}", ended.out);
    }
}

#[cfg(unix)]
#[test]
fn nothing_takes_the_place_of_a_link_or_a_device() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = folder("linked");
    let (link, target) = (folder.join("link"), folder.join("target"));
    fs::write(&target, "").unwrap();
    symlink(&target, &link).unwrap();
    let asked = format!("json={}", link.display());
    let ended = check(&[
        "run",
        &good(),
        "--only",
        "key.*",
        "--report",
        &asked,
        "--report",
        "html=/dev/null",
    ]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().starts_with('{'));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}
