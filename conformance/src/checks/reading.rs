//! What frameworks read where the format has nothing: texts that are nearly JSON, more paths, more media types, nested fields.

use crate::checks::input::{call, fields};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

/// The checks of how an operation is read, named after it.
macro_rules! reading {
    ($area:literal, $profile:ident, $operation:ident: $($name:ident),+) => {
        &[$(reading!(@ $name $area $profile $operation)),+]
    };
    (@ json $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-what-is-nearly-json"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-005"],
            title: "a body that lax parsers take for JSON is refused",
            judge: Judge::Active(|probe| refuses_near_json(probe, Operation::$operation)),
        }
    };
    (@ paths $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-paths-of-frameworks"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-021"],
            title: "paths that frameworks take for its own, such as with `;` or `.json` at the end, do not exist",
            judge: Judge::Active(|probe| refuses_paths(probe, Operation::$operation)),
        }
    };
    (@ types $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-media-types-of-frameworks"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-017"],
            title: "media types that frameworks read as JSON or as a form are refused",
            judge: Judge::Active(|probe| refuses_media_types(probe, Operation::$operation)),
        }
    };
    (@ nested $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".takes-no-nested-field"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-007"],
            title: "fields inside of others, by brackets, dots or objects, are unknown ones",
            judge: Judge::Active(|probe| takes_no_nested_field(probe, Operation::$operation)),
        }
    };
    (@ body $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".takes-no-field-from-the-body-of-a-get"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-018"],
            title: "the body of a GET is not read",
            judge: Judge::Active(|probe| takes_no_field_from_body(probe, Operation::$operation)),
        }
    };
}

pub(super) const SIGN_ON: &[Check] =
    reading!("sign-on", SignOn, SignOn: json, paths, types, nested, body);
pub(super) const LAUNCH: &[Check] =
    reading!("launch", Launch, Launch: json, paths, types, nested, body);
pub(super) const EXCHANGE: &[Check] =
    reading!("exchange", Launch, Exchange: json, paths, types, nested);
pub(super) const DIRECT: &[Check] =
    reading!("direct", Direct, Direct: json, paths, types, nested, body);
pub(super) const SESSION: &[Check] = reading!("session", Session, Session: paths);
pub(super) const SIGN_OUT: &[Check] = reading!("sign-out", Session, SignOut: json, paths, types);

