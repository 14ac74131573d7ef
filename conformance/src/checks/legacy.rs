//! The habits of clients of 2011 to 2013: they sign users in directly, by GET, and read the answer as text.

use crate::checks::known::{Known, expect_holder};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::escape::escape;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::message::shown;
use crate::record::exchange::Exchange;
use crate::record::lacking::Lacking;
use crate::record::log::{Log, Origin};
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "legacy.ignores-source-and-platform",
        profile: Profile::Legacy,
        requirements: &["SSO-DIR-001"],
        title: "`sourceSite` and `platform` change nothing, empty, twice or with odd values",
        judge: Judge::Active(ignores_source_and_platform),
    },
    Check {
        id: "legacy.get-ignores-content-type",
        profile: Profile::Legacy,
        requirements: &["SSO-REQ-018"],
        title: "a direct sign-in by GET with `Content-Type: application/json` and no body succeeds",
        judge: Judge::Active(get_ignores_content_type),
    },
    Check {
        id: "legacy.accepts-unescaped",
        profile: Profile::Legacy,
        requirements: &["SSO-DIR-001"],
        title: "characters that a query may hold as they are need no percent-escape",
        judge: Judge::Active(accepts_unescaped),
    },
    Check {
        id: "legacy.takes-cut-token",
        profile: Profile::Legacy,
        requirements: &["SSO-RSP-012"],
        title: "36 characters, cut from 8 after the first `token` of the text, are a token that `_token` takes",
        judge: Judge::Active(takes_cut_token),
    },
    Check {
        id: "legacy.error-begins-text",
        profile: Profile::Legacy,
        requirements: &["SSO-RSP-012"],
        title: "the text of a refused direct sign-in begins with `{\"error\"`",
        judge: Judge::Active(error_begins_text),
    },
    Check {
        id: "legacy.ends-with-success",
        profile: Profile::Legacy,
        requirements: &["SSO-RSP-014", "SSO-RSP-001", "SSO-RSP-006", "SSO-LAU-001", "SSO-OUT-001"],
        title: "with the option for legacy clients the last member of every answer is `success`, true or false",
        judge: Judge::Passive(ends_with_success),
    },
    Check {
        id: "legacy.sends-errors-with-200",
        profile: Profile::Legacy,
        requirements: &["SSO-RSP-014"],
        title: "with the option for legacy clients every error has HTTP status 200",
        judge: Judge::Passive(sends_errors_with_200),
    },
];

/// The direct sign-in as such a client sends it.
fn old_style(direct: &Fields) -> Request {
    let fields = direct.clone().and("sourceSite", "example").and("platform", "web");
    let request = Way::Get.to(Operation::Direct, &fields);
    request.header("content-type", "application/json")
}

fn ignores_source_and_platform(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let direct = known.direct()?;
    for (source, platform, case) in [
        ("example", "web", "both"),
        ("", "", "both empty"),
        ("\u{1}ü&", "x y", "both with odd characters"),
    ] {
        let fields = direct.clone().and("sourceSite", source).and("platform", platform);
        let twice = fields.clone().and("platform", platform);
        for (fields, times) in [(&fields, "once"), (&twice, "one of them twice")] {
            let request = Way::Get.to(Operation::Direct, fields).case(format!("{case}, {times}"));
            expect_holder(probe, &request, &known)?;
        }
    }
    Ok(())
}

fn get_ignores_content_type(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    expect_holder(probe, &old_style(&known.direct()?), &known).map(drop)
}

fn accepts_unescaped(probe: &mut Probe<'_>) -> Result<(), Stop> {
    // What RFC 3986 lets a query hold, but for what separates fields, and for `+`, which is a space.
    let password = format!("{}-:/?@!$'()*,;", probe.password());
    let fields = probe.user().with("password", &password);
    let known = Known::with(probe, fields)?;
    let (email, company) = (known.fields.value("email"), known.company()?);
    let query = format!("userid={email}&password={password}&company={}", escape(&company));
    let request = Request::get(query).to(Operation::Direct).case("nothing of it escaped");
    expect_holder(probe, &request, &known).map(drop)
}

/// 36 characters, starting 8 after the first `token`, as one of these clients has it.
fn cut_token(answer: &Answer) -> Option<String> {
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    let at = text.find("token")?;
    text.get(at + 8..at + 8 + 36).map(str::to_owned)
}

fn takes_cut_token(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Session)?;
    let known = Known::new(probe)?;
    let request = old_style(&known.direct()?);
    let Some(signed_in) = probe.expect_sign_on(&request)? else { return Ok(()) };
    let Some(token) = cut_token(&signed_in.answer) else {
        let expected = "44 characters from the first `token` on";
        probe.note(&request, Mismatch::new(expected, "a shorter text"));
        return Ok(());
    };
    let fields = Fields::default().and("_token", &token);
    let request = Way::Get.to(Operation::Session, &fields).case("with what was cut out");
    expect_holder(probe, &request, &known).map(drop)
}

fn error_begins_text(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let wrong = known.direct()?.with("password", &probe.password());
    for (fields, case) in [(wrong, "a wrong password"), (Fields::default(), "no fields")] {
        let request = old_style(&fields).case(case);
        match probe.answered(&request)? {
            Ok(answer) if answer.body().starts_with(b"{\"error\"") => (),
            Ok(answer) => {
                let expected = "a body that begins with `{\"error\"`";
                probe.note(&request, Mismatch::new(expected, answer.summary()));
            }
            Err(mismatch) => probe.note(&request, mismatch),
        }
    }
    Ok(())
}

/// Fails if the server does not have its option for legacy clients.
fn needs_option(log: &Log) -> Result<(), Stop> {
    match log.origin {
        _ if log.has_legacy_option() => Ok(()),
        Origin::Run => Err(Stop::Lacking(Lacking::LegacyOption.into())),
        Origin::Recording | Origin::Redacted => Err(log.has_nothing()),
    }
}

fn ends_with_success(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    needs_option(log)?;
    let is_object = |exchange: &Exchange| {
        exchange.has_body() && exchange.answer.json().is_ok_and(|it| !it.members().is_empty())
    };
    log.judge(is_object, |Exchange { answer, .. }| {
        let due = answer.member("error").is_none();
        let members = answer.json().map_or(&[][..], Json::members);
        let others = members.iter().filter(|(name, _)| name == "success").count();
        match members.last() {
            Some((name, Json::Bool(success)))
                if name == "success" && *success == due && others == 1 =>
            {
                Ok(())
            }
            Some((name, value)) => {
                let expected = format!("`success` {due} as the last member, and once");
                let actual = if name == "success" {
                    format!("`success` {value}, {others} times")
                } else {
                    format!("`{}` as the last of {} members", shown::name(name), members.len())
                };
                Err(Mismatch::new(expected, actual))
            }
            None => Ok(()),
        }
    })
}

fn sends_errors_with_200(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    needs_option(log)?;
    let is_error = |exchange: &Exchange| {
        exchange.has_head() && exchange.has_body() && exchange.answer.member("error").is_some()
    };
    log.judge(is_error, |Exchange { answer, .. }| {
        if answer.status() == 200 {
            return Ok(());
        }
        Err(Mismatch::new("HTTP 200", answer.summary()))
    })
}
