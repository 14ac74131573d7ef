//! Credentials and methods where the format does not look for them, and origins that browsers name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checks::input;
use crate::checks::known::{Known, expect_holder, session};
use crate::checks::launch::launch;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::record::left_behind::DOMAIN;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "key.is-read-from-its-field-alone",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-004"],
        title: "a key in a header or a cookie is none",
        judge: Judge::Active(reads_key_from_its_field),
    },
    Check {
        id: "routing.minds-no-override",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-020", "SSO-REQ-021"],
        title: "method and path are those of the request, whatever headers and fields for overriding them say",
        judge: Judge::Active(minds_no_override),
    },
    Check {
        id: "way.ignores-charset",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-017"],
        title: "a body is read as UTF-8, whatever charset its media type names",
        judge: Judge::Active(ignores_charset),
    },
    Check {
        id: "header.has-no-cors-for-any-origin",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-011"],
        title: "no operation has a CORS header for any origin, `null` among them, nor for a preflight",
        judge: Judge::Active(has_no_cors_for_any_origin),
    },
];

pub(super) const EXCHANGE: &[Check] = &[Check {
    id: "exchange.reads-bearer-alone",
    profile: Profile::Launch,
    requirements: &["SSO-EXC-003"],
    title: "a right secret by a different scheme, in a different header or in a cookie is none",
    judge: Judge::Active(exchange_reads_bearer_alone),
}];

pub(super) const SESSION: &[Check] = &[
    Check {
        id: "session.reads-bearer-alone",
        profile: Profile::Session,
        requirements: &["SSO-SES-003"],
        title: "a right token by a different scheme, in a different header, field or cookie is none",
        judge: Judge::Active(session_reads_bearer_alone),
    },
    Check {
        id: "sign-out.reads-bearer-alone",
        profile: Profile::Session,
        requirements: &["SSO-OUT-003"],
        title: "a right token by a different scheme, in a different header, field or cookie is none, and stays valid",
        judge: Judge::Active(sign_out_reads_bearer_alone),
    },
];

/// The headers in which servers look for a credential, but for the one of the format.
fn headers(credential: &str) -> Vec<(&'static str, String, &'static str)> {
    let basic = |text: String| format!("Basic {}", STANDARD.encode(text));
    vec![
        ("authorization", format!("Basic {credential}"), "the scheme Basic"),
        ("authorization", basic(format!("{credential}:")), "as the user of Basic"),
        ("authorization", basic(format!("token:{credential}")), "as the password of Basic"),
        ("authorization", format!("Token {credential}"), "the scheme Token"),
        ("authorization", format!("Digest {credential}"), "the scheme Digest"),
        ("authorization", format!("ApiKey {credential}"), "the scheme ApiKey"),
        ("authorization", format!("JWT {credential}"), "the scheme JWT"),
        ("authorization", format!("OAuth {credential}"), "the scheme OAuth"),
        ("authorization", format!("SSO {credential}"), "the scheme SSO"),
        ("authorization", format!("Session {credential}"), "the scheme Session"),
        ("authorization", format!("Bearer{credential}"), "no space after Bearer"),
        ("authorization", format!("Bearer\t{credential}"), "a tab after Bearer"),
        ("authorization", format!("Bearer: {credential}"), "a colon after Bearer"),
        ("authorization", format!("Bearer token={credential}"), "a name after Bearer"),
        ("authorization", credential.to_owned(), "no scheme"),
        ("cookie", format!("token={credential}"), "a cookie `token`"),
        ("cookie", format!("session={credential}; _token={credential}"), "cookies"),
        ("proxy-authorization", format!("Bearer {credential}"), "Proxy-Authorization"),
        ("x-authorization", format!("Bearer {credential}"), "X-Authorization"),
        ("x-auth-token", credential.to_owned(), "X-Auth-Token"),
        ("x-access-token", credential.to_owned(), "X-Access-Token"),
        ("x-api-key", credential.to_owned(), "X-API-Key"),
        ("token", credential.to_owned(), "a header `Token`"),
    ]
}

/// The fields in which servers look for a token, but for those of the format.
const FIELDS: [&str; 8] =
    ["access_token", "Token", "bearer", "session", "sid", "token[]", ".token", " token"];

