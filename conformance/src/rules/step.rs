//! The steps of a sequence, in symbols: which user, which password, which token and which code, but none of their texts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::rules::shape::Shape;

/// A user of a sequence. Users of one name have the same e-mail, also in different companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The company: 1, or 2 for the one whose key is the second.
    pub company: u8,
    /// The number of the user in its company.
    pub name: u8,
}

/// A password of a sequence. Those of one number have their own part in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// Its number.
    pub number: u8,
    /// The text around its own part.
    pub shape: Shape,
}

/// A token of a sequence.
///
/// The tokens of a user are numbered from 1: one for each sign-on, each direct sign-in and each exchange of the user, in the order of the
/// steps and, where requests race, of the requests in the step. A launch gives a code and no token. A request that is refused has its
/// number all the same, for which there is then no token; but a direct sign-in of a user who is not known yet has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The owner.
    pub user: User,
    /// Its place among the user's, from 1.
    pub number: u32,
}

/// A code of a sequence. The codes of a user are numbered from 1, one for each launch, as [`Token`]s are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The user who was launched.
    pub user: User,
    /// Its place among the user's, from 1.
    pub number: u32,
}

/// A call by which the partner signs a user on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entrance {
    /// The sign-on, which gives a token.
    SignOn,
    /// The launch, which gives a code.
    Launch,
}

/// A sign-on or a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOn {
    /// The user.
    pub user: User,
    /// The password.
    pub password: Password,
    /// The call.
    pub entrance: Entrance,
    /// The way in which the fields are sent.
    pub way: Way,
    /// True if the e-mail is sent in upper case.
    pub upper_case: bool,
}

/// A sign-in of a user with a password, without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// The user.
    pub user: User,
    /// The password.
    pub password: Password,
    /// The way in which the fields are sent.
    pub way: Way,
}

/// The exchange of a code for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The code.
    pub code: Code,
    /// The way in which the fields are sent: a form or JSON.
    pub way: Way,
}

/// A token as it is brought to a session or sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presented {
    /// The token.
    pub token: Token,
    /// The place in which it stands.
    pub carrier: Carrier,
}

/// The place of a token in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// The header `Authorization: Bearer`.
    Bearer,
    /// The field `token` of the query; of a session alone.
    Get,
    /// The field `token` of a form; of a sign-out alone.
    Form,
    /// The member `token` of a JSON object; of a sign-out alone.
    Json,
}

impl Carrier {
    /// The places of a session's token.
    pub const OF_SESSION: [Self; 2] = [Self::Bearer, Self::Get];
    /// The places of a sign-out's token.
    pub const OF_SIGN_OUT: [Self; 3] = [Self::Bearer, Self::Form, Self::Json];

    /// The way of sending it, unless it stands in a header.
    pub(crate) fn way(self) -> Option<Way> {
        match self {
            Self::Bearer => None,
            Self::Get => Some(Way::Get),
            Self::Form => Some(Way::Form),
            Self::Json => Some(Way::Json),
        }
    }
}

/// The next action of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The partner signs a user on, or launches it.
    SignOn(SignOn),
    /// It does so several times at once.
    Together(Vec<SignOn>),
    /// A user signs in directly.
    Direct(Direct),
    /// The product exchanges a code.
    Exchange(Exchange),
    /// Somebody asks whose a token is.
    Session(Presented),
    /// A token is ended.
    SignOut(Presented),
}

impl Step {
    /// The sign-ons and launches of this step.
    pub fn sign_ons(&self) -> &[SignOn] {
        match self {
            Self::SignOn(sign_on) => std::slice::from_ref(sign_on),
            Self::Together(sign_ons) => sign_ons,
            Self::Direct(_) | Self::Exchange(_) | Self::Session(_) | Self::SignOut(_) => &[],
        }
    }

    /// The user whom it is about; of several, the first.
    pub fn user(&self) -> Option<User> {
        match self {
            Self::SignOn(SignOn { user, .. }) | Self::Direct(Direct { user, .. }) => Some(*user),
            Self::Together(sign_ons) => sign_ons.first().map(|sign_on| sign_on.user),
            Self::Exchange(exchange) => Some(exchange.code.user),
            Self::Session(it) | Self::SignOut(it) => Some(it.token.user),
        }
    }

    /// Returns how a server says that the password, the code or the token does not count; sign-ons and sign-outs have no such answer.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Direct(_) => Some(Refusal::CREDENTIALS),
            Self::Exchange(_) | Self::Session(_) => Some(Refusal::TOKEN),
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

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {} of {}", self.number, self.user)
    }
}

impl fmt::Display for Entrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignOn => "sign-on",
            Self::Launch => "launch",
        })
    }
}

impl fmt::Display for SignOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, password, way, upper_case, .. } = self;
        let case = if *upper_case { " (the e-mail in upper case)" } else { "" };
        write!(f, "{user}{case} with {password}, {}", words(*way))
    }
}

impl fmt::Display for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.carrier.way() {
            None => write!(f, "{}", self.token),
            Some(way) => write!(f, "{}, {}", self.token, words(way)),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignOn(sign_on) => write!(f, "{} of {sign_on}", sign_on.entrance),
            Self::Together(sign_ons) => {
                let launches = sign_ons.iter().any(|it| it.entrance == Entrance::Launch);
                let each = sign_ons.iter().map(|it| match it.entrance {
                    entrance if launches => format!("{entrance} of {it}"),
                    _ => it.to_string(),
                });
                let what = if launches { "" } else { "sign-ons " };
                write!(f, "{what}at the same time: {}", each.collect::<Vec<_>>().join("; "))
            }
            Self::Direct(Direct { user, password, way }) => {
                write!(f, "direct sign-in of {user} with {password}, {}", words(*way))
            }
            Self::Exchange(Exchange { code, way }) => {
                write!(f, "exchange of {code}, {}", words(*way))
            }
            Self::Session(it) => write!(f, "session of {it}"),
            Self::SignOut(it) => write!(f, "sign-out of {it}"),
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
