//! Direct sign-in: a user's own password, without a key. It authenticates and changes nothing.
//!
//! Every refusal gives the same answer after exactly one hash (`SSO-DIR-003`, `SSO-DIR-004`), so that no answer reveals who is a user.
//!
//! ```text
//! DirectSignIn -- the company is known --> KnownCompanySignIn -- the user is known --> KnownUserSignIn
//!      |                                         |                                          |
//!      +-----------------------------------------+---------- refused ----------------------+--> RefusedSignIn
//! ```

use alloc::format;

use crate::context::{Context, Principals};
use crate::operation::grant::{Grant, PendingToken};
use crate::request::fields::{Field, Fields};
use crate::state::{State, Transition};
use crate::wire::call::Attempt;
use crate::wire::event::{EventKind, Purpose, SignInRefusal};
use crate::wire::outcome::Admission;
use crate::{
    Behalf, Call, Company, CompanyId, Domain, Email, Error, Hashing, Password, PasswordHash,
    ProductName, Reply, Request, Settings, User, UserStatus, Verdict,
};

/// A direct sign-in whose fields are valid.
#[derive(Clone, Debug)]
pub(crate) struct DirectSignIn {
    email: Email,
    password: Password,
    company_domain: Domain,
    product: Option<ProductName>,
}

/// A direct sign-in whose company is known.
#[derive(Clone, Debug)]
pub(crate) struct KnownCompanySignIn {
    sign_in: DirectSignIn,
    company: Company,
}

/// A direct sign-in whose user is known; the password is not verified yet.
#[derive(Clone, Debug)]
pub(crate) struct KnownUserSignIn {
    sign_in: DirectSignIn,
    company: Company,
    user: User,
}

/// A direct sign-in that is refused once its one hash is computed.
#[derive(Clone, Debug)]
pub(crate) struct RefusedSignIn {
    refusal: SignInRefusal,
    principals: Principals,
}

impl DirectSignIn {
    pub(crate) fn parse(request: &Request<'_>, settings: &Settings) -> Result<Self, Error> {
        const KNOWN: &[Field] = &[Field::Userid, Field::Password, Field::Company, Field::Product];
        let fields = Fields::decode(request, KNOWN)?;
        fields.require(match settings.company() {
            Some(_) => &[Field::Userid, Field::Password],
            None => &[Field::Userid, Field::Password, Field::Company],
        })?;
        let email = fields.parse(Field::Userid, Email::parse)?;
        let password = fields.parse(Field::Password, Password::parse)?;
        let company_domain = fields.parse_optional(Field::Company, Domain::parse)?;
        // Old clients send names of their own, such as `conference` (`SSO-DIR-010`).
        let product = fields
            .parse_optional(Field::Product, ProductName::parse)?
            .filter(|product| settings.products().as_slice().contains(product));
        Ok(Self {
            email,
            password,
            company_domain: company_domain
                .or_else(|| settings.company().cloned())
                .ok_or(Error::Missing(Field::Company))?,
            product,
        })
    }

    pub(crate) fn begin(self, context: &Context) -> Transition {
        Transition::Call(Call::Admit(self.attempt(context)), State::AdmitDirect(self))
    }

    fn attempt(&self, context: &Context) -> Attempt {
        context.attempt(Purpose::Direct, format!("{} {}", self.company_domain, self.email))
    }

    pub(crate) fn admitted(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        Ok(match reply.admission()? {
            Admission::RetryAfter(seconds) => {
                context.refuse_over_limit(Purpose::Direct, seconds, Principals::default())
            }
            Admission::Admitted => {
                let call = Call::FindCompany { domain: self.company_domain.clone() };
                Transition::Call(call, State::FindCompany(self))
            }
        })
    }

