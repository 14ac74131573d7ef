//! One body in several forms: how HTTP or JSON writes it changes nothing.

use std::fmt::Write;

use crate::checks::alike::expect_same;
use crate::checks::entrance::Sight;
use crate::checks::input::{call, fields};
use crate::checks::parameter::with_member;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const SIGN_ON: &[Check] = &[
    Check {
        id: "way.accepts-chunked-body",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-002", "SSO-REQ-003"],
        title: "a body that comes in several chunks, without a Content-Length, signs on",
        judge: Judge::Active(accepts_chunks),
    },
    Check {
        id: "encoding.reads-json-escapes",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-003"],
        title: "names and values of JSON may be written with any escape, surrogate pairs among them",
        judge: Judge::Active(reads_json_escapes),
    },
];

/// The check of an operation's bodies, named after it.
macro_rules! one_body {
    ($area:literal, $profile:ident, $operation:ident) => {
        &[Check {
            id: concat!($area, ".reads-one-body-alike"),
            profile: Profile::$profile,
            requirements: &["SSO-REQ-005", "SSO-REQ-017", "SSO-REQ-028"],
            title: "chunks, the coding identity, a charset, the case of Content-Type, and escapes and blanks of JSON change no answer",
            judge: Judge::Active(|probe| reads_alike(probe, Operation::$operation)),
        }]
    };
}

pub(super) const LAUNCH: &[Check] = one_body!("launch", Launch, Launch);
pub(super) const EXCHANGE: &[Check] = one_body!("exchange", Launch, Exchange);
pub(super) const DIRECT: &[Check] = one_body!("direct", Direct, Direct);
pub(super) const SIGN_OUT: &[Check] = one_body!("sign-out", Session, SignOut);

/// The name of a header field with capitals, as clients write it.
pub(super) fn spellings(name: &str) -> [String; 2] {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    [words.collect::<Vec<_>>().join("-"), name.to_ascii_uppercase()]
}

pub(super) fn in_chunks(request: Request) -> Request {
    request.header("transfer-encoding", "chunked")
}

fn accepts_chunks(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in [Way::Form, Way::Json] {
        let request = in_chunks(way.request(&probe.user()));
        probe.expect_sign_on(&request.case("a body in chunks"))?;
    }
    Ok(())
}

/// What stands at the end of a password, how JSON may write it, and a word for that.
const ESCAPES: [(&str, &str, &str); 8] = [
    ("\u{1f600}", r"\ud83d\ude00", "a surrogate pair"),
    ("\u{1f600}", r"\uD83D\uDE00", "a surrogate pair in capitals"),
    ("\u{e9}", r"\u00e9", "a letter beyond ASCII"),
    ("a", r"\u0061", "a letter of ASCII"),
    ("/", r"\/", "a slash"),
    ("\u{8}\u{c}\n\r\t", r"\b\f\n\r\t", "the short escapes"),
    ("\"\\", r#"\"\\"#, "a quotation mark and a backslash"),
    ("\0", r"\u0000", "NUL"),
];

fn reads_json_escapes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let request = Request::json(escaped(Operation::SignOn, &user));
    probe.expect_sign_on(&request.case("every character of names and values as an escape"))?;
    let sight = probe.needs(Operation::Direct).is_ok().then(|| Sight::new(probe)).transpose()?;
    for (text, escape, what) in ESCAPES {
        let user = probe.user();
        let own = user.value("password").to_owned();
        let password = format!("{own}{text}");
        probe.learn(Kind::Password, &password);
        let rest = user.clone().without("password");
        let member = format!(r#""password":"{own}{escape}""#);
        let request = Request::json(with_member(&rest, &member));
        let request = request.case(format!("the password ends in an escape of {what}"));
        if let (Some(_), Some(sight)) = (probe.expect_sign_on(&request)?, &sight) {
            let request = sight.request(Way::Form, &user.with("password", &password));
            let request = request.case(format!("the password that ended in an escape of {what}"));
            probe.expect_sign_on(&request)?;
        }
    }
    Ok(())
}

fn reads_alike(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for way in operation.ways().iter().filter(|way| **way != Way::Get) {
        let fields = fields(probe, operation);
        let plain = call(probe, operation, *way, &fields);
        expect_same(probe, &plain, &forms(&plain, *way, operation, &fields))?;
    }
    Ok(())
}

/// The request in each form that its body may have.
fn forms(plain: &Request, way: Way, operation: Operation, fields: &Fields) -> Vec<Request> {
    let of_type = |change: fn(&str) -> String| {
        let mut request = plain.clone();
        for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "content-type") {
            *value = change(value);
        }
        request
    };
    let mut forms = vec![
        in_chunks(plain.clone()).case("a body in chunks"),
        plain.clone().header("content-encoding", "identity").case("the coding identity"),
        of_type(|it| format!("{it}; charset=utf-8")).case("a media type with a charset"),
        of_type(str::to_ascii_uppercase).case("a media type in capitals"),
    ];
    let spelt = spellings("content-type");
    forms.extend(spelt.map(|name| plain.clone().respell(&name).case(format!("a header `{name}`"))));
    if way == Way::Json {
        let with_body = |body: String| Request { body: Some(body.into()), ..plain.clone() };
        let blanks = format!("\r\n\t {} \t\r\n", fields.json());
        forms.push(with_body(blanks).case("white space around the object"));
        forms.push(with_body(escaped(operation, fields)).case("every character as an escape"));
    }
    forms
}

/// JSON of the operation's fields in which every character of names and values is an escape.
fn escaped(operation: Operation, fields: &Fields) -> String {
    let members: Vec<_> = operation
        .known()
        .filter(|name| !fields.value(name).is_empty())
        .map(|name| format!("{}:{}", escapes(name), escapes(fields.value(name))))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn escapes(text: &str) -> String {
    let mut escaped = String::from('"');
    for unit in text.encode_utf16() {
        // Text takes all that is written.
        _ = write!(escaped, "\\u{unit:04x}");
    }
    escaped + "\""
}
