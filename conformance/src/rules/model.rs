//! The states of a conforming server that the answers so far allow.

use std::collections::BTreeSet;

use crate::format::operation::Operation;
use crate::rules::step::{
    Carrier, Code, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, Token, User,
};
pub use crate::rules::world::Seen;
use crate::rules::world::{Account, Grant, World, outcomes};

/// More states than this are not raced any further: they would be too many to follow.
const FEW: usize = 4;

/// The operations that a server or library offers, and that a run may therefore ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Direct sign-in, by which old and new passwords are told apart.
    pub direct: bool,
    /// The owner of a token.
    pub session: bool,
    /// The end of a token.
    pub sign_out: bool,
    /// The launch, which signs on as well and gives a code.
    pub launch: bool,
    /// The exchange of a code for a token.
    pub exchange: bool,
    /// The key of a second company.
    pub second_company: bool,
}

impl Offer {
    /// Everything.
    pub const ALL: Self = Self {
        direct: true,
        session: true,
        sign_out: true,
        launch: true,
        exchange: true,
        second_company: true,
    };
    /// Sign-ons of one company and nothing else.
    pub const SIGN_ON: Self = Self {
        direct: false,
        session: false,
        sign_out: false,
        launch: false,
        exchange: false,
        second_company: false,
    };
}

/// Every state that a conforming server may be in. There are several only after sign-ons at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    offer: Offer,
    worlds: BTreeSet<World>,
    /// The companies that an answer has shown: a direct sign-in names its company by the domain that stands there.
    shown: BTreeSet<u8>,
}

impl Model {
    /// A server that knows nobody yet.
    pub fn new(offer: Offer) -> Self {
        Self { offer, worlds: BTreeSet::from([World::new()]), shown: BTreeSet::new() }
    }

    /// Returns what the server offers.
    pub fn offer(&self) -> Offer {
        self.offer
    }

    /// The users so far.
    pub fn users(&self) -> Vec<User> {
        self.worlds.first().map_or_else(Vec::new, |world| world.keys().copied().collect())
    }

    /// The companies of which an answer has shown an account.
    pub fn companies(&self) -> Vec<u8> {
        self.shown.iter().copied().collect()
    }

    /// The passwords that this user may have.
    pub fn passwords(&self, user: User) -> BTreeSet<Password> {
        let accounts = self.worlds.iter().filter_map(|world| world.get(&user));
        accounts.map(|account| account.password).collect()
    }

    /// The tokens that there may be, valid or not.
    pub fn tokens(&self) -> Vec<Token> {
        let tokens = self.grants(|it| &it.tokens, |grant| grant != Grant::Absent);
        tokens.map(|(user, number)| Token { user, number }).collect()
    }

    /// The tokens that may be valid.
    pub fn valid_tokens(&self) -> Vec<Token> {
        let tokens = self.grants(|it| &it.tokens, |grant| grant == Grant::Valid);
        tokens.map(|(user, number)| Token { user, number }).collect()
    }

    /// The codes that there may be, valid or not.
    pub fn codes(&self) -> Vec<Code> {
        let codes = self.grants(|it| &it.codes, |grant| grant != Grant::Absent);
        codes.map(|(user, number)| Code { user, number }).collect()
    }

    /// The codes that may be valid.
    pub fn valid_codes(&self) -> Vec<Code> {
        let codes = self.grants(|it| &it.codes, |grant| grant == Grant::Valid);
        codes.map(|(user, number)| Code { user, number }).collect()
    }

    /// The owner and number of each token, or code, in such a state.
    fn grants(
        &self,
        of: impl Fn(&Account) -> &Vec<Grant>,
        are: impl Fn(Grant) -> bool,
    ) -> impl Iterator<Item = (User, u32)> {
        let mut found = BTreeSet::new();
        for (user, account) in self.worlds.iter().flatten() {
            let numbered = (1..).zip(of(account)).filter(|(_, grant)| are(**grant));
            found.extend(numbered.map(|(number, _)| (*user, number)));
        }
        found.into_iter()
    }

    /// Returns whether this step can be taken now.
    pub fn allows(&self, step: &Step) -> bool {
        let Offer { direct, session, sign_out, launch, exchange, second_company } = self.offer;
        let known = |company| company == 1 || company == 2 && second_company;
        let may =
            |it: &SignOn| known(it.user.company) && (launch || it.entrance != Entrance::Launch);
        match step {
            Step::SignOn(sign_on) => may(sign_on),
            Step::Together(sign_ons) => {
                (2..=3).contains(&sign_ons.len())
                    && self.worlds.len() <= FEW
                    // What races is one user.
                    && sign_ons.iter().all(|it| Some(it.user) == step.user() && may(it))
            }
            Step::Direct(Direct { user, .. }) => direct && self.shown.contains(&user.company),
            Step::Exchange(Exchange { code, way }) => {
                let ways = Operation::Exchange.ways();
                exchange && ways.contains(way) && self.codes().contains(code)
            }
            Step::Session(Presented { token, carrier }) => {
                let carried = Carrier::OF_SESSION.contains(carrier);
                session && carried && self.tokens().contains(token)
            }
            Step::SignOut(Presented { token, carrier }) => {
                let carried = Carrier::OF_SIGN_OUT.contains(carrier);
                sign_out && carried && self.tokens().contains(token)
            }
        }
    }

