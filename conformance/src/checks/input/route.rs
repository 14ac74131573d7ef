//! The methods and paths of an operation.

use super::{call, fields};
use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

pub(super) fn refuses_other_methods(
    probe: &mut Probe<'_>,
    operation: Operation,
) -> Result<(), Stop> {
    let other = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"].into_iter();
    for method in other.filter(|method| !operation.methods().contains(method)) {
        let way = if method.starts_with('P') { Way::Json } else { Way::Get };
        let fields = fields(probe, operation);
        let request = call(probe, operation, way, &fields).method(method);
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
    Ok(())
}
