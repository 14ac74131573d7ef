//! Which operation a request asks for.

pub(crate) mod direct;
pub(crate) mod exchange;
pub(crate) mod grant;
mod holder;
pub(crate) mod operator;
pub(crate) mod session;
pub(crate) mod sign_on;

use crate::context::Context;
use crate::operation::direct::DirectSignIn;
use crate::operation::exchange::Exchange;
use crate::operation::session::{Session, SignOut};
use crate::operation::sign_on::{SignOn, Wish};
use crate::step::Turn;
use crate::{Error, Request, Settings};

/// A valid request: all that can be checked in the request alone has passed.
pub(crate) enum Operation {
    SignOn(SignOn),
    Exchange(Exchange),
    DirectSignIn(DirectSignIn),
    Session(Session),
    SignOut(SignOut),
}

/// The methods by which a path is served.
const GET_OR_POST: &str = "GET, POST";
const GET: &str = "GET";
const POST: &str = "POST";

impl Operation {
    /// Finds the operation by path and method, and reads its fields (`SSO-REQ-022`).
    pub(crate) fn read(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        match request.path {
            "/api/sso/authenticate" => {
                request.only_by(GET_OR_POST)?;
                SignOn::read(request, Wish::Token).map(Self::SignOn)
            }
            "/api/sso/login" => {
                request.only_by(GET_OR_POST)?;
                SignOn::read(request, Wish::Launch).map(Self::SignOn)
            }
            "/api/sso/exchange" => {
                request.only_by(POST)?;
                Exchange::read(request).map(Self::Exchange)
            }
            "/api/authenticate" => {
                request.only_by(GET_OR_POST)?;
                DirectSignIn::read(request, settings).map(Self::DirectSignIn)
            }
            "/api/session" => {
                request.only_by(GET)?;
                Session::read(request).map(Self::Session)
            }
            "/api/signout" => {
                request.only_by(POST)?;
                SignOut::read(request).map(Self::SignOut)
            }
            _ => Err(Error::NotFound),
        }
    }

    pub(crate) fn begin(self, context: &Context) -> Turn {
        match self {
            Self::SignOn(sign_on) => sign_on.begin(context),
            Self::Exchange(exchange) => exchange.begin(),
            Self::DirectSignIn(direct) => direct.begin(context),
            Self::Session(session) => session.begin(),
            Self::SignOut(sign_out) => sign_out.begin(),
        }
    }
}

impl Request<'_> {
    fn only_by(&self, allow: &'static str) -> Result<(), Error> {
        let is_allowed = allow.split(", ").any(|method| method == self.method);
        if is_allowed { Ok(()) } else { Err(Error::MethodNotAllowed { allow }) }
    }
}
