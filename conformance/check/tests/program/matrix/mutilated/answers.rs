//! Servers whose answers cannot be decoded, or say what they were sent.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;
use ssokey_check::Exit;
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY};

use crate::browsers::base64;
use crate::matrix::mutilated::{Search, escaped, hexadecimal, percent};
use crate::matrix::secret::{Seen, files};
use crate::program::{check_keys, file};
use crate::reading::FORMS;
use crate::server::{Raw, Reply, read, reference, serve_raw};

/// What is made of an answer: all that was sent, the answer's header fields, and its body.
type Mutilate = fn(&str, &mut Vec<(String, String)>, &str) -> Vec<u8>;

/// The answer with this for its `details`, or beside what it returns.
fn with_details(body: &str, details: &str) -> Vec<u8> {
    let mut json: Value = serde_json::from_str(body).unwrap();
    match json.get_mut("error") {
        Some(error) => error["details"] = details.into(),
        None => json["return"]["displayName"] = details.into(),
    }
    json.to_string().into_bytes()
}

const WAYS: [(&str, Mutilate); 29] = [
    ("byte-order-mark", |_, _, body| format!("\u{feff}{body}").into()),
    ("warning-before", |_, _, body| {
        format!("<br />\n<b>Warning</b>: x in <b>/a.php</b> on line <b>2</b><br />\n{body}").into()
    }),
    ("warning-after", |_, _, body| format!("{body}\nNotice: x in /a.php").into()),
    ("two-documents", |_, _, body| format!("{body}\n{body}").into()),
    ("encoded-twice", |_, _, body| Value::from(body).to_string().into()),
    ("encoded-thrice", |_, _, body| Value::from(Value::from(body).to_string()).to_string().into()),
    ("in-array", |_, _, body| format!("[{body}]").into()),
    ("in-function", |_, _, body| format!("callback({body});").into()),
    ("behind-guard", |_, _, body| format!(")]}}',\n{body}").into()),
    ("in-page", |_, _, body| format!("<html><pre>{}</pre>", body.replace('"', "&quot;")).into()),
    ("in-page-by-number", |_, _, body| {
        body.chars().map(|it| format!("&#{};", u32::from(it))).collect::<String>().into()
    }),
    ("as-form", |_, _, body| format!("stat=ok&json={}", percent(body)).into()),
    ("cut", |_, _, body| body[..body.len() - 1].into()),
    ("with-comma", |_, _, body| body.replacen("}", ",}", 1).into()),
    ("in-quotes-of-its-own", |_, _, body| body.replace('"', "'").into()),
    ("in-utf-16", |_, _, body| body.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("stored-in-gzip", |_, headers, body| {
        headers.push(("Content-Encoding".to_owned(), "x-none".to_owned()));
        [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01"[..], body.as_bytes(), b"\0\0"].concat()
    }),
    ("in-base64", |_, _, body| base64(body).into()),
    ("in-data", |_, _, body| format!(r#"{{"data":{body},"stat":"ok"}}"#).into()),
    ("renamed", |_, _, body| {
        body.replace("\"token\"", "\"access_token\"").replace("\"return\"", "\"result\"").into()
    }),
    ("sent-as-name", |sent, _, body| {
        body.replacen('{', &format!("{{{}:1,", Value::from(sent)), 1).into()
    }),
    ("sent-in-details", |sent, _, body| with_details(body, sent)),
    ("sent-escaped-in-details", |sent, _, body| with_details(body, &escaped(sent))),
    ("sent-in-percent-in-details", |sent, _, body| with_details(body, &percent(&percent(sent)))),
    ("sent-in-base64-in-details", |sent, _, body| with_details(body, &base64(sent))),
    ("sent-in-hex-in-details", |sent, _, body| with_details(body, &hexadecimal(sent))),
    ("sent-in-headers", |sent, headers, body| {
        headers.push(("X-Debug".to_owned(), percent(sent)));
        headers.push(("Server".to_owned(), base64(sent)));
        headers.push((format!("X-{}", hexadecimal(sent)), "1".to_owned()));
        body.into()
    }),
    ("body-in-headers", |_, headers, body| {
        headers.push(("Set-Cookie".to_owned(), format!("session={}", percent(body))));
        headers.push(("Location".to_owned(), format!("/next?return={}", percent(body))));
        headers.push(("Content-Type".to_owned(), format!("text/html; x={}", base64(body))));
        body.into()
    }),
    ("body-in-media-type", |_, headers, body| {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        headers.push(("Content-Type".to_owned(), percent(body)));
        format!("<{body}>").into()
    }),
];

/// Everything of a request that may be secret, as one text.
fn sent(raw: &Raw) -> String {
    let body = String::from_utf8_lossy(&raw.body);
    let text = format!(
        "{} {} {body}",
        raw.header("authorization").unwrap_or_default(),
        String::from_utf8_lossy(&raw.query)
    );
    text.chars().take(2000).collect()
}

fn serve(way: &str, mutilate: Mutilate, seen: &Seen) -> String {
    let (server, seen, way) = (reference("good"), seen.clone(), way.to_owned());
    serve_raw(move |stream| {
        let Some(raw) = read(stream) else { return };
        seen.request(&raw);
        let Reply { status, mut headers, body } = server(&raw);
        seen.answer(&Reply { status, headers: headers.clone(), body: body.clone() });
        let body = mutilate(&sent(&raw), &mut headers, &body);
        let body = if raw.method == "HEAD" { Vec::new() } else { body };
        let mut head = format!(
            "HTTP/1.1 {status} {way}\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in &headers {
            head += &format!("{name}: {value}\r\n");
        }
        // The program may have gone, because it does not read heads of any length.
        drop(stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat()));
    })
}

/// Feeds such answers to every command, and keeps in a folder all that they write.
fn feed(way: &str, mutilate: Mutilate, folder: &Path, product_secret: &str, seen: &Seen) {
    let (base, at) = (serve(way, mutilate, seen), folder.join(way));
    fs::create_dir_all(&at).unwrap();
    let place = |file: &str| at.join(file).into_os_string().into_string().unwrap();
    let say = |file: &str, args: &[String]| {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let ended = check_keys(&args);
        assert!(
            ended.exit != Exit::Fault && ended.exit != Exit::Usage,
            "{way} {args:?}: {}",
            ended.err
        );
        fs::write(place(&format!("{file}.out")), ended.out).unwrap();
        fs::write(place(&format!("{file}.err")), ended.err).unwrap();
    };
    let reports = |of: &str| {
        FORMS.map(|(form, ..)| format!("--report={form}={}", place(&format!("{of}.{form}"))))
    };
    let some = [
        "session.answers-holder",
        "session.refuses-alike",
        "launch.a*",
        "exchange.gives-account",
        "exchange.refuses-alike",
        "direct.accepts-password",
        "password.accepts-any-character",
        "key.refuses-near-misses",
    ];
    let only = some.map(|it| format!("--only={it}"));
    let owned = |args: &[&str]| args.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let har = place("run.har");
    let run = owned(&["run", &base, product_secret, "--record", &har]);
    say("run", &[&run[..], &only, &reports("run")].concat());
    say("lint", &[&owned(&["lint", &har])[..], &reports("lint")].concat());
    say("diff", &owned(&["diff", &har, &base, product_secret]));
    let (rules, sequences) = (place("rules"), ["--seed=1", "--sequences=2", "--steps=4"]);
    say(
        "rules",
        &[
            &owned(&["rules", &base, "--json", "--reproduce", &rules])[..],
            &sequences.map(str::to_owned),
        ]
        .concat(),
    );
    let scripts =
        files(&at).into_iter().filter(|it| it.parent().is_some_and(|it| it.ends_with("rules")));
    for script in scripts.filter(|it| it.extension().is_some_and(|it| it == "json")) {
        say("replay", &owned(&["replay", script.to_str().unwrap(), &base]));
    }
}

#[test]
fn no_file_shows_a_secret_of_answers_that_cannot_be_decoded() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mutilated");
    drop(fs::remove_dir_all(&folder));
    let product_secret = file("mutilated.product", PRODUCT_SECRET.as_bytes());
    let product_secret = format!("--product-secret-file={}", product_secret.display());
    let seen = Seen::default();
    for secret in [KEY, SECOND_KEY, PRODUCT_SECRET] {
        seen.add(secret);
    }
    let (at, product_secret, seen) = (&folder, &product_secret, &seen);
    thread::scope(|scope| {
        for ways in WAYS.chunks(WAYS.len().div_ceil(3)) {
            scope.spawn(move || {
                for (way, mutilate) in ways {
                    feed(way, *mutilate, at, product_secret, seen);
                }
            });
        }
    });
    let secrets = seen.0.lock().unwrap();
    let files = files(&folder);
    assert!(secrets.len() > 300 && files.len() > 400, "{} {}", secrets.len(), files.len());
    let search = Search::new(secrets.iter().map(String::as_str));
    for file in files {
        search.is_clean(&fs::read_to_string(&file).unwrap(), &file.display().to_string());
    }
}
