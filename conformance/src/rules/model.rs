//! The states of a conforming server that the answers so far allow.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::step::{Direct, Password, SignOn, Step, Token, User};

/// More states than this are not raced any further: they would be too many to follow.
const FEW: usize = 4;

/// The operations that a server offers, and that a run may therefore ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Direct sign-in, by which old and new passwords are told apart.
    pub direct: bool,
    /// The owner of a token.
    pub session: bool,
    /// The end of a token.
    pub sign_out: bool,
    /// The key of a second company.
    pub second_company: bool,
}

impl Offer {
    /// Everything.
    pub const ALL: Self =
        Self { direct: true, session: true, sign_out: true, second_company: true };
}

/// The result of a request, as far as the rules go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// It was done.
    Accepted,
    /// The password or the token did not count.
    Refused,
    /// A sign-on lost the race against a different one, and said so (`SSO-ERR-006`).
    Lost,
    /// It was not sent, because there is no such token.
    Unsent,
}

/// A token that a server may have given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grant {
    Valid,
    /// Its user has had a different password since.
    Outdated,
    SignedOut,
    /// The call was not accepted, so there is none.
    Absent,
}

/// A user as a server may know it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Account {
    password: Password,
    tokens: Vec<Grant>,
}

/// One state of a server.
type World = BTreeMap<User, Account>;

/// Every state that a conforming server may be in. There are several only after sign-ons at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    offer: Offer,
    worlds: BTreeSet<World>,
}

impl Model {
    /// A server that knows nobody yet.
    pub fn new(offer: Offer) -> Self {
        Self { offer, worlds: BTreeSet::from([World::new()]) }
    }

    /// Returns what the server offers.
    pub fn offer(&self) -> Offer {
        self.offer
    }

    /// The users so far.
    pub fn users(&self) -> Vec<User> {
        self.worlds.first().map_or_else(Vec::new, |world| world.keys().copied().collect())
    }

    /// The passwords that this user may have.
    pub fn passwords(&self, user: User) -> BTreeSet<Password> {
        let accounts = self.worlds.iter().filter_map(|world| world.get(&user));
        accounts.map(|account| account.password).collect()
    }

    /// The tokens that there may be, valid or not.
    pub fn tokens(&self) -> Vec<Token> {
        self.tokens_that(|grant| grant != Grant::Absent)
    }

    /// The tokens that may be valid.
    pub fn valid_tokens(&self) -> Vec<Token> {
        self.tokens_that(|grant| grant == Grant::Valid)
    }

    fn tokens_that(&self, are: impl Fn(Grant) -> bool) -> Vec<Token> {
        let mut tokens = BTreeSet::new();
        for (user, account) in self.worlds.iter().flatten() {
            let numbered = (1..).zip(&account.tokens).filter(|(_, grant)| are(**grant));
            tokens.extend(numbered.map(|(number, _)| Token { user: *user, number }));
        }
        tokens.into_iter().collect()
    }

    /// Returns whether this step can be taken now.
    pub fn allows(&self, step: &Step) -> bool {
        let Offer { direct, session, sign_out, second_company } = self.offer;
        let known = |company| company == 1 || company == 2 && second_company;
        match step {
            Step::SignOn(sign_on) => known(sign_on.user.company),
            Step::Together(sign_ons) => {
                (2..=3).contains(&sign_ons.len())
                    && self.worlds.len() <= FEW
                    // What races is one user.
                    && sign_ons.iter().all(|it| Some(it.user) == step.user() && known(it.user.company))
            }
            // The domain of a company is known from its first sign-on.
            Step::Direct(Direct { user, .. }) => {
                direct && self.users().iter().any(|known| known.company == user.company)
            }
            Step::Session(token) => session && self.tokens().contains(token),
            Step::SignOut(token) => sign_out && self.tokens().contains(token),
        }
    }

    /// The server after this step, whatever the answers were.
    #[must_use]
    pub fn after(mut self, step: &Step) -> Self {
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
        (!worlds.is_empty()).then_some(Self { worlds, ..*self })
    }
}

