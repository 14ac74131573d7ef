//! Recordings of browsers.

use serde_json::{Value, json};

pub(crate) const SUCCESS: &str = r#"{"status_code":200,"return":{"loginId":"a@b.example","companyName":"B","isCreator":false,"domainOwnershipVerified":false,"token":"20764cd4-e50c-40fe-beb3-70e7d3e27268","email":"a@b.example","userId":1,"permissions":[],"isCompanyAdmin":false,"accountType":"ENTERPRISE","domainMxVerified":false,"companyId":2,"displayName":"a@b.example","companyDomain":"b.example"},"stat":"ok"}"#;
pub(crate) const REFUSAL: &str = r#"{"error":{"code":4010,"name":"invalid_ssokey","details":"the key is not accepted"},"status_code":401,"stat":"fail"}"#;

/// Returns an archive as a browser's developer tools export it, with what they leave out and what is not ours.
pub(crate) fn browsers() -> Value {
    let entry = |url: &str, response: Value| {
        json!({
            "_initiator": {"type": "script"},
            "request": {
                "method": "GET",
                "url": url,
                "headers": [
                    {"name": ":authority", "value": "sso.example.com"},
                    {"name": "authorization", "value": "Bearer 11111111-1111-4111-8111-111111111111"},
                    {"name": "cookie", "value": "lang=en; sid=what they are known by"},
                ],
            },
            "response": response,
            "time": null,
        })
    };
    let headers = json!([
        {"name": ":status", "value": "200"},
        {"name": "content-type", "value": "application/json"},
        {"name": "cache-control", "value": "no-store"},
        {"name": "referrer-policy", "value": "no-referrer"},
        {"name": "set-cookie", "value": "session=a cookie of theirs; Secure"},
        {"name": "set-cookie", "value": "lang=en"},
    ]);
    let content = json!({"size": null, "text": base64(SUCCESS), "encoding": "base64"});
    let answer =
        json!({"status": 200, "httpVersion": "h2", "headers": headers, "content": content});
    let lost = json!({"status": 200, "headers": headers, "content": {"size": 400}});
    let blocked = json!({"status": 0, "headers": [], "content": {}});
    let session = "https://sso.example.com/base/api/session";
    let by_form = json!({
        "request": {
            "method": "POST",
            "url": "https://sso.example.com/base/api/sso/authenticate#top",
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "params": [
                    {"name": "email", "value": "someone@partner.example"},
                    {"name": "password", "value": "pa ss&wörd"},
                    {"name": "ssokey", "value": "their key, which is theirs"},
                    {"name": "Password", "value": "their misspelt one"},
                ],
            },
        },
        "response": {
            "status": 401,
            "headers": headers,
            "content": {"text": REFUSAL.replace("the key", "someone@partner.example, pa ss&wörd and their key, which is theirs,")},
        },
    });
    json!({"log": {"version": "1.2", "creator": null, "pages": [], "entries": [
        entry("https://sso.example.com/logo.png", answer.clone()),
        entry(&format!("{session}?x=1"), answer),
        entry(session, lost),
        entry(session, blocked),
        by_form,
    ]}})
}

pub(crate) fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.as_bytes().chunks(3).flat_map(|three| {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        let digit = move |at: usize| {
            let padding = at > three.len();
            if padding { '=' } else { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) }
        };
        (0..4).map(digit)
    });
    digits.collect()
}
