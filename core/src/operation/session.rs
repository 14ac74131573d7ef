//! Session and sign-out: reads what a token stands for, and ends it.

use crate::context::{Context, Principals};
use crate::request::fields::{Field, Fields};
use crate::state::State;
use crate::step::Transition;
use crate::value::token::TokenText;
use crate::{Call, Error, Reply, Request, Response};

/// A request for the session of a well-formed token.
#[derive(Clone, Debug)]
pub(crate) struct Session(TokenText);

/// A request to end a well-formed token.
pub(crate) struct SignOut(TokenText);

impl Session {
    pub(crate) fn parse(request: &Request<'_>) -> Result<Self, Error> {
        parse_token(request).map(Self)
    }

    pub(crate) fn begin(self) -> Transition {
        Transition::Call(Call::FindToken { digest: self.0.digest() }, State::FindToken(self))
    }

    pub(crate) fn token_found(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let (token, holder) = reply.token()?.ok_or(Error::InvalidToken)?;
        if token.digest != self.0.digest()
            || !holder.is_of(token.company_id, token.user_id, token.key_id)
        {
            return Ok(context.refuse_wrong_record(Principals::default()));
        }
        let is_valid = context.now < token.expires_at
            && holder.is_current(token.credential_version, context.now);
        if !is_valid {
            return Err(Error::InvalidToken);
        }
        Response::success(&holder.company, &holder.user, &self.0).map(Transition::Done)
    }
}

impl SignOut {
    pub(crate) fn parse(request: &Request<'_>) -> Result<Self, Error> {
        parse_token(request).map(Self)
    }

    pub(crate) fn begin(self) -> Transition {
        Transition::Call(Call::RevokeToken { digest: self.0.digest() }, State::RevokeToken)
    }
}

/// Parses the one token of a request: as Bearer, or as `token` or `_token` in its fields (`SSO-SES-001`).
fn parse_token(request: &Request<'_>) -> Result<TokenText, Error> {
    const KNOWN: &[Field] = &[Field::Token, Field::LegacyToken];
    let fields = Fields::decode(request, KNOWN)?;
    let bearer = request.bearer();
    let in_fields = KNOWN.iter().filter(|field| fields.contains(**field)).count();
    if in_fields + usize::from(bearer.is_some()) > 1 {
        return Err(Error::Duplicate(Field::Token));
    }
    let field = fields.text(Field::Token)?.or(fields.text(Field::LegacyToken)?);
    bearer.or(field).and_then(TokenText::parse).ok_or(Error::InvalidToken)
}
