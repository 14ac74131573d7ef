//! E-mail addresses: compares them with a second validator, and checks the canonical form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ssokey_core::Email;

fuzz_target!(|text: &str| {
    let email = Email::parse(text);
    assert_eq!(email.is_some(), is_address(text), "SSO-REQ-009");
    let from_host = |text: &str| serde_json::from_value::<Email>(text.into()).ok();
    match email {
        None => assert_eq!(from_host(text), None),
        Some(email) => {
            let canonical = email.as_str();
            assert_eq!(canonical, text.to_lowercase(), "SSO-REQ-010");
            assert!(canonical.is_ascii() && canonical.len() <= 254);
            assert!(!canonical.bytes().any(|byte| byte.is_ascii_uppercase()));
            assert_eq!(Email::parse(canonical).as_ref(), Some(&email));
            assert_eq!(from_host(canonical).as_ref(), Some(&email));
            assert_eq!(from_host(text).is_some(), canonical == text);
        }
    }
});

/// Validates an address by SSO-REQ-009, from left to right: a dot-atom of at most 64 characters, `@`, and labels of 1 to 63
/// letters, digits and inner hyphens.
fn is_address(text: &str) -> bool {
    let mut in_domain = false;
    let mut atom = 0; // characters since the last dot or the `@`
    let mut local = 0;
    let mut last = '.';
    for character in text.chars() {
        let is_plain = character.is_ascii_alphanumeric();
        let is_allowed = match character {
            '@' if !in_domain => atom > 0 && local <= 64,
            '.' => atom > 0 && !(in_domain && last == '-'),
            '-' if in_domain => atom > 0,
            _ => is_plain || !in_domain && "!#$%&'*+-/=?^_`{|}~".contains(character),
        };
        if !is_allowed {
            return false;
        }
        let is_at = character == '@' && !in_domain;
        in_domain |= is_at;
        local += usize::from(!in_domain);
        atom = if is_at || character == '.' { 0 } else { atom + 1 };
        if in_domain && atom > 63 {
            return false;
        }
        last = character;
    }
    in_domain && atom > 0 && last != '-' && text.len() <= 254
}
