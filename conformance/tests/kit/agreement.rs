//! Every form of report says the same of a run, whatever came out, and none lets a server say something else in its name.

use std::sync::LazyLock;

use proptest::prelude::*;
use ssokey_conformance::record::{LocatedMismatch, Outcome, Record, Verdict};

use crate::judging::judge;
use crate::reading::{FORMS, Tally, tally, text};

/// A record with a few checks of each profile and a few exchanges, to keep the tests quick.
static BASE: LazyLock<Record> = LazyLock::new(|| {
    let mut record = judge("token-is-kept");
    let mut place = 0;
    record.checks.retain(|_| {
        place += 1;
        place % 7 == 0
    });
    record.exchanges.truncate(20);
    record.recount();
    record
});

static MISMATCH: LazyLock<LocatedMismatch> = LazyLock::new(|| {
    let record = judge("token-is-kept");
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
        1 => reason().prop_map(|reason| Outcome::CouldNotRun { reason: reason.into() }),
        1 => reason().prop_map(|reason| Outcome::NotApplicable { reason: reason.into() }),
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
        record.recount();
        record
    })
}

/// Texts that mean something in a form of report, separated by spaces.
const MARKS: &str = r#"]]> <![CDATA[ </failure> </script> <script>alert(1)</script> <!-- --> </details> <pre> <b> " ' &
    &lt; &#0; " onclick="x ` `` ``` ~~~ | ** \ $ - # [a](b) ![a](b) http://example.com @someone {{a}} {%b%} % %0A , : ::error::"#;
/// White space, control characters, and what is not a character.
const UNSEEN: [&str; 16] = [
    " ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\0",
    "\u{1b}[31m",
    "\u{8}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{fdd0}",
    "\u{ffff}",
    "\u{10fffe}",
];

fn fragments() -> Vec<&'static str> {
    MARKS.split_whitespace().chain(UNSEEN).collect()
}

/// Puts a text in every place of a record that a server or a user fills.
fn fill(record: &mut Record, text: &str) {
    record.target = text.to_owned();
    for finding in &mut record.checks {
        finding.again = Some(text.to_owned());
        match &mut finding.outcome {
            Outcome::Known { reason, .. } => *reason = text.to_owned(),
            Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => reason.say(text),
            Outcome::Passed | Outcome::Failed { .. } => (),
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
        .filter(|it| it.is_alphanumeric() || "<>&'\"`|*%,:#\\$@[](){}!~-".contains(*it))
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
        passes[place].outcome = Outcome::CouldNotRun { reason: "".into() };
        record.recount();
        prop_assert_ne!(record.verdict, Verdict::Conformant);
    }

    #[test]
    fn no_text_of_a_server_breaks_out_of_a_report(
        parts in prop::collection::vec(prop::sample::select(fragments()), 1..8),
    ) {
        stays_inside(&parts.concat());
    }
}

#[test]
fn no_mark_breaks_out_of_a_report() {
    for mark in fragments() {
        stays_inside(&format!("text{mark}<b>text"));
        stays_inside(&format!("text\n{mark} text"));
        stays_inside(&format!("text{mark}"));
        stays_inside(&format!("{mark}text"));
    }
}

/// One check of each outcome, with a text in every place that a server or a user fills.
fn filled(text: &str) -> Record {
    let mut record = BASE.clone();
    record.checks.truncate(5);
    record.exchanges.truncate(5);
    let reason = String::new;
    let mismatches = || vec![MISMATCH.clone()];
    let outcomes = [
        Outcome::Passed,
        Outcome::Failed { mismatch_count: 1, mismatches: mismatches() },
        Outcome::Known { reason: reason(), mismatch_count: 1, mismatches: mismatches() },
        Outcome::CouldNotRun { reason: reason().into() },
        Outcome::NotApplicable { reason: reason().into() },
    ];
    for (finding, outcome) in record.checks.iter_mut().zip(outcomes) {
        finding.outcome = outcome;
    }
    for (exchange, finding) in record.exchanges.iter_mut().zip(&record.checks) {
        exchange.check = Some(finding.id);
    }
    fill(&mut record, text);
    record.recount();
    record
}

/// A hostile text changes no report but where a harmless one stands, and stands there.
fn stays_inside(hostile: &str) {
    let (harmless, attacked) = (filled("text"), filled(hostile));
    // What people read has no structure to break out of, and a run keeps control characters out of its record.
    for (form, write, read) in FORMS.into_iter().filter(|(form, ..)| *form != "human") {
        let (expected, found) = (read(&text(&harmless, write)), read(&text(&attacked, write)));
        assert_eq!(found.elements, expected.elements, "{form} of {hostile:?}");
        assert_eq!(found.tallies, expected.tallies, "{form} of {hostile:?}");
        // What follows an escape character may be taken for a style, and out.
        if !hostile.contains('\u{1b}') {
            let told = found.texts.iter().any(|text| essence(text).contains(&essence(hostile)));
            assert!(told, "{form} of {hostile:?}");
        }
    }
}
