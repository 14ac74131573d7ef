//! A file for hurl, which sends the calls one after the other and asserts what is expected.

use std::fmt::Write as _;

use crate::format::operation::Operation;
use crate::format::way::Way;
use crate::rules::script::plan::{
    Call, Check, Part, Plan, Turn, Want, json_escape, token_variable, user_variable,
};
use crate::rules::step::User;

pub(super) fn write(plan: &Plan<'_>) -> String {
    // From the end, as an answer keeps only what a later call needs.
    let mut later = String::new();
    for (at, Turn { number, words, calls }) in plan.turns.iter().enumerate().rev() {
        let mut text = format!("\n# {number}. {words}\n");
        for call in calls {
            write_call(call, at == 0, &later, &mut text);
        }
        later.insert_str(0, &text);
    }
    head(plan) + &later
}

fn head(plan: &Plan<'_>) -> String {
    let failure = plan.failure;
    let property = failure.property;
    let second = if plan.uses_second_key() {
        " \\\n#     --secret second_ssokey=\"$SSOKEY_CHECK_SECOND_KEY\""
    } else {
        ""
    };
    let mut head = format!(
        "# {}: {}\n# {}: {}\n#\n# Usage: hurl --variable url={} --secret ssokey=\"$SSOKEY_CHECK_KEY\"{second} {}.hurl\n\
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

fn write_call(call: &Call, first: bool, later: &str, text: &mut String) {
    let Call { operation, way, fields, bearer, .. } = call;
    let by_get = match (bearer, operation) {
        (Some(_), operation) => *operation == Operation::Session,
        (None, _) => *way == Way::Get,
    };
    let method = if by_get { "GET" } else { "POST" };
    let _ = writeln!(text, "{method} {{{{url}}}}{}", operation.path());
    if let Some(token) = bearer {
        let _ = writeln!(text, "Authorization: Bearer {{{{{}}}}}", token_variable(*token));
    }
    if first {
        text.push_str("[Options]\nvariable: run={{newUuid}}\n");
    }
    match way {
        _ if bearer.is_some() => (),
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
                write_want(*want, call, later, text);
            }
        }
        Check::Nothing | Check::AnySuccess => text.push_str("HTTP *\n"),
    }
}

/// Asserts that the answer is this, and keeps what later calls need of it.
fn write_want(want: Want, call: &Call, later: &str, text: &mut String) {
    let assert = match want {
        Want::Refused(refusal) => {
            let _ = writeln!(
                text,
                "HTTP {}\n[Asserts]\njsonpath \"$.error.code\" == {}",
                refusal.status, refusal.code
            );
            return;
        }
        Want::Account => "jsonpath \"$.return.userId\" exists".to_owned(),
        Want::User(user) => same("userId", "==", &user_variable(user)),
        Want::OtherUser(user) => same("userId", "!=", &user_variable(user)),
        Want::Company(company) => same("companyId", "==", &format!("company_{company}")),
        Want::OtherCompany(company) => same("companyId", "!=", &format!("company_{company}")),
        Want::OtherToken(token) => same("token", "!=", &token_variable(token)),
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
    if let Some(token) = call.gives {
        capture(token_variable(token), "token");
    }
    if !captures.is_empty() {
        let _ = write!(text, "[Captures]\n{captures}");
    }
    let _ = writeln!(text, "[Asserts]\njsonpath \"$.stat\" == \"ok\"\n{assert}");
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
