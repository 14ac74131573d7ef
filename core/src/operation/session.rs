//! Session and sign-out: what a token says, and its end.

use crate::context::{Concerned, Context};
use crate::request::fields::{Field, Fields};
use crate::state::State;
use crate::step::Turn;
use crate::value::token::TokenText;
use crate::{Call, Error, Reply, Request, Response};

/// A request for the session of a well-formed token.
#[derive(Clone, Debug)]
pub(crate) struct Session(TokenText);

/// A request to end a well-formed token.
pub(crate) struct SignOut(TokenText);

impl Session {
    pub(crate) fn read(request: &Request<'_>) -> Result<Self, Error> {
        presented_token(request).map(Self)
    }

    pub(crate) fn begin(self) -> Turn {
        Turn::Call(Call::FindToken { digest: self.0.digest() }, State::FindToken(self))
    }

    pub(crate) fn token_found(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let (token, holder) = reply.token()?.ok_or(Error::InvalidToken)?;
        if token.digest != self.0.digest()
            || !holder.is_of(token.company_id, token.user_id, token.key_id)
        {
            return Ok(context.host_fault(Concerned::default()));
        }
        let is_good = context.now < token.expires_at
            && holder.is_current(token.credential_version, context.now);
        if !is_good {
            return Err(Error::InvalidToken);
        }
        Response::success(&holder.company, &holder.user, &self.0).map(Turn::Done)
    }
}

impl SignOut {
    pub(crate) fn read(request: &Request<'_>) -> Result<Self, Error> {
        presented_token(request).map(Self)
    }

    pub(crate) fn begin(self) -> Turn {
        Turn::Call(Call::RevokeToken { digest: self.0.digest() }, State::RevokeToken)
    }
}

/// The one token of a request: as Bearer, or as `token` or `_token` in its fields (`SSO-SES-001`).
fn presented_token(request: &Request<'_>) -> Result<TokenText, Error> {
    const KNOWN: &[Field] = &[Field::Token, Field::LegacyToken];
    let fields = Fields::read(request, KNOWN)?;
    let bearer = request.bearer();
    let presented = KNOWN.iter().filter(|field| fields.has(**field)).count();
    if presented + usize::from(bearer.is_some()) > 1 {
        return Err(Error::Duplicate(Field::Token));
    }
    let in_fields = fields.text(Field::Token)?.or(fields.text(Field::LegacyToken)?);
    let token = bearer.or(in_fields).ok_or(Error::InvalidToken)?;
    TokenText::parse(token).ok_or(Error::InvalidToken)
}
