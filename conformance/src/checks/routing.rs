//! Other methods and other paths.

use crate::checks::input::route::{OF_EXTENSIONS, wrong_in_more};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "routing.refuses-other-methods",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-020"],
        title: "PUT, PATCH, DELETE, OPTIONS and methods of extensions are refused, whatever else is wrong",
        judge: Judge::Active(refuses_other_methods),
    },
    Check {
        id: "routing.refuses-head",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-020"],
        title: "HEAD is refused, though GET is served",
        judge: Judge::Active(refuses_head),
    },
    Check {
        id: "routing.names-allowed-methods",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-020"],
        title: "the refusal of a method has an Allow header of GET and POST",
        judge: Judge::Active(names_allowed_methods),
    },
    Check {
        id: "routing.refuses-other-paths",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-021"],
        title: "paths next to that of sign-on do not exist, whatever else is wrong",
        judge: Judge::Active(refuses_other_paths),
    },
];

/// A sign-on by each method that is not allowed and whose answer has a body.
fn by_other_methods(probe: &mut Probe<'_>) -> Vec<Request> {
    ["PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .chain(OF_EXTENSIONS)
        .map(|method| {
            let way = if matches!(method, "PUT" | "PATCH") { Way::Json } else { Way::Get };
            way.request(&probe.user()).method(method)
        })
        .collect()
}

fn refuses_other_methods(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for request in by_other_methods(probe) {
        probe.expect_refusal(&request, Refusal::METHOD)?;
    }
    for request in wrong_in_more(Operation::SignOn.path()) {
        probe.expect_refusal(&request.method("PUT"), Refusal::METHOD)?;
    }
    Ok(())
}

fn refuses_head(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let request = Way::Get.request(&probe.user()).method("HEAD");
    let actual = match probe.answered(&request)? {
        Ok(answer) if answer.may_be(Refusal::METHOD) => return Ok(()),
        Ok(answer) => format!("HTTP {}", answer.status()),
        Err(mismatch) => mismatch.actual,
    };
    let expected = format!("HTTP {}", Refusal::METHOD.status);
    probe.note(&request, Mismatch::new(expected, actual));
    Ok(())
}

fn names_allowed_methods(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mut requests = by_other_methods(probe);
    requests.push(Way::Get.request(&probe.user()).method("HEAD"));
    for request in requests {
        let allowed = match probe.answered(&request)? {
            Ok(answer) => answer.header("Allow"),
            Err(_) => None,
        };
        let methods = allowed.as_deref().unwrap_or_default().split(',');
        let mut methods: Vec<_> = methods.map(str::trim).collect();
        methods.sort_unstable();
        if methods != ["GET", "POST"] {
            let actual = allowed.map_or("no such header".to_owned(), |it| format!("`{it}`"));
            probe.note(&request, Mismatch::new("a header `Allow: GET, POST`", actual));
        }
    }
    Ok(())
}

fn refuses_other_paths(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let canary = format!("canary-{}", probe.accounts().run());
    let path = Operation::SignOn.path();
    for path in [
        format!("{path}/"),
        format!("{path}/{canary}"),
        format!("{path}-{canary}"),
        format!("/api/sso/{canary}"),
        "/api/sso/AUTHENTICATE".to_owned(),
        "/api/sso/authenticat%65".to_owned(),
        "/api//sso/authenticate".to_owned(),
    ] {
        for way in Way::ALL {
            let request = way.request(&probe.user()).path(path.as_str());
            probe.expect_refusal(&request, Refusal::NOT_FOUND)?;
        }
    }
    for request in wrong_in_more(&format!("{path}-{canary}")) {
        probe.expect_refusal(&request, Refusal::NOT_FOUND)?;
    }
    Ok(())
}
