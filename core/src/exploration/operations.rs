//! Each operation, and each command of the operator, that is walked: its first step and its flow.

use std::format;

use super::commands::{COMMANDS, Command};
use super::fixture::key;
use super::flow::{self, Flow, Script};
use super::run::Run;
use super::table::{CODE, EMAIL, ISSUED_AT, NOW, PASSWORD, SECRET, TOKEN};
use crate::{Body, Request, Settings, begin};

/// An operation or command with its first step and its flow.
pub(super) struct Operation {
    pub(super) name: &'static str,
    steps: Steps,
}

enum Steps {
    OfRequest(fn() -> Run, fn(&mut Script<'_>) -> Flow),
    OfCommand(&'static Command),
}

impl Operation {
    pub(super) fn begin(&self) -> Run {
        match &self.steps {
            Steps::OfRequest(begin, _) => begin(),
            Steps::OfCommand(command) => command.begin(ENTROPY),
        }
    }

    pub(super) fn flow(&self, script: &mut Script<'_>) -> Flow {
        match &self.steps {
            Steps::OfRequest(_, flow) => flow(script),
            Steps::OfCommand(command) => command.flow(script),
        }
    }
}

/// Returns every operation and command.
pub(super) fn operations() -> impl Iterator<Item = Operation> {
    let commands = COMMANDS
        .iter()
        .map(|command| Operation { name: command.name, steps: Steps::OfCommand(command) });
    REQUESTS.into_iter().chain(commands)
}

const ENTROPY: u8 = 3;

const REQUESTS: [Operation; 7] = [
    request("sign-on", || keyed("/api/sso/authenticate"), flow::sign_on),
    request("launch", || keyed("/api/sso/login"), flow::launch),
    request("exchange", exchange, flow::exchange),
    request("direct", direct, flow::direct),
    request("session", || by_token("GET", "/api/session", ""), flow::session),
    request(
        "session at a product",
        || by_token("GET", "/api/session", "product=livechat"),
        flow::session_at_product,
    ),
    request("sign-out", || by_token("POST", "/api/signout", ""), flow::sign_out),
];

const fn request(
    name: &'static str,
    begin: fn() -> Run,
    flow: fn(&mut Script<'_>) -> Flow,
) -> Operation {
    Operation { name, steps: Steps::OfRequest(begin, flow) }
}

fn sent<'a>(
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
        entropy: [ENTROPY; 80],
    };
    begin(&request, &Settings::default()).into()
}

fn keyed(path: &str) -> Run {
    let body = format!(
        "email={EMAIL}&password={PASSWORD}&ssokey={}&product=livechat&issued_at={ISSUED_AT}",
        key().expose()
    );
    sent("POST", path, "", &body, None)
}

fn direct() -> Run {
    let query =
        format!("userid={EMAIL}&password={PASSWORD}&company=partner.example&product=livechat");
    sent("GET", "/api/authenticate", &query, "", None)
}

fn exchange() -> Run {
    let bearer = format!("Bearer {SECRET}");
    sent("POST", "/api/sso/exchange", "", &format!("code={CODE}&product=livechat"), Some(&bearer))
}

fn by_token(method: &str, path: &str, query: &str) -> Run {
    sent(method, path, query, "", Some(&format!("Bearer {TOKEN}")))
}