/// Returns what may come of a step, and the state after it.
fn outcomes(world: &World, step: &Step) -> Vec<(Vec<Seen>, World)> {
    let mut after = world.clone();
    match step {
        Step::SignOn(sign_on) => {
            apply_rules(&mut after, sign_on);
            give(&mut after, sign_on.user, Grant::Valid);
            vec![(vec![Seen::Accepted], after)]
        }
        Step::Together(sign_ons) => together(world, sign_ons),
        Step::Direct(Direct { user, password, .. }) => {
            let accepted = world.get(user).is_some_and(|account| account.password == *password);
            give(&mut after, *user, if accepted { Grant::Valid } else { Grant::Absent });
            vec![(vec![if accepted { Seen::Accepted } else { Seen::Refused }], after)]
        }
        Step::Session(token) => {
            let seen = match grant(&mut after, *token) {
                Some(Grant::Valid) => Seen::Accepted,
                Some(Grant::Outdated | Grant::SignedOut) => Seen::Refused,
                Some(Grant::Absent) | None => Seen::Unsent,
            };
            vec![(vec![seen], after)]
        }
        Step::SignOut(token) => {
            let seen = match grant(&mut after, *token) {
                Some(Grant::Absent) | None => Seen::Unsent,
                Some(grant) => {
                    *grant = Grant::SignedOut;
                    Seen::Accepted
                }
            };
            vec![(vec![seen], after)]
        }
    }
}

/// Sign-ons at the same time are as good as in any order. One that meets a different password may lose, without effect.
fn together(world: &World, sign_ons: &[SignOn]) -> Vec<(Vec<Seen>, World)> {
    let mut outcomes = Vec::new();
    for losers in subsets(sign_ons.len()) {
        let wins = |at: &usize| !losers.contains(at);
        let beaten = |loser: &SignOn| {
            let mut winners = sign_ons.iter().enumerate().filter(|(at, _)| wins(at));
            winners.any(|(_, it)| it.user == loser.user && it.password != loser.password)
        };
        if !losers.iter().filter_map(|at| sign_ons.get(*at)).all(beaten) {
            continue;
        }
        let winners: Vec<_> = (0..sign_ons.len()).filter(wins).collect();
        for order in orders(&winners) {
            let mut after = world.clone();
            // Where the tokens of the winners stand is their place in the step; whether they still count comes of the order.
            let mut grants = vec![Grant::Absent; sign_ons.len()];
            for at in order {
                let Some(sign_on) = sign_ons.get(at) else { continue };
                if apply_rules(&mut after, sign_on) {
                    let others = sign_ons.iter().zip(&mut grants);
                    for (_, grant) in others.filter(|(other, _)| other.user == sign_on.user) {
                        outdate(grant);
                    }
                }
                if let Some(grant) = grants.get_mut(at) {
                    *grant = Grant::Valid;
                }
            }
            for (sign_on, grant) in sign_ons.iter().zip(grants) {
                give(&mut after, sign_on.user, grant);
            }
            let seen = |at| if wins(&at) { Seen::Accepted } else { Seen::Lost };
            outcomes.push(((0..sign_ons.len()).map(seen).collect(), after));
        }
    }
    outcomes
}

/// Applies the three rules and returns whether a password was replaced.
fn apply_rules(world: &mut World, sign_on: &SignOn) -> bool {
    let SignOn { user, password, .. } = *sign_on;
    let new = Account { password, tokens: Vec::new() };
    let account = world.entry(user).or_insert(new);
    if account.password == password {
        return false;
    }
    account.password = password;
    account.tokens.iter_mut().for_each(outdate);
    true
}

fn outdate(grant: &mut Grant) {
    if *grant == Grant::Valid {
        *grant = Grant::Outdated;
    }
}

fn give(world: &mut World, user: User, grant: Grant) {
    if let Some(account) = world.get_mut(&user) {
        account.tokens.push(grant);
    }
}

fn grant(world: &mut World, token: Token) -> Option<&mut Grant> {
    let place = usize::from(token.number).checked_sub(1)?;
    world.get_mut(&token.user)?.tokens.get_mut(place)
}

/// Every set of numbers below this one that leaves some out.
fn subsets(count: usize) -> Vec<Vec<usize>> {
    let all = 0..(1_usize << count) - 1;
    all.map(|bits| (0..count).filter(|at| bits >> at & 1 == 1).collect()).collect()
}

/// Every order of these.
fn orders(items: &[usize]) -> Vec<Vec<usize>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in items {
        let rest: Vec<_> = items.iter().copied().filter(|item| item != first).collect();
        for mut order in orders(&rest) {
            order.insert(0, *first);
            all.push(order);
        }
    }
    all
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
        SignOn { user: USER, password: password(number), way: Way::Get, upper_case: false }
    }

    fn direct(number: u8) -> Step {
        Step::Direct(Direct { user: USER, password: password(number), way: Way::Get })
    }

    fn session(number: u8) -> Step {
        Step::Session(Token { user: USER, number })
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
