//! Recordings of requests that cannot be decoded, and of answers that quote them.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use ssokey_check::Exit;

use crate::browsers::{REFUSAL, SUCCESS, base64};
use crate::matrix::mutilated::{Search, escaped, header, hexadecimal, percent};
use crate::program::{Ended, check, check_with, file};
use crate::reading::FORMS;

/// A password of parts that unescaped separators take apart, and other secrets.
const PASSWORD: &str = "correct horse&battery9x=staple4xy;chair77tab";
const SECRETS: [&str; 9] = [
    "correct horse",
    "battery9x",
    "staple4xy",
    "chair77tab",
    "their-own-key-0123456789",
    "8d2f0a54-9d1c-4f0e-8a8e-0c1f2d3e4f50",
    "Zm9vYmFyLWNvZGUtb2YtMzItYnl0ZXMtaW4tdXJsX0E",
    "hunter2",
    "product-s3cret-of-theirs",
];
const KEY: &str = SECRETS[4];
const TOKEN: &str = SECRETS[5];
const CODE: &str = SECRETS[6];
const SHORT: &str = SECRETS[7];
const PRODUCT_SECRET: &str = SECRETS[8];

/// Bodies and queries that are not the format's, each with its media type.
fn texts() -> Vec<(&'static str, String)> {
    const FORM: &str = "application/x-www-form-urlencoded";
    const JSON: &str = "application/json";
    let form = format!("email=a@b.example&password={PASSWORD}&ssokey={KEY}&product=livechat");
    let object = json!({
        "email": "a@b.example", "password": PASSWORD, "ssokey": KEY, "token": TOKEN, "code": CODE, "userid": "a@b.example",
    });
    let text = object.to_string();
    let short =
        format!("email=a@b.example&password={SHORT}&ssokey={KEY}&product=livechat&code={CODE}");
    vec![
        (FORM, form.clone()),
        (FORM, format!("password=x&{PASSWORD}&company={SHORT}&token={TOKEN}")),
        (FORM, format!("password=x&product={SHORT}&email=a@b.example&code={CODE}")),
        (FORM, form.replace('&', ";")),
        (FORM, form.replace("password", "pass%77ord%zz")),
        (FORM, format!("Password={PASSWORD}&PASSWORD={SHORT}&SSOKEY={KEY}")),
        (FORM, format!("user[password]={SHORT}&user[ssokey]={KEY}&pwd={PASSWORD}&api_key={KEY}")),
        (FORM, format!("{KEY}={SHORT}&{PASSWORD}")),
        (FORM, short.clone()),
        (FORM, text.clone()),
        ("text/plain", form.clone()),
        ("text/plain;charset=UTF-8", text.clone()),
        (JSON, form.clone()),
        (JSON, short),
        (JSON, text.clone()),
        (JSON, text[..text.len() - 1].to_owned()),
        (JSON, format!("{}\"password\":\"{SHORT}", &text[..text.len() - 1])),
        (JSON, format!("\u{feff}{text}")),
        (JSON, format!("{text}{text}")),
        (JSON, format!("[{text}]")),
        (JSON, Value::from(text.as_str()).to_string()),
        (JSON, Value::from(Value::from(text.as_str()).to_string()).to_string()),
        (JSON, text.replace('"', "'")),
        (JSON, text.replacen('}', ",}", 1)),
        (JSON, text.replacen(':', ":NaN,\"x\":", 1)),
        (JSON, json!({"user": {"password": PASSWORD, "key": KEY, "list": [SHORT, TOKEN]}, "pin": SHORT}).to_string()),
        (JSON, json!({"password": {"a": SHORT}, "ssokey": [KEY], PASSWORD: CODE}).to_string()),
        (JSON, format!("{{\"password\":\"{}\",\"ssokey\":\"{}\"", escaped(PASSWORD), escaped(KEY))),
        (JSON, base64(&text)),
        (JSON, hexadecimal(&text)),
        (JSON, format!("{text}\n-- {SHORT}")),
        (JSON, text.chars().flat_map(|it| [it, '\0']).collect()),
        ("multipart/form-data; boundary=x", format!("--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{PASSWORD}\r\n--x\r\nContent-Disposition: form-data; name=\"ssokey\"\r\n\r\n{KEY}\r\n--x--\r\n")),
        ("application/xml", format!("<sso><password>{PASSWORD}</password><ssokey>{KEY}</ssokey><t a=\"{TOKEN}\"/></sso>")),
        (SHORT, format!("{PASSWORD} {KEY}")),
    ]
}

