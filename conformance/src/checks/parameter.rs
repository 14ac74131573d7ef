//! Fields that are missing, empty, sent twice, unknown, of the wrong kind or too many.

use crate::checks::one_body::in_chunks;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::escape::{escape, json_string};
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::{LARGEST, Request};
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "parameter.refuses-missing",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-004"],
        title: "each required field is asked for when it is missing",
        judge: Judge::Active(refuses_missing),
    },
    Check {
        id: "parameter.refuses-empty",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-004"],
        title: "an empty required field counts as missing",
        judge: Judge::Active(refuses_empty),
    },
    Check {
        id: "parameter.refuses-duplicate",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-006"],
        title: "a known field that occurs twice in a query or form is refused",
        judge: Judge::Active(refuses_duplicate),
    },
    Check {
        id: "parameter.refuses-duplicate-json-member",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-006"],
        title: "a known JSON member that occurs twice is refused",
        judge: Judge::Active(refuses_duplicate_json_member),
    },
    Check {
        id: "parameter.refuses-query-and-body",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-006"],
        title: "a known field that occurs both in the query and in the body is refused",
        judge: Judge::Active(refuses_query_and_body),
    },
    Check {
        id: "parameter.ignores-unknown",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-007"],
        title: "unknown fields change nothing, of whatever number and kind",
        judge: Judge::Active(ignores_unknown),
    },
    Check {
        id: "parameter.ignores-look-alikes",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-007"],
        title: "names that frameworks take for a known field, such as `email[]`, change nothing",
        judge: Judge::Active(ignores_look_alikes),
    },
    Check {
        id: "parameter.refuses-value-that-is-no-string",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-015"],
        title: "a known JSON member that is a number, a boolean, null, an array or an object is refused",
        judge: Judge::Active(refuses_value_that_is_not_a_string),
    },
    Check {
        id: "parameter.refuses-control-character",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-014"],
        title: "a control character outside the password is refused",
        judge: Judge::Active(refuses_control_character),
    },
    Check {
        id: "parameter.accepts-largest-size",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-016"],
        title: "a query or body of 8,192 bytes is accepted",
        judge: Judge::Active(accepts_largest_size),
    },
    Check {
        id: "parameter.refuses-oversize",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-016"],
        title: "a query or body of 8,193 bytes is refused, and one of 128 KiB unless the connection closes over it",
        judge: Judge::Active(refuses_oversize),
    },
];

/// Fields by which frameworks change an answer's form or a request's method.
const ACTED_ON: [(&str, &str); 8] = [
    ("callback", "cb"),
    ("jsonp", "cb"),
    ("format", "xml"),
    ("_format", "html"),
    ("_method", "DELETE"),
    ("pretty", "1"),
    ("fields", "stat"),
    ("lang", "de"),
];

/// The size of a body for which frameworks have limits of their own, with answers of their own.
pub(super) const FAR_TOO_LARGE: usize = 128 << 10;

fn refuses_missing(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for name in Operation::SignOn.required() {
            let unknown = probe.accounts().name();
            let request = way.request(&probe.user().without(name).and(&unknown, "1"));
            let request = request.case(format!("an unknown field, and no `{name}`"));
            probe.expect_refusal(&request, Refusal::MISSING)?;
        }
    }
    Ok(())
}

fn refuses_empty(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for name in Operation::SignOn.required() {
            let request = way.request(&probe.user().with(name, ""));
            let request = request.case(format!("`{name}` is empty"));
            probe.expect_refusal(&request, Refusal::MISSING)?;
        }
    }
    Ok(())
}

