//! The plan of every script of a failure: the calls one after the other, and the expectation of each.

use std::fmt::Write as _;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::record::left_behind::DOMAIN;
use crate::rules::failure::Failure;
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::MismatchKind;
use crate::rules::record::RulesRecord;
use crate::rules::step::{
    Code, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, Token, User,
};

/// A failure, ready to be written down.
pub(super) struct Plan<'f> {
    pub(super) failure: &'f Failure,
    pub(super) target: &'f str,
    pub(super) hidden_headers: bool,
    /// True if the server has its option for legacy clients, whose errors have status 200.
    pub(super) legacy: bool,
    pub(super) turns: Vec<Turn>,
}

/// The calls of one step.
pub(super) struct Turn {
    pub(super) number: usize,
    pub(super) words: String,
    pub(super) calls: Vec<Call>,
}

/// One request and what is expected of its answer.
pub(super) struct Call {
    pub(super) operation: Operation,
    pub(super) way: Way,
    pub(super) fields: Vec<(&'static str, Vec<Part>)>,
    pub(super) bearer: Bearer,
    /// The user whose account its answer shows.
    pub(super) account: Option<User>,
    /// True if it is the first answer that names the user.
    pub(super) introduces: bool,
    /// The token or code that it is given.
    pub(super) gives: Option<Grant>,
    pub(super) check: Check,
}

/// The credential in the header Authorization.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearer {
    Nothing,
    Token(Token),
    ProductSecret,
}

/// A token or code that is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    Token(Token),
    Code(Code),
}

/// A piece of a field's value.
pub(super) enum Part {
    Text(String),
    /// Letters x.
    Filling(usize),
    /// Digits that no other run of the script has.
    Run,
    /// The key of this company.
    Key(u8),
    /// The domain of this company, as an answer told it.
    Domain(u8),
    /// A token or code that an answer gave.
    Given(Grant),
}

/// An expectation of an answer.
pub(super) enum Check {
    /// Nothing: a different answer of the same step decides.
    Nothing,
    /// One of these; if it is none, the script has come to where it cannot go on.
    Step(Vec<Want>),
    /// One of these; if it is none, the failure is reproduced.
    Failure(Vec<Want>),
    /// At least one success among all answers of the step.
    AnySuccess,
}

/// The answers that are accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Success for whatever user.
    Account,
    /// Success for this user, whom an answer named before.
    User(User),
    /// Success for a user who is not this one.
    OtherUser(User),
    /// Success for the company of this user, which an answer named before.
    Company(u8),
    /// Success for a company that is not this one.
    OtherCompany(u8),
    /// Success with a token that is not this one.
    OtherToken(Token),
    /// A launch with a code.
    Launched,
    /// A launch with a code that is not this one.
    OtherCode(Code),
    /// Success without an account.
    Done,
    /// This refusal.
    Refused(Refusal),
}

impl Want {
    /// In words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Account => "success".to_owned(),
            Self::User(user) => format!("success for {user}, who is the same as before"),
            Self::OtherUser(user) => format!("success for a different user than {user}"),
            Self::Company(_) => "success for the company of the key, as before".to_owned(),
            Self::OtherCompany(_) => "success for a company that the other key has not".to_owned(),
            Self::OtherToken(token) => format!("success with a different token than {token}"),
            Self::Launched => "a launch with a code".to_owned(),
            Self::OtherCode(code) => format!("a launch with a different code than {code}"),
            Self::Done => "success".to_owned(),
            Self::Refused(refusal) => refusal.to_string(),
        }
    }
}

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

    fn calls(&self) -> impl Iterator<Item = &Call> {
        self.turns.iter().flat_map(|turn| &turn.calls)
    }

    /// Returns whether any call is sent in this way.
    pub(super) fn uses(&self, way: Way) -> bool {
        self.calls().any(|call| !call.fields.is_empty() && call.way == way)
    }

    /// Returns whether any call presents a token and nothing else.
    pub(super) fn uses_tokens(&self) -> bool {
        self.calls().any(|call| matches!(call.bearer, Bearer::Token(_)))
    }

    pub(super) fn uses_product_secret(&self) -> bool {
        self.calls().any(|call| call.bearer == Bearer::ProductSecret)
    }

    pub(super) fn uses_launches(&self) -> bool {
        self.calls().any(|call| call.operation == Operation::Launch)
    }

    pub(super) fn uses_second_key(&self) -> bool {
        self.failure.steps.iter().filter_map(Step::user).any(|user| user.company == 2)
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
        let token = Token { user, number: u8::try_from(count + 1).unwrap_or(u8::MAX) };
        self.given.push(token);
        token
    }

    fn give_code(&mut self, user: User) -> Code {
        let count = self.launched.iter().filter(|code| code.user == user).count();
        let code = Code { user, number: u8::try_from(count + 1).unwrap_or(u8::MAX) };
        self.launched.push(code);
        code
    }
}

impl Call {
    fn new(operation: Operation) -> Self {
        Self {
            operation,
            way: Way::Get,
            fields: Vec::new(),
            bearer: Bearer::Nothing,
            account: None,
            introduces: false,
            gives: None,
            check: Check::Nothing,
        }
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

/// Returns the variable in which scripts keep the user whom an answer named.
pub(super) fn user_variable(user: User) -> String {
    format!("user_{}_{}", user.company, user.name)
}

/// Returns the variable in which scripts keep a token or code.
pub(super) fn variable(grant: Grant) -> String {
    let (what, User { company, name }, number) = match grant {
        Grant::Token(token) => ("token", token.user, token.number),
        Grant::Code(code) => ("code", code.user, code.number),
    };
    format!("{what}_{company}_{name}_{number}")
}

/// For a JSON string, also one within a shell's double quotes: all but the plainest characters by their number.
pub(super) fn json_escape(text: &str) -> String {
    let mut escaped = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok(plain) if plain.is_ascii_alphanumeric() || "-._@".contains(plain) => {
                escaped.push(plain);
            }
            Ok(_) | Err(_) => {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}
