//! Simpler sequences, found as a whole. Proptest's shrinking looks at one step at a time and does not find them.

use std::collections::{BTreeMap, BTreeSet};

use crate::format::way::Way;
use crate::rules::model::{Model, Offer};
use crate::rules::shape::Shape;
use crate::rules::step::{
    Carrier, Code, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, Token, User,
};

/// Sequences that are simpler than this one, the boldest first.
pub(crate) fn simpler(steps: &[Step], offer: Offer) -> Vec<Vec<Step>> {
    let traced = trace(steps);
    let mut simpler: Vec<Vec<Traced>> = Vec::new();
    for at in 0..traced.len() {
        let (before, from) = traced.split_at(at);
        let Some((it, after)) = from.split_first() else { continue };
        let with = |steps: &[Traced]| [before, steps, after].concat();
        simpler.push(with(&[]));
        if let Step::Together(sign_ons) = &it.step {
            let row = sign_ons.iter().zip(&it.gives);
            let row: Vec<_> =
                row.map(|(sign_on, origin)| Traced::sign_on(*sign_on, *origin)).collect();
            let reverse: Vec<_> = row.iter().cloned().rev().collect();
            simpler.push(with(&row));
            simpler.push(with(&reverse));
            if sign_ons.len() > 2 {
                simpler.extend((0..sign_ons.len()).map(|racer| with(&[it.without_racer(racer)])));
            }
        }
        for (racer, sign_on) in it.step.sign_ons().iter().enumerate() {
            if sign_on.entrance == Entrance::Launch {
                simpler.push(with_sign_on(&traced, at, racer));
            }
        }
    }
    for change in [with_names_from_1, with_companies_from_1, with_lower_case, with_plain_ways] {
        let changed = |it: &Traced| Traced { step: change(it.step.clone()), ..it.clone() };
        simpler.push(traced.iter().map(changed).collect());
        for at in 0..traced.len() {
            let one = traced.iter().enumerate();
            let one = one.map(|(place, it)| if place == at { changed(it) } else { it.clone() });
            simpler.push(one.collect());
        }
    }
    let passwords = passwords(steps);
    for odd in passwords.iter().filter(|password| password.shape != Shape::PLAIN) {
        // One of its own in place of one that is like another.
        let number = passwords.iter().map(|it| it.number).max().unwrap_or(0).saturating_add(1);
        let plain = Password { number, shape: Shape::PLAIN };
        simpler.push(with_passwords(&traced, |it| if it == *odd { plain } else { it }));
    }
    simpler.push(with_passwords(&traced, |it| Password { number: 1, ..it }));
    let mut numbers: Vec<_> = passwords.iter().map(|it| it.number).collect();
    let mut seen = BTreeSet::new();
    numbers.retain(|number| seen.insert(*number));
    simpler.push(with_passwords(&traced, |it| {
        let place = (1..).zip(&numbers).find(|(_, number)| **number == it.number);
        place.map_or(it, |(number, _)| Password { number, ..it })
    }));
    let simpler = simpler.into_iter().map(number);
    simpler.filter(|it| it != steps && can_be_played(it, offer)).collect()
}

/// The place of the request that gives a token or code, in the sequence as it was found: its step, and its place in the step.
type Origin = (usize, usize);

/// A step that keeps what its tokens and codes are, however the steps before it change.
#[derive(Clone)]
struct Traced {
    step: Step,
    /// Where what it presents comes from.
    presents: Option<Origin>,
    /// What each of its requests gives is known by this.
    gives: Vec<Origin>,
}

impl Traced {
    fn sign_on(sign_on: SignOn, origin: Origin) -> Self {
        Self { step: Step::SignOn(sign_on), presents: None, gives: vec![origin] }
    }

    fn without_racer(&self, racer: usize) -> Self {
        let mut fewer = self.clone();
        if let Step::Together(sign_ons) = &mut fewer.step {
            sign_ons.remove(racer);
            fewer.gives.remove(racer);
        }
        fewer
    }
}

/// The origins of the tokens and codes of each user, in the order of their numbers.
#[derive(Default)]
struct Given {
    tokens: BTreeMap<User, Vec<Origin>>,
    codes: BTreeMap<User, Vec<Origin>>,
}

impl Given {
    fn add(&mut self, step: &Step, gives: &[Origin]) {
        for (sign_on, origin) in step.sign_ons().iter().zip(gives) {
            // Whoever is known has a row of tokens, even if it is empty.
            let tokens = self.tokens.entry(sign_on.user).or_default();
            match sign_on.entrance {
                Entrance::SignOn => tokens.push(*origin),
                Entrance::Launch => self.codes.entry(sign_on.user).or_default().push(*origin),
            }
        }
        let user = match step {
            Step::Direct(direct) => direct.user,
            Step::Exchange(exchange) => exchange.code.user,
            Step::SignOn(_) | Step::Together(_) | Step::Session(_) | Step::SignOut(_) => return,
        };
        if let Some(tokens) = self.tokens.get_mut(&user) {
            tokens.extend(gives.first());
        }
    }

