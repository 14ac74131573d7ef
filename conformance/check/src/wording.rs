//! The words for what is lacking, which name the option that supplies it.

use ssokey_conformance::format::{ProductName, Profile};
use ssokey_conformance::record::{Finding, Lacking, Outcome, Reason, Record};
use ssokey_conformance::rules::RulesRecord;
use ssokey_conformance::suite::Settings;
use ssokey_conformance::timing::{Conclusion, TimingRecord};
use ssokey_conformance::transport::Budget;

use crate::credential::{PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET, Source};
use crate::place::Place;

/// Names the options in the reasons of a run, and the command that runs each check again.
pub(crate) fn of_run(record: &mut Record, again: &Again) {
    for finding in &mut record.checks {
        match &mut finding.outcome {
            Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => {
                name_option(reason);
            }
            Outcome::Passed | Outcome::Failed { .. } | Outcome::Known { .. } => (),
        }
        finding.again = again.command(finding);
    }
    let seed = record.seed.clone();
    if let Some(sequences) = &mut record.sequences {
        sequences.stopped.iter_mut().for_each(name_option);
        sequences.left_out.iter_mut().for_each(|it| name_option(&mut it.reason));
        let broken = sequences.failure.is_some();
        sequences.again = broken.then(|| again.sequences(sequences.planned, &seed));
    }
}

/// Names the options in the reasons of a run of sequences.
pub(crate) fn of_rules(record: &mut RulesRecord) {
    record.stopped.iter_mut().for_each(name_option);
    for left_out in &mut record.left_out {
        name_option(&mut left_out.reason);
        left_out.advice = Some("say --without direct if that is how it is".to_owned());
    }
}

/// Names the options in the reason why a comparison of times says nothing.
pub(crate) fn of_timing(timing: &mut TimingRecord) {
    match &mut timing.conclusion {
        Conclusion::Inconclusive { reason } => name_option(reason),
        Conclusion::Leak | Conclusion::NoneAbove => (),
    }
}

/// Says what a profile is about, and which option supplies what it needs.
pub(crate) fn about(profile: Profile) -> String {
    let about = profile.about();
    match profile {
        Profile::Launch => format!("{about} ({})", PRODUCT_SECRET.option),
        Profile::Isolation => format!("{about} ({})", SECOND_KEY.option),
        Profile::SignOn | Profile::Direct | Profile::Session | Profile::Legacy => about.to_owned(),
    }
}

fn name_option(reason: &mut Reason) {
    if let Some(words) = reason.lacking().map(words) {
        reason.say(words);
    }
}

fn words(lacking: &Lacking) -> String {
    let add = |source: &Source| format!("{lacking}: add {} FILE", source.option);
    match lacking {
        Lacking::SecondKey => add(&SECOND_KEY),
        Lacking::ProductSecret => add(&PRODUCT_SECRET),
        Lacking::SecondProduct => {
            format!(
                "{lacking}: add {} FILE and, if needed, --second-product",
                SECOND_PRODUCT_SECRET.option
            )
        }
        Lacking::SecondProductName => {
            format!("{lacking} in --products, or leave {} out", SECOND_PRODUCT_SECRET.option)
        }
        Lacking::SecondLaunchUrl(_) => format!(
            "{lacking} with --second-product, or leave {} out",
            SECOND_PRODUCT_SECRET.option
        ),
        Lacking::EnabledProduct => format!("{lacking} with --product"),
        Lacking::LaunchUrl => format!("{lacking} with --product, or add --without launch"),
        Lacking::LeftOut(profile) => format!("{lacking} (--without {profile})"),
        Lacking::NotAskedFor { asked, .. } => {
            let asked: Vec<_> = asked.iter().map(|profile| profile.name()).collect();
            format!("{lacking} (--profile {})", asked.join(","))
        }
        Lacking::Budget(budget) => {
            let option = match budget {
                Budget::Requests(_) => "--max-requests",
                Budget::Accounts(_) => "--max-accounts",
                _ => return lacking.to_string(),
            };
            format!("the run's budget of {budget} ({option}) is spent: raise it")
        }
        Lacking::Precision { resolution_ms } => format!(
            "a difference above {resolution_ms} ms is neither seen nor excluded: take more --samples, a quieter machine or a \
             coarser --resolution"
        ),
        Lacking::Header(_) => format!("{lacking} (--headers-file)"),
        Lacking::LegacyOption | _ => lacking.to_string(),
    }
}