/// What a server may say that quotes a text.
fn answers(quoted: &str) -> Vec<Value> {
    let refusal = |details: &str| {
        let mut json: Value = serde_json::from_str(REFUSAL).unwrap();
        json["error"]["details"] = details.into();
        json.to_string()
    };
    let mut named: Value = serde_json::from_str(REFUSAL).unwrap();
    named["error"]["name"] = quoted.into();
    named["sent"] = json!({quoted: quoted});
    let response = |body: &str, more: &[Value]| {
        let headers = [header("content-type", "application/json"), header("server", "nginx")];
        let headers = [&headers[..], more].concat();
        json!({"status": 400, "headers": headers, "content": {"text": body}})
    };
    let page = format!("<html>cannot read {quoted}</html>");
    let line = quoted.replace(['\r', '\n', '\0'], " ");
    let more = [
        header("x-error", &line),
        header(&format!("x-{}", hexadecimal(quoted)), "1"),
        header("www-authenticate", &format!("Basic realm=\"{line}\"")),
        header(
            "location",
            &format!(
                "https://me:{SHORT}@h.example/{}?next={}#{CODE}",
                percent(TOKEN),
                percent(quoted)
            ),
        ),
        header("set-cookie", &format!("session={}; a={SHORT}", percent(quoted))),
    ];
    vec![
        response(&refusal(&format!("cannot read {quoted}")), &[]),
        response(&refusal(&escaped(quoted)), &[]),
        response(&refusal(&base64(quoted)), &[]),
        response(&refusal(&percent(quoted)), &[]),
        response(&named.to_string(), &[]),
        response(&page, &[]),
        response(&Value::from(page.as_str()).to_string(), &[]),
        response(
            &format!("\u{feff}{}", SUCCESS.replace("20764cd4-e50c-40fe-beb3-70e7d3e27268", TOKEN)),
            &more,
        ),
        response(&format!("<br />Warning: {quoted}{SUCCESS}"), &more),
    ]
}

fn archive(requests: &[Value], answers: &[Value]) -> String {
    let entries = requests.iter().flat_map(|request| {
        answers.iter().map(move |answer| json!({"request": request, "response": answer}))
    });
    json!({"log": {"entries": entries.collect::<Vec<_>>()}}).to_string()
}

/// The ways in which a text is sent.
fn requests(media_type: &str, text: &str) -> Vec<Value> {
    let url = "https://sso.example.com/api/sso/authenticate";
    let headers = [
        header("Content-Type", media_type),
        header("Authorization", &format!("Basic {}", base64(&format!("me:{PRODUCT_SECRET}")))),
        header("X-Api-Key", KEY),
        header("Cookie", &format!("a={SHORT}; session={TOKEN}")),
    ];
    let odd = [
        header("Authorization", &format!("Bearer {PRODUCT_SECRET}, Hawk {KEY}")),
        header("X-Trace", PASSWORD),
    ];
    let post = json!({"method": "POST", "url": url, "headers": headers, "postData": {"mimeType": media_type, "text": text}});
    let raw = text.replace('#', "%23");
    vec![
        post,
        json!({"method": "GET", "url": format!("{url}?{raw}"), "headers": odd}),
        json!({"method": "GET", "url": format!("https://me:{PRODUCT_SECRET}@sso.example.com/api/session?x=1#{text}"), "headers": odd}),
        json!({"method": "Post", "url": "https://sso.example.com/api/sso/exchange", "headers": headers, "postData": {"params": [{"name": text, "value": CODE}]}}),
    ]
}

#[test]
fn no_report_shows_a_secret_of_requests_that_cannot_be_decoded() {
    let search = Search::new(SECRETS.into_iter());
    let is_clean = |ended: &Ended, of: &str| {
        search.is_clean(&ended.out, of);
        search.is_clean(&ended.err, of);
    };
    for (media_type, text) in texts() {
        for request in requests(media_type, &text) {
            let archive = archive(std::slice::from_ref(&request), &answers(&text));
            let of = format!("{media_type} {text} {}", request["url"]);
            let name = |form: &str| file(&format!("mutilated.{form}"), b"");
            let reports =
                FORMS.map(|(form, ..)| format!("--report={form}={}", name(form).display()));
            let args: Vec<_> =
                ["lint", "-"].into_iter().chain(reports.iter().map(String::as_str)).collect();
            let ended = check_with(&args, None, &archive);
            assert_eq!(ended.exit, Exit::Failed, "{of}: {}", ended.err);
            is_clean(&ended, &of);
            for (form, ..) in FORMS {
                let path =
                    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("mutilated.{form}"));
                search.is_clean(&fs::read_to_string(path).unwrap(), &format!("{form} of {of}"));
            }
            let before = file("mutilated.har", archive.as_bytes());
            let changed =
                archive.replace("nginx", "caddy").replace("\"status\":400", "\"status\":500");
            let after = file("mutilated.changed.har", changed.as_bytes());
            let ended = check(&["diff", before.to_str().unwrap(), after.to_str().unwrap()]);
            assert_eq!(ended.exit, Exit::Failed, "{}", ended.err);
            is_clean(&ended, &format!("diff of {of}"));
        }
    }
}
