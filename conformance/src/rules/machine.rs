//! Sequences of steps as a proptest strategy.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
#[cfg(not(target_family = "wasm"))]
use proptest_state_machine::{ReferenceStateMachine, Sequential};

use crate::format::way::Way;
use crate::rules::model::{Model, Offer};
use crate::rules::shape::Shape;
use crate::rules::step::{
    Carrier, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, User,
};

/// The reference for `prop_state_machine!`, of a server that offers everything.
///
/// Whoever tests a server or library of their own implements `StateMachineTest` with this as `Reference`:
/// `apply` takes the [`Step`] there. The [`Model`] that comes with it is the one after the step, whatever the answers were; one that
/// has observed the answers says whether they are right, also those of a race. [`store`](crate::rules::store) does all this for a library that
/// implements its trait.
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
///
/// use proptest_state_machine::{StateMachineTest, prop_state_machine};
/// use ssokey_conformance::rules::machine::Machine;
/// use ssokey_conformance::rules::model::{Model, Seen};
/// use ssokey_conformance::rules::step::{Code, Entrance, Password, Step, Token, User};
///
/// /// The library under test, here a few maps.
/// #[derive(Default)]
/// struct Library {
///     passwords: BTreeMap<User, Password>,
///     /// The number of tokens and codes that each user was given, and those that count.
///     given: BTreeMap<(User, &'static str), u32>,
///     tokens: BTreeSet<Token>,
///     codes: BTreeSet<Code>,
/// }
///
/// impl Library {
///     fn sign_on(&mut self, user: User, password: Password) {
///         if self.passwords.insert(user, password).is_some_and(|old| old != password) {
///             self.tokens.retain(|token| token.user != user);
///             self.codes.retain(|code| code.user != user);
///         }
///     }
///
///     fn number(&mut self, user: User, what: &'static str) -> u32 {
///         let given = self.given.entry((user, what)).or_default();
///         *given += 1;
///         *given
///     }
///
///     /// Gives a token if it was accepted; it has a number in any case.
///     fn give(&mut self, user: User, accepted: bool) -> Seen {
///         let number = self.number(user, "token");
///         if accepted { self.tokens.insert(Token { user, number }); }
///         answer(accepted)
///     }
/// }
///
/// fn answer(accepted: bool) -> Seen {
///     if accepted { Seen::Accepted } else { Seen::Refused }
/// }
///
/// /// The test: the library, and the model of what came before.
/// struct Test { library: Library, before: Model }
///
/// impl StateMachineTest for Test {
///     type SystemUnderTest = Self;
///     type Reference = Machine;
///
///     fn init_test(model: &Model) -> Self {
///         Self { library: Library::default(), before: model.clone() }
///     }
///
///     fn apply(test: Self, _: &Model, step: Step) -> Self {
///         let Self { mut library, before } = test;
///         let seen = match &step {
///             Step::SignOn(_) | Step::Together(_) => {
///                 // This one takes what races one after the other.
///                 let signed_on = step.sign_ons().iter().map(|it| {
///                     library.sign_on(it.user, it.password);
///                     if it.entrance == Entrance::SignOn { return library.give(it.user, true); }
///                     let number = library.number(it.user, "code");
///                     library.codes.insert(Code { user: it.user, number });
///                     Seen::Accepted
///                 });
///                 signed_on.collect()
///             }
///             Step::Direct(it) => match library.passwords.get(&it.user).copied() {
///                 Some(known) => vec![library.give(it.user, known == it.password)],
///                 None => vec![Seen::Refused],
///             },
///             Step::Exchange(it) => {
///                 let counts = library.codes.remove(&it.code);
///                 vec![library.give(it.code.user, counts)]
///             }
///             // After a race, the generator does not know which direct sign-ins were refused.
///             Step::Session(it) | Step::SignOut(it) if !before.tokens().contains(&it.token) => {
///                 vec![Seen::Unsent]
///             }
///             Step::Session(it) => vec![answer(library.tokens.contains(&it.token))],
///             Step::SignOut(it) => {
///                 library.tokens.remove(&it.token);
///                 vec![Seen::Accepted]
///             }
///         };
///         let legal = before.legal(&step);
///         let after = before.observe(&step, &seen);
///         let before = after.unwrap_or_else(|| panic!("{step}: {seen:?} is none of {legal:?}"));
///         Self { library, before }
///     }
///
///     fn check_invariants(test: &Self, after: &Model) {
///         let Self { library, before } = test;
///         assert_eq!(before.users(), after.users());
///         for (user, password) in &library.passwords {
///             assert!(before.passwords(*user).contains(password), "{user}");
///             assert!(after.passwords(*user).contains(password), "{user}");
///         }
///         assert!(library.tokens.iter().all(|token| before.valid_tokens().contains(token)));
///         assert!(library.codes.iter().all(|code| before.valid_codes().contains(code)));
///     }
/// }
///
/// prop_state_machine! {
///     fn the_library_keeps_the_password_rules(sequential 1..20 => Test);
/// }
/// the_library_keeps_the_password_rules();
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Machine;

