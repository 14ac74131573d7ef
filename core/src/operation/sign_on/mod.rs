//! Sign-on and launch, up to the key: nothing else is looked at before the key is known to be good.

pub(crate) mod keyed;
pub(crate) mod known_user;

use alloc::string::ToString;

use crate::context::{Concerned, Context};
use crate::operation::sign_on::keyed::Partner;
use crate::request::fields::{Field, Fields};
use crate::state::State;
use crate::step::Turn;
use crate::wire::event::{Denial, KeyRefusal, Purpose};
use crate::wire::reply::Admission;
use crate::{Call, Digest, Email, Error, MAX_INTEGER, Password, Product, Reply, Request, SsoKey};

/// A valid sign-on: who shall be signed on to what, with which password, by whose key.
#[derive(Clone, Debug)]
pub(crate) struct SignOn {
    pub(crate) email: Email,
    pub(crate) password: Password,
    pub(crate) product: Product,
    pub(crate) issued_at: Option<u64>,
    pub(crate) wish: Wish,
    /// The key itself is not needed again.
    key_digest: Digest,
    key_is_well_formed: bool,
}

/// What a sign-on shall earn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A token in the documented JSON.
    Token,
    /// A redirect to the product with a single-use code: the document's "auto login".
    Launch,
}

impl SignOn {
    pub(crate) fn read(request: &Request<'_>, wish: Wish) -> Result<Self, Error> {
        const KNOWN: &[Field] =
            &[Field::Email, Field::Password, Field::Ssokey, Field::Product, Field::IssuedAt];
        let fields = Fields::read(request, KNOWN)?;
        fields.require(&[Field::Email, Field::Password, Field::Ssokey, Field::Product])?;
        let (key_digest, key_is_well_formed) = fields.parse(Field::Ssokey, |text| {
            Some((Digest::of(text.as_bytes()), SsoKey::parse(text).is_some()))
        })?;
        Ok(Self {
            email: fields.parse(Field::Email, Email::parse)?,
            password: fields.parse(Field::Password, Password::parse)?,
            product: fields.parse(Field::Product, Product::parse)?,
            issued_at: fields.parse_optional(Field::IssuedAt, milliseconds)?,
            wish,
            key_digest,
            key_is_well_formed,
        })
    }

    pub(crate) fn begin(self, context: &Context) -> Turn {
        let attempt = context.attempt(Purpose::SignOn, self.key_digest.to_string());
        Turn::Call(Call::Admit(attempt), State::Admit(self))
    }

    pub(crate) fn admitted(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let nobody = Concerned::default();
        Ok(match reply.admission()? {
            Admission::RetryAfter(seconds) => context.over_limit(Purpose::SignOn, seconds, nobody),
            Admission::Admitted if !self.key_is_well_formed => {
                context.refuse_key(KeyRefusal::Malformed, nobody)
            }
            Admission::Admitted => {
                let call = Call::FindKey { digest: self.key_digest };
                Turn::Call(call, State::FindKey(self))
            }
        })
    }

    /// INVARIANT: no user is read and nothing is hashed before this has passed (`SSO-KEY-003`).
    pub(crate) fn key_found(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let Some((key, company)) = reply.key()? else {
            return Ok(context.refuse_key(KeyRefusal::Unknown, Concerned::default()));
        };
        if key.digest != self.key_digest || key.company_id != company.id {
            return Ok(context.host_fault(Concerned::default()));
        }
        let concerned = Concerned { company: Some(company.id), key: Some(key.id), user: None };
        if let Some(refusal) = key.refusal(context.now) {
            return Ok(context.refuse_key(refusal, concerned));
        }
        if !company.products.contains(&self.product) {
            return Ok(context.deny(Denial::Product, concerned));
        }
        let wish = self.wish;
        let partner = Partner::new(self, key.id, company);
        Ok(match wish {
            Wish::Token => partner.find_user(),
            Wish::Launch => partner.find_product(),
        })
    }
}

fn milliseconds(digits: &str) -> Option<u64> {
    let canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let value = digits.parse().ok().filter(|_| canonical)?;
    (value <= MAX_INTEGER).then_some(value)
}
