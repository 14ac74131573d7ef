//! The calls that hash: read from JSON, and computed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use ssokey_core::{Hashing, PasswordHash, Reply};

/// The hash of `correct horse` in the vectors, by an Argon2 that shares no code with this project.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$EBESExQVFhcYGRobHB0eHw$JJel+/1I2gI6om5FpJkGKnPVbkfjX9opK3wrLFFaWqc";

// proves: SSO-PWD-004
#[test]
fn a_call_that_hashes_is_read_from_its_json_and_computed() {
    let hashed = Reply::Hashed { password_hash: PasswordHash::new(HASH.into()) };
    let salt = r#""salt":"101112131415161718191a1b1c1d1e1f","keyed":true,"companyId":8272"#;
    let hash = format!(r#""passwordHash":"{HASH}","keyed":false,"companyId":null"#);
    for (call, password, rest, reply) in [
        ("hash_password", "correct horse", salt, hashed),
        ("verify_password", "correct horse", &hash, Reply::Match),
        ("verify_password", "battery staple", &hash, Reply::NoMatch),
    ] {
        let text = format!(r#"{{"call":"{call}","password":"{password}",{rest}}}"#);
        let read = Hashing::from_json(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(read.compute(), reply);
    }
}

#[test]
fn a_text_that_is_not_a_call_that_hashes_is_none() {
    let with_salt = |call: &str, salt: &str| {
        format!(
            r#"{{"call":"{call}","password":"correct horse","salt":"{salt}","keyed":true,"companyId":1}}"#
        )
    };
    for text in [
        "",
        "hash_password",
        r#"{"call":"purge","now":1}"#,
        &with_salt("hash", &"0".repeat(32)),
        &with_salt("hash_password", &"0".repeat(30)),
        &with_salt("verify_password", &"0".repeat(32)),
    ] {
        assert_eq!(Hashing::from_json(text), None, "{text}");
    }
}
