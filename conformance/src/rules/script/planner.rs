//! Makes the plan of a failure, by the model of what each call comes to.

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::record::left_behind::DOMAIN;
use crate::rules::failure::Failure;
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::MismatchKind;
use crate::rules::record::RulesRecord;
use crate::rules::script::plan::{Bearer, Call, Check, Grant, Part, Plan, Turn, Want};
use crate::rules::step::{
    Code, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, Token, User,
};

impl<'f> Plan<'f> {
    pub(super) fn new(failure: &'f Failure, record: &'f RulesRecord) -> Self {
        let mut planner = Planner {
            failure,
            product: record.product.as_str(),
            model: Model::new(Offer::ALL),
            given: Vec::new(),
            launched: Vec::new(),
            users: Vec::new(),
        };
        let mut turns = Vec::new();
        for (at, step) in failure.steps.iter().enumerate() {
            let seen = failure.seen.get(at).map(Vec::as_slice);
            let (number, words, calls) = (at + 1, step.to_string(), planner.calls(step, seen));
            // A token or code that was never given cannot be presented.
            if seen != Some(&[Seen::Unsent]) {
                turns.push(Turn { number, words, calls });
            }
            if let Some(model) = seen.and_then(|seen| planner.model.observe(step, seen)) {
                planner.model = model;
            }
        }
        let RulesRecord { target, hidden_headers, legacy, .. } = record;
        Self { failure, target, hidden_headers: *hidden_headers, legacy: *legacy, turns }
    }
}

struct Planner<'f> {
    failure: &'f Failure,
    product: &'f str,
    model: Model,
    given: Vec<Token>,
    launched: Vec<Code>,
    /// Those whom an answer has named.
    users: Vec<User>,
}

