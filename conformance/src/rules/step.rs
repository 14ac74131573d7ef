//! The steps of a sequence, in symbols: which user, which password and which token, but none of their texts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::rules::shape::Shape;

/// A user of a sequence. Users of one name have the same e-mail, also in different companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The company: 1, or 2 for the one whose key is the second.
    pub company: u8,
    /// The number of the user in its company.
    pub name: u8,
}

/// A password of a sequence. Those of one number have their own part in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// Its number.
    pub number: u8,
    /// The text around its own part.
    pub shape: Shape,
}

/// A token of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The owner.
    pub user: User,
    /// Its place among the user's, from 1, one for each sign-on and each direct sign-in.
    pub number: u8,
}

/// A sign-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOn {
    /// The user.
    pub user: User,
    /// The password.
    pub password: Password,
    /// The way in which the fields are sent.
    pub way: Way,
    /// True if the e-mail is sent in upper case.
    pub upper_case: bool,
}

/// A sign-in of a user with a password, without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// The user.
    pub user: User,
    /// The password.
    pub password: Password,
    /// The way in which the fields are sent.
    pub way: Way,
}

/// The next action of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The partner signs a user on.
    SignOn(SignOn),
    /// It signs on several times at once.
    Together(Vec<SignOn>),
    /// A user signs in directly.
    Direct(Direct),
    /// Somebody asks whose a token is.
    Session(Token),
    /// A token is ended.
    SignOut(Token),
}

impl Step {
    /// The sign-ons of this step.
    pub fn sign_ons(&self) -> &[SignOn] {
        match self {
            Self::SignOn(sign_on) => std::slice::from_ref(sign_on),
            Self::Together(sign_ons) => sign_ons,
            Self::Direct(_) | Self::Session(_) | Self::SignOut(_) => &[],
        }
    }

    /// The user whom it is about; of several, the first.
    pub fn user(&self) -> Option<User> {
        match self {
            Self::SignOn(SignOn { user, .. }) | Self::Direct(Direct { user, .. }) => Some(*user),
            Self::Together(sign_ons) => sign_ons.first().map(|sign_on| sign_on.user),
            Self::Session(token) | Self::SignOut(token) => Some(token.user),
        }
    }

    /// Returns how a server says that the password or the token does not count; sign-ons and sign-outs have no such answer.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Direct(_) => Some(Refusal::CREDENTIALS),
            Self::Session(_) => Some(Refusal::TOKEN),
            Self::SignOn(_) | Self::Together(_) | Self::SignOut(_) => None,
        }
    }

    /// Returns how many requests it is.
    pub fn requests(&self) -> usize {
        self.sign_ons().len().max(1)
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { company, name } = self;
        match company {
            1 => write!(f, "user {name}"),
            _ => write!(f, "user {name} of the second company"),
        }
    }
}

impl fmt::Display for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "password {}{}", self.number, self.shape.words)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {} of {}", self.number, self.user)
    }
}

impl fmt::Display for SignOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, password, way, upper_case } = self;
        let case = if *upper_case { " (the e-mail in upper case)" } else { "" };
        write!(f, "{user}{case} with {password}, {}", words(*way))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignOn(sign_on) => write!(f, "sign-on of {sign_on}"),
            Self::Together(sign_ons) => {
                let each: Vec<_> = sign_ons.iter().map(SignOn::to_string).collect();
                write!(f, "sign-ons at the same time: {}", each.join("; "))
            }
            Self::Direct(Direct { user, password, way }) => {
                write!(f, "direct sign-in of {user} with {password}, {}", words(*way))
            }
            Self::Session(token) => write!(f, "session of {token}"),
            Self::SignOut(token) => write!(f, "sign-out of {token}"),
        }
    }
}

fn words(way: Way) -> &'static str {
    match way {
        Way::Get => "by GET",
        Way::Form => "as a form",
        Way::Json => "as JSON",
    }
}