    /// The row and the number of what a step presents.
    fn row<'a>(&self, step: &'a mut Step) -> Option<(&[Origin], &'a mut u32)> {
        let (rows, user, number) = match step {
            Step::Session(Presented { token, .. }) | Step::SignOut(Presented { token, .. }) => {
                (&self.tokens, token.user, &mut token.number)
            }
            Step::Exchange(Exchange { code, .. }) => (&self.codes, code.user, &mut code.number),
            Step::SignOn(_) | Step::Together(_) | Step::Direct(_) => return None,
        };
        Some((rows.get(&user).map_or(&[], Vec::as_slice), number))
    }
}

fn trace(steps: &[Step]) -> Vec<Traced> {
    let mut given = Given::default();
    let traced = steps.iter().enumerate().map(|(at, step)| {
        let gives: Vec<_> = (0..step.requests()).map(|racer| (at, racer)).collect();
        let mut step = step.clone();
        let presents = given.row(&mut step).and_then(|(row, number)| {
            row.get(usize::try_from(*number).ok()?.checked_sub(1)?).copied()
        });
        given.add(&step, &gives);
        Traced { step, presents, gives }
    });
    traced.collect()
}

/// The steps with their tokens and codes numbered anew. One that presents what no step gives any longer is left out.
fn number(traced: Vec<Traced>) -> Vec<Step> {
    let mut given = Given::default();
    let mut steps = Vec::new();
    for Traced { mut step, presents, gives } in traced {
        if let Some((row, number)) = given.row(&mut step) {
            let place = row.iter().position(|origin| Some(*origin) == presents);
            let Some(place) = place.and_then(|place| u32::try_from(place + 1).ok()) else {
                continue;
            };
            *number = place;
        }
        given.add(&step, &gives);
        steps.push(step);
    }
    steps
}

/// The steps with a sign-on in place of this launch: its token is that of the first exchange, and there is no exchange any longer.
fn with_sign_on(traced: &[Traced], at: usize, racer: usize) -> Vec<Traced> {
    let code = traced.get(at).and_then(|it| it.gives.get(racer)).copied();
    let exchanges = |it: &Traced| {
        matches!(it.step, Step::Exchange(_)) && it.presents.is_some() && it.presents == code
    };
    let tokens: Vec<_> =
        traced.iter().filter(|it| exchanges(it)).flat_map(|it| &it.gives).collect();
    let mut changed = Vec::new();
    for (place, it) in traced.iter().enumerate().filter(|(_, it)| !exchanges(it)) {
        let mut it = it.clone();
        if it.presents.is_some_and(|token| tokens.contains(&&token)) {
            it.presents = code;
        }
        let sign_ons = match &mut it.step {
            Step::SignOn(sign_on) => std::slice::from_mut(sign_on),
            Step::Together(sign_ons) => sign_ons,
            Step::Direct(_) | Step::Exchange(_) | Step::Session(_) | Step::SignOut(_) => &mut [],
        };
        if let Some(sign_on) = sign_ons.get_mut(racer).filter(|_| place == at) {
            sign_on.entrance = Entrance::SignOn;
        }
        changed.push(it);
    }
    changed
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
    let presented = |it: Presented| {
        let token = Token { user: user(it.token.user), ..it.token };
        Presented { token, ..it }
    };
    let sign_on = |it: SignOn| sign_on(SignOn { user: user(it.user), ..it });
    match step {
        Step::SignOn(it) => Step::SignOn(sign_on(it)),
        Step::Together(all) => Step::Together(all.into_iter().map(sign_on).collect()),
        Step::Direct(it) => Step::Direct(direct(Direct { user: user(it.user), ..it })),
        Step::Exchange(it) => {
            let code = Code { user: user(it.code.user), ..it.code };
            Step::Exchange(Exchange { code, ..it })
        }
        Step::Session(it) => Step::Session(presented(it)),
        Step::SignOut(it) => Step::SignOut(presented(it)),
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

fn with_plain_ways(step: Step) -> Step {
    let (way, carrier) = (Way::Get, Carrier::Bearer);
    match change(step, |user| user, |it| SignOn { way, ..it }, |it| Direct { way, ..it }) {
        Step::Exchange(it) => Step::Exchange(Exchange { way: Way::Form, ..it }),
        Step::Session(it) => Step::Session(Presented { carrier, ..it }),
        Step::SignOut(it) => Step::SignOut(Presented { carrier, ..it }),
        step @ (Step::SignOn(_) | Step::Together(_) | Step::Direct(_)) => step,
    }
}

/// The passwords in the order in which they come, each once.
fn passwords(steps: &[Step]) -> Vec<Password> {
    let mut passwords = Vec::new();
    for step in steps {
        let direct = match step {
            Step::Direct(it) => Some(it.password),
            Step::SignOn(_)
            | Step::Together(_)
            | Step::Exchange(_)
            | Step::Session(_)
            | Step::SignOut(_) => None,
        };
        for password in step.sign_ons().iter().map(|it| it.password).chain(direct) {
            if !passwords.contains(&password) {
                passwords.push(password);
            }
        }
    }
    passwords
}

fn with_passwords(traced: &[Traced], new: impl Fn(Password) -> Password) -> Vec<Traced> {
    let sign_on = |it: SignOn| SignOn { password: new(it.password), ..it };
    let direct = |it: Direct| Direct { password: new(it.password), ..it };
    let traced = traced.iter().cloned();
    let changed =
        traced.map(|it| Traced { step: change(it.step, |user| user, sign_on, direct), ..it });
    changed.collect()
}
