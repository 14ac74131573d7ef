//! One state of a conforming server, and what each step makes of it.

use std::collections::BTreeMap;

use crate::rules::step::{Direct, Entrance, Exchange, Password, Presented, SignOn, Step, User};

/// The result of a request, as far as the rules go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// It was done.
    Accepted,
    /// The password, the code or the token did not count.
    Refused,
    /// A sign-on lost the race against a different one, and said so (`SSO-ERR-006`).
    Lost,
    /// It was not sent, because there is no such token or code.
    Unsent,
}

/// A token or code that a server may have given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grant {
    Valid,
    /// Its user has had a different password since.
    Outdated,
    /// It is a token that was signed out, or a code that was exchanged.
    Ended,
    /// The call was not accepted, so there is none.
    Absent,
}

/// A user as a server may know it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account {
    pub(super) password: Password,
    pub(super) tokens: Vec<Grant>,
    pub(super) codes: Vec<Grant>,
}

/// One state of a server.
pub(super) type World = BTreeMap<User, Account>;

/// Returns what may come of a step, and the state after it.
pub(super) fn outcomes(world: &World, step: &Step) -> Vec<(Vec<Seen>, World)> {
    let mut after = world.clone();
    let seen = match step {
        Step::Together(sign_ons) => return together(world, sign_ons),
        Step::SignOn(sign_on) => {
            apply_rules(&mut after, sign_on);
            give(&mut after, sign_on, Grant::Valid);
            Seen::Accepted
        }
        Step::Direct(Direct { user, password, .. }) => {
            let accepted = world.get(user).is_some_and(|account| account.password == *password);
            give_token(&mut after, *user, if accepted { Grant::Valid } else { Grant::Absent });
            if accepted { Seen::Accepted } else { Seen::Refused }
        }
        Step::Exchange(Exchange { code, .. }) => {
            let grant = grant(&mut after, code.user, code.number, |it| &mut it.codes);
            let seen = check(grant.as_deref());
            let mut token = Grant::Absent;
            if seen == Seen::Accepted
                && let Some(grant) = grant
            {
                (*grant, token) = (Grant::Ended, Grant::Valid);
            }
            give_token(&mut after, code.user, token);
            seen
        }
        Step::Session(Presented { token, .. }) => {
            check(grant(&mut after, token.user, token.number, |it| &mut it.tokens).as_deref())
        }
        Step::SignOut(Presented { token, .. }) => {
            match grant(&mut after, token.user, token.number, |it| &mut it.tokens) {
                Some(Grant::Absent) | None => Seen::Unsent,
                Some(grant) => {
                    *grant = Grant::Ended;
                    Seen::Accepted
                }
            }
        }
    };
    vec![(vec![seen], after)]
}

/// Returns what comes of asking by this token or code.
fn check(grant: Option<&Grant>) -> Seen {
    match grant {
        Some(Grant::Valid) => Seen::Accepted,
        Some(Grant::Outdated | Grant::Ended) => Seen::Refused,
        Some(Grant::Absent) | None => Seen::Unsent,
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
            // Where the tokens and codes of the winners stand is their place in the step; whether they still count comes of the order.
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
                give(&mut after, sign_on, grant);
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
    let new = Account { password, tokens: Vec::new(), codes: Vec::new() };
    let account = world.entry(user).or_insert(new);
    if account.password == password {
        return false;
    }
    account.password = password;
    account.tokens.iter_mut().chain(&mut account.codes).for_each(outdate);
    true
}

fn outdate(grant: &mut Grant) {
    if *grant == Grant::Valid {
        *grant = Grant::Outdated;
    }
}

/// Gives what this entrance gives.
fn give(world: &mut World, sign_on: &SignOn, grant: Grant) {
    match (sign_on.entrance, world.get_mut(&sign_on.user)) {
        (Entrance::SignOn, Some(account)) => account.tokens.push(grant),
        (Entrance::Launch, Some(account)) => account.codes.push(grant),
        (_, None) => (),
    }
}

fn give_token(world: &mut World, user: User, grant: Grant) {
    if let Some(account) = world.get_mut(&user) {
        account.tokens.push(grant);
    }
}

fn grant(
    world: &mut World,
    user: User,
    number: u32,
    of: impl Fn(&mut Account) -> &mut Vec<Grant>,
) -> Option<&mut Grant> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    of(world.get_mut(&user)?).get_mut(place)
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
