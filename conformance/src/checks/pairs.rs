//! The pairs of passwords and e-mails of `spec/passwords.json` and `spec/emails.json`.

use std::collections::BTreeMap;

use crate::checks::entrance::{Entrance, Sight};
use crate::checks::input;
use crate::checks::known::{Known, expect_holder, session};
use crate::checks::password::forget;
use crate::format::operation::Operation;
use crate::format::pair::{Expect, Pair};
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::known::TELLING;
use crate::message::secret::Kind;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "password.tells-pairs-apart",
    profile: Profile::SignOn,
    requirements: &["SSO-DIR-003", "SSO-SES-005"],
    title: "passwords that careless servers take for one are different",
    judge: Judge::Active(tells_passwords_apart),
}];

/// The most wrong passwords of one user, so that no limit on guesses is reached.
const GUESSES: usize = 6;

fn tells_passwords_apart(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let sight = match Sight::new(probe) {
        Ok(sight) => Some(sight),
        Err(why) if probe.needs(Operation::Session).is_err() => return Err(why),
        Err(_) => None,
    };
    let mut alike = BTreeMap::<_, Vec<_>>::new();
    for pair in Pair::passwords() {
        alike.entry((&pair.one, pair.length)).or_default().push(pair);
    }
    let users: Vec<_> = alike.values().flat_map(|pairs| pairs.chunks(GUESSES)).collect();
    let entrances = Entrance::all(probe)?;
    for (entrance, pairs) in entrances.iter().cycle().zip(users) {
        match &sight {
            Some(sight) => are_wrong(probe, sight, *entrance, pairs)?,
            None => end_tokens(probe, *entrance, pairs)?,
        }
    }
    Ok(())
}

/// Returns the two passwords of a pair, which are secrets from now on.
fn passwords(probe: &mut Probe<'_>, pair: &Pair) -> [String; 2] {
    let own = probe.accounts().digits(pair.length);
    let both = pair.around(&own);
    for password in &both {
        probe.learn(Kind::Password, password);
    }
    both
}

fn case(pair: &Pair) -> String {
    format!("`{}`, which is accepted where {}", pair.name, pair.bug)
}

/// Stores the first password, which these pairs share, and expects a direct sign-in with each second one to be refused.
fn are_wrong(
    probe: &mut Probe<'_>,
    sight: &Sight,
    entrance: Entrance,
    pairs: &[&Pair],
) -> Result<(), Stop> {
    let Some(first) = pairs.first() else { return Ok(()) };
    let [one, _] = passwords(probe, first);
    let fields = probe.user().with("password", &one);
    if entrance.enter(probe, &fields, &format!("the first password of `{}`", first.name))? {
        for (pair, way) in pairs.iter().zip(Way::ALL.into_iter().cycle()) {
            let [_, other] = passwords(probe, pair);
            let request = sight.request(way, &fields.clone().with("password", &other));
            probe.expect_refusal(&request.case(case(pair)), Refusal::CREDENTIALS)?;
        }
    }
    if one.len() < TELLING * 2 {
        forget(probe, fields.with("password", ""));
    }
    Ok(())
}

/// The same of a server without direct sign-ins: the second password has to end the token of the first.
fn end_tokens(probe: &mut Probe<'_>, entrance: Entrance, pairs: &[&Pair]) -> Result<(), Stop> {
    for pair in pairs {
        let [one, other] = passwords(probe, pair);
        let fields = probe.user().with("password", &one);
        let token = Known::with(probe, fields.clone())?.token()?;
        let new = fields.clone().with("password", &other);
        if entrance.enter(probe, &new, &format!("the second password of `{}`", pair.name))? {
            let request = session(&token);
            let case = format!("a token of the first password of {}", case(pair));
            probe.expect_refusal(&request.case(case), Refusal::TOKEN)?;
        }
        if one.len() < TELLING * 2 {
            forget(probe, fields.with("password", ""));
        }
    }
    Ok(())
}

/// Returns the pairs of e-mails with this answer. With each comes a number by which those of a kind take turns.
fn emails(expect: Expect) -> impl Iterator<Item = (usize, &'static Pair)> {
    let mut seen = BTreeMap::<&str, usize>::new();
    let pairs = Pair::emails().iter().filter(move |pair| pair.expect == expect);
    pairs.map(move |pair| {
        let turn = seen.entry(&pair.kind).or_default();
        *turn += 1;
        (*turn - 1, pair)
    })
}

/// Returns a name that nobody has, of the length that the pair wants.
fn name(probe: &mut Probe<'_>, pair: &Pair) -> String {
    let name = probe.accounts().name();
    let more = pair.length.unwrap_or(0).saturating_sub(name.len());
    format!("{name}{}", "x".repeat(more))
}

/// The way whose turn it is.
fn way(operation: Operation, turn: usize) -> Way {
    let ways = operation.ways();
    ways.get(turn % ways.len().max(1)).copied().unwrap_or(Way::Form)
}

pub(super) fn tells_emails_apart(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let launches = operation == Operation::Launch;
    if launches {
        probe.needs(Operation::Direct)?;
    }
    for (turn, pair) in emails(Expect::Different) {
        // A launch folds as the sign-on does or in a way of its own: each kind by each of its ways tells.
        if launches && turn >= operation.ways().len() && pair.kind != "patterns" {
            continue;
        }
        let [one, other] = pair.around(&name(probe, pair));
        let fields = probe.user_at(&one);
        let known = Known::with(probe, fields)?;
        let fields = probe.user_at(&other);
        let entrance = Entrance { operation, way: way(operation, turn) };
        let case = format!("`{}`: a user of its own, unless {}", pair.name, pair.bug);
        if launches {
            if entrance.enter(probe, &fields, &case)? {
                let case =
                    format!("the first user of `{}` after a launch of the second", pair.name);
                expect_holder(probe, &known.direct_request(&case)?, &known)?;
            }
            continue;
        }
        let request = entrance.request(&fields).case(case);
        let Some(now) = probe.expect_sign_on(&request)? else { continue };
        let lower = Json::String(other.to_ascii_lowercase());
        if now.user == known.before.user {
            let expected = format!("a `userId` other than {}", known.before.user);
            probe.note(&request, Mismatch::new(expected, now.user.to_string()));
        } else if now.answer.returned("email") != Some(&lower) {
            let answered = now.answer.returned("email");
            let actual = answered.map_or("no `return.email`".to_owned(), Json::to_string);
            probe.note(&request, Mismatch::new(format!("`return.email` to be {lower}"), actual));
        }
    }
    Ok(())
}

pub(super) fn refuses_emails(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let field = if operation == Operation::Direct { "userid" } else { "email" };
    for (turn, pair) in emails(Expect::Refused) {
        let [_, other] = pair.around(&name(probe, pair));
        let fields: Fields = input::fields(probe, operation).with(field, &other);
        let request = way(operation, turn).to(operation, &fields);
        let request =
            request.case(format!("`{}`, which is accepted where {}", pair.name, pair.bug));
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}
