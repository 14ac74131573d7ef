//! The answers of your own server as `insta` snapshots in your own crate, to review with `cargo insta review`.
//!
//! ```no_run
//! # use ssokey_conformance::{message::Answer, message::Request, transport::TransportError};
//! use ssokey_conformance::suite::Seed;
//! use ssokey_conformance::message::Credential;
//! use ssokey_conformance::suite::Settings;
//! use ssokey_conformance::suite::Suite;
//!
//! # fn my_server(_: &Request) -> Answer { Answer::new(404, Vec::new(), Vec::new()) }
//! // In a test of yours:
//! let key = Credential::new("the key that the server knows");
//! let settings = Settings::new("my server", key, Seed::fixed(1));
//! let mut server =
//!     |request: &Request| -> Result<Answer, TransportError> { Ok(my_server(request)) };
//! let record = Suite::v1().run(&mut server, settings)?;
//! ssokey_conformance::assert_answers!(&record);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

#[doc(hidden)]
pub use insta;

use crate::format::operation::Operation;
use crate::message::json::Json;
use crate::record::left_behind::DOMAIN;
use crate::record::rendering::{Ignored, Rendering};
use crate::record::transcript::Transcript;
use crate::record::{Record, left_behind};

/// Asserts every distinct answer of a record as snapshots of the crate and module that this stands in.
///
/// There is one snapshot for each operation that succeeded and one for each refusal, redacted: labels stand for secrets, the
/// run's e-mails and the numbers of its users.
#[macro_export]
macro_rules! assert_answers {
    ($record:expr) => {
        for (name, answers) in $crate::record::snapshot::answers($record) {
            $crate::record::snapshot::insta::assert_snapshot!(name, answers);
        }
    };
}

/// The distinct answers of a record, by the names of their snapshots.
pub fn answers(record: &Record) -> BTreeMap<String, String> {
    let ignored = Ignored::default();
    let mut rendering = Rendering::new(left_behind::digits(&record.accounts.prefix), &ignored);
    let mut distinct: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for exchange in &record.exchanges {
        rendering.forget_users();
        let answer = without_emails(&rendering.answer(&exchange.received));
        let known = distinct.entry(name(exchange)).or_default();
        if !known.contains(&answer) {
            known.push(answer);
        }
    }
    let joined = distinct.into_iter().map(|(name, answers)| (name, answers.join("\n\n")));
    joined.collect()
}

/// The operation of a success, or the status, code and name of a refusal.
fn name(exchange: &Transcript) -> String {
    let Transcript { sent, received, .. } = exchange;
    let status = received.status;
    if status < 400 {
        let operation = Operation::at(&sent.path).map_or("elsewhere", Operation::name);
        return format!("{status}-{operation}");
    }
    let body = Json::parse(received.body.as_bytes()).unwrap_or(Json::Null);
    let error = |name: &str| body.member("error").and_then(|error| error.member(name));
    match (error("code").and_then(Json::as_u64), error("name").and_then(Json::as_str)) {
        (Some(code), Some(name)) => format!("{status}-{code}-{name}"),
        _ => format!("{status}"),
    }
}

/// The e-mails of a run are many, and say nothing about how it was answered.
fn without_emails(answer: &str) -> String {
    let lines = answer.lines().map(|line| match line.split_once("\": \"") {
        Some((name, value)) if value.contains(DOMAIN) => {
            let comma = if value.ends_with(',') { "," } else { "" };
            format!("{name}\": \"[email]\"{comma}")
        }
        Some(_) | None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
