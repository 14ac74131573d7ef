//! Queries and bodies that cannot be decoded, and the two readings of `+`.

use crate::checks::entrance::Sight;
use crate::checks::parameter::with_member;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::escape::escape;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::record::left_behind::DOMAIN;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "encoding.refuses-broken-escape",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-005"],
        title: "a broken percent-escape in a query or form is refused",
        judge: Judge::Active(refuses_broken_escape),
    },
    Check {
        id: "encoding.refuses-broken-utf-8",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-005"],
        title: "bytes that are not UTF-8 are refused, never replaced",
        judge: Judge::Active(refuses_broken_utf_8),
    },
    Check {
        id: "encoding.refuses-broken-json",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-005"],
        title: "a body that is not JSON text is refused",
        judge: Judge::Active(refuses_broken_json),
    },
    Check {
        id: "encoding.refuses-lone-surrogate",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-005"],
        title: "a JSON escape of half a surrogate pair is refused wherever it stands, never replaced",
        judge: Judge::Active(refuses_lone_surrogate),
    },
    Check {
        id: "encoding.refuses-json-that-is-no-object",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-005"],
        title: "a JSON array, string, number, boolean or null is refused",
        judge: Judge::Active(refuses_json_that_is_not_an_object),
    },
    Check {
        id: "encoding.reads-plus-as-space",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-008"],
        title: "a plus sign in a query or form is a space, which no e-mail can hold",
        judge: Judge::Active(reads_plus_as_space),
    },
    Check {
        id: "encoding.reads-escaped-plus-as-plus",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-008"],
        title: "an escaped plus sign in a query or form is a plus sign",
        judge: Judge::Active(reads_escaped_plus_as_plus),
    },
    Check {
        id: "encoding.reads-equals-sign-in-value",
        profile: Profile::Direct,
        requirements: &["SSO-REQ-001", "SSO-REQ-002"],
        title: "the first equals sign of a pair ends its name, and any other one is of the value",
        judge: Judge::Active(reads_equals_sign_in_value),
    },
];

fn refuses_broken_escape(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for text in ["%zz", "%", "%4", "%4g", "100%25%", "%+1", "%-1", "%1_", "%u0041"] {
        refuses_in_password(probe, text)?;
    }
    refuses_in_unknown_fields(probe, ["note=%zz", "%zz=1"])
}

/// A pair that no field is read from, in a query, in a form and in the query of a POST.
fn refuses_in_unknown_fields(probe: &mut Probe<'_>, pairs: [&str; 2]) -> Result<(), Stop> {
    let user = probe.user();
    for text in pairs {
        let case = format!("an unknown field `{text}`");
        let raw = format!("{}&{text}", user.form());
        for request in [Request::get(raw.as_str()), Request::form(raw.as_str())] {
            probe.expect_refusal(&request.case(case.as_str()), Refusal::MALFORMED)?;
        }
        for way in [Way::Form, Way::Json] {
            let request = way.request(&user).query(text);
            let request = request.case(format!("{case} in the query of a POST"));
            probe.expect_refusal(&request, Refusal::MALFORMED)?;
        }
    }
    Ok(())
}

fn refuses_broken_utf_8(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for text in ["%ff", "%c0%80", "%ed%a0%80", "%e2%82", "%80"] {
        refuses_in_password(probe, text)?;
    }
    refuses_in_unknown_fields(probe, ["note=%ff", "%ff=1"])?;
    let user = probe.user().without("password");
    let password = probe.password();
    let mut form = format!("{}&password={password}", user.form()).into_bytes();
    form.push(0xff);
    let request = Request::form(form).case("a raw byte FF");
    probe.expect_refusal(&request, Refusal::MALFORMED)?;
    let open = user.json();
    let open = open.trim_end_matches('}');
    let mut json = format!("{open},\"password\":\"{password}").into_bytes();
    json.extend(b"\xff\"}");
    let request = Request::json(json).case("a raw byte FF");
    probe.expect_refusal(&request, Refusal::MALFORMED)
}

/// The text at the end of an otherwise valid password, in a query and in a form.
fn refuses_in_password(probe: &mut Probe<'_>, text: &str) -> Result<(), Stop> {
    let user = probe.user();
    // The password comes last, so the raw text can be appended.
    let password = user.value("password").to_owned();
    let raw = user.without("password").and("password", &password).form() + text;
    for request in [Request::get(raw.as_str()), Request::form(raw.as_str())] {
        let request = request.case(format!("the password ends in `{text}`"));
        probe.expect_refusal(&request, Refusal::MALFORMED)?;
    }
    Ok(())
}

