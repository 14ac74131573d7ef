//! Sign-on and launch: a partner's call, with the key as its credential.
//!
//! Each step is a type that says what is proven by then:
//!
//! ```text
//! SignOn -- the key is valid --> KeyedSignOn -- the user is known --> KnownUserSignOn
//! ```

pub(crate) mod keyed;
pub(crate) mod known_user;

use alloc::string::ToString;

use crate::context::{Context, Principals};
use crate::operation::sign_on::keyed::KeyedSignOn;
use crate::request::fields::{Field, Fields};
use crate::state::{State, Transition};
use crate::wire::event::{KeyRefusal, Purpose};
use crate::wire::outcome::Admission;
use crate::{
    Call, Digest, Email, Error, MAX_CLOCK_SKEW, MAX_INTEGER, Password, ProductName, Reply, Request,
    Settings, SsoKey,
};

/// A sign-on whose fields are valid; its key is not checked yet.
#[derive(Clone, Debug)]
pub(crate) struct SignOn {
    pub(crate) email: Email,
    pub(crate) password: Password,
    pub(crate) product: ProductName,
    pub(crate) issued_at: Option<u64>,
    pub(crate) response_type: ResponseType,
    /// The key itself is not needed again.
    key_digest: Digest,
    key_is_well_formed: bool,
}

/// The credential that success returns, as the `response_type` of OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseType {
    /// A token in the documented JSON: sign-on.
    Token,
    /// A single-use code in a redirect to the product: launch, the document's "auto login".
    Code,
}

impl SignOn {
    pub(crate) fn parse(
        request: &Request<'_>,
        settings: &Settings,
        response_type: ResponseType,
    ) -> Result<Self, Error> {
        const KNOWN: &[Field] =
            &[Field::Email, Field::Password, Field::Ssokey, Field::Product, Field::IssuedAt];
        let fields = Fields::decode(request, KNOWN)?;
        fields.require(&[Field::Email, Field::Password, Field::Ssokey, Field::Product])?;
        let (key_digest, key_is_well_formed) = fields.parse(Field::Ssokey, |text| {
            Some((Digest::of(text.as_bytes()), SsoKey::parse(text).is_some()))
        })?;
        Ok(Self {
            email: fields.parse(Field::Email, Email::parse)?,
            password: fields.parse(Field::Password, Password::parse)?,
            product: fields.product(settings.products())?,
            issued_at: fields.parse_optional(Field::IssuedAt, |digits| {
                parse_time(digits)
                    .filter(|time| *time <= MAX_CLOCK_SKEW.saturating_add(request.now))
            })?,
            response_type,
            key_digest,
            key_is_well_formed,
        })
    }

    pub(crate) fn begin(self, context: &Context) -> Transition {
        let attempt = context.attempt(Purpose::SignOn, self.key_digest.to_string());
        Transition::Call(Call::Admit(attempt), State::Admit(self))
    }

    pub(crate) fn admitted(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let unknown = Principals::default();
        Ok(match reply.admission()? {
            Admission::RetryAfter(seconds) => {
                context.refuse_over_limit(Purpose::SignOn, seconds, unknown)
            }
            Admission::Admitted if !self.key_is_well_formed => {
                context.refuse_key(KeyRefusal::Malformed, unknown)
            }
            Admission::Admitted => {
                Transition::Call(Call::FindKey { digest: self.key_digest }, State::FindKey(self))
            }
        })
    }

    /// INVARIANT: no user is read and nothing is hashed before this has passed (`SSO-KEY-003`).
    pub(crate) fn key_found(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let Some((key, company)) = reply.key()? else {
            return Ok(context.refuse_key(KeyRefusal::Unknown, Principals::default()));
        };
        if key.digest != self.key_digest {
            return Ok(Transition::wrong_record(Principals::default(), "key.digest"));
        }
        if key.company_id != company.id {
            return Ok(Transition::wrong_record(Principals::default(), "company.id"));
        }
        let principals = Principals { company: Some(company.id), key: Some(key.id), user: None };
        let company_refusal = company.is_disabled().then_some(KeyRefusal::CompanyDisabled);
        if let Some(refusal) = key.refusal(context.now).or(company_refusal) {
            return Ok(context.refuse_key(refusal, principals));
        }
        if !company.products.contains(&self.product) {
            return Ok(context.deny_product(&self.product, principals));
        }
        let response_type = self.response_type;
        let keyed = KeyedSignOn::new(self, key.id, company);
        Ok(match response_type {
            ResponseType::Token => keyed.find_user(),
            ResponseType::Code => keyed.find_product(),
        })
    }
}

/// Parses a time: the digits of an integer from 1 to [`MAX_INTEGER`], without leading zeros.
fn parse_time(digits: &str) -> Option<u64> {
    let is_canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|time| is_canonical && *time <= MAX_INTEGER)
}
