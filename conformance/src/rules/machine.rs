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
use crate::rules::step::{Direct, Password, SignOn, Step, User};

/// The reference for `prop_state_machine!`, of a server that offers everything.
///
/// Whoever tests a server or library of their own implements `StateMachineTest` with this as `Reference`:
/// `apply` takes the [`Step`] there, and the [`Model`] is the one after it.
///
/// ```
/// # use std::collections::BTreeMap;
/// use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
/// use ssokey_conformance::rules::machine::Machine;
/// use ssokey_conformance::rules::model::Model;
/// use ssokey_conformance::rules::step::{Password, Step, User};
///
/// /// The library under test, here a map.
/// #[derive(Default)]
/// struct Library(BTreeMap<User, Password>);
///
/// impl StateMachineTest for Library {
///     type SystemUnderTest = Self;
///     type Reference = Machine;
///
///     fn init_test(_: &Model) -> Self {
///         Self::default()
///     }
///
///     fn apply(mut library: Self, model: &Model, step: Step) -> Self {
///         for sign_on in step.sign_ons() {
///             library.0.insert(sign_on.user, sign_on.password);
///             let password = library.0[&sign_on.user];
///             assert!(model.passwords(sign_on.user).contains(&password), "{step}");
///         }
///         library
///     }
/// }
///
/// prop_state_machine! {
///     fn the_library_keeps_the_password_rules(sequential 1..20 => Library);
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

/// Sequences of up to `longest` steps, and at least half as many, for a server that offers this much.
#[cfg(not(target_family = "wasm"))]
pub fn sequences(
    offer: Offer,
    longest: usize,
) -> Sequential<Model, Step, BoxedStrategy<Model>, BoxedStrategy<Step>> {
    Sequential::new(
        (longest.div_ceil(2).max(1)..=longest.max(1)).into(),
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
    let mut steps = vec![(8, sign_on(model).prop_map(Step::SignOn).boxed())];
    let known = model.users();
    let Offer { direct, session, sign_out, .. } = model.offer();
    if direct && !known.is_empty() {
        steps.push((6, self::direct(model, &known)));
    }
    let tokens = model.tokens();
    if !tokens.is_empty() && session {
        let valid = Some(model.valid_tokens()).filter(|valid| !valid.is_empty());
        let token = prop_oneof![select(tokens.clone()), select(valid.unwrap_or(tokens.clone()))];
        steps.push((5, token.prop_map(Step::Session).boxed()));
    }
    if !tokens.is_empty() && sign_out {
        steps.push((3, select(tokens).prop_map(Step::SignOut).boxed()));
    }
    steps.push((1, together(model)));
    Union::new_weighted(steps).boxed()
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
    let sign_on =
        (user(&model), way(), any::<bool>()).prop_flat_map(move |(user, way, upper_case)| {
            let password = password(&model, user);
            password.prop_map(move |password| SignOn { user, password, way, upper_case })
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
    let companies: Vec<_> = known.iter().map(|user| user.company).collect();
    let anybody = (select(companies), 1..=2_u8);
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
