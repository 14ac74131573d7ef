//! The operations: each file takes one of them from its fields to its answer.

pub(crate) mod direct;
pub(crate) mod exchange;
pub(crate) mod grant;
pub(crate) mod session;
pub(crate) mod sign_on;
mod validity;

use crate::context::Context;
use crate::operation::direct::DirectSignIn;
use crate::operation::exchange::Exchange;
use crate::operation::session::{Session, SignOut};
use crate::operation::sign_on::{ResponseType, SignOn};
use crate::state::Transition;
use crate::{Error, Request, Settings};

/// A valid request: it has passed every check that needs the request alone.
pub(crate) enum Operation {
    SignOn(SignOn),
    Exchange(Exchange),
    DirectSignIn(DirectSignIn),
    Session(Session),
    SignOut(SignOut),
}

/// The methods of a sign-on, as an Allow header lists them.
pub(crate) const GET_OR_POST: &str = "GET, POST";

/// The path of an operation.
#[derive(Clone, Copy)]
enum Path {
    SignOn,
    Launch,
    Exchange,
    DirectSignIn,
    Session,
    SignOut,
}

/// Returns whether an operation is served at the path, compared byte for byte (`SSO-REQ-021`). A host leaves all other paths to
/// its own handlers.
#[must_use]
pub fn is_served(path: &str) -> bool {
    Path::parse(path).is_some()
}

impl Path {
    fn parse(path: &str) -> Option<Self> {
        Some(match path {
            "/api/sso/authenticate" => Self::SignOn,
            "/api/sso/login" => Self::Launch,
            "/api/sso/exchange" => Self::Exchange,
            "/api/authenticate" => Self::DirectSignIn,
            "/api/session" => Self::Session,
            "/api/signout" => Self::SignOut,
            _ => return None,
        })
    }

    /// Returns the methods that serve the path, as the Allow header lists them (`SSO-REQ-020`).
    const fn allow(self) -> &'static str {
        match self {
            Self::SignOn | Self::Launch | Self::DirectSignIn => GET_OR_POST,
            Self::Session => "GET",
            Self::Exchange | Self::SignOut => "POST",
        }
    }
}

impl Operation {
    /// Finds the operation by path and method, and parses its fields (`SSO-REQ-022`).
    pub(crate) fn parse(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        let path = Path::parse(request.path).ok_or(Error::NotFound)?;
        let allow = path.allow();
        if !allow.split(", ").any(|method| method == request.method) {
            return Err(Error::MethodNotAllowed { allow });
        }
        match path {
            Path::SignOn => SignOn::parse(request, settings, ResponseType::Token).map(Self::SignOn),
            Path::Launch => SignOn::parse(request, settings, ResponseType::Code).map(Self::SignOn),
            Path::Exchange => Exchange::parse(request, settings).map(Self::Exchange),
            Path::DirectSignIn => DirectSignIn::parse(request, settings).map(Self::DirectSignIn),
            Path::Session => Session::parse(request, settings).map(Self::Session),
            Path::SignOut => SignOut::parse(request).map(Self::SignOut),
        }
    }

    /// Returns the operation's first call.
    pub(crate) fn begin(self, context: &Context) -> Transition {
        match self {
            Self::SignOn(sign_on) => sign_on.begin(context),
            Self::Exchange(exchange) => exchange.begin(),
            Self::DirectSignIn(sign_in) => sign_in.begin(context),
            Self::Session(session) => session.begin(),
            Self::SignOut(sign_out) => sign_out.begin(),
        }
    }
}
