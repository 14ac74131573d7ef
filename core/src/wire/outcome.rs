//! The outcome of each call: a reply as the type that its call can have.

use crate::{
    Code, Company, CredentialVersion, Error, Holder, Key, PasswordHash, Product, Reply, Token,
    User, Verdict,
};

/// The outcome of an attempt at admission.
pub(crate) enum Admission {
    Admitted,
    RetryAfter(u32),
}

/// The outcome of a creation.
pub(crate) enum Creation {
    Created(User),
    Exists,
}

/// The outcome of a compare-and-swap.
pub(crate) enum Swap<T> {
    Swapped(T),
    Stale,
}

/// Narrows a reply to the type of its call's replies. Any other reply is a failure or a fault (`SSO-ERR-007`).
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each reply that does not fit is a fault, new variants too"
)]
impl Reply {
    pub(crate) fn admission(self) -> Result<Admission, Error> {
        match self {
            Self::Admitted => Ok(Admission::Admitted),
            Self::RetryAfter { seconds } => Ok(Admission::RetryAfter(seconds)),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn key(self) -> Result<Option<(Key, Company)>, Error> {
        match self {
            Self::Key { key, company } => Ok(Some((key, company))),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn company(self) -> Result<Option<Company>, Error> {
        match self {
            Self::Company { company } => Ok(Some(company)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn product(self) -> Result<Option<Product>, Error> {
        match self {
            Self::Product { product } => Ok(Some(product)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn token(self) -> Result<Option<(Token, Holder)>, Error> {
        match self {
            Self::Token { token, holder } => Ok(Some((token, holder))),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn code(self) -> Result<Option<(Code, Holder)>, Error> {
        match self {
            Self::Code { code, holder } => Ok(Some((code, holder))),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn user(self) -> Result<Option<User>, Error> {
        match self {
            Self::User { user } => Ok(Some(user)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn verdict(self) -> Result<Verdict, Error> {
        match self {
            Self::Match => Ok(Verdict::Match),
            Self::NoMatch => Ok(Verdict::NoMatch),
            Self::Unreadable => Ok(Verdict::Unreadable),
            Self::Overloaded { seconds } => Err(Error::Overloaded { seconds }),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn hashed(self) -> Result<PasswordHash, Error> {
        match self {
            Self::Hashed { password_hash } => Ok(password_hash),
            Self::Overloaded { seconds } => Err(Error::Overloaded { seconds }),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn creation(self) -> Result<Creation, Error> {
        match self {
            Self::Created { user } => Ok(Creation::Created(user)),
            Self::Exists => Ok(Creation::Exists),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn replacement(self) -> Result<Swap<CredentialVersion>, Error> {
        match self {
            Self::Replaced { credential_version } => Ok(Swap::Swapped(credential_version)),
            Self::Stale => Ok(Swap::Stale),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn rehash(self) -> Result<Swap<()>, Error> {
        match self {
            Self::Done => Ok(Swap::Swapped(())),
            Self::Stale => Ok(Swap::Stale),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn done(self) -> Result<(), Error> {
        match self {
            Self::Done => Ok(()),
            other => Err(other.fault()),
        }
    }

    /// Takes a failure as well: an event that cannot be recorded changes no answer (`SSO-ERR-003`).
    pub(crate) fn recorded(self) -> Result<(), Error> {
        match self {
            Self::Done | Self::Failed => Ok(()),
            _ => Err(Error::UnfitReply),
        }
    }

    fn fault(self) -> Error {
        match self {
            Self::Failed => Error::StorageUnavailable,
            _ => Error::UnfitReply,
        }
    }
}
