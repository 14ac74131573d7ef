//! The verdicts of runs: nothing that nobody saw is ever conformant.

use std::sync::LazyLock;

use proptest::prelude::*;
use ssokey_conformance::record::{Outcome, Record, Verdict};
use ssokey_conformance::suite::{Baseline, Suite};

use crate::judging::judge;

static GOOD: LazyLock<Record> = LazyLock::new(|| judge("good"));

/// Outcomes that leave a server conformant, if a different one passes: of each, how often.
fn harmless() -> impl Strategy<Value = Outcome> {
    let reason = || String::new();
    prop_oneof![
        6 => Just(Outcome::Passed),
        1 => Just(Outcome::NotApplicable { reason: reason().into() }),
        1 => Just(Outcome::Known { reason: reason(), mismatch_count: 1, mismatches: Vec::new() }),
    ]
}

proptest! {
    #[test]
    fn a_pass_turned_into_could_not_run_never_ends_in_0(
        outcomes in prop::collection::vec(harmless(), GOOD.checks.len()),
        turned in any::<prop::sample::Index>(),
    ) {
        let mut record = GOOD.clone();
        for (finding, outcome) in record.checks.iter_mut().zip(outcomes) {
            finding.outcome = outcome;
        }
        let passed = |outcome: &Outcome| matches!(outcome, Outcome::Passed);
        let passes = record.checks.iter_mut().filter(|finding| passed(&finding.outcome));
        let mut passes: Vec<_> = passes.collect();
        prop_assume!(!passes.is_empty());
        let place = turned.index(passes.len());
        passes[place].outcome = Outcome::CouldNotRun { reason: "".into() };
        record.recount();
        prop_assert_eq!(record.verdict, Verdict::Incomplete);
    }
}

fn with_baseline(record: &Record, baseline: &str) -> Record {
    let mut record = record.clone();
    Baseline::parse(baseline, &Suite::v1())
        .unwrap()
        .apply(&mut record, "2027-03-31".parse().unwrap());
    record
}

fn entry(id: &str, expires: &str) -> String {
    format!("[[known]]\nid = \"{id}\"\nreason = \"ticket 7\"\n{expires}\n")
}

#[test]
fn a_known_failure_is_put_up_with_until_its_last_day_is_over() {
    let faulty = judge("members-are-swapped");
    let must = judge("id-moves-with-others");
    let all: String = must
        .checks
        .iter()
        .filter(|it| !it.outcome.mismatches().is_empty())
        .map(|it| entry(it.id, ""))
        .collect();
    assert_eq!(must.verdict, Verdict::NotConformant);
    assert_eq!(with_baseline(&must, &all).verdict, Verdict::NotConformant, "a sequence fails too");
    let broken = must.sequences.as_ref().unwrap().failure.as_ref().unwrap().property;
    let all = all + &entry(broken, "");
    assert_eq!(with_baseline(&must, &all).verdict, Verdict::Conformant);
    for (expires, verdict) in [
        ("", Verdict::Conformant),
        ("expires = 2027-03-31", Verdict::Conformant),
        ("expires = 2027-03-30", Verdict::BaselineOutdated),
    ] {
        let record = with_baseline(&faulty, &entry("answer.keeps-document-order", expires));
        assert_eq!((record.verdict, record.counts.known), (verdict, 1), "{expires}");
    }
}

#[test]
fn an_unexpected_pass_makes_the_baseline_stale() {
    let record = with_baseline(&GOOD, &entry("key.refuses-unknown", ""));
    assert_eq!(record.verdict, Verdict::BaselineOutdated);
    assert_eq!(record.baseline.unwrap().stale, ["key.refuses-unknown"]);
}

#[test]
fn what_is_proposed_can_be_read_once_it_has_reasons() {
    let faulty = judge("id-moves-with-others");
    let proposal = Baseline::proposal(&faulty);
    assert!(
        Baseline::parse(&proposal, &Suite::v1())
            .unwrap_err()
            .to_string()
            .contains("gives no reason")
    );
    let filled = proposal.replace("reason = \"\"", "reason = \"ticket 7\"");
    assert_eq!(with_baseline(&faulty, &filled).verdict, Verdict::Conformant);
}

#[test]
fn a_baseline_that_cannot_be_meant_is_refused_with_a_hint() {
    for (text, hint) in [
        (entry("key.refuse-unknown", ""), "did you mean `key.refuses-unknown`?"),
        (entry("key.refuses-unknown", "").repeat(2), "`key.refuses-unknown` is listed twice"),
        (entry("key.refuses-unknown", "expires = 2027-03-31T00:00:00"), "is not a day"),
        (entry("key.refuses-unknown", "until = 1"), "unknown field `until`"),
        ("known = 1".to_owned(), "invalid type"),
    ] {
        let refused = Baseline::parse(&text, &Suite::v1()).unwrap_err().to_string();
        assert!(refused.contains(hint), "{refused}");
    }
}
