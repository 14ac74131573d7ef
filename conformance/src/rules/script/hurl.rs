//! A file for hurl, which sends the calls one after the other and asserts what is expected.

use std::fmt::Write as _;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::rules::script::plan::{
    Bearer, Call, Check, Grant, Part, Plan, Turn, Want, json_escape, user_variable, variable,
};
use crate::rules::step::User;

pub(super) fn write(plan: &Plan<'_>) -> String {
    let legacy = plan.legacy;
    // From the end, as an answer keeps only what a later call needs.
    let mut later = String::new();
    for (at, Turn { number, words, calls }) in plan.turns.iter().enumerate().rev() {
        let mut text = format!("\n# {number}. {words}\n");
        for call in calls {
            write_call(call, at == 0, legacy, &later, &mut text);
        }
        later.insert_str(0, &text);
    }
    head(plan) + &later
}

fn head(plan: &Plan<'_>) -> String {
    let failure = plan.failure;
    let property = failure.property;
    let more = [
        (plan.uses_second_key(), "second_ssokey=\"$SSOKEY_CHECK_SECOND_KEY\""),
        (plan.uses_product_secret(), "product_secret=\"$SSOKEY_CHECK_PRODUCT_SECRET\""),
    ];
    let more = more.into_iter().filter(|(used, _)| *used);
    let more: String = more.map(|(_, secret)| format!(" \\\n#     --secret {secret}")).collect();
    let mut head = format!(
        "# {}: {}\n# {}: {}\n#\n# Usage: hurl --variable url={} --secret ssokey=\"$SSOKEY_CHECK_KEY\"{more} {}.hurl\n\
         # The users that it creates stay on the server. Exit codes: 0 not reproduced, 3 no answer, 4 reproduced if it is the\n\
         # last step that is not as expected.\n",
        property.id,
        property.title,
        property.requirement,
        property.sentence(),
        plan.target,
        property.id,
    );
    if plan.hidden_headers {
        head += "# The run added header fields of its own: add them with --header.\n";
    }
    head
}

fn write_call(call: &Call, first: bool, legacy: bool, later: &str, text: &mut String) {
    let Call { operation, way, fields, bearer, .. } = call;
    let by_get =
        if fields.is_empty() { *operation == Operation::Session } else { *way == Way::Get };
    let method = if by_get { "GET" } else { "POST" };
    let _ = writeln!(text, "{method} {{{{url}}}}{}", operation.path());
    let credential = match bearer {
        Bearer::Token(token) => Some(variable(Grant::Token(*token))),
        Bearer::ProductSecret => Some("product_secret".to_owned()),
        Bearer::Nothing => None,
    };
    if let Some(credential) = credential {
        let _ = writeln!(text, "Authorization: Bearer {{{{{credential}}}}}");
    }
    if first {
        text.push_str("[Options]\nvariable: run={{newUuid}}\n");
    }
    match way {
        _ if fields.is_empty() => (),
        Way::Get | Way::Form => {
            text.push_str(if by_get { "[Query]\n" } else { "[Form]\n" });
            for (name, parts) in fields {
                let _ = writeln!(text, "{name}: {}", value(parts, escape));
            }
        }
        Way::Json => {
            let members = fields.iter();
            let members = members
                .map(|(name, parts)| format!("\"{name}\": \"{}\"", value(parts, json_escape)));
            let _ = writeln!(text, "{{ {} }}", members.collect::<Vec<_>>().join(", "));
        }
    }
    match &call.check {
        Check::Step(wants) | Check::Failure(wants) => {
            for want in wants {
                write_want(*want, call, legacy, later, text);
            }
        }
        Check::Nothing | Check::AnySuccess => text.push_str("HTTP *\n"),
    }
}

/// Asserts that the answer is this, and keeps what later calls need of it.
fn write_want(want: Want, call: &Call, legacy: bool, later: &str, text: &mut String) {
    let assert = match want {
        Want::Refused(Refusal { status, code, .. }) => {
            // With the option for legacy clients an error has status 200 and tells its own.
            let (http, own) = if legacy {
                ("*".to_owned(), format!("jsonpath \"$.status_code\" == {status}\n"))
            } else {
                (status.to_string(), String::new())
            };
            let code = format!("jsonpath \"$.error.code\" == {code}");
            let _ = writeln!(text, "HTTP {http}\n[Asserts]\n{own}{code}");
            return;
        }
        Want::Launched | Want::OtherCode(_) => return write_launch(want, call, later, text),
        Want::Account => "jsonpath \"$.return.userId\" exists".to_owned(),
        Want::User(user) => same("userId", "==", &user_variable(user)),
        Want::OtherUser(user) => same("userId", "!=", &user_variable(user)),
        Want::Company(company) => same("companyId", "==", &format!("company_{company}")),
        Want::OtherCompany(company) => same("companyId", "!=", &format!("company_{company}")),
        Want::OtherToken(token) => same("token", "!=", &variable(Grant::Token(token))),
        Want::Done => "jsonpath \"$.stat\" exists".to_owned(),
    };
    text.push_str("HTTP 200\n");
    let mut captures = String::new();
    let mut capture = |variable: String, member: &str| {
        if later.contains(&format!("{{{{{variable}}}}}")) {
            let _ = writeln!(captures, "{variable}: jsonpath \"$.return.{member}\"");
        }
    };
    if let Some(user @ User { company, .. }) = call.account.filter(|_| call.introduces) {
        capture(user_variable(user), "userId");
        capture(format!("company_{company}"), "companyId");
        capture(format!("domain_{company}"), "companyDomain");
    }
    if let Some(grant @ Grant::Token(_)) = call.gives {
        capture(variable(grant), "token");
    }
    if !captures.is_empty() {
        let _ = write!(text, "[Captures]\n{captures}");
    }
    let _ = writeln!(text, "[Asserts]\njsonpath \"$.stat\" == \"ok\"\n{assert}");
}

/// The same for a launch.
fn write_launch(want: Want, call: &Call, later: &str, text: &mut String) {
    let code = "header \"Location\" regex \"[?&]code=([^&]+)$\"";
    text.push_str("HTTP 303\n");
    if let Some(variable) = call.gives.map(variable)
        && later.contains(&format!("{{{{{variable}}}}}"))
    {
        let _ = writeln!(text, "[Captures]\n{variable}: {code}");
    }
    let assert = if let Want::OtherCode(code) = want {
        format!("!= {{{{{}}}}}", variable(Grant::Code(code)))
    } else {
        "exists".to_owned()
    };
    let _ = writeln!(text, "[Asserts]\n{code} {assert}");
}

fn same(member: &str, operator: &str, variable: &str) -> String {
    format!("jsonpath \"$.return.{member}\" {operator} {{{{{variable}}}}}")
}

fn value(parts: &[Part], encode: fn(&str) -> String) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => encode(text),
        Part::Filling(length) => "x".repeat(*length),
        Part::Run => "{{run}}".to_owned(),
        Part::Key(1) => "{{ssokey}}".to_owned(),
        Part::Key(_) => "{{second_ssokey}}".to_owned(),
        Part::Domain(company) => format!("{{{{domain_{company}}}}}"),
        Part::Given(grant) => format!("{{{{{}}}}}", variable(*grant)),
    };
    parts.iter().map(part).collect()
}

/// All but the plainest characters by their number.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || "-._@".contains(character) {
            escaped.push(character);
        } else {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
        }
    }
    escaped
}