    /// The server after this step, whatever the answers were.
    #[must_use]
    pub fn after(mut self, step: &Step) -> Self {
        let legal = self.legal(step);
        if !legal.is_empty() && legal.iter().all(|seen| shows(step, seen)) {
            self.shown.extend(step.user().map(|user| user.company));
        }
        let outcomes = self.worlds.iter().flat_map(|world| outcomes(world, step));
        self.worlds = outcomes.map(|(_, world)| world).collect();
        self
    }

    /// Returns what each request of this step may come to, case by case.
    pub fn legal(&self, step: &Step) -> BTreeSet<Vec<Seen>> {
        let outcomes = self.worlds.iter().flat_map(|world| outcomes(world, step));
        outcomes.map(|(seen, _)| seen).collect()
    }

    /// The server after this step came to this; nothing if no conforming server can have come to it.
    pub fn observe(&self, step: &Step, seen: &[Seen]) -> Option<Self> {
        let outcomes = self.worlds.iter().flat_map(|world| outcomes(world, step));
        let agreeing = outcomes.filter(|(legal, _)| legal == seen);
        let worlds: BTreeSet<_> = agreeing.map(|(_, world)| world).collect();
        let mut shown = self.shown.clone();
        if shows(step, seen) {
            shown.extend(step.user().map(|user| user.company));
        }
        (!worlds.is_empty()).then_some(Self { offer: self.offer, worlds, shown })
    }
}

