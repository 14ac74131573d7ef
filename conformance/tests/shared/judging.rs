//! Servers judged inside this process.

use crate::server::{Raw, Reply};
use ssokey_conformance::message::{Answer, Request};
use ssokey_conformance::record::Record;
use ssokey_conformance::recording::write_har;
use ssokey_conformance::reference::Subject;
use ssokey_conformance::suite::{Settings, Suite};
use ssokey_conformance::transport::TransportError;

/// Runs the suite against the reference server of this name in this process, without a network.
pub(crate) fn judge(name: &str) -> Record {
    Subject::find(name).unwrap().record().unwrap()
}

/// Runs the suite against any server in this process.
pub(crate) fn judge_with(mut answer: impl FnMut(&Raw) -> Reply) -> Record {
    let mut transport = |request: &Request| through(request, &mut answer);
    Suite::v1().run(&mut transport, settings()).unwrap()
}

/// Takes a request to a server in this process.
pub(crate) fn through(
    request: &Request,
    answer: impl FnOnce(&Raw) -> Reply,
) -> Result<Answer, TransportError> {
    let mut reply = answer(&Raw::from_request(request).unwrap());
    if request.method == "HEAD" {
        reply.body.clear();
    }
    Ok(reply.into())
}

/// The names of the accounts are the same in every run.
pub(crate) fn settings() -> Settings {
    ssokey_conformance::reference::settings("in process")
}

/// The recording of a run.
pub(crate) fn har(record: &Record) -> String {
    let mut text = Vec::new();
    write_har(record, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// A server that says no more than that all is well.
pub(crate) fn ok_to_everything(_: &Raw) -> Reply {
    Reply {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: r#"{"stat":"ok"}"#.to_owned(),
    }
}