/// Bodies that are not JSON text, made from one that is.
fn near_json(json: &str) -> Vec<(Vec<u8>, &'static str)> {
    let open = json.trim_end_matches('}');
    let value = |value: &str| format!("{open},\"note\":{value}}}").into_bytes();
    let member = |member: &str| format!("{open},{member}}}").into_bytes();
    let whole = |text: String| text.into_bytes();
    let utf_16 = || json.encode_utf16();
    let mut near = vec![
        (value("NaN"), "NaN"),
        (value("Infinity"), "Infinity"),
        (value("-Infinity"), "-Infinity"),
        (value("undefined"), "undefined"),
        (value("True"), "True"),
        (value("None"), "None"),
        (value("nil"), "nil"),
        (value("01"), "a number with a leading zero"),
        (value("+1"), "a number with a plus sign"),
        (value(".5"), "a number without digits before its point"),
        (value("1."), "a number without digits after its point"),
        (value("1e"), "a number without digits in its exponent"),
        (value("0x10"), "a hexadecimal number"),
        (value("1_000"), "a number with an underscore"),
        (value("'x'"), "a string in single quotes"),
        (value("x"), "a string without quotes"),
        (value("\"a\tb\""), "a raw tab in a string"),
        (value("\"a\u{1}b\""), "a raw U+0001 in a string"),
        (value("\"a\0b\""), "a raw NUL in a string"),
        (value("\"a\r\nb\""), "a raw line end in a string"),
        (value("\"\\x41\""), "an escape `\\x41`"),
        (value("\"\\'\""), "an escape `\\'`"),
        (value("\"\\0\""), "an escape `\\0`"),
        (value("\"\\u{41}\""), "an escape `\\u{41}`"),
        (value("\"\\u41\""), "an escape `\\u41`"),
        (value("\"\\u004g\""), "an escape `\\u004g`"),
        (value("\"a\\\nb\""), "a line that goes on after a backslash"),
        (value("[1,]"), "a comma at the end of an array"),
        (value("[,1]"), "a comma at the start of an array"),
        (value("1 2"), "two values"),
        (value("\"\"\"x\"\"\""), "a string in three quotes"),
        (member("note:1"), "a name without quotes"),
        (member("'note':1"), "a name in single quotes"),
        (member("1:1"), "a name that is a number"),
        (member("\"note\"=1"), "an equals sign for a colon"),
        (member("\"note\""), "a name without a value"),
        (member(",\"note\":1"), "two commas"),
        (member("/* x */\"note\":1"), "a comment"),
        (member("// x\n\"note\":1"), "a comment up to the end of a line"),
        (member("# x\n\"note\":1"), "a comment after a number sign"),
        (whole(format!("/* x */{json}")), "a comment before the object"),
        (whole(format!("{json}// x")), "a comment after the object"),
        (whole(format!("{json},")), "a comma after the object"),
        (whole(format!("{json};")), "a semicolon after the object"),
        (whole(format!("{json}}}")), "a brace after the object"),
        (whole(format!("{json}\0")), "NUL after the object"),
        (whole(format!("{json}\n{json}")), "two objects in lines"),
        (whole(format!("({json})")), "parentheses around the object"),
        (whole(format!("callback({json})")), "a call around the object"),
        (whole(format!(")]}}',\n{json}")), "a guard before the object"),
        (whole(format!("\u{1e}{json}")), "a record separator before the object"),
        (whole(format!("\u{c}{json}")), "a form feed before the object"),
        (whole(format!("{json}\u{a0}")), "a no-break space after the object"),
        (whole(format!("\u{2028}{json}")), "a line separator before the object"),
        (whole("  ".to_owned()), "white space alone"),
        (utf_16().flat_map(u16::to_le_bytes).collect(), "UTF-16, little endian"),
        (utf_16().flat_map(u16::to_be_bytes).collect(), "UTF-16, big endian"),
        (json.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect(), "UTF-32"),
    ];
    let marked = [0xfeff_u16].into_iter().chain(utf_16()).flat_map(u16::to_le_bytes);
    near.push((marked.collect(), "UTF-16 with a byte order mark"));
    near
}

fn refuses_near_json(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let json = fields(probe, operation).json();
    for (body, case) in near_json(&json) {
        let whole = fields(probe, operation);
        let request = call(probe, operation, Way::Json, &whole);
        let request = Request { body: Some(body), ..request };
        probe.expect_refusal(&request.case(case), Refusal::MALFORMED)?;
    }
    Ok(())
}

fn refuses_paths(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let path = operation.path();
    let (folder, last) = path.rsplit_once('/').unwrap_or_default();
    for other in [
        format!("{path};jsessionid=1"),
        format!("{path};x"),
        format!("{folder};x=1/{last}"),
        format!("{path}.json"),
        format!("{path}.php"),
        format!("{path}.html"),
        format!("{path}."),
        format!("{path}//"),
        format!("/{path}"),
        format!("{folder}//{last}"),
        format!("{folder}%2F{last}"),
        format!("{path}%2F"),
        format!("{path}%20"),
        format!("{path}%00"),
        format!("{path}%0A"),
        format!("{path}%3Fx=1"),
        format!("{path}%23x"),
        format!("{path}%3Bx"),
        format!("{path}~"),
        format!("{path}*"),
        format!("{folder}/{}", capital(last)),
        path.to_ascii_uppercase(),
        format!("{path}/index"),
        format!("{path}/index.html"),
        format!("{folder}%5C{last}"),
        format!("/v1{path}"),
        path.replacen("/api/", "/api/v1/", 1),
        format!("/index.php{path}"),
        format!("{folder}/{}%{:02x}", but_last(last), last.bytes().last().unwrap_or_default()),
    ] {
        let way = operation.ways().first().copied().unwrap_or(Way::Form);
        let fields = fields(probe, operation);
        let request = call(probe, operation, way, &fields).path(other);
        probe.expect_refusal(&request, Refusal::NOT_FOUND)?;
    }
    Ok(())
}

