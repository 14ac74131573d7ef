//! A shell script that needs nothing but curl.

use std::fmt::Write as _;

use crate::format::operation::Operation;
use crate::format::way::Way;
use crate::message::escape::escape;
use crate::rules::script::plan::{
    Bearer, Call, Check, Grant, Part, Plan, Turn, Want, json_escape, user_variable, variable,
};
use crate::rules::script::shell;
use crate::rules::step::User;

/// The number of times that a race is tried.
const ROUNDS: u32 = 20;

pub(super) fn write(plan: &Plan<'_>) -> String {
    let body = body(plan);
    let mut script = head(plan);
    script += &shell::functions(plan);
    let rounds = if plan.failure.races() { ROUNDS } else { 1 };
    script += "\n# One round, with users and passwords that nobody had before.\nattempt() {\n";
    script += "    run=$(head -c 16 /dev/urandom | hex)\n";
    script += &body;
    script += "}\n";
    if rounds == 1 {
        script += "\nattempt\n";
    } else {
        let _ = write!(
            script,
            "
# A race has to be lost to be seen.
round=1
until attempt || [ $round = {rounds} ]; do
    round=$((round + 1))
done
"
        );
    }
    script += "case $result in
0) say 'not reproduced' ;;
1) say reproduced ;;
4) say 'an earlier step went a different way' ;;
esac
exit \"$result\"
";
    script
}

fn head(plan: &Plan<'_>) -> String {
    let failure = plan.failure;
    let property = failure.property;
    let mut head = format!("#!/bin/sh\n# {}: {}\n#\n", property.id, property.title);
    for (number, step) in (1..).zip(&failure.steps) {
        let _ = writeln!(head, "#   {number}. {step}");
    }
    let more = [
        (plan.uses_second_key(), " and SSOKEY_CHECK_SECOND_KEY"),
        (plan.uses_product_secret(), " and SSOKEY_CHECK_PRODUCT_SECRET"),
    ];
    let more = more.into_iter().filter(|(used, _)| *used).map(|(_, name)| name);
    let keys: String = ["SSOKEY_CHECK_KEY"].into_iter().chain(more).collect();
    let _ = write!(
        head,
        "#      expected: {}\n#      actual:   {}\n#\n# {}: {}\n#\n\
         # Usage: sh {}.sh [URL]\n\
         # The environment has to hold {keys}. The users that it creates stay on the server.\n\
         # Exit codes: 0 not reproduced, 1 reproduced, 2 no key or no curl, 3 no answer, 4 an earlier step went a different way.\n",
        failure.expected,
        failure.actual,
        property.requirement,
        property.sentence(),
        property.id,
    );
    if failure.races() {
        let _ = writeln!(
            head,
            "# Requests race, so it is tried up to {ROUNDS} times; hurl cannot race, so there is no script for it."
        );
    }
    if plan.hidden_headers {
        head += "# The run added header fields of its own: put them into ~/.curlrc.\n";
    }
    let _ =
        write!(head, "set -u\nurl='{}'\nurl=${{1:-$url}}\n", plan.target.replace('\'', "'\\''"));
    head
}

/// A line of the script; one that sets a variable is left out where nobody reads it.
struct Line {
    variable: Option<String>,
    text: String,
}

fn body(plan: &Plan<'_>) -> String {
    let mut lines = Vec::new();
    for turn in &plan.turns {
        write_turn(turn, &mut lines);
    }
    let mut kept: Vec<String> = Vec::new();
    for Line { variable, text } in lines.into_iter().rev() {
        let read = |variable: &String| {
            let name = format!("${variable}");
            kept.iter().any(|line| line.contains(&name))
        };
        if variable.as_ref().is_none_or(read) {
            kept.push(text);
        }
    }
    kept.iter().rev().map(|line| format!("    {line}\n")).collect()
}

fn write_turn(turn: &Turn, lines: &mut Vec<Line>) {
    let Turn { number, words, calls } = turn;
    let mut add = |text: String| lines.push(Line { variable: None, text });
    add(format!("# {number}. {words}"));
    if let [call] = calls.as_slice() {
        add(format!("answer=$({}) || die 3 'no answer'", command(call)));
        add("seen=$(outcome \"$answer\")".to_owned());
        write_check(*number, call, lines);
        return;
    }
    for (place, call) in (1..).zip(calls) {
        add(format!("{} >\"$folder/{place}\" &", command(call)));
    }
    add("wait".to_owned());
    for (place, call) in (1..).zip(calls) {
        let mut add = |text: String| lines.push(Line { variable: None, text });
        add(format!("answer=$(cat \"$folder/{place}\")"));
        add("[ -n \"$answer\" ] || die 3 'no answer'".to_owned());
        add("seen=$(outcome \"$answer\")".to_owned());
        set(format!("seen_{place}"), "$seen", lines);
        write_check(*number, call, lines);
    }
    if calls.iter().any(|call| matches!(call.check, Check::AnySuccess)) {
        let all: Vec<_> = (1..=calls.len()).map(|place| format!("$seen_{place}")).collect();
        let all = all.join(", ");
        let launches = calls.iter().any(|call| call.operation == Operation::Launch);
        let or = if launches { format!(" || fits '*launched*' \"{all}\"") } else { String::new() };
        let test = format!("if fits '*ok ?*/?*' \"{all}\"{or}; then");
        write_verdict(&test, "one of the sign-ons to succeed", &all, lines);
    }
}

