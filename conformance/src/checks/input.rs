//! The rules for fields, methods and paths that every operation has, checked on each. Sign-on has areas of its own for all but the fields of other
//! operations.

use std::collections::BTreeSet;

use crate::checks::alike::expect_same;
use crate::checks::known::{forged_code, forged_token};
use crate::checks::one_body::in_chunks;
use crate::checks::parameter::{FAR_TOO_LARGE, refuses_unread};
use crate::checks::{authorization, coding};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::escape::json_string;
use crate::message::fields::Fields;
use crate::message::request::{LARGEST, Request};
use crate::message::secret::Kind;
use crate::record::left_behind::DOMAIN;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) mod route;

/// The fields that hold a token, whose form is looked at with the token.
const TOKENS: [&str; 2] = ["token", "_token"];

/// The checks of an operation's input, named after it.
macro_rules! input {
    ($area:literal, $profile:ident, $operation:ident: $($name:ident),+) => {
        &[$(input!(@ $name $area $profile $operation)),+]
    };
    (@ methods $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-other-methods"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-020"],
            title: "other methods are refused, HEAD among them, with an Allow header",
            judge: Judge::Active(|probe| route::refuses_other_methods(probe, Operation::$operation)),
        }
    };
    (@ paths $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-other-paths"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-021"],
            title: "paths next to its own do not exist",
            judge: Judge::Active(|probe| route::refuses_other_paths(probe, Operation::$operation)),
        }
    };
    (@ missing $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-missing"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-004"],
            title: "a required field is asked for, and a known one that is empty counts as missing",
            judge: Judge::Active(|probe| refuses_missing(probe, Operation::$operation)),
        }
    };
    (@ duplicate $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-duplicate"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-006"],
            title: "a known field that occurs twice, in one place or in two, is refused",
            judge: Judge::Active(|probe| refuses_duplicate(probe, Operation::$operation)),
        }
    };
    (@ malformed $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-malformed"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-005"],
            title: "a query or body that cannot be decoded is refused",
            judge: Judge::Active(|probe| refuses_malformed(probe, Operation::$operation)),
        }
    };
    (@ invalid $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-invalid"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-014", "SSO-REQ-015"],
            title: "values that are not strings or hold control characters are refused",
            judge: Judge::Active(|probe| refuses_invalid(probe, Operation::$operation)),
        }
    };
    (@ kinds $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-value-that-is-no-string"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-015"],
            title: "a token that is a number, null or an array is refused",
            judge: Judge::Active(|probe| refuses_kinds(probe, Operation::$operation)),
        }
    };
    (@ oversize $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-oversize"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-016"],
            title: "a query or body of 8,193 bytes is refused, and one of 128 KiB unless the connection closes over it",
            judge: Judge::Active(|probe| refuses_oversize(probe, Operation::$operation)),
        }
    };
    (@ media_types $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-other-media-types"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-017"],
            title: "a POST of any other media type is refused",
            judge: Judge::Active(|probe| refuses_other_media_types(probe, Operation::$operation)),
        }
    };
    (@ codings $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-codings"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-028"],
            title: "a body with a coding other than identity is refused, and the answer names identity",
            judge: Judge::Active(|probe| coding::refuses_codings(probe, Operation::$operation)),
        }
    };
    (@ authorizations $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".refuses-two-authorizations"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-027"],
            title: "two values of Authorization are refused, in two headers or in one, and an empty one counts",
            judge: Judge::Active(|probe| authorization::refuses_two(probe, Operation::$operation)),
        }
    };
    (@ others $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".ignores-fields-of-others"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-007"],
            title: "fields that only other operations know are unknown ones",
            judge: Judge::Active(|probe| ignores_fields_of_others(probe, Operation::$operation)),
        }
    };
    (@ bystander $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".ignores-authorization"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-027"],
            title: "an Authorization that it does not read changes no answer, nor do two",
            judge: Judge::Active(|probe| authorization::ignores(probe, Operation::$operation)),
        }
    };
    (@ query $area:literal $profile:ident $operation:ident) => {
        Check {
            id: concat!($area, ".takes-no-field-from-query"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-019"],
            title: "a field of a POST that is in its query only is missing",
            judge: Judge::Active(|probe| takes_no_field_from_query(probe, Operation::$operation)),
        }
    };
}

pub(super) const SIGN_ON: &[Check] = input!("parameter", SignOn, SignOn: others, bystander);
pub(super) const LAUNCH: &[Check] = input!("launch", Launch, Launch:
    methods, paths, missing, duplicate, malformed, invalid, oversize, media_types, codings, query,
    others, bystander);
