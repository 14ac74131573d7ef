//! Settings are within their bounds, and what hosts ask without a request is answered as the spec says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use ssokey_core::{Domain, OperationName, ProductName, Products, Settings};

/// Reads settings; an error is its text.
fn read(json: &str) -> Result<Settings, String> {
    Settings::from_json(json).map_err(|error| error.to_string())
}

#[test]
fn absent_and_null_members_keep_their_defaults() {
    let null = r#"{"legacyStatus":null,"company":null,"products":null,"tokenLifetime":null,"codeLifetime":null,"operations":null}"#;
    for json in ["{}", null] {
        assert_eq!(read(json), Ok(Settings::default()));
    }
    let settings = Settings::default();
    assert_eq!(settings.token_lifetime(), 3_600_000);
    assert_eq!(settings.code_lifetime(), 60_000);
    assert_eq!(
        settings.products().to_string(),
        "accounts, livechat, email, meeting, groupchat, remote"
    );
    assert!(!settings.legacy_status() && settings.company().is_none());
}

#[test]
fn each_member_is_read() {
    let json = r#"{"legacyStatus":true,"company":"Partner.Example","products":["fax","2-way"],"tokenLifetime":60000,"codeLifetime":600000,"operations":["sign_out","sign_on"]}"#;
    let products = ["fax", "2-way"].map(|name| ProductName::parse(name).unwrap());
    let expected = Settings::default()
        .with_legacy_status(true)
        .with_company(Domain::parse("partner.example"))
        .with_products(Products::new(products.into()).unwrap())
        .with_token_lifetime(60_000)
        .and_then(|settings| settings.with_code_lifetime(600_000))
        .and_then(|settings| {
            settings.with_operations(vec![OperationName::SignOut, OperationName::SignOn])
        });
    assert_eq!(read(json), expected.map_err(|error| error.to_string()));
}

// proves: SSO-TOK-004 SSO-LAU-004
#[test]
fn a_lifetime_has_bounds_on_both_sides() {
    let token = "`tokenLifetime` must be 60000 to 86400000 milliseconds";
    let code = "`codeLifetime` must be 10000 to 600000 milliseconds";
    for (member, error, good, bad) in [
        ("tokenLifetime", token, [60_000, 86_400_000], [59_999, 86_400_001]),
        ("codeLifetime", code, [10_000, 600_000], [9_999, 600_001]),
    ] {
        for lifetime in good {
            assert!(read(&format!(r#"{{"{member}":{lifetime}}}"#)).is_ok());
        }
        for lifetime in bad {
            assert_eq!(read(&format!(r#"{{"{member}":{lifetime}}}"#)), Err(error.into()));
        }
        for other in ["-1", "1.5", "\"60000\"", "true", "18446744073709551616"] {
            assert_eq!(read(&format!(r#"{{"{member}":{other}}}"#)), Err(error.into()));
        }
    }
}

// proves: SSO-REQ-012
#[test]
fn products_are_1_to_64_different_names_of_their_form() {
    let error = "`products` must be 1 to 64 different names of 1 to 32 lower-case letters, digits and hyphens";
    let names = |count: usize| -> Vec<_> { (0..count).map(|at| format!("\"p-{at}\"")).collect() };
    let json = |names: &[String]| format!(r#"{{"products":[{}]}}"#, names.join(","));
    for good in [names(1), names(64), vec![format!("\"{}\"", "x".repeat(32))]] {
        assert!(read(&json(&good)).is_ok());
    }
    for bad in [
        json(&[]),
        json(&names(65)),
        json(&["\"a\"".into(), "\"a\"".into()]),
        json(&[format!("\"{}\"", "x".repeat(33))]),
        json(&["\"\"".into()]),
        json(&["\"A\"".into()]),
        json(&["\"a b\"".into()]),
        json(&["1".into()]),
        r#"{"products":"accounts"}"#.into(),
    ] {
        assert_eq!(read(&bad), Err(error.into()), "{bad}");
    }
}

#[test]
fn what_is_not_settings_is_refused() {
    let whole = "the settings must be an object of settings";
    for json in ["", "[]", "null", "{", r#"{"token_lifetime":60000}"#] {
        assert_eq!(read(json), Err(whole.into()), "{json}");
    }
    let domain = "`company` must be a domain name in ASCII of at most 253 characters";
    for company in ["\"\"", "\"a@b.example\"", "1"] {
        assert_eq!(read(&format!(r#"{{"company":{company}}}"#)), Err(domain.into()));
    }
    let twice = r#"{"legacyStatus":true,"legacyStatus":true}"#;
    assert_eq!(read(twice), Err("`legacyStatus` must be a boolean".into()));
}

#[test]
fn operations_are_different_ones_of_the_format() {
    let error = "`operations` must be a list of different operations: sign_on, launch, exchange, direct_sign_in, session, sign_out";
    for good in [
        r#"["session"]"#,
        r#"["sign_out","session","direct_sign_in","exchange","launch","sign_on"]"#,
    ] {
        assert!(read(&format!(r#"{{"operations":{good}}}"#)).is_ok(), "{good}");
    }
    for bad in [
        "[]",
        r#"["session","session"]"#,
        r#"["signOn"]"#,
        r#"["session",1]"#,
        r#""session""#,
        "{}",
    ] {
        assert_eq!(read(&format!(r#"{{"operations":{bad}}}"#)), Err(error.into()), "{bad}");
    }
}

const PATHS: [(&str, &str); 6] = [
    ("sign_on", "/api/sso/authenticate"),
    ("launch", "/api/sso/login"),
    ("exchange", "/api/sso/exchange"),
    ("direct_sign_in", "/api/authenticate"),
    ("session", "/api/session"),
    ("sign_out", "/api/signout"),
];

// proves: SSO-REQ-021
#[test]
fn the_six_paths_are_served_and_no_other() {
    let settings = Settings::default();
    for (_, path) in PATHS {
        assert!(settings.is_served(path));
        assert!(!settings.is_served(&format!("{path}/")));
        assert!(!settings.is_served(&path.to_uppercase()));
    }
    assert!(!settings.is_served("") && !settings.is_served("/"));
}

// proves: SSO-REQ-021
#[test]
fn the_path_of_an_operation_that_is_not_configured_is_not_served() {
    for (name, own) in PATHS {
        let settings = read(&format!(r#"{{"operations":["{name}"]}}"#)).unwrap();
        for (_, path) in PATHS {
            assert_eq!(settings.is_served(path), path == own, "{name}: {path}");
        }
        assert_eq!(settings.operations().first().unwrap().path(), own);
    }
}
