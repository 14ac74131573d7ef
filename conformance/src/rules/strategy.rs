//! Strategies for property tests of the password rules, for any server or library that implements them.
//!
//! ```
//! use proptest::prelude::*;
//! use ssokey_conformance::rules::strategy;
//!
//! proptest!(|((one, other) in strategy::password_pair())| {
//!     // Sign on with `one`, then with `other`: the second must replace the first.
//!     prop_assert_ne!(one, other);
//! });
//! ```

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::shape::Shape;

const ATOM: &str = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,8}";
const LABEL: &str = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?";

/// A sign-on of a sequence: who, with which password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOn {
    /// One of two companies, 1 or 2.
    pub company: u64,
    /// An address that the format accepts, in any case.
    pub email: String,
    /// A password that the format accepts.
    pub password: String,
}

/// Addresses that the format accepts, in any case (`SSO-REQ-009`).
pub fn email() -> impl Strategy<Value = String> {
    let local = vec(ATOM, 1..4).prop_map(|atoms| atoms.join("."));
    let domain = vec(LABEL, 1..4).prop_map(|labels| labels.join("."));
    (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}"))
}

/// Addresses that it refuses: valid ones with one thing wrong.
pub fn malformed_email() -> impl Strategy<Value = String> {
    let faults = select(vec![
        ("@", ""),
        ("@", "@@"),
        ("@", "@-"),
        ("@", ".@"),
        ("@", "@."),
        ("@", " @"),
        ("@", "\u{e4}@"),
        ("@", "@\u{e4}"),
        ("@", "@_"),
        ("@", "\"@"),
    ]);
    (email(), faults).prop_map(|(email, (sign, fault))| email.replacen(sign, fault, 1))
}

/// Passwords that the format accepts: 1 to 1,024 bytes of any characters, NUL among them (`SSO-REQ-013`, `SSO-PWD-002`).
pub fn password() -> impl Strategy<Value = String> {
    let odd = select(vec!["\0", " ", "\t", "%41", "+", "&=#", "\"\\", "\u{feff}", "\u{1f600}"]);
    prop_oneof![
        4 => ".{1,40}".prop_map(String::from),
        2 => any::<String>(),
        2 => ("[ -~]{0,12}", odd, "[ -~]{0,12}").prop_map(|(head, odd, tail)| head + odd + &tail),
        1 => "[ -~]{1000,1024}".prop_map(String::from),
    ]
    .prop_filter("1 to 1024 bytes", |text| (1..=1024).contains(&text.len()))
}

/// Passwords of more than 1,024 bytes, which it refuses.
pub fn oversized_password() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{1025,1100}", "\u{e9}{513,600}"]
}

/// Two passwords that differ in their bytes, and that a server which trims, cuts, folds or normalises takes for one
/// (`SSO-PWD-001`).
pub fn password_pair() -> impl Strategy<Value = (String, String)> {
    let pairs = select(Shape::PAIRS.to_vec());
    ("[ -~]{1,16}", pairs).prop_map(|(own, (one, other))| (one.around(&own), other.around(&own)))
}

/// Keys of other origin than ours: 22 to 256 printable ASCII characters (`SSO-KEY-006`).
pub fn ssokey() -> impl Strategy<Value = String> {
    "[!-~][ -~]{20,254}[!-~]".prop_filter("not of ours", |text| !text.starts_with("ssok_"))
}

/// Keys that are refused without a look-up.
pub fn malformed_ssokey() -> impl Strategy<Value = String> {
    prop_oneof!["[!-~]{1,21}", "[!-~]{257,300}", "ssok_[0-9A-Za-z]{0,48}", "[!-~]{22,60}\u{e9}"]
}

/// Sequences of sign-ons by few users of two companies, so that all three rules come to bear.
pub fn sign_ons() -> impl Strategy<Value = Vec<SignOn>> {
    (vec(email(), 1..4), vec(password(), 1..5)).prop_flat_map(|(emails, passwords)| {
        let email = (select(emails), any::<bool>());
        let email =
            email.prop_map(|(email, upper)| if upper { email.to_ascii_uppercase() } else { email });
        let sign_on = (1_u64..=2, email, select(passwords));
        let sign_on =
            sign_on.prop_map(|(company, email, password)| SignOn { company, email, password });
        vec(sign_on, 1..40)
    })
}