#[cfg(not(target_family = "wasm"))]
impl ReferenceStateMachine for Machine {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::new(Offer::ALL)).boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Step> {
        step(model)
    }

    fn preconditions(model: &Model, step: &Step) -> bool {
        model.allows(step)
    }

    fn apply(model: Model, step: &Step) -> Model {
        model.after(step)
    }
}

/// The most steps of a sequence. What a model has to follow grows with the square of it.
#[cfg(not(target_family = "wasm"))]
const LONGEST: usize = 1000;

/// Sequences of up to `longest` steps, and at least half as many, for a server that offers this much. `longest` is from 1 to 1,000; a number
/// outside of that counts as the nearest.
#[cfg(not(target_family = "wasm"))]
pub fn sequences(
    offer: Offer,
    longest: usize,
) -> Sequential<Model, Step, BoxedStrategy<Model>, BoxedStrategy<Step>> {
    let longest = longest.clamp(1, LONGEST);
    Sequential::new(
        (longest.div_ceil(2)..=longest).into(),
        move || Just(Model::new(offer)).boxed(),
        Machine::preconditions,
        Machine::transitions,
        Machine::apply,
    )
}

/// No sequence: a page asks no server.
#[cfg(target_family = "wasm")]
pub fn sequences(
    offer: Offer,
    _longest: usize,
) -> Just<(Model, Vec<Step>, Option<std::sync::Arc<std::sync::atomic::AtomicUsize>>)> {
    Just((Model::new(offer), Vec::new(), None))
}

/// A step that can be taken in this state. The simplest comes first, as shrinking goes towards it.
pub fn step(model: &Model) -> BoxedStrategy<Step> {
    let Offer { direct, session, sign_out, exchange, .. } = model.offer();
    let mut steps = vec![(8, sign_on(model).prop_map(Step::SignOn).boxed())];
    let mut known = model.users();
    known.retain(|user| model.companies().contains(&user.company));
    if direct && !known.is_empty() {
        steps.push((6, self::direct(model, &known)));
    }
    let token = one_of(model.tokens(), model.valid_tokens());
    if let Some(token) = token.clone().filter(|_| session) {
        let presented = (token, select(Carrier::OF_SESSION.to_vec()));
        let presented = presented.prop_map(|(token, carrier)| Presented { token, carrier });
        steps.push((5, presented.prop_map(Step::Session).boxed()));
    }
    if let Some(token) = token.filter(|_| sign_out) {
        let presented = (token, select(Carrier::OF_SIGN_OUT.to_vec()));
        let presented = presented.prop_map(|(token, carrier)| Presented { token, carrier });
        steps.push((3, presented.prop_map(Step::SignOut).boxed()));
    }
    if let Some(code) = one_of(model.codes(), model.valid_codes()).filter(|_| exchange) {
        let way = select(vec![Way::Form, Way::Json]);
        let exchange = (code, way).prop_map(|(code, way)| Exchange { code, way });
        steps.push((5, exchange.prop_map(Step::Exchange).boxed()));
    }
    steps.push((1, together(model)));
    Union::new_weighted(steps).boxed()
}