/// The text with its first letter in upper case.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string())
        + letters.as_str()
}

fn but_last(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next_back();
    letters.as_str()
}

fn refuses_media_types(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for media_type in [
        "application/vnd.api+json",
        "application/problem+json",
        "application/json+x",
        "application/json-seq",
        "application/json5",
        "application/x-json",
        "application/x-ndjson",
        "application/javascript",
        "application/octet-stream",
        "text/json",
        "text/x-json",
        "text/javascript",
        "json",
        "*/*",
        "application/*",
        "application/json, text/plain",
        "text/plain, application/json",
        "text/plain; application/json",
        "x-application/json",
    ] {
        let fields = fields(probe, operation);
        let request = call(probe, operation, Way::Json, &fields);
        probe.expect_refusal(&with_media_type(request, media_type), Refusal::MEDIA_TYPE)?;
    }
    for media_type in [
        "application/x-www-form-urlencoded, application/json",
        "text/x-www-form-urlencoded",
        "application/www-form-urlencoded",
        "application/x-url-encoded",
        "application/x-www-form",
        "text/plain",
    ] {
        let fields = fields(probe, operation);
        let request = call(probe, operation, Way::Form, &fields);
        probe.expect_refusal(&with_media_type(request, media_type), Refusal::MEDIA_TYPE)?;
    }
    for way in [Way::Form, Way::Json] {
        let fields = fields(probe, operation);
        let mut request = call(probe, operation, way, &fields);
        request.headers.retain(|(name, _)| name != "content-type");
        let request = request.case(format!("no media type, and {} in the body", way_name(way)));
        probe.expect_refusal(&request, Refusal::MEDIA_TYPE)?;
    }
    Ok(())
}

fn way_name(way: Way) -> &'static str {
    if way == Way::Json { "JSON" } else { "a form" }
}

fn with_media_type(mut request: Request, media_type: &str) -> Request {
    for (name, value) in &mut request.headers {
        if name == "content-type" {
            media_type.clone_into(value);
        }
    }
    request
}

fn takes_no_nested_field(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let named: [fn(&str) -> String; 6] = [
        |name| format!("data[{name}]"),
        |name| format!("user.{name}"),
        |name| format!("{name}[]"),
        |name| format!("{name}[value]"),
        |name| format!("{name}.0"),
        |name| format!("x-{name}"),
    ];
    for like in named {
        for way in operation.ways() {
            let whole = fields(probe, operation);
            let required = operation.required().iter();
            let renamed = required.fold(whole.clone(), |renamed, name| {
                renamed.without(name).and(&like(name), whole.value(name))
            });
            let request = call(probe, operation, *way, &renamed);
            let request = request.case(format!("every field named like `{}`", like("email")));
            probe.expect_refusal(&request, Refusal::MISSING)?;
        }
    }
    for outer in ["data", "user", "body", "params"] {
        let whole = fields(probe, operation);
        let request = call(probe, operation, Way::Json, &whole);
        let body = format!("{{\"{outer}\":{}}}", whole.json());
        let request = Request { body: Some(body.into_bytes()), ..request };
        let case = format!("every field in an object named `{outer}`");
        probe.expect_refusal(&request.case(case), Refusal::MISSING)?;
    }
    Ok(())
}

fn takes_no_field_from_body(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for (way, what) in [(Way::Form, "a form"), (Way::Json, "JSON")] {
        let fields = fields(probe, operation);
        let request = way.to(operation, &fields).method("GET");
        let request = request.case(format!("a GET with every field in {what} in its body"));
        // A server may answer and close the connection without having read the body, which may lose the answer.
        let Ok(answer) = probe.answered(&request)? else { continue };
        if !answer.is(Refusal::MISSING) {
            probe.note(&request, Mismatch::new(Refusal::MISSING.to_string(), answer.summary()));
        }
    }
    Ok(())
}
