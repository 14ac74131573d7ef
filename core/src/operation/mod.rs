//! The operations: each file takes one of them from its fields to its answer.

pub(crate) mod direct;
pub(crate) mod exchange;
pub(crate) mod grant;
pub(crate) mod name;
pub(crate) mod session;
pub(crate) mod sign_on;
mod validity;

use crate::context::Context;
use crate::operation::direct::DirectSignIn;
use crate::operation::exchange::Exchange;
use crate::operation::name::OperationName;
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

impl Operation {
    /// Finds the operation by path and method, and parses its fields (`SSO-REQ-022`).
    pub(crate) fn parse(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        let name = settings.operation_at(request.path).ok_or(Error::NotFound)?;
        let allow = name.allow();
        if !allow.split(", ").any(|method| method == request.method) {
            return Err(Error::MethodNotAllowed { allow });
        }
        match name {
            OperationName::SignOn => {
                SignOn::parse(request, settings, ResponseType::Token).map(Self::SignOn)
            }
            OperationName::Launch => {
                SignOn::parse(request, settings, ResponseType::Code).map(Self::SignOn)
            }
            OperationName::Exchange => Exchange::parse(request, settings).map(Self::Exchange),
            OperationName::DirectSignIn => {
                DirectSignIn::parse(request, settings).map(Self::DirectSignIn)
            }
            OperationName::Session => Session::parse(request, settings).map(Self::Session),
            OperationName::SignOut => SignOut::parse(request).map(Self::SignOut),
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
