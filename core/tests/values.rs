//! The bounds of parsed texts, on both sides, and the errors that say them without the text.

use serde_json::{from_value, json};
use ssokey_core::operator::StoredEvent;
use ssokey_core::{
    Domain, Email, EmailDomains, EventId, KeyId, LaunchUrl, ProductName, Settings, operator,
};

// proves: SSO-OPS-015
#[test]
fn a_launch_url_leads_to_a_host_by_tls_and_has_neither_user_information_fragment_nor_code() {
    let longest = format!("https://chat.example/{}", "x".repeat(2048 - 21));
    for good in [
        "http://localhost",
        "http://localhost:3000/in",
        "http://127.0.0.1/",
        "http://127.1.2.3:80?x=1",
        "http://[::1]:3000/",
        "https://chat.example/code=1",
        "https://chat.example/?codes=1&Code=1&x=code&c%2564e=1&co%e=1&code%00=1",
        "https://chat.example/",
        "https://chat.example/enter?room=1&at=a@b",
        "https://chat.example?room=1",
        "https://chat.example:8443/enter",
        "https://chat.example:",
        "https://[2001:db8::1]:8443/enter",
        "https://[::ffff:192.0.2.1]",
        "https://192.0.2.1/",
        longest.as_str(),
    ] {
        assert_eq!(LaunchUrl::parse(good).as_ref().map(LaunchUrl::as_str), Some(good));
    }
    let too_long = format!("{longest}x");
    for bad in [
        "",
        "https://",
        "https:///enter",
        "https://?room=1",
        "https://:8443/",
        "http:///chat.example/enter",
        "ftp://chat.example/",
        "HTTPS://chat.example/",
        "//chat.example/",
        "chat.example",
        "https://ada@chat.example/",
        "https://ada:secret@chat.example/",
        "https://chat.example:port/",
        "https://chat.example:80:80/",
        "http://chat.example",
        "http://192.0.2.1/",
        "http://127.chat.example/",
        "http://localhost.chat.example/",
        "http://[::2]/",
        "http://0/",
        "https://chat.example/?code=1",
        "https://chat.example/?code",
        "https://chat.example?a=1&code=",
        "https://chat.example/?a=1;code=1",
        "https://chat.example/?%63od%65=1",
        "https://chat.example/?%63%6F%64%65",
        "https://chat.example/#top",
        "https://chat.example#top",
        "https://chat.example/a b",
        "https://chat.example/\u{e9}",
        "https://ch\u{e9}t.example/",
        "https://chat.example\\enter",
        "https://[]/",
        "https://[2001:db8::1/",
        "https://2001:db8::1]/",
        "https://[2001:db8::g]/",
        "https://[2001:db8::1]8443/",
        too_long.as_str(),
    ] {
        assert_eq!(LaunchUrl::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_product_name_is_1_to_32_lower_case_letters_digits_and_hyphens() {
    let longest = "-9".repeat(16);
    for good in ["a", "0", "-", "live-chat2", longest.as_str()] {
        assert_eq!(ProductName::parse(good).as_ref().map(ProductName::as_str), Some(good));
    }
    for bad in ["", "A", "a_b", "a.b", "a b", "\u{e4}", &format!("{longest}a")] {
        assert_eq!(ProductName::parse(bad), None, "{bad}");
    }
}

// proves: SSO-DIR-009
#[test]
fn a_domain_is_labels_of_letters_digits_and_inner_hyphens_in_lower_case() {
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    for (text, canonical) in [("A-b.Example", "a-b.example"), ("0", "0"), (&longest, &longest)] {
        assert_eq!(Domain::parse(text).as_ref().map(Domain::as_str), Some(canonical));
    }
    let too_long = format!("{longest}a");
    for bad in ["", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "\u{e4}", &too_long] {
        assert_eq!(Domain::parse(bad), None, "{bad}");
    }
    assert_eq!(Domain::parse(&format!("a{label}")), None);
}

// proves: SSO-OPS-008
#[test]
fn email_domains_are_at_most_100_each_once_where_it_occurs_first() {
    let domains = |texts: &[String]| -> Option<Vec<String>> {
        let domains = texts.iter().filter_map(|text| Domain::parse(text)).collect();
        let domains = EmailDomains::new(domains).ok()?;
        Some(domains.as_slice().iter().map(Domain::to_string).collect())
    };
    let hundred: Vec<String> = (0..100).rev().map(|number| format!("d{number}.example")).collect();
    assert_eq!(domains(&hundred), Some(hundred.clone()));
    assert_eq!(domains(&[&hundred[..], &["d100.example".into()]].concat()), None);
    assert_eq!(domains(&[]), Some(vec![]));
    let twice = ["b.example", "a.example", "B.example", "a.example"].map(String::from);
    assert_eq!(domains(&twice), Some(vec!["b.example".into(), "a.example".into()]));
}

// proves: SSO-OPS-008
#[test]
fn a_company_has_at_most_100_email_domains() {
    let status = |name: &str, members: &str, count: usize| {
        let domains: Vec<_> = (0..count).map(|number| format!("d{number}.example")).collect();
        let domains = serde_json::json!(domains);
        let command = format!(r#"{{"command":"{name}",{members},"emailDomains":{domains}}}"#);
        match operator::begin_json(&command, 1, [0; 80], &Settings::default()) {
            operator::Step::Call(..) => 0,
            operator::Step::Done(response) => response.status,
        }
    };
    for (name, members) in [
        ("set_company", r#""companyEmail":"sso@partner.example""#),
        ("add_company", r#""name":"n","domain":"partner.example","email":"sso@partner.example""#),
    ] {
        assert_eq!([0, 100, 101].map(|count| status(name, members, count)), [0, 0, 400], "{name}");
    }
}

#[test]
fn an_error_says_the_bounds_and_not_the_text() {
    let texts = [
        "secret@@".parse::<Email>().map(drop),
        "secret@".parse::<Domain>().map(drop),
        "SECRET".parse::<ProductName>().map(drop),
        "secret".parse::<LaunchUrl>().map(drop),
    ];
    for text in texts.map(|it| it.map_err(|error| error.to_string())) {
        let error = text.err().unwrap_or_default();
        assert!(error.starts_with("the text must be ") && !error.to_lowercase().contains("secret"));
    }
    let error = KeyId::new(0).map_err(|error| error.to_string());
    assert_eq!(error, Err("the number must be an integer from 1 to 2^53-1".into()));
}

// proves: SSO-OPS-008
#[test]
fn a_user_has_at_most_100_permissions() {
    let status = |count: usize| {
        let permissions = vec!["chat.read"; count];
        let command = serde_json::json!({
            "command": "set_user", "companyEmail": "sso@partner.example", "userEmail": "ada@partner.example",
            "permissions": permissions,
        });
        match operator::begin_json(&command.to_string(), 1, [0; 80], &Settings::default()) {
            operator::Step::Call(..) => 0,
            operator::Step::Done(response) => response.status,
        }
    };
    assert_eq!([status(0), status(100), status(101)], [0, 0, 400]);
}

#[test]
fn an_event_is_stored_with_all_of_its_members() {
    let event = json!({
        "kind": "key_refused", "reason": "unknown", "at": 7, "source": "192.0.2.1", "companyId": 1, "keyId": 2, "userId": 3,
        "product": "email", "fault": { "call": "find_key", "member": "key.id", "expected": "an integer" },
    });
    let mut stored = event.clone();
    stored["id"] = json!(9);
    stored["userEmail"] = json!(null);
    let stored: StoredEvent = from_value(stored).unwrap();
    assert_eq!(StoredEvent::of(EventId::new(9).unwrap(), from_value(event).unwrap()), stored);
}