/// The command that runs one check again, before and after the options that are the check's.
pub(crate) struct Again {
    before: String,
    options: String,
    after: &'static str,
}

impl Again {
    /// Returns the command for this place and these settings.
    pub(crate) fn new(place: &Place, trusts: &str, settings: &Settings) -> Self {
        let (before, after) = match place {
            Place::Url(target) => {
                let after = if target.is_loopback() { "" } else { " --allow-remote" };
                (format!("ssokey-check run {}", target.base()), after)
            }
            Place::Driver(..) => ("ssokey-check driver".to_owned(), " -- COMMAND"),
        };
        let mut options = trusts.to_owned();
        if settings.products != ProductName::documented() {
            let products: Vec<_> = settings.products.iter().map(ProductName::as_str).collect();
            options += &format!(" --products {}", products.join(","));
        }
        options += &format!(" --product {}", settings.product);
        if let Some(second) = &settings.second_product {
            options += &format!(" --second-product {second}");
        }
        for (source, credential) in [
            (SECOND_KEY, &settings.second_key),
            (PRODUCT_SECRET, &settings.product_secret),
            (SECOND_PRODUCT_SECRET, &settings.second_product_secret),
        ] {
            if credential.is_some() {
                options += &format!(" {} FILE", source.option);
            }
        }
        Self { before, options, after }
    }

    /// The command that plays the sequences of this seed again.
    fn sequences(&self, number: u32, seed: &str) -> String {
        let Self { before, options, after } = self;
        let before = before.replacen("ssokey-check run", "ssokey-check rules", 1);
        format!(
            "{before} --ssokey-file FILE --sequences {number} --seed {seed} --reproduce DIR{options}{after}"
        )
    }

    fn command(&self, finding: &Finding) -> Option<String> {
        let Self { before, options, after } = self;
        let id = finding.id;
        let passed = matches!(finding.outcome, Outcome::Passed);
        (!passed).then(|| format!("{before} --ssokey-file FILE --only {id}{options}{after}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_lacking_comes_with_the_option_that_supplies_it() {
        let asked = vec![Profile::Launch, Profile::Direct];
        for (lacking, option) in [
            (Lacking::SecondKey, ": add --second-ssokey-file FILE"),
            (Lacking::ProductSecret, ": add --product-secret-file FILE"),
            (Lacking::SecondProduct, ": add --second-product-secret-file FILE"),
            (Lacking::SecondProductName, ": name them all in --products"),
            (Lacking::SecondLaunchUrl("desk".to_owned()), "`desk`: give one that has a URL"),
            (Lacking::EnabledProduct, "choose a different product with --product"),
            (Lacking::LaunchUrl, "with --product, or add --without launch"),
            (Lacking::LeftOut(Profile::Direct), "(--without direct)"),
            (
                Lacking::NotAskedFor { profile: Profile::Session, asked },
                "(--profile launch,direct)",
            ),
            (Lacking::Header("authorization".to_owned()), "(--headers-file)"),
            (Lacking::Budget(Budget::Requests(3)), "3 requests (--max-requests) is spent"),
            (Lacking::Budget(Budget::Accounts(3)), "3 accounts (--max-accounts) is spent"),
            (Lacking::Precision { resolution_ms: 1.0 }, "take more --samples"),
        ] {
            let mut reason = Reason::from(lacking);
            assert!(!reason.words().contains("--"), "{reason}");
            name_option(&mut reason);
            assert!(reason.words().contains(option), "{reason}");
        }
    }
}
