//! Commands that are values and not JSON: what their types cannot rule out is refused before any call.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use ssokey_core::operator::{Command, CompanyMembers, Name, Overlap, Step, UserMembers, begin};
use ssokey_core::{Domain, Email, LaunchUrl, ProductName, Settings};

const NOW: u64 = 1_700_000_000_000;

/// Begins a command. Returns the code of its refusal, or none if it makes a call.
fn refusal(command: Command) -> Option<u64> {
    match begin(command, NOW, [7; 80], &Settings::default()) {
        Step::Call(..) => None,
        Step::Done(response) => {
            let body: Value = serde_json::from_str(&response.body).unwrap();
            body.pointer("/error/code").and_then(Value::as_u64)
        }
    }
}

fn email() -> Email {
    Email::parse("ada@partner.example").unwrap()
}

// proves: SSO-OPS-018
#[test]
fn a_change_of_nothing_is_refused() {
    let company = |domain_mx_verified| {
        let members = CompanyMembers { domain_mx_verified, ..CompanyMembers::default() };
        refusal(Command::SetCompany { company_email: email(), members })
    };
    assert_eq!([company(None), company(Some(false))], [Some(4001), None]);
    let user = |is_creator| {
        let members = UserMembers { is_creator, ..UserMembers::default() };
        refusal(Command::SetUser { company_email: email(), user_email: email(), members })
    };
    assert_eq!([user(None), user(Some(false))], [Some(4001), None]);
}

// proves: SSO-OPS-008
#[test]
fn a_user_is_given_at_most_100_permissions() {
    let user = |count| {
        let permissions = Some(vec![Name::parse("chat.read").unwrap(); count]);
        let members = UserMembers { permissions, ..UserMembers::default() };
        refusal(Command::SetUser { company_email: email(), user_email: email(), members })
    };
    assert_eq!([user(0), user(100), user(101)], [None, None, Some(4003)]);
}

// proves: SSO-OPS-008
#[test]
fn a_product_is_one_of_the_server() {
    let product = |name| ProductName::parse(name).unwrap();
    let set = |name| {
        let launch_url = LaunchUrl::parse("https://chat.example/").unwrap();
        refusal(Command::SetProduct { name: product(name), launch_url })
    };
    assert_eq!([set("livechat"), set("conference")], [None, Some(4003)]);
    let rotate =
        |name| refusal(Command::RotateProduct { name: product(name), overlap: Overlap::default() });
    assert_eq!([rotate("livechat"), rotate("conference")], [None, Some(4003)]);
    let company = |products| {
        refusal(Command::AddCompany {
            name: Name::parse("Partner").unwrap(),
            domain: Domain::parse("partner.example").unwrap(),
            email: email(),
            products,
            email_domains: None,
            account_type: None,
        })
    };
    let listed = vec![product("livechat")];
    let unlisted = vec![product("livechat"), product("conference")];
    let outcomes = [None, Some(listed), Some(unlisted), Some(Vec::new())].map(company);
    assert_eq!(outcomes, [None, None, Some(4003), Some(4003)]);
}

// proves: SSO-OPS-008
#[test]
fn an_end_lies_ahead() {
    let key = |expires_at| refusal(Command::IssueKey { company_email: email(), expires_at });
    let ends = [None, Some(NOW), Some(NOW + 1), Some((1 << 53) - 1), Some(1 << 53)];
    assert_eq!(ends.map(key), [None, Some(4003), None, None, Some(4003)]);
}