impl Planner<'_> {
    /// The calls of a step. It came to `seen`; the last one came to something else than it may.
    fn calls(&mut self, step: &Step, seen: Option<&[Seen]>) -> Vec<Call> {
        let mut calls: Vec<_> = match step {
            Step::SignOn(_) | Step::Together(_) => {
                step.sign_ons().iter().map(|it| self.sign_on(it)).collect()
            }
            Step::Direct(it) => vec![self.direct(it)],
            Step::Exchange(it) => vec![self.exchange(it)],
            Step::Session(it) => vec![presents(*it, Operation::Session)],
            Step::SignOut(it) => vec![presents(*it, Operation::SignOut)],
        };
        for (at, call) in calls.iter_mut().enumerate() {
            let came = seen.map(|seen| seen.get(at).copied());
            call.check = match came {
                Some(came) => {
                    Check::Step(came.map(|came| self.want(step, call, came)).into_iter().collect())
                }
                None => self.last(step, call, at),
            };
            // Of several answers to the last step, the first may tell what a later one has to be.
            let named = came.is_none_or(|came| came == Some(Seen::Accepted));
            if let Some(user) = call.account.filter(|user| named && !self.users.contains(user)) {
                call.introduces = true;
                self.users.push(user);
            }
        }
        calls
    }

    fn last(&self, step: &Step, call: &Call, at: usize) -> Check {
        if self.failure.at != at {
            return Check::Nothing;
        }
        let known =
            |user: User| if self.users.contains(&user) { Want::User(user) } else { Want::Account };
        let company = call.account.map_or(1, |user| user.company);
        let want = match self.failure.kind {
            MismatchKind::User => call.account.map_or(Want::Account, known),
            MismatchKind::OtherUser(other) => Want::OtherUser(other),
            MismatchKind::Company => Want::Company(company),
            MismatchKind::OtherCompany => Want::OtherCompany(3 - company),
            MismatchKind::Token(token) => Want::OtherToken(token),
            MismatchKind::Code(code) => Want::OtherCode(code),
            MismatchKind::AllLost => return Check::AnySuccess,
            MismatchKind::NotAccepted | MismatchKind::Accepted | MismatchKind::NotRefused => {
                let legal = self.model.legal(step);
                let mut wants = Vec::new();
                for seen in legal.iter().filter_map(|legal| legal.get(at)) {
                    let want = self.want(step, call, *seen);
                    if !wants.contains(&want) {
                        wants.push(want);
                    }
                }
                return Check::Failure(wants);
            }
        };
        Check::Failure(vec![want])
    }

    fn want(&self, step: &Step, call: &Call, seen: Seen) -> Want {
        match (seen, call.account) {
            (Seen::Accepted, Some(user)) if self.users.contains(&user) => Want::User(user),
            (Seen::Accepted, Some(_)) => Want::Account,
            (Seen::Accepted, None) if call.operation == Operation::Launch => Want::Launched,
            (Seen::Accepted | Seen::Unsent, _) => Want::Done,
            (Seen::Lost, _) => Want::Refused(Refusal::CONCURRENT),
            (Seen::Refused, _) => step.refusal().map_or(Want::Done, Want::Refused),
        }
    }

    fn sign_on(&mut self, sign_on: &SignOn) -> Call {
        let SignOn { user, password, entrance, way, upper_case } = *sign_on;
        let (operation, account, gives) = match entrance {
            Entrance::SignOn => {
                (Operation::SignOn, Some(user), Grant::Token(self.give_token(user)))
            }
            Entrance::Launch => (Operation::Launch, None, Grant::Code(self.give_code(user))),
        };
        Call {
            way,
            fields: vec![
                ("email", email(user, upper_case)),
                ("password", password_parts(password)),
                ("ssokey", vec![Part::Key(user.company)]),
                ("product", vec![Part::Text(self.product.to_owned())]),
            ],
            account,
            gives: Some(gives),
            ..Call::new(operation)
        }
    }

    fn direct(&mut self, direct: &Direct) -> Call {
        let Direct { user, password, way } = *direct;
        let known = self.model.users().contains(&user);
        Call {
            way,
            fields: vec![
                ("userid", email(user, false)),
                ("password", password_parts(password)),
                ("company", vec![Part::Domain(user.company)]),
            ],
            account: Some(user),
            gives: known.then(|| Grant::Token(self.give_token(user))),
            ..Call::new(Operation::Direct)
        }
    }

    fn exchange(&mut self, exchange: &Exchange) -> Call {
        let Exchange { code, way } = *exchange;
        Call {
            way,
            fields: vec![
                ("code", vec![Part::Given(Grant::Code(code))]),
                ("product", vec![Part::Text(self.product.to_owned())]),
            ],
            bearer: Bearer::ProductSecret,
            account: Some(code.user),
            gives: Some(Grant::Token(self.give_token(code.user))),
            ..Call::new(Operation::Exchange)
        }
    }

    fn give_token(&mut self, user: User) -> Token {
        let count = self.given.iter().filter(|token| token.user == user).count();
        let token = Token { user, number: u32::try_from(count + 1).unwrap_or(u32::MAX) };
        self.given.push(token);
        token
    }

    fn give_code(&mut self, user: User) -> Code {
        let count = self.launched.iter().filter(|code| code.user == user).count();
        let code = Code { user, number: u32::try_from(count + 1).unwrap_or(u32::MAX) };
        self.launched.push(code);
        code
    }
}

fn presents(Presented { token, carrier }: Presented, operation: Operation) -> Call {
    let account = (operation == Operation::Session).then_some(token.user);
    let call = Call { account, ..Call::new(operation) };
    match carrier.way() {
        None => Call { bearer: Bearer::Token(token), ..call },
        Some(way) => {
            let fields = vec![("token", vec![Part::Given(Grant::Token(token))])];
            Call { way, fields, ..call }
        }
    }
}

fn email(user: User, upper_case: bool) -> Vec<Part> {
    let text = |text: String| if upper_case { text.to_ascii_uppercase() } else { text };
    let (before, after) = ("check-".to_owned(), format!("-{}@{DOMAIN}", user.name));
    vec![Part::Text(text(before)), Part::Run, Part::Text(text(after))]
}

fn password_parts(password: Password) -> Vec<Part> {
    let Password { number, shape } = password;
    vec![
        Part::Text(shape.before.to_owned()),
        Part::Run,
        Part::Text(format!("-{number}")),
        Part::Filling(shape.filling),
        Part::Text(shape.after.to_owned()),
    ]
}
