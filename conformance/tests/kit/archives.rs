//! Archives in the shapes in which browsers, proxies and other tools write them, each with the verdict that it gets.

use serde_json::{Value, json};
use ssokey_conformance::record::{Outcome, Record, Verdict};
use ssokey_conformance::suite::Suite;

use crate::browsers::{REFUSAL, SUCCESS, base64};
use crate::reading::{FORMS, text};

const URL: &str = "https://sso.example.com/base/api/session";

/// What every answer has to have, in the order and the case of HTTP/1.1 servers.
const HEADERS: [(&str, &str); 5] = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Date", "Thu, 26 Nov 2026 00:00:00 GMT"),
];

fn headers() -> Value {
    HEADERS.map(|(name, value)| json!({"name": name, "value": value})).to_vec().into()
}

/// An entry that conforms.
fn entry() -> Value {
    json!({
        "startedDateTime": "2026-11-26T00:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": URL,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Authorization", "value": "Bearer 20764cd4-e50c-40fe-beb3-70e7d3e27268"}],
            "queryString": [],
            "headersSize": 120,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(),
            "content": {"size": SUCCESS.len(), "mimeType": "application/json", "text": SUCCESS},
            "redirectURL": "",
            "headersSize": 150,
            "bodySize": SUCCESS.len(),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12, "receive": 0.5},
    })
}

/// The entry with this value at this place, such as `/response/status`; `null` takes it out.
fn with(place: &str, value: Value) -> Value {
    let mut entry = entry();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let members = entry.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    members.insert(name.to_owned(), value);
    entry
}

fn archive(entries: &[Value]) -> Value {
    json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [], "entries": entries}})
}