/// Expects each call with the credential at a wrong place to be refused for lack of it.
fn refused_elsewhere(
    probe: &mut Probe<'_>,
    bare: &Request,
    credential: &str,
    refusal: Refusal,
) -> Result<(), Stop> {
    for (name, value, case) in headers(credential) {
        let request = bare.clone().header(name, value).case(case);
        probe.expect_refusal(&request, refusal)?;
    }
    Ok(())
}

fn session_reads_bearer_alone(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    refused_elsewhere(probe, &Request::bare(Operation::Session), &token, Refusal::TOKEN)?;
    for name in FIELDS {
        let request = Way::Get.to(Operation::Session, &Fields::default().and(name, &token));
        probe.expect_refusal(&request.case(format!("a field `{name}`")), Refusal::TOKEN)?;
    }
    for way in [Way::Form, Way::Json] {
        let body = way.to(Operation::Session, &Fields::default().and("token", &token));
        let request = body.method("GET").case("the token in the body of a GET");
        // A server may answer and close the connection without having read the body, which may lose the answer.
        let Ok(answer) = probe.answered(&request)? else { continue };
        if !answer.is(Refusal::TOKEN) {
            probe.note(&request, Mismatch::new(Refusal::TOKEN.to_string(), answer.summary()));
        }
    }
    let request = session(&token).case("the token as it should be");
    expect_holder(probe, &request, &known).map(drop)
}

fn sign_out_reads_bearer_alone(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let token = known.token()?;
    refused_elsewhere(probe, &Request::bare(Operation::SignOut), &token, Refusal::TOKEN)?;
    for name in FIELDS {
        let request = Way::Form.to(Operation::SignOut, &Fields::default().and(name, &token));
        probe.expect_refusal(&request.case(format!("a field `{name}`")), Refusal::TOKEN)?;
    }
    let request = session(&token).case("a token that no sign-out was told rightly");
    expect_holder(probe, &request, &known).map(drop)
}

fn exchange_reads_bearer_alone(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret()?;
    let known = Known::new(probe)?;
    let code = launch(probe, &known.fields)?.code;
    let fields = Fields::default().and("code", &code).and("product", probe.product());
    let bare = Way::Form.to(Operation::Exchange, &fields);
    refused_elsewhere(probe, &bare, secret, Refusal::TOKEN)?;
    for name in ["secret", "client_secret", "token", "authorization"] {
        for way in [Way::Form, Way::Json] {
            let request = way.to(Operation::Exchange, &fields.clone().and(name, secret));
            probe.expect_refusal(&request.case(format!("a field `{name}`")), Refusal::TOKEN)?;
        }
    }
    let request = bare.bearer(secret).case("the secret as it should be, after wrong ones");
    expect_holder(probe, &request, &known).map(drop)
}

fn reads_key_from_its_field(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let key = probe.key().to_owned();
    for operation in [Operation::SignOn, Operation::Launch] {
        if probe.needs(operation).is_err() {
            continue;
        }
        for way in Way::ALL {
            let bare = way.to(operation, &probe.user().without("ssokey"));
            let named = ["ssokey", "x-ssokey"].map(|name| (name, key.clone(), "a header"));
            let cookie = ("cookie", format!("ssokey={key}"), "a cookie `ssokey`");
            let bearer = ("authorization", format!("Bearer {key}"), "the scheme Bearer");
            for (name, value, case) in
                headers(&key).into_iter().chain(named).chain([cookie, bearer])
            {
                let request = bare.clone().header(name, value);
                let request = request.case(format!("the key in {name}: {case}"));
                probe.expect_refusal(&request, Refusal::MISSING)?;
            }
        }
    }
    Ok(())
}

