//! Exchange: a product turns a launch code into a token.

use crate::context::{Context, Principals};
use crate::operation::grant::{Grant, PendingToken};
use crate::request::fields::{Field, Fields};
use crate::state::{State, Transition};
use crate::value::code::CodeText;
use crate::wire::event::EventKind;
use crate::{Call, Digest, Error, ProductName, Reply, Request, Settings};

/// An exchange whose fields are valid; the product's secret is not checked yet.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    product: ProductName,
    /// The secrets themselves are not needed again.
    secret_digest: Digest,
    code_digest: Digest,
}

impl Exchange {
    pub(crate) fn parse(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        const KNOWN: &[Field] = &[Field::Code, Field::Product];
        let fields = Fields::decode(request, KNOWN)?;
        let secret = request.bearer()?;
        fields.require(KNOWN)?;
        let code = fields.parse(Field::Code, |text| Some(CodeText::parse(text)))?;
        Ok(Self {
            product: fields.product(settings.products())?,
            secret_digest: Digest::of(secret.ok_or(Error::InvalidToken)?.as_bytes()),
            code_digest: code.ok_or(Error::InvalidToken)?.digest(),
        })
    }

    pub(crate) fn begin(self) -> Transition {
        let call = Call::FindProduct { name: self.product.clone() };
        Transition::Call(call, State::FindExchangeProduct(self))
    }

    /// Compares digests, so that the time does not depend on the secret.
    ///
    /// INVARIANT: a code is not touched before the product has shown its secret.
    pub(crate) fn product_found(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        let product = reply.product()?.ok_or(Error::InvalidToken)?;
        if product.name != self.product {
            return Ok(Transition::wrong_record(Principals::default(), "product.name"));
        }
        if !product.accepts(self.secret_digest, context.now) {
            return Err(Error::InvalidToken);
        }
        Ok(Transition::Call(Call::TakeCode { digest: self.code_digest }, State::TakeCode(self)))
    }

    pub(crate) fn code_taken(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let (code, holder) = reply.code()?.ok_or(Error::InvalidToken)?;
        if code.digest != self.code_digest {
            return Ok(Transition::wrong_record(Principals::default(), "code.digest"));
        }
        if let Some(member) = holder.difference(code.company_id, code.user_id, Some(code.key_id)) {
            return Ok(Transition::wrong_record(Principals::default(), member));
        }
        let is_valid = code.product == self.product
            && context.now < code.expires_at
            && holder.is_current(code.credential_version, context.now);
        if !is_valid {
            return Err(Error::InvalidToken);
        }
        let grant = Grant {
            credential_version: code.credential_version,
            key_id: Some(code.key_id),
            product: Some(code.product),
            kind: EventKind::Exchanged,
        };
        Ok(PendingToken::save(context, holder.company, holder.user, grant))
    }
}
