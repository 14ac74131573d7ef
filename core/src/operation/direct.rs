//! Direct sign-in: a user's own password, without a key. It authenticates and changes nothing.
//!
//! Whatever is wrong, the answer is the same after exactly one hash (`SSO-DIR-003`, `SSO-DIR-004`), so that nobody learns who is a user.

use alloc::format;
use alloc::string::String;

use crate::context::{Concerned, Context};
use crate::operation::grant::{Right, TokenGrant};
use crate::request::fields::{Field, Fields};
use crate::state::State;
use crate::step::Turn;
use crate::wire::event::{Denial, EventKind, Purpose, SignInRefusal};
use crate::wire::reply::Admission;
use crate::{
    Call, Company, Email, Error, Hashing, Password, PasswordHash, Product, Reply, Request,
    Settings, User, UserStatus, Verdict,
};

/// A valid direct sign-in.
#[derive(Clone, Debug)]
pub(crate) struct DirectSignIn {
    email: Email,
    password: Password,
    /// The company's domain, in lower case.
    company: String,
    product: Option<Product>,
}

/// A direct sign-in whose company is known.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    direct: DirectSignIn,
    company: Company,
}

/// A direct sign-in whose user is known.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    tenant: Tenant,
    user: User,
}

/// A direct sign-in that is refused once its one hash is computed.
#[derive(Clone, Debug)]
pub(crate) struct Nobody {
    refusal: SignInRefusal,
    concerned: Concerned,
}

impl DirectSignIn {
    pub(crate) fn read(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        const KNOWN: &[Field] = &[Field::Userid, Field::Password, Field::Company, Field::Product];
        let fields = Fields::read(request, KNOWN)?;
        fields.require(match settings.company {
            Some(_) => &[Field::Userid, Field::Password],
            None => &[Field::Userid, Field::Password, Field::Company],
        })?;
        let email = fields.parse(Field::Userid, Email::parse)?;
        let password = fields.parse(Field::Password, Password::parse)?;
        let company = fields.parse_optional(Field::Company, domain)?;
        let product = fields.parse_optional(Field::Product, Product::parse)?;
        let configured = || settings.company.as_deref().map(str::to_ascii_lowercase);
        let company = company.or_else(configured).ok_or(Error::Missing(Field::Company))?;
        Ok(Self { email, password, company, product })
    }

    pub(crate) fn begin(self, context: &Context) -> Turn {
        let attempt =
            context.attempt(Purpose::Direct, format!("{} {}", self.company, self.email.as_str()));
        Turn::Call(Call::Admit(attempt), State::AdmitDirect(self))
    }

    pub(crate) fn admitted(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        Ok(match reply.admission()? {
            Admission::RetryAfter(seconds) => {
                context.over_limit(Purpose::Direct, seconds, Concerned::default())
            }
            Admission::Admitted => {
                let call = Call::FindCompany { domain: self.company.clone() };
                Turn::Call(call, State::FindCompany(self))
            }
        })
    }

    pub(crate) fn company_found(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let Some(company) = reply.company()? else {
            return Ok(self.refuse(SignInRefusal::Company, Concerned::default()));
        };
        if company.domain != self.company {
            return Ok(context.host_fault(Concerned::default()));
        }
        let call = Call::FindUser { company_id: company.id, email: self.email.clone() };
        Ok(Turn::Call(call, State::FindTenantUser(Tenant { direct: self, company })))
    }

    /// Computes the one hash although there is nothing to compare with, and then refuses.
    fn refuse(self, refusal: SignInRefusal, concerned: Concerned) -> Turn {
        let call = Hashing::VerifyPassword {
            password: self.password,
            password_hash: PasswordHash::of_nobody(),
        };
        Turn::Call(Call::Hashing(call), State::VerifyNobody(Nobody { refusal, concerned }))
    }
}

impl Tenant {
    pub(crate) fn user_found(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let concerned = Concerned { company: Some(self.company.id), ..Concerned::default() };
        let Some(user) = reply.user()? else {
            return Ok(self.direct.refuse(SignInRefusal::User, concerned));
        };
        if user.company_id != self.company.id || user.email != self.direct.email {
            return Ok(context.host_fault(concerned));
        }
        let call = Hashing::VerifyPassword {
            password: self.direct.password.clone(),
            password_hash: user.password_hash.clone(),
        };
        Ok(Turn::Call(Call::Hashing(call), State::VerifyHolder(Holding { tenant: self, user })))
    }
}

impl Holding {
    pub(crate) fn verified(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let concerned = Concerned {
            company: Some(self.user.company_id),
            user: Some(self.user.id),
            ..Concerned::default()
        };
        Ok(match (reply.verdict()?, self.user.status) {
            (Verdict::Match, UserStatus::Enabled) => self.grant(context, concerned),
            (Verdict::Match, UserStatus::Disabled) => {
                context.refuse_sign_in(SignInRefusal::Disabled, concerned)
            }
            (Verdict::NoMatch, _) => context.refuse_sign_in(SignInRefusal::Password, concerned),
            (Verdict::Unreadable, _) => {
                self.tenant.direct.refuse(SignInRefusal::Unreadable, concerned)
            }
        })
    }

    /// The product is checked after the password, so that a wrong password learns nothing of it.
    fn grant(self, context: &Context, concerned: Concerned) -> Turn {
        let Tenant { direct, company } = self.tenant;
        if direct.product.is_some_and(|product| !company.products.contains(&product)) {
            return context.deny(Denial::Product, concerned);
        }
        let right = Right {
            credential_version: self.user.credential_version,
            key_id: None,
            product: direct.product,
        };
        TokenGrant::save(context, company, self.user, &right)
    }
}

impl Nobody {
    pub(crate) fn verified(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        reply.verdict()?;
        Ok(context.refuse_sign_in(self.refusal, self.concerned))
    }
}

impl Context {
    fn refuse_sign_in(&self, refusal: SignInRefusal, concerned: Concerned) -> Turn {
        self.refuse(EventKind::SignInRefused(refusal), concerned, Error::InvalidCredentials)
    }
}

/// A domain name in lower case, if it is one.
fn domain(text: &str) -> Option<String> {
    Email::is_domain(text).then(|| text.to_ascii_lowercase())
}