fn refuses_duplicate(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in [Way::Get, Way::Form] {
        for name in Operation::SignOn.required() {
            let user = probe.user();
            let other = probe.user();
            for (value, case) in [(user.value(name), "same"), (other.value(name), "a different")] {
                let request = way.request(&user.clone().and(name, value));
                let request = request.case(format!("`{name}` twice, {case} value"));
                probe.expect_refusal(&request, Refusal::DUPLICATE)?;
            }
        }
        let twice = probe.user().and("issued_at", "1").and("issued_at", "2");
        let request = way.request(&twice).case("`issued_at` twice");
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    for way in [Way::Form, Way::Json] {
        let user = probe.user();
        let email = Fields::default().and("email", user.value("email"));
        let twice = email.and("email", user.value("email")).form();
        let request = way.request(&user.without("email")).query(twice);
        let request = request.case("`email` twice in the query and not in the body");
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    let bare = format!("{}&email", probe.user().form());
    for request in [Request::get(bare.as_str()), Request::form(bare.as_str())] {
        let request = request.case("`email` and a second one without `=`");
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    let user = probe.user();
    let disguised = format!("{}&%65mail={}", user.form(), escape(user.value("email")));
    let request = Request::get(disguised).case("`email` and `%65mail`");
    probe.expect_refusal(&request, Refusal::DUPLICATE)
}

fn refuses_duplicate_json_member(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for name in Operation::SignOn.required() {
        let user = probe.user();
        let twice = user.clone().and(name, probe.user().value(name));
        let request = Way::Json.request(&twice).case(format!("`{name}` twice"));
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    let user = probe.user();
    let email = json_string(user.value("email"));
    for value in ["null", "1", "[]"] {
        let twice = with_member(&user, &format!(r#""email":{value}"#));
        let request = Request::json(twice).case(format!("`email` twice, the second time {value}"));
        probe.expect_refusal(&request, Refusal::DUPLICATE)?;
    }
    let disguised = with_member(&user, &format!(r#""\u0065mail":{email}"#));
    let request = Request::json(disguised).case("`email` and `\\u0065mail`");
    probe.expect_refusal(&request, Refusal::DUPLICATE)
}

fn refuses_query_and_body(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in [Way::Form, Way::Json] {
        for name in Operation::SignOn.required() {
            let user = probe.user();
            let query = Fields::default().and(name, user.value(name)).form();
            let request = way.request(&user).query(query);
            let request = request.case(format!("`{name}` in both"));
            probe.expect_refusal(&request, Refusal::DUPLICATE)?;
        }
    }
    Ok(())
}

fn ignores_unknown(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        let canary = probe.password();
        let more = probe.user().and("note", &canary).and("note", "").and("ü", "€");
        let request = way.request(&more).case("unknown fields, one of them twice");
        probe.expect_sign_on(&request)?;
    }
    let [query, body] = [(); 2].map(|()| format!("&{}&&", probe.user().form()));
    for request in [Request::get(query), Request::form(body)] {
        probe.expect_sign_on(&request.case("empty pairs between the known ones"))?;
    }
    let [query, body] = [(); 2].map(|()| format!("=x&{}&=", probe.user().form()));
    for request in [Request::get(query), Request::form(body)] {
        probe.expect_sign_on(&request.case("values without a name"))?;
    }
    // More than the parsers of many frameworks read before they drop the rest.
    let many = "n&".repeat(1500);
    let [query, body] = [(); 2].map(|()| many.clone() + &probe.user().form());
    for request in [Request::get(query), Request::form(body)] {
        probe.expect_sign_on(&request.case("1,500 unknown fields before the known ones"))?;
    }
    let add =
        |fields| ACTED_ON.iter().fold(fields, |it: Fields, (name, value)| it.and(name, value));
    for way in Way::ALL {
        let request = way.request(&add(probe.user()));
        probe.expect_sign_on(&request.case("names that frameworks act on"))?;
    }
    for way in [Way::Form, Way::Json] {
        let request = way.request(&probe.user()).query(add(Fields::default()).form());
        let request = request.case("names that frameworks act on, in the query of a POST");
        probe.expect_sign_on(&request)?;
    }
    let members = r#""a":1,"b":[null,{"email":true}],"c":{"email":"x","email":2},"d":null"#;
    let request = Request::json(with_member(&probe.user(), members));
    probe.expect_sign_on(&request.case("unknown members that are not strings"))?;
    for (value, case) in [
        ("[".repeat(1000) + &"]".repeat(1000), "an unknown member of 1,000 arrays in one another"),
        ("9".repeat(5000), "an unknown member of 5,000 digits"),
        ("1e999".to_owned(), "an unknown member beyond most numbers"),
    ] {
        let request = Request::json(with_member(&probe.user(), &format!("\"note\":{value}")));
        probe.expect_sign_on(&request.case(case))?;
    }
    for way in [Way::Form, Way::Json] {
        let request = way.request(&probe.user()).query("note=1&note=2");
        probe.expect_sign_on(&request.case("unknown fields in the query of a POST"))?;
    }
    Ok(())
}

fn ignores_look_alikes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for name in ["email", "ssokey"] {
            let user = probe.user();
            let (other, look) = (probe.user(), user.value("email").to_owned());
            let mut fields = user;
            for like in [
                format!("{name}[]"),
                format!("{name}[0]"),
                format!("{name} "),
                format!(" {name}"),
                format!("{name}\0"),
                format!("\0{name}"),
                format!(".{name}"),
                format!("amp;{name}"),
                format!("\u{feff}{name}"),
                name.to_ascii_uppercase(),
                format!("__proto__[{name}]"),
            ] {
                fields = fields.and(&like, other.value(name));
            }
            // PHP makes an underscore of these, and others of a change of case.
            for like in ["issued.at", "issued at", "issued[at", "issued-at", "issuedAt"] {
                fields = fields.and(like, "x");
            }
            let fields = fields.and("__proto__", "x").and("constructor", "x");
            let request = way.request(&fields).case(format!("names like `{name}`"));
            let Some(signed_on) = probe.expect_sign_on(&request)? else { continue };
            let answered = signed_on.answer.returned("email");
            if answered.and_then(Json::as_str) != Some(&look) {
                let actual = answered.map_or("no `return.email`".to_owned(), Json::to_string);
                let expected = format!("`return.email` to be `{look}`");
                probe.note(&request, Mismatch::new(expected, actual));
            }
        }
    }
    // The email comes first, and decoders take a mark off the start of a text.
    let user = probe.user();
    let email = Fields::default().and("email", user.value("email")).form();
    let marked = format!("\u{feff}{email}&{}", user.without("email").form());
    let request = Request::form(marked).case("a byte order mark before the name `email`");
    probe.expect_refusal(&request, Refusal::MISSING)
}

fn refuses_value_that_is_not_a_string(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for name in Operation::SignOn.known() {
        let text = json_string(&probe.accounts().name());
        let [array, object] = [format!("[{text}]"), format!("{{\"x\":{text}}}")];
        for value in ["1", "0", "1.5", "true", "false", "null", &array, &object] {
            let rest = probe.user().without(name);
            let body = with_member(&rest, &format!("{}:{value}", json_string(name)));
            let request = Request::json(body).case(format!("`{name}` is {value}"));
            probe.expect_refusal(&request, Refusal::INVALID)?;
        }
    }
    let number = with_member(&probe.user(), "\"issued_at\":1700000000000");
    let request = Request::json(number).case("`issued_at` is a time that is not in quotes");
    probe.expect_refusal(&request, Refusal::INVALID)
}

fn refuses_control_character(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        for name in ["email", "ssokey", "product"] {
            for control in ['\0', '\t', '\n', '\u{1f}', '\u{7f}', '\u{80}', '\u{9f}'] {
                let user = probe.user();
                let value = format!("{}{control}", user.value(name));
                let code = u32::from(control);
                let request = way.request(&user.with(name, &value));
                let request = request.case(format!("`{name}` ends in U+{code:04X}"));
                probe.expect_refusal(&request, Refusal::INVALID)?;
            }
        }
    }
    Ok(())
}

fn accepts_largest_size(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        let request = padded(way, &probe.user(), LARGEST);
        probe.expect_sign_on(&request)?;
    }
    for way in [Way::Form, Way::Json] {
        let query = format!("note={}", "x".repeat(LARGEST / 2));
        let request = padded(way, &probe.user(), LARGEST).query(query);
        probe.expect_sign_on(&request.case("8192 bytes of body, and half as many of query"))?;
    }
    Ok(())
}

fn refuses_oversize(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        let request = padded(way, &probe.user(), LARGEST + 1);
        probe.expect_refusal(&request, Refusal::TOO_LARGE)?;
    }
    for way in [Way::Form, Way::Json] {
        let request = in_chunks(padded(way, &probe.user(), LARGEST + 1));
        let request = request.case("8193 bytes of body in chunks");
        probe.expect_refusal(&request, Refusal::TOO_LARGE)?;
        let request = padded(way, &probe.user(), FAR_TOO_LARGE);
        refuses_unread(probe, &request)?;
    }
    let query = format!("note={}", "x".repeat(LARGEST + 1 - "note=".len()));
    let request = Way::Form.request(&probe.user()).query(query);
    let request = request.case("8193 bytes of query of a POST");
    probe.expect_refusal(&request, Refusal::TOO_LARGE)?;
    let wide = with_member(&probe.user(), &format!("\"note\":\"{}\"", "€".repeat(LARGEST / 3)));
    let request = Request::json(wide).case("more than 8192 bytes, of fewer characters");
    probe.expect_refusal(&request, Refusal::TOO_LARGE)?;
    let request = padded(Way::Form, &probe.user(), LARGEST + 1).method("GET");
    let request = request.query(probe.user().form()).case("8193 bytes of body of a GET");
    refuses_unread(probe, &request)
}

/// Expects a request to be refused as too large, unless its answer is lost, because the server has closed the connection over a body that it had
/// not read.
pub(super) fn refuses_unread(probe: &mut Probe<'_>, request: &Request) -> Result<(), Stop> {
    if let Ok(answer) = probe.answered(request)?
        && !answer.is(Refusal::TOO_LARGE)
    {
        probe.note(request, Mismatch::new(Refusal::TOO_LARGE.to_string(), answer.summary()));
    }
    Ok(())
}

/// The fields and an unknown one that makes query or body this long.
fn padded(way: Way, fields: &Fields, length: usize) -> Request {
    let (bare, place) = match way {
        Way::Get => (fields.clone().and("note", "").form(), "query"),
        Way::Form => (fields.clone().and("note", "").form(), "body"),
        Way::Json => (fields.clone().and("note", "").json(), "body"),
    };
    let padding = "x".repeat(length.saturating_sub(bare.len()));
    let request = way.request(&fields.clone().and("note", &padding));
    request.case(format!("{length} bytes of {place}"))
}

/// The fields as JSON with raw members after them.
pub(super) fn with_member(fields: &Fields, members: &str) -> String {
    let object = fields.json();
    let open = object.trim_end_matches('}');
    format!("{open},{members}}}")
}
