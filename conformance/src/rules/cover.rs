//! Short sequences that go through every rule by every way in, so that no fault of a known kind is left to luck.
//!
//! The first of them are about the rules, the last about passwords that look alike. Random sequences come after them.

use crate::format::way::Way;
use crate::rules::model::Offer;
use crate::rules::scene::{Door, Scene};
use crate::rules::shape::Shape;
use crate::rules::step::{Entrance, Step};

/// Neighbours differ in call and in way.
const DOORS: [Door; 6] = [
    (Entrance::SignOn, Way::Form),
    (Entrance::Launch, Way::Json),
    (Entrance::SignOn, Way::Get),
    (Entrance::Launch, Way::Form),
    (Entrance::SignOn, Way::Json),
    (Entrance::Launch, Way::Get),
];

/// The sequences for a server that offers this much, without those in which nothing is left of what they are about.
pub(crate) fn sequences(offer: Offer) -> Vec<Vec<Step>> {
    let doors: Vec<_> = DOORS
        .into_iter()
        .filter(|(entrance, _)| offer.launch || *entrance == Entrance::SignOn)
        .collect();
    let mut scenes = Vec::new();
    for shift in [1, 0] {
        for at in 0..doors.len() {
            scenes.push(Scene::new(offer, &doors, at).replaced(shift));
        }
    }
    for at in 0..doors.len() {
        scenes.push(Scene::new(offer, &doors, at).with_others());
    }
    for at in 0..Way::ALL.len() {
        scenes.push(Scene::new(offer, &doors, at).directly());
        if offer.launch {
            scenes.push(Scene::new(offer, &doors, at).with_codes());
        }
    }
    for round in 0..2 {
        for same in [true, false] {
            for known in [false, true] {
                for kinds in RACES {
                    let at = round + usize::from(same);
                    scenes.push(Scene::new(offer, &doors, at).raced(kinds, known, same));
                }
            }
        }
    }
    // Each pair of look-alikes at some doors, then at the others, two in a sequence.
    for shift in 0..doors.len() {
        for (at, pairs) in Shape::PAIRS.chunks(2).enumerate() {
            scenes.push(Scene::new(offer, &doors, at + shift).look_alikes(pairs));
        }
    }
    let mut sequences: Vec<Vec<Step>> = Vec::new();
    for steps in scenes.into_iter().map(|scene| scene.steps) {
        if steps.len() > 1 && !sequences.contains(&steps) {
            sequences.push(steps);
        }
    }
    sequences
}

const RACES: [&[Entrance]; 3] = [
    &[Entrance::SignOn, Entrance::SignOn],
    &[Entrance::Launch, Entrance::SignOn],
    &[Entrance::Launch, Entrance::Launch],
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::model::Model;

    #[test]
    fn every_step_can_be_taken_and_none_is_of_what_is_not_offered() {
        let one = Offer { second_company: false, ..Offer::ALL };
        let plain = Offer { launch: false, exchange: false, ..Offer::ALL };
        let unexchanged = Offer { exchange: false, ..Offer::ALL };
        for offer in [Offer::ALL, one, plain, unexchanged, Offer::SIGN_ON] {
            for steps in sequences(offer) {
                let mut model = Model::new(offer);
                for step in &steps {
                    assert!(model.allows(step), "{step} in {steps:?}");
                    model = model.after(step);
                }
                assert!(steps.len() <= 30, "{}", steps.len());
            }
        }
    }

    #[test]
    fn every_pair_and_every_way_in_is_covered_and_the_rules_come_first() {
        let all = sequences(Offer::ALL);
        for door in DOORS {
            for (one, other) in Shape::PAIRS {
                let stores = |step: &Step| {
                    let mut sign_ons = step.sign_ons().iter();
                    sign_ons.any(|it| {
                        (it.entrance, it.way) == door && [one, other].contains(&it.password.shape)
                    })
                };
                assert!(all.iter().flatten().any(stores), "{door:?} {one:?}");
            }
        }
        let first: BTreeSet<_> = all
            .iter()
            .take(80)
            .flatten()
            .map(|step| match step {
                Step::SignOn(it) => format!("{:?} {:?}", it.entrance, it.way),
                Step::Together(all) => {
                    format!("{:?}", all.iter().map(|it| it.entrance).collect::<Vec<_>>())
                }
                Step::Direct(it) => format!("direct {:?}", it.way),
                Step::Exchange(it) => format!("exchange {:?}", it.way),
                Step::Session(it) => format!("session {:?}", it.carrier),
                Step::SignOut(it) => format!("sign-out {:?}", it.carrier),
            })
            .collect();
        // Six doors, three kinds of races, and the ways of direct sign-ins, exchanges, sessions and sign-outs.
        assert_eq!(first.len(), 6 + 3 + 3 + 2 + 2 + 3, "{first:?}");
        // A run of 96 sequences has room for each pair once.
        let pairs = |steps: &Vec<Step>| {
            steps.iter().flat_map(Step::sign_ons).any(|it| it.password.shape != Shape::PLAIN)
        };
        assert!(
            all.iter().position(pairs) <= Some(64 - Shape::PAIRS.len().div_ceil(2)),
            "{}",
            all.len()
        );
    }
}
