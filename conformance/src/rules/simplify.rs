//! Simpler sequences, found as a whole. Proptest's shrinking looks at one step at a time and does not find them.

use std::collections::BTreeSet;

use crate::format::way::Way;
use crate::rules::model::{Model, Offer};
use crate::rules::shape::Shape;
use crate::rules::step::{Direct, Password, SignOn, Step, Token, User};

/// Sequences that are simpler than this one, the boldest first.
pub(crate) fn simpler(steps: &[Step], offer: Offer) -> Vec<Vec<Step>> {
    let mut simpler = Vec::new();
    for at in 0..steps.len() {
        let (before, from) = steps.split_at(at);
        let Some((step, after)) = from.split_first() else { continue };
        simpler.push(without(before, step, after));
        if let Step::Together(sign_ons) = step {
            let row: Vec<_> = sign_ons.iter().copied().map(Step::SignOn).collect();
            let reverse: Vec<_> = row.iter().cloned().rev().collect();
            simpler.push([before, &row, after].concat());
            simpler.push([before, &reverse, after].concat());
        }
    }
    for change in [with_names_from_1, with_companies_from_1, with_lower_case, with_gets] {
        simpler.push(steps.iter().cloned().map(change).collect());
        for at in 0..steps.len() {
            let mut changed = steps.to_vec();
            if let Some(step) = changed.get_mut(at) {
                *step = change(step.clone());
            }
            simpler.push(changed);
        }
    }
    let passwords = passwords(steps);
    for odd in passwords.iter().filter(|password| password.shape != Shape::PLAIN) {
        // One of its own in place of one that is like another.
        let number = passwords.iter().map(|it| it.number).max().unwrap_or(0).saturating_add(1);
        let plain = Password { number, shape: Shape::PLAIN };
        simpler.push(with_passwords(steps, |it| if it == *odd { plain } else { it }));
    }
    let mut numbers: Vec<_> = passwords.iter().map(|it| it.number).collect();
    let mut seen = BTreeSet::new();
    numbers.retain(|number| seen.insert(*number));
    simpler.push(with_passwords(steps, |it| {
        let place = (1..).zip(&numbers).find(|(_, number)| **number == it.number);
        place.map_or(it, |(number, _)| Password { number, ..it })
    }));
    simpler.retain(|it| it != steps && can_be_played(it, offer));
    simpler
}

/// Returns what stands around a step, the tokens after it counted as if it had never been.
fn without(before: &[Step], step: &Step, after: &[Step]) -> Vec<Step> {
    let mut rest = after.to_vec();
    let signed_on =
        |user: &User| before.iter().flat_map(Step::sign_ons).any(|sign_on| sign_on.user == *user);
    let gone: Vec<_> = match step {
        Step::SignOn(_) | Step::Together(_) => step.sign_ons().iter().map(|it| it.user).collect(),
        Step::Direct(direct) => Some(direct.user).filter(signed_on).into_iter().collect(),
        Step::Session(_) | Step::SignOut(_) => Vec::new(),
    };
    for user in gone {
        let given = before.iter().map(|step| gives(step, user)).sum::<usize>();
        for step in &mut rest {
            if let Step::Session(token) | Step::SignOut(token) = step
                && token.user == user
                && usize::from(token.number) > given + 1
            {
                token.number -= 1;
            }
        }
    }
    [before, &rest].concat()
}

/// Returns how many tokens a step gives a user who is known before it.
fn gives(step: &Step, user: User) -> usize {
    match step {
        Step::Direct(direct) => usize::from(direct.user == user),
        Step::SignOn(_) | Step::Together(_) | Step::Session(_) | Step::SignOut(_) => {
            step.sign_ons().iter().filter(|sign_on| sign_on.user == user).count()
        }
    }
}

fn can_be_played(steps: &[Step], offer: Offer) -> bool {
    let mut model = Model::new(offer);
    for step in steps {
        if !model.allows(step) {
            return false;
        }
        model = model.after(step);
    }
    true
}

/// The step with each of its users and calls changed.
fn change(
    step: Step,
    user: impl Fn(User) -> User,
    sign_on: impl Fn(SignOn) -> SignOn,
    direct: impl Fn(Direct) -> Direct,
) -> Step {
    let token = |token: Token| Token { user: user(token.user), ..token };
    let sign_on = |it: SignOn| sign_on(SignOn { user: user(it.user), ..it });
    match step {
        Step::SignOn(it) => Step::SignOn(sign_on(it)),
        Step::Together(all) => Step::Together(all.into_iter().map(sign_on).collect()),
        Step::Direct(it) => Step::Direct(direct(Direct { user: user(it.user), ..it })),
        Step::Session(it) => Step::Session(token(it)),
        Step::SignOut(it) => Step::SignOut(token(it)),
    }
}

fn with_names_from_1(step: Step) -> Step {
    change(step, |user| User { name: 1, ..user }, |it| it, |it| it)
}

fn with_companies_from_1(step: Step) -> Step {
    change(step, |user| User { company: 1, ..user }, |it| it, |it| it)
}

fn with_lower_case(step: Step) -> Step {
    change(step, |user| user, |it| SignOn { upper_case: false, ..it }, |it| it)
}

fn with_gets(step: Step) -> Step {
    let way = Way::Get;
    change(step, |user| user, |it| SignOn { way, ..it }, |it| Direct { way, ..it })
}

/// The passwords in the order in which they come, each once.
fn passwords(steps: &[Step]) -> Vec<Password> {
    let mut passwords = Vec::new();
    for step in steps {
        let direct = match step {
            Step::Direct(it) => Some(it.password),
            Step::SignOn(_) | Step::Together(_) | Step::Session(_) | Step::SignOut(_) => None,
        };
        for password in step.sign_ons().iter().map(|it| it.password).chain(direct) {
            if !passwords.contains(&password) {
                passwords.push(password);
            }
        }
    }
    passwords
}

fn with_passwords(steps: &[Step], new: impl Fn(Password) -> Password) -> Vec<Step> {
    let sign_on = |it: SignOn| SignOn { password: new(it.password), ..it };
    let direct = |it: Direct| Direct { password: new(it.password), ..it };
    steps.iter().cloned().map(|step| change(step, |user| user, sign_on, direct)).collect()
}