pub(super) const EXCHANGE: &[Check] = input!("exchange", Launch, Exchange:
    methods, paths, missing, duplicate, malformed, invalid, oversize, media_types, codings, query,
    authorizations, others);
pub(super) const DIRECT: &[Check] = input!("direct", Direct, Direct:
    methods, paths, missing, duplicate, malformed, invalid, oversize, media_types, codings, query,
    others, bystander);
pub(super) const SESSION: &[Check] = input!("session", Session, Session:
    methods, paths, missing, duplicate, malformed, invalid, oversize, authorizations, others);
pub(super) const SIGN_OUT: &[Check] = input!("sign-out", Session, SignOut:
    methods, paths, duplicate, malformed, kinds, oversize, media_types, codings, query,
    authorizations, others);

/// The fields of a call with nothing wrong in its form; whether a code or token is one is looked at later.
pub(super) fn fields(probe: &mut Probe<'_>, operation: Operation) -> Fields {
    match operation {
        Operation::SignOn | Operation::Launch => probe.user(),
        Operation::Exchange => {
            let code = forged_code(probe);
            Fields::default().and("code", &code).and("product", probe.product())
        }
        Operation::Direct => {
            let email = format!("{}@{DOMAIN}", probe.accounts().name());
            let fields = Fields::default().and("userid", &email);
            fields.and("password", &probe.password()).and("company", DOMAIN)
        }
        Operation::Session | Operation::SignOut => {
            let token = forged_token(probe);
            Fields::default().and("token", &token)
        }
    }
}

/// The call with a secret that nobody was given, where it takes one.
pub(super) fn call(
    probe: &mut Probe<'_>,
    operation: Operation,
    way: Way,
    fields: &Fields,
) -> Request {
    secured(probe, way.to(operation, fields))
}

fn secured(probe: &mut Probe<'_>, request: Request) -> Request {
    if request.operation() != Some(Operation::Exchange) {
        return request;
    }
    let secret = probe.password();
    probe.learn(Kind::ProductSecret, &secret);
    request.bearer(&secret)
}

fn refuses_missing(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for way in operation.ways() {
        for name in operation.required() {
            let unknown = probe.accounts().name();
            let fields = fields(probe, operation).without(name).and(&unknown, "1");
            let request = call(probe, operation, *way, &fields);
            let request = request.case(format!("an unknown field, and no `{name}`"));
            probe.expect_refusal(&request, Refusal::MISSING)?;
        }
        // An empty token is a malformed one.
        for name in operation.known().filter(|name| !TOKENS.contains(name)) {
            let fields = fields(probe, operation).with(name, "");
            let request = call(probe, operation, *way, &fields);
            let request = request.case(format!("`{name}` is empty"));
            probe.expect_refusal(&request, Refusal::MISSING)?;
        }
    }
    Ok(())
}

fn refuses_duplicate(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for way in operation.ways() {
        for name in operation.known() {
            let fields = fields(probe, operation).with(name, "1").and(name, "2");
            let request = call(probe, operation, *way, &fields).case(format!("`{name}` twice"));
            probe.expect_refusal(&request, Refusal::DUPLICATE)?;
        }
    }
    for way in operation.ways().iter().filter(|way| **way != Way::Get) {
        for name in operation.known() {
            let sent = fields(probe, operation).with(name, "1");
            let query = Fields::default().and(name, "1").form();
            let request = call(probe, operation, *way, &sent).query(query);
            let request = request.case(format!("`{name}` in both query and body"));
            probe.expect_refusal(&request, Refusal::DUPLICATE)?;
            let sent = fields(probe, operation).without(name);
            let query = Fields::default().and(name, "1").and(name, "1").form();
            let request = call(probe, operation, *way, &sent).query(query);
            let request = request.case(format!("`{name}` twice in the query"));
            probe.expect_refusal(&request, Refusal::DUPLICATE)?;
        }
    }
    Ok(())
}

fn refuses_malformed(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for way in operation.ways() {
        let fields = fields(probe, operation);
        let (form, json) = (fields.form(), fields.json());
        let open = json.trim_end_matches('}');
        let broken = match way {
            Way::Get | Way::Form => vec![
                (format!("{form}&note=%zz"), "a broken percent-escape"),
                (format!("{form}&note=%ff"), "bytes that are not UTF-8"),
            ],
            Way::Json => vec![
                (open.to_owned(), "no closing brace"),
                (format!("[{json}]"), "an array"),
                (format!("{open},\"note\":\"\\ud800\"}}"), "half a surrogate pair"),
            ],
        };
        for (text, case) in broken {
            let request = match way {
                Way::Get => Request::get(text),
                Way::Form => Request::form(text),
                Way::Json => Request::json(text),
            };
            let request = secured(probe, request.to(operation)).case(case);
            probe.expect_refusal(&request, Refusal::MALFORMED)?;
        }
    }
    Ok(())
}

