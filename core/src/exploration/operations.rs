//! Each operation, and each command of the operator, that is walked: its first step and its flow.

use std::format;

use super::fixture::key;
use super::flow::{self, NextCall, Script};
use super::flow_operator;
use super::run::Run;
use super::table::{CODE, EMAIL, ISSUED_AT, NOW, PASSWORD, SECRET, TOKEN};
use crate::{Body, Request, Settings, begin, operator};

pub(super) type Flow = fn(&mut Script<'_>) -> Result<u16, NextCall>;

/// An operation or command with its first step and its flow.
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) begin: fn() -> Run,
    pub(super) flow: Flow,
}

pub(super) const OPERATIONS: [Operation; 20] = [
    Operation { name: "sign-on", begin: || keyed("/api/sso/authenticate"), flow: flow::sign_on },
    Operation { name: "launch", begin: || keyed("/api/sso/login"), flow: flow::launch },
    Operation { name: "exchange", begin: exchange, flow: flow::exchange },
    Operation { name: "direct", begin: direct, flow: flow::direct },
    Operation {
        name: "session",
        begin: || by_token("GET", "/api/session", ""),
        flow: flow::session,
    },
    Operation {
        name: "session at a product",
        begin: || by_token("GET", "/api/session", "product=livechat"),
        flow: flow::session_at_product,
    },
    Operation {
        name: "sign-out",
        begin: || by_token("POST", "/api/signout", ""),
        flow: flow::sign_out,
    },
    Operation {
        name: "add_company",
        begin: || {
            command(
                r#""add_company","name":"Partner","domain":"partner.example","email":"sso@partner.example""#,
            )
        },
        flow: flow_operator::add_company,
    },
    Operation {
        name: "list_companies",
        begin: || command(r#""list_companies","limit":2"#),
        flow: flow_operator::list_companies,
    },
    Operation {
        name: "set_company_status",
        begin: || of_company(r#""set_company_status","status":"disabled""#),
        flow: flow_operator::set_company_status,
    },
    Operation {
        name: "issue_key",
        begin: || of_company(r#""issue_key","expiresAt":null"#),
        flow: flow_operator::issue_key,
    },
    Operation {
        name: "rotate_key",
        begin: || of_company(r#""rotate_key","keyId":5"#),
        flow: flow_operator::rotate_key,
    },
    Operation {
        name: "list_keys",
        begin: || of_company(r#""list_keys","limit":2"#),
        flow: flow_operator::list_keys,
    },
    Operation {
        name: "set_key_status",
        begin: || of_company(r#""set_key_status","keyId":5,"status":"revoked""#),
        flow: flow_operator::set_key_status,
    },
    Operation { name: "add_user", begin: add_user, flow: flow_operator::add_user },
    Operation {
        name: "list_users",
        begin: || of_company(r#""list_users","limit":2"#),
        flow: flow_operator::list_users,
    },
    Operation {
        name: "set_user_status",
        begin: || of_user(r#""set_user_status","status":"disabled""#),
        flow: flow_operator::set_user_status,
    },
    Operation {
        name: "set_user_manager",
        begin: || of_user(r#""set_user_manager","managedBy":"local""#),
        flow: flow_operator::set_user_manager,
    },
    Operation {
        name: "set_product",
        begin: || {
            command(
                r#""set_product","name":"livechat","launchUrl":"https://chat.example/","overlap":1"#,
            )
        },
        flow: flow_operator::set_product,
    },
    Operation { name: "purge", begin: || command(r#""purge""#), flow: flow_operator::purge },
];

fn request<'a>(
    method: &'a str,
    path: &'a str,
    query: &'a str,
    body: &'a str,
    bearer: Option<&'a str>,
) -> Run {
    let request = Request {
        method,
        path,
        query: query.as_bytes(),
        content_type: Some("application/x-www-form-urlencoded"),
        content_encoding: &[],
        authorization: bearer.as_slice(),
        body: Body::Bytes(body.as_bytes()),
        source: Some("192.0.2.1"),
        now: NOW,
        entropy: [3; 80],
    };
    begin(&request, &Settings::default()).into()
}

fn keyed(path: &str) -> Run {
    let body = format!(
        "email={EMAIL}&password={PASSWORD}&ssokey={}&product=livechat&issued_at={ISSUED_AT}",
        key().expose()
    );
    request("POST", path, "", &body, None)
}

fn direct() -> Run {
    let query =
        format!("userid={EMAIL}&password={PASSWORD}&company=partner.example&product=livechat");
    request("GET", "/api/authenticate", &query, "", None)
}

fn exchange() -> Run {
    let bearer = format!("Bearer {SECRET}");
    request(
        "POST",
        "/api/sso/exchange",
        "",
        &format!("code={CODE}&product=livechat"),
        Some(&bearer),
    )
}

fn by_token(method: &str, path: &str, query: &str) -> Run {
    request(method, path, query, "", Some(&format!("Bearer {TOKEN}")))
}

fn command(rest: &str) -> Run {
    let text = format!(r#"{{"command":{rest}}}"#);
    operator::begin_json(&text, NOW, [3; 80], &Settings::default()).into()
}

fn of_company(rest: &str) -> Run {
    command(&format!(r#"{rest},"companyEmail":"sso@partner.example""#))
}

fn of_user(rest: &str) -> Run {
    of_company(&format!(r#"{rest},"userEmail":"{EMAIL}""#))
}

fn add_user() -> Run {
    of_user(&format!(r#""add_user","password":"{PASSWORD}""#))
}