/// One of all tokens or codes, half of the time one that may be valid.
fn one_of<T: Clone + std::fmt::Debug + 'static>(
    all: Vec<T>,
    valid: Vec<T>,
) -> Option<BoxedStrategy<T>> {
    if all.is_empty() {
        return None;
    }
    let valid = if valid.is_empty() { all.clone() } else { valid };
    Some(prop_oneof![select(all), select(valid)].boxed())
}

/// One of a few, the first of them more often, so that much happens to one user.
fn user(model: &Model) -> impl Strategy<Value = User> + use<> {
    let companies = if model.offer().second_company { vec![1, 1, 2] } else { vec![1] };
    (select(companies), select(vec![1, 1, 2])).prop_map(|(company, name)| User { company, name })
}

fn way() -> impl Strategy<Value = Way> {
    select(Way::ALL.to_vec())
}

fn sign_on(model: &Model) -> BoxedStrategy<SignOn> {
    let model = model.clone();
    let (sign_on, launch) = (Entrance::SignOn, Entrance::Launch);
    let entrances =
        if model.offer().launch { vec![sign_on, sign_on, launch] } else { vec![sign_on] };
    let sign_on = (user(&model), select(entrances), way(), any::<bool>());
    let sign_on = sign_on.prop_flat_map(move |(user, entrance, way, upper_case)| {
        let password = password(&model, user);
        password.prop_map(move |password| SignOn { user, password, entrance, way, upper_case })
    });
    sign_on.boxed()
}

/// Several sign-ons of one user, with whatever passwords.
fn together(model: &Model) -> BoxedStrategy<Step> {
    let racers = vec(sign_on(model), 2..=3).prop_map(|mut racers| {
        let user = racers.first().map(|first| first.user);
        for (racer, user) in racers.iter_mut().zip(user.into_iter().cycle()) {
            racer.user = user;
        }
        Step::Together(racers)
    });
    racers.boxed()
}

/// A sign-in, mostly of a user who is known, else of one who is not.
fn direct(model: &Model, known: &[User]) -> BoxedStrategy<Step> {
    let anybody = (select(model.companies()), 1..=2_u8);
    let anybody = anybody.prop_map(|(company, name)| User { company, name });
    let user = prop_oneof![4 => select(known.to_vec()), 1 => anybody];
    let model = model.clone();
    let direct = (user, way()).prop_flat_map(move |(user, way)| {
        let password = password(&model, user);
        password.prop_map(move |password| Step::Direct(Direct { user, password, way }))
    });
    direct.boxed()
}

/// Any password, the user's own, one that is easily taken for it, or one of a different user.
fn password(model: &Model, user: User) -> BoxedStrategy<Password> {
    let shapes = select(Shape::PAIRS.map(|(one, _)| one).to_vec());
    let shape = prop_oneof![Just(Shape::PLAIN), shapes];
    let any = (1..=3_u8, shape).prop_map(|(number, shape)| Password { number, shape });
    let mut passwords = vec![(2, any.boxed())];
    let own: Vec<_> = model.passwords(user).into_iter().collect();
    let alike = own.iter().flat_map(|own| {
        let shapes = own.shape.look_alikes().into_iter();
        shapes.map(|shape| Password { number: own.number, shape })
    });
    let alike: Vec<_> = alike.collect();
    if !own.is_empty() {
        passwords.push((4, select(own).boxed()));
        passwords.push((3, select(alike).boxed()));
    }
    let others = model.users().into_iter().filter(|other| *other != user);
    let others: Vec<_> = others.flat_map(|other| model.passwords(other)).collect();
    if !others.is_empty() {
        passwords.push((1, select(others).boxed()));
    }
    Union::new_weighted(passwords).boxed()
}