/// Returns whether one of these answers to the step holds an account.
fn shows(step: &Step, seen: &[Seen]) -> bool {
    let holds = |at: usize| match step {
        Step::SignOn(_) | Step::Together(_) => {
            step.sign_ons().get(at).is_some_and(|it| it.entrance == Entrance::SignOn)
        }
        Step::Direct(_) | Step::Exchange(_) | Step::Session(_) => true,
        Step::SignOut(_) => false,
    };
    seen.iter().enumerate().any(|(at, seen)| *seen == Seen::Accepted && holds(at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::way::Way;
    use crate::rules::machine::sequences;
    use crate::rules::shape::Shape;

    const USER: User = User { company: 1, name: 1 };

    fn password(number: u8) -> Password {
        Password { number, shape: Shape::PLAIN }
    }

    fn sign_on(number: u8) -> SignOn {
        let (password, entrance) = (password(number), Entrance::SignOn);
        SignOn { user: USER, password, entrance, way: Way::Get, upper_case: false }
    }

    fn launch(number: u8) -> SignOn {
        SignOn { entrance: Entrance::Launch, ..sign_on(number) }
    }

    fn exchange(number: u32) -> Step {
        Step::Exchange(Exchange { code: Code { user: USER, number }, way: Way::Form })
    }

    fn direct(number: u8) -> Step {
        Step::Direct(Direct { user: USER, password: password(number), way: Way::Get })
    }

    fn session(number: u32) -> Step {
        let token = Token { user: USER, number };
        Step::Session(Presented { token, carrier: Carrier::Bearer })
    }

    /// Takes steps that come to this; says which of them no conforming server comes to.
    fn check(steps: &[(Step, &[Seen])], expect: Option<usize>) {
        let mut model = Model::new(Offer::ALL);
        let stray = steps.iter().position(|(step, seen)| match model.observe(step, seen) {
            Some(next) => {
                model = next;
                false
            }
            None => true,
        });
        assert_eq!(stray, expect);
    }

    use Seen::{Accepted, Lost, Refused};

    #[test]
    fn another_password_replaces_the_old_one_and_ends_its_tokens() {
        let sign_ons = [1, 2].map(|number| (Step::SignOn(sign_on(number)), &[Accepted][..]));
        let after = |step, seen| [&sign_ons[..], &[(step, seen)]].concat();
        check(&after(direct(2), &[Accepted]), None);
        check(&after(direct(1), &[Refused]), None);
        check(&after(direct(1), &[Accepted]), Some(2));
        check(&after(session(1), &[Refused]), None);
        check(&after(session(1), &[Accepted]), Some(2));
        check(&after(session(2), &[Accepted]), None);
    }

    #[test]
    fn of_two_sign_ons_at_the_same_time_exactly_one_password_is_left() {
        let race = (Step::Together(vec![sign_on(1), sign_on(2)]), &[Accepted, Accepted][..]);
        let after = |answers: [&'static [Seen]; 2]| {
            let [one, two] = answers;
            [race.clone(), (direct(1), one), (direct(2), two)]
        };
        check(&after([&[Accepted], &[Refused]]), None);
        check(&after([&[Refused], &[Accepted]]), None);
        check(&after([&[Accepted], &[Accepted]]), Some(2));
        check(&after([&[Refused], &[Refused]]), Some(2));
    }

    #[test]
    fn the_token_that_counts_after_a_race_is_that_of_the_password_that_is_left() {
        let race = (Step::Together(vec![sign_on(1), sign_on(2)]), &[Accepted, Accepted][..]);
        let first = (direct(1), &[Accepted][..]);
        check(&[race.clone(), first.clone(), (session(1), &[Accepted])], None);
        check(&[race.clone(), first.clone(), (session(2), &[Refused])], None);
        check(&[race, first, (session(2), &[Accepted])], Some(2));
    }

    #[test]
    fn a_sign_on_loses_against_another_password_alone() {
        let race = |numbers: [u8; 2]| Step::Together(numbers.map(sign_on).to_vec());
        check(&[(race([1, 2]), &[Accepted, Lost]), (direct(1), &[Accepted])], None);
        check(&[(race([1, 2]), &[Accepted, Lost]), (direct(2), &[Accepted])], Some(1));
        check(&[(race([1, 2]), &[Lost, Lost])], Some(0));
        check(&[(race([1, 1]), &[Accepted, Lost])], Some(0));
    }

    #[test]
    fn a_launch_replaces_as_a_sign_on_does_and_a_code_counts_once() {
        let start = [
            (Step::SignOn(sign_on(1)), &[Accepted][..]),
            (Step::SignOn(launch(2)), &[Accepted][..]),
        ];
        let after = |more: &[(Step, &'static [Seen])]| [&start[..], more].concat();
        check(&after(&[(direct(2), &[Accepted]), (session(1), &[Refused])]), None);
        check(&after(&[(direct(1), &[Accepted])]), Some(2));
        check(&after(&[(session(1), &[Accepted])]), Some(2));
        check(&after(&[(exchange(1), &[Accepted]), (session(2), &[Accepted])]), None);
        check(&after(&[(exchange(1), &[Accepted]), (exchange(1), &[Refused])]), None);
        check(&after(&[(exchange(1), &[Accepted]), (exchange(1), &[Accepted])]), Some(3));
        check(&after(&[(exchange(1), &[Refused])]), Some(2));
    }

    #[test]
    fn a_code_and_its_token_end_with_the_password_and_come_back_with_no_password() {
        let sign_on = |number| (Step::SignOn(sign_on(number)), &[Accepted][..]);
        let launch = (Step::SignOn(launch(1)), &[Accepted][..]);
        check(&[launch.clone(), sign_on(2), (exchange(1), &[Refused])], None);
        check(&[launch.clone(), sign_on(2), sign_on(1), (exchange(1), &[Refused])], None);
        check(&[launch.clone(), sign_on(2), sign_on(1), (exchange(1), &[Accepted])], Some(3));
        let exchanged = (exchange(1), &[Accepted][..]);
        let start = [launch, exchanged, sign_on(2), sign_on(1)];
        check(&[&start[..], &[(session(1), &[Refused])]].concat(), None);
        check(&[&start[..], &[(session(1), &[Accepted])]].concat(), Some(4));
    }

    #[test]
    fn a_launch_and_a_sign_on_race_like_two_sign_ons() {
        let race = Step::Together(vec![sign_on(1), launch(2)]);
        let race = (race, &[Accepted, Accepted][..]);
        check(&[race.clone(), (direct(2), &[Accepted]), (session(1), &[Refused])], None);
        check(&[race.clone(), (direct(1), &[Accepted]), (exchange(1), &[Refused])], None);
        check(&[race, (direct(1), &[Accepted]), (exchange(1), &[Accepted])], Some(2));
    }

    proptest! {
        #[test]
        fn a_sequence_can_be_taken_step_by_step_and_only_a_race_leaves_anything_open(
            (mut model, steps, _) in sequences(Offer::ALL, 30)
        ) {
            let mut raced = false;
            for step in &steps {
                prop_assert!(model.allows(step), "{step}");
                raced |= matches!(step, Step::Together(_));
                prop_assert!(raced || model.legal(step).len() == 1, "{step}");
                model = model.after(step);
                for sign_on in step.sign_ons() {
                    prop_assert!(model.users().contains(&sign_on.user), "{step}");
                    prop_assert!(raced || model.passwords(sign_on.user).len() == 1, "{step}");
                }
            }
        }
    }
}