    pub(crate) fn company_found(self, reply: Reply) -> Result<Transition, Error> {
        let Some(company) = reply.company()? else {
            return Ok(self.refuse(SignInRefusal::Company, Principals::default()));
        };
        if company.domain != self.company_domain {
            return Ok(Transition::wrong_record(Principals::default(), "company.domain"));
        }
        if company.is_disabled() {
            let principals = Principals { company: Some(company.id), ..Principals::default() };
            return Ok(self.refuse(SignInRefusal::CompanyDisabled, principals));
        }
        let call = Call::FindUser { company_id: company.id, email: self.email.clone() };
        let known_company = KnownCompanySignIn { sign_in: self, company };
        Ok(Transition::Call(call, State::FindDirectUser(known_company)))
    }

    /// Computes the one hash although there is nothing to compare with, and then refuses.
    fn refuse(self, refusal: SignInRefusal, principals: Principals) -> Transition {
        let call = Hashing::VerifyPassword {
            password: self.password,
            password_hash: PasswordHash::fixed(),
            behalf: keyless(principals.company),
        };
        let refused = RefusedSignIn { refusal, principals };
        Transition::Call(Call::Hashing(call), State::VerifyFixedHash(refused))
    }
}

/// Returns the party of a hash for a request without a key.
const fn keyless(company_id: Option<CompanyId>) -> Behalf {
    Behalf { keyed: false, company_id }
}

impl KnownCompanySignIn {
    pub(crate) fn user_found(self, reply: Reply) -> Result<Transition, Error> {
        let Self { sign_in, company } = self;
        let principals = Principals { company: Some(company.id), ..Principals::default() };
        let Some(user) = reply.user()? else {
            return Ok(sign_in.refuse(SignInRefusal::User, principals));
        };
        if let Some(member) = user.difference(company.id, &sign_in.email) {
            return Ok(Transition::wrong_record(principals, member));
        }
        let call = Hashing::VerifyPassword {
            password: sign_in.password.clone(),
            password_hash: user.password_hash.clone(),
            behalf: keyless(Some(company.id)),
        };
        let known_user = KnownUserSignIn { sign_in, company, user };
        Ok(Transition::Call(Call::Hashing(call), State::VerifyDirect(known_user)))
    }
}

impl KnownUserSignIn {
    pub(crate) fn verified(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let principals = self.principals();
        Ok(match (reply.verdict()?, self.user.status) {
            (Verdict::Match, UserStatus::Enabled) => {
                let attempt = self.sign_in.attempt(context);
                Transition::Call(Call::GiveBack(attempt), State::GiveBackDirect(self))
            }
            (Verdict::Match, UserStatus::Disabled) => {
                context.refuse_sign_in(SignInRefusal::Disabled, principals)
            }
            (Verdict::NoMatch, _) => context.refuse_sign_in(SignInRefusal::Password, principals),
            (Verdict::Unreadable, _) => self.sign_in.refuse(SignInRefusal::Unreadable, principals),
        })
    }

    /// Checks the product after the password, so that a sender with a wrong password learns nothing of it.
    pub(crate) fn grant(self, context: &Context) -> Transition {
        let principals = self.principals();
        let Self { sign_in, company, user } = self;
        if let Some(product) = sign_in.product.as_ref().filter(|it| !company.products.contains(it))
        {
            return context.deny_product(product, principals);
        }
        let grant = Grant {
            credential_version: user.credential_version,
            key_id: None,
            product: sign_in.product,
            kind: EventKind::SignedIn,
        };
        PendingToken::save(context, company, user, grant)
    }

    const fn principals(&self) -> Principals {
        Principals { company: Some(self.company.id), key: None, user: Some(self.user.id) }
    }
}

impl RefusedSignIn {
    pub(crate) fn verified(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        reply.verdict()?;
        Ok(context.refuse_sign_in(self.refusal, self.principals))
    }
}

impl Context {
    fn refuse_sign_in(&self, refusal: SignInRefusal, principals: Principals) -> Transition {
        self.refuse(EventKind::SignInRefused(refusal), principals, Error::InvalidCredentials)
    }
}
