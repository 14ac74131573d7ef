//! The operations: each file takes one of them from its fields to its answer.

pub(crate) mod direct;
pub(crate) mod exchange;
pub(crate) mod grant;
pub(crate) mod operator;
pub(crate) mod session;
pub(crate) mod sign_on;
mod validity;

use crate::context::Context;
use crate::operation::direct::DirectSignIn;
use crate::operation::exchange::Exchange;
use crate::operation::session::{Session, SignOut};
use crate::operation::sign_on::{ResponseType, SignOn};
use crate::step::Transition;
use crate::{Error, Request, Settings};

/// A valid request: it has passed every check that needs the request alone.
pub(crate) enum Operation {
    SignOn(SignOn),
    Exchange(Exchange),
    DirectSignIn(DirectSignIn),
    Session(Session),
    SignOut(SignOut),
}

/// The values of an Allow header.
const GET_OR_POST: &str = "GET, POST";
const GET: &str = "GET";
const POST: &str = "POST";

impl Operation {
    /// Finds the operation by path and method, and parses its fields (`SSO-REQ-022`).
    pub(crate) fn parse(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        match request.path {
            "/api/sso/authenticate" => {
                request.require_method(GET_OR_POST)?;
                SignOn::parse(request, ResponseType::Token).map(Self::SignOn)
            }
            "/api/sso/login" => {
                request.require_method(GET_OR_POST)?;
                SignOn::parse(request, ResponseType::Code).map(Self::SignOn)
            }
            "/api/sso/exchange" => {
                request.require_method(POST)?;
                Exchange::parse(request).map(Self::Exchange)
            }
            "/api/authenticate" => {
                request.require_method(GET_OR_POST)?;
                DirectSignIn::parse(request, settings).map(Self::DirectSignIn)
            }
            "/api/session" => {
                request.require_method(GET)?;
                Session::parse(request).map(Self::Session)
            }
            "/api/signout" => {
                request.require_method(POST)?;
                SignOut::parse(request).map(Self::SignOut)
            }
            _ => Err(Error::NotFound),
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

impl Request<'_> {
    /// Fails unless the request's method is one of those in `allow`.
    fn require_method(&self, allow: &'static str) -> Result<(), Error> {
        if allow.split(", ").any(|method| method == self.method) {
            Ok(())
        } else {
            Err(Error::MethodNotAllowed { allow })
        }
    }
}
