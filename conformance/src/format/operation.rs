//! The six calls of the format: where each is served, how, and with which fields.

use crate::format::way::Way;

/// A call of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// The partner signs a user on.
    SignOn,
    /// The partner sends a user to a product, with a code.
    Launch,
    /// The product turns a code into an account and a token.
    Exchange,
    /// A user signs in with its own password.
    Direct,
    /// Whoever holds a token asks whose it is.
    Session,
    /// A token is ended.
    SignOut,
}

impl Operation {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::SignOn, Self::Launch, Self::Exchange, Self::Direct, Self::Session, Self::SignOut];

    /// Its name, for files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignOn => "sign-on",
            Self::Launch => "launch",
            Self::Exchange => "exchange",
            Self::Direct => "direct",
            Self::Session => "session",
            Self::SignOut => "sign-out",
        }
    }

    /// Its path below the server's base.
    pub fn path(self) -> &'static str {
        match self {
            Self::SignOn => "/api/sso/authenticate",
            Self::Launch => "/api/sso/login",
            Self::Exchange => "/api/sso/exchange",
            Self::Direct => "/api/authenticate",
            Self::Session => "/api/session",
            Self::SignOut => "/api/signout",
        }
    }

    /// The operation that is served at this path.
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.path() == path)
    }

    /// The ways in which it takes its fields.
    pub fn ways(self) -> &'static [Way] {
        match self {
            Self::SignOn | Self::Launch | Self::Direct => &Way::ALL,
            Self::Exchange | Self::SignOut => &[Way::Form, Way::Json],
            Self::Session => &[Way::Get],
        }
    }

    /// The methods of these ways, in the order of an `Allow` header.
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Self::SignOn | Self::Launch | Self::Direct => &["GET", "POST"],
            Self::Exchange | Self::SignOut => &["POST"],
            Self::Session => &["GET"],
        }
    }

    /// The fields without which it answers 4001 `missing_parameter`.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::SignOn | Self::Launch => &["email", "password", "ssokey", "product"],
            Self::Exchange => &["code", "product"],
            Self::Direct => &["userid", "password"],
            Self::Session | Self::SignOut => &[],
        }
    }

    /// The other fields that it knows.
    pub fn optional(self) -> &'static [&'static str] {
        match self {
            Self::SignOn | Self::Launch => &["issued_at"],
            Self::Exchange => &[],
            Self::Direct => &["company", "product"],
            Self::Session => &["token", "_token", "product"],
            Self::SignOut => &["token", "_token"],
        }
    }

    /// The fields that it knows, the required ones first.
    pub fn known(self) -> impl Iterator<Item = &'static str> {
        self.required().iter().chain(self.optional()).copied()
    }

    /// Returns whether its success is the documented answer with its 14 members.
    pub fn answers_with_account(self) -> bool {
        match self {
            Self::SignOn | Self::Exchange | Self::Direct | Self::Session => true,
            Self::Launch | Self::SignOut => false,
        }
    }
}
