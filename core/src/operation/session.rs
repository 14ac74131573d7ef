//! Session and sign-out: reads what a token stands for, and ends it.

use crate::context::{Context, Principals};
use crate::request::fields::{Field, Fields};
use crate::state::{State, Transition};
use crate::value::token::TokenText;
use crate::{Call, Company, Error, ProductName, Reply, Request, Response, Settings, Token};

/// A request for the session of a well-formed token.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    token: TokenText,
    /// The product at which the token must be valid, if the request names one.
    product: Option<ProductName>,
}

/// A request to end a well-formed token.
pub(crate) struct SignOut(TokenText);

impl Session {
    pub(crate) fn parse(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        const KNOWN: &[Field] = &[Field::Token, Field::LegacyToken, Field::Product];
        let fields = Fields::decode(request, KNOWN)?;
        let token = find_token(request, &fields)?;
        fields.require(&[])?;
        let product = fields.optional_product(settings.products())?;
        Ok(Self { token: parse_token(token)?, product })
    }

    pub(crate) fn begin(self) -> Transition {
        Transition::Call(Call::FindToken { digest: self.token.digest() }, State::FindToken(self))
    }

    pub(crate) fn token_found(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let (token, holder) = reply.token()?.ok_or(Error::InvalidToken)?;
        if token.digest != self.token.digest() {
            return Ok(Transition::wrong_record(Principals::default(), "token.digest"));
        }
        if let Some(member) = holder.difference(token.company_id, token.user_id, token.key_id) {
            return Ok(Transition::wrong_record(Principals::default(), member));
        }
        let is_valid = context.now < token.expires_at
            && holder.is_current(token.credential_version, context.now)
            && self.product.is_none_or(|product| token.is_for(&product, &holder.company));
        if !is_valid {
            return Err(Error::InvalidToken);
        }
        Response::success(&holder.company, &holder.user, &self.token).map(Transition::Done)
    }
}

impl Token {
    /// Returns whether the token is valid at the product: the one that it was given for, or any of the company's (`SSO-SES-007`).
    fn is_for(&self, product: &ProductName, company: &Company) -> bool {
        match &self.product {
            Some(own) => own == product,
            None => company.products.contains(product),
        }
    }
}

impl SignOut {
    pub(crate) fn parse(request: &Request<'_>) -> Result<Self, Error> {
        const KNOWN: &[Field] = &[Field::Token, Field::LegacyToken];
        let fields = Fields::decode(request, KNOWN)?;
        find_token(request, &fields).and_then(parse_token).map(Self)
    }

    pub(crate) fn begin(self) -> Transition {
        Transition::Call(Call::RevokeToken { digest: self.0.digest() }, State::RevokeToken)
    }
}

/// Returns the one token of a request: as Bearer, or as `token` or `_token` in its fields (`SSO-SES-001`, `SSO-SES-002`).
fn find_token<'a>(request: &'a Request<'_>, fields: &'a Fields) -> Result<Option<&'a str>, Error> {
    let bearer = request.bearer()?;
    let in_fields = [Field::Token, Field::LegacyToken].map(|field| fields.contains(field));
    if in_fields.into_iter().chain([bearer.is_some()]).filter(|is_there| *is_there).count() > 1 {
        return Err(Error::Duplicate(Field::Token.name()));
    }
    let field = fields.text(Field::Token)?.or(fields.text(Field::LegacyToken)?);
    Ok(bearer.or(field))
}

fn parse_token(text: Option<&str>) -> Result<TokenText, Error> {
    text.and_then(TokenText::parse).ok_or(Error::InvalidToken)
}
