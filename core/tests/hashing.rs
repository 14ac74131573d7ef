//! The calls that hash: written as JSON, and computed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use ssokey_core::{
    Behalf, CompanyId, Costs, Hashing, Memory, OutOfMemory, Password, PasswordHash, Reply, argon2id,
};

/// The hash of `correct horse` in the vectors, by an Argon2 that shares no code with this project.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$EBESExQVFhcYGRobHB0eHw$JJel+/1I2gI6om5FpJkGKnPVbkfjX9opK3wrLFFaWqc";
const SALT: [u8; 16] = [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31];

// proves: SSO-PWD-004
#[test]
fn a_call_that_hashes_has_its_json_and_is_computed() {
    let stored = PasswordHash::new(HASH.into());
    let password = |text| Password::parse(text).unwrap();
    let verify = |text| Hashing::VerifyPassword {
        password: password(text),
        password_hash: stored.clone(),
        behalf: Behalf { keyed: false, company_id: None },
    };
    let behalf = Behalf { keyed: true, company_id: CompanyId::new(8272).ok() };
    let hash = Hashing::HashPassword { password: password("correct horse"), salt: SALT, behalf };

    let salt = r#""salt":"101112131415161718191a1b1c1d1e1f","keyed":true,"companyId":8272"#;
    let unkeyed = format!(r#""passwordHash":"{HASH}","keyed":false,"companyId":null"#);
    for (hashing, call, text, rest, reply) in [
        (
            hash,
            "hash_password",
            "correct horse",
            salt,
            Reply::Hashed { password_hash: stored.clone() },
        ),
        (verify("correct horse"), "verify_password", "correct horse", &unkeyed, Reply::Match),
        (verify("battery staple"), "verify_password", "battery staple", &unkeyed, Reply::NoMatch),
    ] {
        let json = format!(r#"{{"call":"{call}","password":"{text}",{rest}}}"#);
        assert_eq!(serde_json::to_string(&hashing).unwrap(), json);
        assert_eq!(serde_json::from_str::<Hashing>(&json).unwrap(), hashing);
        assert_eq!(hashing.compute(), reply);
        assert_eq!(hashing.compute_in(&mut Memory::new()), reply);
    }
}

#[test]
fn a_tag_does_not_depend_on_the_memory_or_on_what_was_computed_there_before() {
    let mut memory = Memory::new();
    let mut check = |password: &[u8], memory_kib, passes, lanes, length| {
        let costs = Costs { memory_kib, passes, lanes };
        let (mut mine, mut expected) = (vec![0; length], vec![0; length]);
        memory.argon2id(password, b"nobody's pepper.", costs, &mut mine).unwrap();
        argon2id(password, b"nobody's pepper.", costs, &mut expected).unwrap();
        assert_eq!(mine, expected);
    };
    for (memory_kib, passes, lanes, length) in
        [(64, 2, 1, 32), (8, 1, 1, 32), (256, 3, 4, 64), (65_536, 1, 1, 32), (64, 2, 1, 16)]
    {
        check(b"a", memory_kib, passes, lanes, length);
        check(b"b", memory_kib, passes, lanes, length);
    }
}

#[test]
fn a_lack_of_memory_is_said() {
    assert_eq!(OutOfMemory.to_string(), "there is not enough memory for the hash at present");
}
