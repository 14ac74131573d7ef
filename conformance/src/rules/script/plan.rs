//! The plan of every script of a failure: the calls one after the other, and the expectation of each.

use std::fmt::Write as _;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::rules::failure::Failure;
use crate::rules::step::{Code, Step, Token, User};

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

impl Call {
    pub(super) fn new(operation: Operation) -> Self {
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