fn minds_no_override(probe: &mut Probe<'_>) -> Result<(), Stop> {
    const NAMES: [&str; 3] = ["x-http-method-override", "x-http-method", "x-method-override"];
    for name in NAMES {
        for method in ["GET", "PUT", "DELETE", "HEAD"] {
            let request = Way::Form.request(&probe.user()).header(name, method);
            probe.expect_sign_on(&request.case(format!("a POST with `{name}: {method}`")))?;
        }
        let request = Way::Get.request(&probe.user()).header(name, "POST");
        probe.expect_sign_on(&request.case(format!("a GET with `{name}: POST`")))?;
        let request = Way::Form.request(&probe.user()).method("PUT").header(name, "POST");
        let request = request.case(format!("a PUT with `{name}: POST`"));
        probe.expect_refusal(&request, Refusal::METHOD)?;
    }
    for name in ["x-original-url", "x-rewrite-url"] {
        let request = Way::Form.request(&probe.user()).header(name, "/api/sso/nothing");
        probe.expect_sign_on(
            &request.case(format!("a sign-on with `{name}` of a different path")),
        )?;
        let request = Way::Form.request(&probe.user()).path("/api/sso/nothing");
        let request = request.header(name, Operation::SignOn.path());
        let request =
            request.case(format!("a path that is not served, with `{name}` of one that is"));
        probe.expect_refusal(&request, Refusal::NOT_FOUND)?;
    }
    for name in ["_method", "_METHOD", "method"] {
        for way in [Way::Form, Way::Json] {
            let request = way.request(&probe.user().and(name, "PUT"));
            probe.expect_sign_on(&request.case(format!("a POST with `{name}=PUT`")))?;
        }
        let request = Way::Get.request(&probe.user().and(name, "POST"));
        probe.expect_sign_on(&request.case(format!("a GET with `{name}=POST`")))?;
        let request = Way::Form.request(&probe.user()).query(format!("{name}=DELETE"));
        probe.expect_sign_on(&request.case(format!("a POST with `{name}=DELETE` in its query")))?;
    }
    Ok(())
}

fn ignores_charset(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for (way, media_type) in [
        (Way::Json, "application/json; charset=iso-8859-1"),
        (Way::Json, "application/json; charset=utf-16"),
        (Way::Json, "application/json; charset=us-ascii"),
        (Way::Form, "application/x-www-form-urlencoded; charset=iso-8859-1"),
        (Way::Form, "application/x-www-form-urlencoded; charset=windows-1252"),
        (Way::Form, "application/x-www-form-urlencoded; charset=unheard-of"),
    ] {
        let password = format!("{}é€", probe.password());
        let fields = probe.user().with("password", &password);
        let mut request = way.request(&fields);
        request.headers = vec![("content-type".into(), media_type.to_owned())];
        let Some(before) = probe.expect_sign_on(&request)? else { continue };
        if probe.needs(Operation::Direct).is_ok() {
            let known = Known { fields, before };
            let case = format!("a password that came as {media_type}");
            expect_holder(probe, &known.direct_request(&case)?, &known)?;
        }
    }
    Ok(())
}

fn has_no_cors_for_any_origin(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let offered = Operation::ALL.into_iter().filter(|it| probe.needs(*it).is_ok());
    let offered: Vec<_> = offered.collect();
    let elsewhere = format!("https://{DOMAIN}.elsewhere.example");
    for origin in ["null", "http://localhost:3000", "https://localhost", "file://", &elsewhere] {
        for operation in &offered {
            let fields = input::fields(probe, *operation);
            let way = operation.ways().first().copied().unwrap_or(Way::Form);
            let refused = Request::bare(*operation).case("without fields");
            let nowhere = refused.clone().path(format!("{}/x", operation.path()));
            let preflight = way.to(*operation, &fields).method("OPTIONS");
            let preflight = preflight
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization,content-type")
                .case("a preflight");
            for request in [refused, preflight, nowhere.case("a path that is not served")] {
                has_no_cors(probe, request.header("origin", origin))?;
            }
        }
        let sign_on = Way::Form.request(&probe.user()).header("origin", origin);
        has_no_cors(probe, sign_on.case("a sign-on"))?;
    }
    Ok(())
}

/// Sends the request and looks for CORS headers. That there has to be an answer is for other checks to say.
fn has_no_cors(probe: &mut Probe<'_>, request: Request) -> Result<(), Stop> {
    let Ok(answer) = probe.answered(&request)? else { return Ok(()) };
    let mut names = answer.header_names();
    if let Some(name) = names.find(|name| name.to_ascii_lowercase().starts_with("access-control-"))
    {
        let expected = "no header whose name begins with `Access-Control-`";
        probe.note(&request, Mismatch::new(expected, format!("`{name}`")));
    }
    Ok(())
}