fn of(entry: Value) -> Vec<u8> {
    archive(&[entry]).to_string().into_bytes()
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units
        .flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

fn lint(text: &[u8]) -> Record {
    Suite::v1().passive().lint(text, "a recording").unwrap()
}

/// An archive, what of it is judged, ignored and not read, and the verdict.
type Shape = (&'static str, Vec<u8>, usize, usize, usize, Verdict);

/// Everything here is about a good answer that is kept in a way of its own.
fn read_in_full() -> Vec<Shape> {
    let good = |name, text| (name, text, 1, 0, 0, Verdict::Conformant);
    let object: Value =
        HEADERS.map(|(name, value)| (name.to_owned(), json!(value))).into_iter().collect();
    let several: Value =
        HEADERS.map(|(name, value)| (name.to_owned(), json!([value]))).into_iter().collect();
    let pairs: Value = HEADERS.map(|(name, value)| json!([name, value])).to_vec().into();
    let lines: Value = HEADERS.map(|(name, value)| format!("{name}: {value}")).to_vec().into();
    let lower = HEADERS.map(|(name, value)| json!({"name": name.to_lowercase(), "value": value}));
    let mut http2 = vec![json!({"name": ":status", "value": "200"})];
    http2.extend(lower.clone());
    let coded = base64(SUCCESS);
    let in_lines = coded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap());
    let in_lines = in_lines.collect::<Vec<_>>().join("\r\n");
    let body = |text: &str, encoding: &str| {
        with(
            "/response/content",
            json!({"size": 1, "mimeType": "application/json", "text": text, "encoding": encoding}),
        )
    };
    let whole = archive(&[entry()]).to_string();
    let form = json!({"mimeType": "application/x-www-form-urlencoded", "params": [
        {"name": "email", "value": "a@b.example"}, {"name": "password"}, {"name": "ssokey", "value": null},
    ], "comment": ""});
    vec![
        good("the format of archives, to the letter", of(entry())),
        good("indented, as Chrome saves it", format!("{:#}", archive(&[entry()])).into_bytes()),
        good(
            "with a byte order mark, as Fiddler saves it",
            format!("\u{feff}{whole}").into_bytes(),
        ),
        good("in UTF-16 with a mark, as PowerShell redirects it", utf16(&whole, true, true)),
        good("in UTF-16, the other byte first", utf16(&whole, false, true)),
        good("in UTF-16 without a mark", utf16(&whole, true, false)),
        good("after line ends and spaces", format!("\r\n  {whole}\r\n").into_bytes()),
        good(
            "members before `log`",
            format!("{{\"$schema\":{{\"log\":1}},\"comment\":\"\",{}", &whole[1..]).into_bytes(),
        ),
        good("the entries alone", json!([entry()]).to_string().into_bytes()),
        good("HTTP/2 of Chrome", of(with("/response/headers", http2.into()))),
        good("names in lower case", of(with("/response/headers", lower.to_vec().into()))),
        good("headers as an object", of(with("/response/headers", object))),
        good("headers as an object of arrays", of(with("/response/headers", several))),
        good("headers as pairs", of(with("/response/headers", pairs))),
        good("headers as lines", of(with("/response/headers", lines))),
        good("headers of the request as null", of(with("/request/headers", Value::Null))),
        good("base64, as Firefox and Charles keep it", of(body(&coded, "base64"))),
        good("Base64 with a capital", of(body(&coded, "Base64"))),
        good("base64 in lines, as MIME has it", of(body(&in_lines, "base64"))),
        good("base64 without padding", of(body(coded.trim_end_matches('='), "base64"))),
        good("an encoding of null", of(with("/response/content/encoding", Value::Null))),
        good("an empty encoding, as Insomnia has it", of(body(SUCCESS, ""))),
        good("a comment in the content", of(with("/response/content/comment", "kept".into()))),
        good("a size of -1, as Safari has it", of(with("/response/content/size", (-1).into()))),
        good("a size of null", of(with("/response/content/size", Value::Null))),
        good("a status as text", of(with("/response/status", "200".into()))),
        good("a status with its words", of(with("/response/status", "200 OK".into()))),
        good("a status as a float", of(with("/response/status", 200.0.into()))),
        good("a body as text, as Postman keeps it", of(with("/response/content", SUCCESS.into()))),
        good("a URL without a host", of(with("/request/url", "/base/api/session".into()))),
        good(
            "a URL with a fragment",
            of(with("/request/url", format!("{URL}?product=livechat#top").into())),
        ),
        good(
            "a URL as an object, as Postman has it",
            of(with("/request/url", json!({"raw": URL}))),
        ),
        good(
            "a query apart from the URL",
            of(with("/request/queryString", json!([{"name": "product", "value": "livechat"}]))),
        ),
        good("a method in lower case", of(with("/request/method", "get".into()))),
        good("no method", of(with("/request/method", Value::Null))),
        good("a form as parameters alone", of(with("/request/postData", form))),
        good(
            "an empty postData, as Playwright may have it",
            of(with("/request/postData", json!({"mimeType": "", "text": ""}))),
        ),
        good("postData of null", of(with("/request/postData", Value::Null))),
        good(
            "extra members, as mitmproxy and k6 have them",
            of(with("/response/_transferSize", 5.into())),
        ),
        good(
            "half a character in a page's title",
            whole.replacen("\"pages\":[]", "\"pages\":[{\"title\":\"\\ud83d!\"}]", 1).into_bytes(),
        ),
        good("an exchange on a line of its own", format!("{}\r\n", entry()).into_bytes()),
        good("an exchange in many lines", format!("{:#}", entry()).into_bytes()),
    ]
}

/// Of each of these something is lost, ignored or odd.
fn read_in_part() -> Vec<Shape> {
    let lost = |name, text| (name, text, 1, 0, 1, Verdict::Incomplete);
    let odd = |name, entry: Value| {
        (
            name,
            archive(&[self::entry(), entry]).to_string().into_bytes(),
            1,
            0,
            1,
            Verdict::Incomplete,
        )
    };
    let body = |content: Value| of(with("/response/content", content));
    let other = |name, entry: Value| {
        (
            name,
            archive(&[self::entry(), entry]).to_string().into_bytes(),
            1,
            1,
            0,
            Verdict::Conformant,
        )
    };
    vec![
        lost(
            "a body that Chrome has thrown away",
            body(json!({"size": 400, "mimeType": "application/json"})),
        ),
        lost("an empty text with a size", body(json!({"size": 400, "text": ""}))),
        lost(
            "a body in a file, as Playwright attaches it",
            body(json!({"size": 400, "_file": "x.json"})),
        ),
        lost("a content of null", body(Value::Null)),
        lost(
            "base64 that is none",
            body(json!({"size": 400, "text": "*secret*", "encoding": "base64"})),
        ),
        lost(
            "an encoding that archives do not have",
            body(json!({"size": 4, "text": "secret", "encoding": "gzip"})),
        ),
        lost("no header fields", of(with("/response/headers", Value::Null))),
        lost("an empty list of header fields", of(with("/response/headers", json!([])))),
        odd("an entry of null", Value::Null),
        odd("an entry that is text", "secret".into()),
        odd("a request of null", with("/request", Value::Null)),
        odd("a request that is text", with("/request", "secret".into())),
        odd("no URL", with("/request/url", Value::Null)),
        odd(
            "a header whose value is an object",
            with("/response/headers", json!([{"name": "x", "value": {"secret": 1}}])),
        ),
        odd("headers that are a number", with("/response/headers", 5.into())),
        odd("a status in words", with("/response/status", "secret".into())),
        odd("a status that HTTP does not have", with("/response/status", 70000.into())),
        odd("a body that is an object", with("/response/content/text", json!({"secret": 1}))),
        odd("a response that is an array", with("/response", json!(["secret"]))),
        other("a request that was blocked", with("/response/status", 0.into())),
        other("a request that failed in k6", with("/response/status", (-1).into())),
        other("no response", with("/response", Value::Null)),
        other("a logo", with("/request/url", "https://sso.example.com/logo.png".into())),
        (
            "a mark before an answer",
            format!("\u{feff}{REFUSAL}").into_bytes(),
            1,
            0,
            0,
            Verdict::NotConformant,
        ),
        (
            "a mark before the first of several",
            format!("\u{feff}{REFUSAL}\n{SUCCESS}\n").into_bytes(),
            2,
            0,
            0,
            Verdict::NotConformant,
        ),
        (
            "a mark before a body",
            of(with("/response/content/text", format!("\u{feff}{SUCCESS}").into())),
            1,
            0,
            0,
            Verdict::NotConformant,
        ),
        (
            "lines in UTF-16",
            utf16(&format!("{SUCCESS}\r\n{REFUSAL}\r\n"), true, true),
            2,
            0,
            0,
            Verdict::Conformant,
        ),
        (
            "lines with CRLF",
            format!("{SUCCESS}\r\n\r\n{REFUSAL}\r\n").into_bytes(),
            2,
            0,
            0,
            Verdict::Conformant,
        ),
        (
            "a line that was cut",
            format!("{SUCCESS}\n{}\n{REFUSAL}\n", &SUCCESS[..99]).into_bytes(),
            2,
            0,
            1,
            Verdict::Incomplete,
        ),
        (
            "a line of a different kind",
            format!("{SUCCESS}\n[1]\n").into_bytes(),
            1,
            0,
            1,
            Verdict::Incomplete,
        ),
    ]
}

#[test]
fn every_shape_is_read_and_judged() {
    for (name, text, judged, ignored, unread, verdict) in [read_in_full(), read_in_part()].concat()
    {
        let record = lint(&text);
        let failed = record.checks.iter().filter(|it| matches!(it.outcome, Outcome::Failed { .. }));
        let failed: Vec<_> = failed.map(|it| it.id).collect();
        let recording = record.recording.clone().unwrap();
        let counts = (recording.judged, recording.ignored, recording.unread.len(), record.verdict);
        assert_eq!(
            counts,
            (judged, ignored, unread, verdict),
            "{name}: {failed:?} {:?}",
            recording.unread
        );
        assert!(!format!("{:?}", recording.unread).contains("secret"), "{name}");
    }
}

#[test]
fn what_is_odd_about_an_entry_is_said_of_it() {
    let entries = [
        entry(),
        Value::Null,
        with("/response/status", "none".into()),
        with("/response/content", json!({"size": 7})),
        with("/response/headers", json!([{"name": "x", "value": []}])),
    ];
    let record = lint(archive(&entries).to_string().as_bytes());
    let recording = record.recording.clone().unwrap();
    for (form, write, read) in FORMS {
        let texts = read(&text(&record, write)).texts.concat();
        for unread in &recording.unread {
            assert!(texts.contains(unread), "{form} does not name {unread}");
        }
    }
    insta::assert_snapshot!(
        recording.unread_in_words().unwrap(),
        @"4 entries could not be read: entry 2: it is null; entry 3: its `status` is not a number; entry 4: its body was not kept; entry 5: its `headers` is an array"
    );
}

#[test]
fn a_fault_is_found_in_every_shape_that_is_read() {
    let wrong = SUCCESS.replace("\"isCreator\":false", "\"isCreator\":0");
    let (plain, wrong) = (json!(SUCCESS).to_string(), json!(wrong).to_string());
    let mut found = 0;
    for (name, text, ..) in read_in_full() {
        // The others keep it in UTF-16 or base64.
        let Some(text) = String::from_utf8(text).ok().filter(|text| text.contains(&plain)) else {
            continue;
        };
        found += 1;
        let record = lint(text.replace(&plain, &wrong).as_bytes());
        assert_eq!(record.verdict, Verdict::NotConformant, "{name}");
    }
    assert!(found > 30, "{found}");
}
