//! Every form of report says the same of a run, whatever came out, and none lets a server say something else in its name.

use std::sync::LazyLock;

use proptest::prelude::*;
use ssokey_conformance::Exit;
use ssokey_conformance::mismatch::Mismatch;
use ssokey_conformance::outcome::Outcome;
use ssokey_conformance::record::Record;

use crate::fault::Fault;
use crate::matrix::judge;
use crate::reading::{FORMS, Tally, tally, text};

/// A record with a few checks of each profile and a few exchanges, to keep the tests quick.
static BASE: LazyLock<Record> = LazyLock::new(|| {
    let mut record = judge(Fault::TokenIsKept);
    let mut place = 0;
    record.checks.retain(|_| {
        place += 1;
        place % 7 == 0
    });
    record.exchanges.truncate(20);
    record.settle();
    record
});

static MISMATCH: LazyLock<Mismatch> = LazyLock::new(|| {
    let record = judge(Fault::TokenIsKept);
    record.checks.iter().find_map(|finding| finding.outcome.mismatches().first()).unwrap().clone()
});

fn outcome() -> impl Strategy<Value = Outcome> {
    let reason = || prop::sample::select(vec!["one", "another"]).prop_map(str::to_owned);
    let mismatches = || (1..4usize).prop_map(|count| vec![MISMATCH.clone(); count]);
    prop_oneof![
        4 => Just(Outcome::Passed),
        1 => mismatches().prop_map(|it| Outcome::Failed { mismatch_count: 5, mismatches: it }),
        1 => (reason(), mismatches()).prop_map(|(reason, mismatches)| {
            Outcome::Known { reason, mismatch_count: 1, mismatches }
        }),
        1 => reason().prop_map(|reason| Outcome::CouldNotRun { reason }),
        1 => reason().prop_map(|reason| Outcome::NotApplicable { reason }),
    ]
}

/// The base with other outcomes.
fn record() -> impl Strategy<Value = Record> {
    let outcomes = prop::collection::vec(outcome(), BASE.checks.len());
    outcomes.prop_map(|outcomes| {
        let mut record = BASE.clone();
        for (finding, outcome) in record.checks.iter_mut().zip(outcomes) {
            finding.outcome = outcome;
            finding.again = Some(format!("ssokey-check run URL --only {}", finding.id));
        }
        record.settle();
        record
    })
}

/// What a hostile server, or whoever writes a baseline, might send to break out of a report.
fn hostile() -> impl Strategy<Value = String> {
    let fragments = prop::sample::select(vec![
        "]]>",
        "<![CDATA[",
        "</script>",
        "<script>alert(1)</script>",
        "<!--",
        "-->",
        "</details>",
        "<pre>",
        "</failure>",
        "\" onclick=\"x",
        "'",
        "&",
        "&lt;",
        "&#0;",
        "`",
        "```",
        "~~~",
        "|",
        "**",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\n::error::x",
        "::error title=x::y",
        "%0A",
        "%",
        ",",
        ":",
        "\n# h",
        "\n- i",
        "\n    c",
        "\\",
        "$",
        "\0",
        "\u{1b}[31m",
        "\u{8}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{feff}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{10fffe}",
        "\u{fdd0}",
        "http://example.com",
        "@someone",
        "[a](b)",
        "![a](b)",
        "{{ a }}",
        "{% b %}",
        "é",
        "text ",
    ]);
    prop::collection::vec(fragments, 1..8).prop_map(|parts| parts.concat())
}

/// Puts a text in every place of a record that a server or a user fills.
fn fill(record: &mut Record, text: &str) {
    record.target = text.to_owned();
    for finding in &mut record.checks {
        finding.again = Some(text.to_owned());
        if let Outcome::Known { reason, .. }
        | Outcome::CouldNotRun { reason }
        | Outcome::NotApplicable { reason } = &mut finding.outcome
        {
            *reason = text.to_owned();
        }
        for mismatch in finding.outcome.mismatches_mut() {
            mismatch.expected = text.to_owned();
            mismatch.actual = text.to_owned();
            mismatch.request.path = text.to_owned();
            mismatch.request.case = Some(text.to_owned());
            if let Some(answer) = &mut mismatch.answer {
                answer.headers = vec![(text.to_owned(), text.to_owned())];
                answer.body = text.to_owned();
            }
        }
    }
    for exchange in &mut record.exchanges {
        exchange.sent.path = text.to_owned();
        exchange.sent.case = Some(text.to_owned());
        exchange.received.headers = vec![(text.to_owned(), text.to_owned())];
        exchange.received.body = text.to_owned();
    }
}

/// A text as every form may show it: without what cannot be shown, and all white space alike.
fn essence(text: &str) -> String {
    text.chars()
        .filter(|it| it.is_alphanumeric() || "<>&'\"`|*%,:#\\$@[](){}!".contains(*it))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn all_forms_agree_on_all_counts(record in record()) {
        let expected: Tally = tally(&record.counts);
        for (form, write, read) in FORMS {
            let reading = read(&text(&record, write));
            prop_assert!(reading.tallies.len() >= 2, "{}", form);
            for found in reading.tallies {
                prop_assert_eq!(found, expected, "{}", form);
            }
        }
    }

    #[test]
    fn a_pass_turned_into_could_not_run_never_ends_in_0_whatever_the_rest_is(
        record in record(),
        turned in any::<prop::sample::Index>(),
    ) {
        let mut record = record;
        let passes = record.checks.iter_mut().filter(|it| matches!(it.outcome, Outcome::Passed));
        let mut passes: Vec<_> = passes.collect();
        prop_assume!(!passes.is_empty());
        let place = turned.index(passes.len());
        passes[place].outcome = Outcome::CouldNotRun { reason: String::new() };
        record.settle();
        prop_assert_ne!(Exit::from(record.verdict), Exit::Success);
    }

    #[test]
    fn no_text_of_a_server_breaks_out_of_a_report(record in record(), hostile in hostile()) {
        let (mut harmless, mut attacked) = (record.clone(), record);
        fill(&mut harmless, "text");
        fill(&mut attacked, &hostile);
        // What people read has no structure to break out of; the record that it is made from holds no control characters.
        for (form, write, read) in FORMS.into_iter().filter(|(form, ..)| *form != "human") {
            let (expected, found) = (read(&text(&harmless, write)), read(&text(&attacked, write)));
            prop_assert_eq!(&found.elements, &expected.elements, "{}", form);
            prop_assert_eq!(&found.tallies, &expected.tallies, "{}", form);
            let mut said = found.texts.iter().map(|text| essence(text));
            // What follows an escape character may be taken for a style, and out.
            let due = attacked.counts.failed > 0 && !hostile.contains('\u{1b}');
            prop_assert!(!due || said.any(|text| text.contains(&essence(&hostile))), "{}", form);
        }
    }
}