/// Sets a variable, if any later line reads it.
fn set(variable: String, value: &str, lines: &mut Vec<Line>) {
    let text = format!("{variable}={value}");
    lines.push(Line { variable: Some(variable), text });
}

fn write_check(number: usize, call: &Call, lines: &mut Vec<Line>) {
    let words =
        |wants: &[Want]| wants.iter().map(|it| it.words()).collect::<Vec<_>>().join(", or ");
    let tests = |wants: &[Want]| wants.iter().map(|it| test(*it)).collect::<Vec<_>>().join(" || ");
    match &call.check {
        Check::Step(wants) => {
            let mut add = |text: String| lines.push(Line { variable: None, text });
            add(format!("if ! {{ {}; }}; then", tests(wants)));
            add(format!("    finish 4 'step {number}: {}' \"$seen\"", words(wants)));
            add("    return 1".to_owned());
            add("fi".to_owned());
            keep(call, lines);
        }
        Check::Nothing | Check::AnySuccess => keep(call, lines),
        Check::Failure(wants) => {
            // What the other answers of the step say may be needed to judge this one, and comes before it.
            let text = format!("if {}; then", tests(wants));
            if let [Want::OtherCode(_)] = wants.as_slice() {
                set("code".to_owned(), "$(code \"$answer\")", lines);
            }
            write_verdict(&text, &words(wants), "$seen", lines);
        }
    }
}

fn write_verdict(test: &str, words: &str, seen: &str, lines: &mut Vec<Line>) {
    let mut add = |text: String| lines.push(Line { variable: None, text });
    add(test.to_owned());
    add(format!("    finish 0 '{words}' \"{seen}\""));
    add("    return 1".to_owned());
    add("fi".to_owned());
    add(format!("finish 1 '{words}' \"{seen}\""));
}

/// Keeps what later calls need of an answer.
fn keep(call: &Call, lines: &mut Vec<Line>) {
    if let Some(user @ User { company, .. }) = call.account.filter(|_| call.introduces) {
        set(user_variable(user), "${seen#ok }", lines);
        set(format!("company_{company}"), "$(member companyId \"$answer\")", lines);
        set(format!("domain_{company}"), "$(member companyDomain \"$answer\")", lines);
    }
    match call.gives {
        Some(grant @ Grant::Token(_)) => {
            set(variable(grant), "$(member token \"$answer\")", lines);
        }
        Some(grant @ Grant::Code(_)) => set(variable(grant), "$(code \"$answer\")", lines),
        None => (),
    }
}

/// Returns whether the answer is this.
fn test(want: Want) -> String {
    let account = "fits 'ok ?*/?*' \"$seen\"";
    match want {
        Want::Account => account.to_owned(),
        Want::User(user) => format!("fits \"ok ${}\" \"$seen\"", user_variable(user)),
        Want::OtherUser(user) => {
            format!("{account} && ! fits \"ok ${}\" \"$seen\"", user_variable(user))
        }
        Want::Company(company) => format!("fits \"ok $company_{company}/?*\" \"$seen\""),
        Want::OtherCompany(company) => {
            format!("{account} && ! fits \"ok $company_{company}/?*\" \"$seen\"")
        }
        Want::OtherToken(token) => {
            let variable = variable(Grant::Token(token));
            format!("{account} && [ \"$(member token \"$answer\")\" != \"${variable}\" ]")
        }
        Want::Launched => "fits launched \"$seen\"".to_owned(),
        Want::OtherCode(code) => {
            let variable = variable(Grant::Code(code));
            format!("fits launched \"$seen\" && [ \"$code\" != \"${variable}\" ]")
        }
        Want::Done => "fits 'ok *' \"$seen\"".to_owned(),
        Want::Refused(refusal) => format!("fits '{} {}' \"$seen\"", refusal.status, refusal.code),
    }
}

fn command(call: &Call) -> String {
    let path = call.operation.path();
    let as_product = match call.bearer {
        Bearer::Token(token) => {
            let method = if call.operation == Operation::Session { "GET" } else { "POST" };
            return format!("bearer {method} {path} \"${}\"", variable(Grant::Token(token)));
        }
        Bearer::ProductSecret => "as_product ",
        Bearer::Nothing => "",
    };
    let (name, encode, quote): (_, fn(&str) -> String, _) = match call.way {
        Way::Get => ("get", escape, "escape"),
        Way::Form => ("form", escape, "escape"),
        Way::Json => ("json", json_escape, "quote"),
    };
    let mut command = format!("{as_product}{name} {path}");
    for (field, parts) in &call.fields {
        let value: String = parts.iter().map(|part| part_text(part, encode, quote)).collect();
        let _ = write!(command, " {field} \"{value}\"");
    }
    command
}

fn part_text(part: &Part, encode: fn(&str) -> String, quote: &str) -> String {
    match part {
        Part::Text(text) => encode(text),
        Part::Filling(0) => String::new(),
        Part::Filling(length) => format!("$(printf %{length}s | tr ' ' x)"),
        Part::Run => "$run".to_owned(),
        Part::Key(1) => format!("$({quote} \"$SSOKEY_CHECK_KEY\")"),
        Part::Key(_) => format!("$({quote} \"$SSOKEY_CHECK_SECOND_KEY\")"),
        Part::Domain(company) => format!("$({quote} \"$domain_{company}\")"),
        Part::Given(grant) => format!("$({quote} \"${}\")", variable(*grant)),
    }
}