fn refuses_invalid(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let way = if operation.ways().contains(&Way::Form) { Way::Form } else { Way::Get };
    for name in operation.known().filter(|name| *name != "password" && !TOKENS.contains(name)) {
        for control in ['\0', '\n', '\u{7f}', '\u{9f}'] {
            let fields = fields(probe, operation);
            let value = format!("{}{control}", fields.value(name));
            let request = call(probe, operation, way, &fields.with(name, &value));
            let case = format!("`{name}` ends in U+{:04X}", u32::from(control));
            probe.expect_refusal(&request.case(case), Refusal::INVALID)?;
        }
        let value = format!("{}\n", probe.accounts().name());
        let fields = fields(probe, operation).with(name, &value);
        let request = call(probe, operation, way, &fields);
        let case = format!("`{name}` is a name and a line feed");
        probe.expect_refusal(&request.case(case), Refusal::INVALID)?;
    }
    if operation.ways().contains(&Way::Json) { refuses_kinds(probe, operation) } else { Ok(()) }
}

fn refuses_kinds(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for name in operation.known() {
        let text = json_string(&probe.accounts().name());
        for value in ["1", "null", &format!("[{text}]")] {
            // A second token would be one too many.
            let rest = match TOKENS.contains(&name) {
                true => Fields::default(),
                false => fields(probe, operation).without(name),
            };
            let rest = rest.json();
            let open = rest.trim_end_matches('}');
            let separator = if open.len() > 1 { "," } else { "" };
            let body = format!("{open}{separator}{}:{value}}}", json_string(name));
            let request = secured(probe, Request::json(body).to(operation));
            let request = request.case(format!("`{name}` is {value}"));
            probe.expect_refusal(&request, Refusal::INVALID)?;
        }
    }
    Ok(())
}

fn refuses_oversize(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for way in operation.ways() {
        let fields = fields(probe, operation).and("note", "");
        let bare = if *way == Way::Json { fields.json() } else { fields.form() };
        let padded = |probe: &mut Probe<'_>, size: usize| {
            let padding = "x".repeat(size.saturating_sub(bare.len()));
            let request = call(probe, operation, *way, &fields.clone().with("note", &padding));
            request.case(format!("{size} bytes"))
        };
        let request = padded(probe, LARGEST + 1);
        probe.expect_refusal(&request, Refusal::TOO_LARGE)?;
        if *way != Way::Get {
            let request = in_chunks(padded(probe, LARGEST + 1)).case("8193 bytes in chunks");
            probe.expect_refusal(&request, Refusal::TOO_LARGE)?;
            let request = padded(probe, FAR_TOO_LARGE);
            refuses_unread(probe, &request)?;
        }
    }
    Ok(())
}

fn refuses_other_media_types(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for media_type in ["text/plain", "application/jsonp", "multipart/form-data; boundary=x"] {
        let fields = fields(probe, operation);
        let request = Request::post(media_type, fields.form()).to(operation);
        let request = secured(probe, request);
        probe.expect_refusal(&request, Refusal::MEDIA_TYPE)?;
    }
    Ok(())
}

fn ignores_fields_of_others(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let others: BTreeSet<_> = Operation::ALL.into_iter().flat_map(Operation::known).collect();
    let own: BTreeSet<_> = operation.known().collect();
    for way in operation.ways() {
        let fields = fields(probe, operation);
        let plain = call(probe, operation, *way, &fields);
        let requests = others.difference(&own).map(|name| {
            let with = fields.clone().and(name, "x@y.example").and(name, "");
            let request = Request { headers: plain.headers.clone(), ..way.to(operation, &with) };
            request.case(format!("a field `{name}`, twice"))
        });
        expect_same(probe, &plain, &requests.collect::<Vec<_>>())?;
    }
    Ok(())
}

fn takes_no_field_from_query(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    // Where no field is required, what is missing is the token.
    let refusal = if operation.required().is_empty() { Refusal::TOKEN } else { Refusal::MISSING };
    let fields = fields(probe, operation);
    let request = Request::form("").to(operation).query(fields.form());
    let request = secured(probe, request).case("every field in the query, the body empty");
    probe.expect_refusal(&request, refusal)
}
