//! The methods and paths of an operation.

use super::{call, fields};
use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::{LARGEST, Request};
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

/// Methods of WebDAV and its versioning, which the parsers of Node, Deno, Bun and workerd hand on. Words that no standard has, and methods in lower case, some
/// of them refuse and some frameworks rewrite.
pub(in crate::checks) const OF_EXTENSIONS: [&str; 2] = ["PROPFIND", "REPORT"];

pub(super) fn refuses_other_methods(
    probe: &mut Probe<'_>,
    operation: Operation,
) -> Result<(), Stop> {
    let other = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"].into_iter();
    let other = other.chain(OF_EXTENSIONS);
    let mut requests = Vec::new();
    for method in other.filter(|method| !operation.methods().contains(method)) {
        let way = if matches!(method, "POST" | "PUT" | "PATCH") { Way::Json } else { Way::Get };
        let fields = fields(probe, operation);
        requests.push((method, call(probe, operation, way, &fields).method(method)));
    }
    requests.extend(wrong_in_more(operation.path()).map(|request| ("PUT", request.method("PUT"))));
    for (method, request) in requests {
        let allowed = match probe.answered(&request)? {
            // The answer to a HEAD has no body that could hold a code.
            Ok(answer) if method == "HEAD" && answer.may_be(Refusal::METHOD) => answer,
            Ok(answer) if answer.is(Refusal::METHOD) => answer,
            Ok(answer) => {
                let expected = Refusal::METHOD.to_string();
                probe.note(&request, Mismatch::new(expected, answer.summary()));
                continue;
            }
            Err(mismatch) => {
                probe.note(&request, mismatch);
                continue;
            }
        };
        let allowed = allowed.header("Allow");
        let mut methods: Vec<_> =
            allowed.as_deref().unwrap_or_default().split(',').map(str::trim).collect();
        methods.sort_unstable();
        if methods != operation.methods() {
            let expected = format!("a header `Allow: {}`", operation.methods().join(", "));
            let actual = allowed.map_or("no such header".to_owned(), |it| format!("`{it}`"));
            probe.note(&request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

pub(super) fn refuses_other_paths(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let canary = format!("canary-{}", probe.accounts().run());
    let path = operation.path();
    let (folder, last) = path.rsplit_once('/').unwrap_or_default();
    for other in [
        format!("{path}/"),
        format!("{path}/{canary}"),
        format!("{path}-{canary}"),
        format!("{folder}/{}", last.to_ascii_uppercase()),
    ] {
        for way in operation.ways() {
            let fields = fields(probe, operation);
            let request = call(probe, operation, *way, &fields).path(other.as_str());
            probe.expect_refusal(&request, Refusal::NOT_FOUND)?;
        }
    }
    for request in wrong_in_more(&format!("{path}-{canary}")) {
        probe.expect_refusal(&request, Refusal::NOT_FOUND)?;
    }
    Ok(())
}

/// Requests in which size, media type and escapes are wrong, so that what is looked at after path and method would be refused as well.
pub(in crate::checks) fn wrong_in_more(path: &str) -> impl Iterator<Item = Request> + use<> {
    let long = "x".repeat(LARGEST + 1);
    [
        Request::post("application/json", "{").case("a body that is not JSON"),
        Request::post("text/plain", "x").case("a media type that is not read"),
        Request::json(long.clone()).case(format!("a body of {} bytes", LARGEST + 1)),
        Request::form("").query(long).case(format!("a query of {} bytes", LARGEST + 1)),
        Request::form("").query("x=%zz").case("a broken percent-escape in the query"),
    ]
    .map(|request| request.path(path))
    .into_iter()
}