fn refuses_broken_json(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let json = probe.user().json();
    let open = json.trim_end_matches('}');
    for (body, case) in [
        (open.to_owned(), "no closing brace"),
        (format!("{open},}}"), "a trailing comma"),
        (format!("{json}{json}"), "two objects"),
        (format!("\u{feff}{json}"), "a byte order mark before the object"),
        (json.replace('"', "'"), "single quotes"),
        (format!("{open},\"note\":\"\n\"}}"), "a raw line feed in a string"),
        (format!("{open},\"note\":\"\\x\"}}"), "an unknown escape"),
    ] {
        probe.expect_refusal(&Request::json(body).case(case), Refusal::MALFORMED)?;
    }
    Ok(())
}

fn refuses_lone_surrogate(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for escapes in [r"\ud800", r"\udc00", r"\ud800x", r"\ud800\ud800", r"\udc00\ud800"] {
        let user = probe.user();
        let password = user.value("password").to_owned();
        let open = user.without("password").json();
        let open = open.trim_end_matches('}');
        let body = format!("{open},\"password\":\"{password}{escapes}\"}}");
        let request = Request::json(body).case(format!("the password ends in `{escapes}`"));
        probe.expect_refusal(&request, Refusal::MALFORMED)?;
    }
    for (member, place) in [
        (r#""\ud800":1"#, "in an unknown name"),
        (r#""note":"\ud800""#, "in an unknown value"),
        (r#""note":{"x":"\ud800"}"#, "in a value of an object of an unknown member"),
        (r#""note":{"\ud800":1}"#, "in a name of an object of an unknown member"),
        (r#""note":[["\ud800"]]"#, "in an array of an unknown member"),
    ] {
        let body = with_member(&probe.user(), member);
        let request = Request::json(body).case(format!("half a pair {place}"));
        probe.expect_refusal(&request, Refusal::MALFORMED)?;
    }
    Ok(())
}

fn refuses_json_that_is_not_an_object(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let array = format!("[{}]", probe.user().json());
    for body in [array.as_str(), "[]", "\"email\"", "1", "0", "true", "false", "null"] {
        probe.expect_refusal(&Request::json(body), Refusal::MALFORMED)?;
    }
    Ok(())
}

fn reads_plus_as_space(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in [Way::Get, Way::Form] {
        let (request, _) = with_plus(probe, way, "+");
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}

fn reads_escaped_plus_as_plus(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in [Way::Get, Way::Form] {
        let (request, email) = with_plus(probe, way, "%2B");
        let Some(new) = probe.expect_sign_on(&request)? else {
            continue;
        };
        let answered = new.answer.returned("email");
        if answered.and_then(Json::as_str) != Some(&email) {
            let actual = answered.map_or("no `return.email`".to_owned(), Json::to_string);
            let expected = format!("`return.email` to be `{email}`");
            probe.note(&request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

fn reads_equals_sign_in_value(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let sight = Sight::new(probe)?;
    for way in [Way::Get, Way::Form] {
        for end in ["=1", "=", "==", "=1=2"] {
            let user = probe.user();
            let password = format!("{}{end}", user.value("password"));
            probe.learn(Kind::Password, &password);
            // The password comes last, so that its end can be appended as it is.
            let own = user.value("password").to_owned();
            let raw = user.clone().without("password").and("password", &own).form() + end;
            let request = if way == Way::Get { Request::get(raw) } else { Request::form(raw) };
            let request = request.case(format!("the password ends in `{end}`"));
            if probe.expect_sign_on(&request)?.is_some() {
                let request = sight.request(Way::Json, &user.with("password", &password));
                let case = format!("the password that ended in `{end}`");
                probe.expect_sign_on(&request.case(case))?;
            }
        }
    }
    Ok(())
}

/// A sign-on of an e-mail with a plus sign that is sent as `plus`.
fn with_plus(probe: &mut Probe<'_>, way: Way, plus: &str) -> (Request, String) {
    let name = probe.accounts().name();
    let email = format!("{name}+x@{DOMAIN}");
    let rest = probe.user_at(&email).without("email").form();
    let raw = format!("email={}{plus}{}&{rest}", escape(&name), escape(&format!("x@{DOMAIN}")));
    let request = match way {
        Way::Get => Request::get(raw),
        Way::Form | Way::Json => Request::form(raw),
    };
    (request.case(format!("`{plus}` in the e-mail")), email)
}
