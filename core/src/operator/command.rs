//! The operator's commands, and how their JSON is parsed.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::context::Context;
use crate::operator::company::{self, Action, OfCompany};
use crate::operator::key::PendingKey;
use crate::operator::members::{Kind, Members};
use crate::operator::product::PendingSecret;
use crate::operator::refusal::Refusal;
use crate::operator::state::{State, Transition};
use crate::operator::user::UserChange;
use crate::operator::{Call, Overlap, Page};
use crate::value::text::text;
use crate::{
    CompanyStatus, Domain, Email, Error, KeyId, KeyStatus, LaunchUrl, ManagedBy, NewCompany,
    Password, ProductName, Products, UserStatus,
};

/// A command of the operator. A company is named by its registered address, and a user by the address in that company.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Command {
    /// Adds a company, enabled (`SSO-OPS-007`).
    AddCompany {
        /// The company's name.
        name: Name,
        /// The company's domain, which no other company may have.
        domain: Domain,
        /// The company's registered address, which no other company may have.
        email: Email,
        /// The products that the company's users may be signed on to; all of the server's if there are none.
        products: Option<Vec<ProductName>>,
        /// The company's kind of account; `ENTERPRISE` if there is none.
        account_type: Option<Name>,
    },
    /// Lists companies.
    ListCompanies {
        /// The part of the list.
        page: Page,
    },
    /// Sets a company's status (`SSO-KEY-008`, `SSO-OPS-005`).
    SetCompanyStatus {
        /// The company.
        company_email: Email,
        /// The company's new status.
        status: CompanyStatus,
    },
    /// Issues a key, which is shown this once (`SSO-OPS-001`).
    IssueKey {
        /// The company.
        company_email: Email,
        /// The key's end, as in [`Key::expires_at`](crate::Key::expires_at).
        expires_at: Option<u64>,
    },
    /// Issues a key in place of an older one (`SSO-OPS-013`).
    RotateKey {
        /// The company.
        company_email: Email,
        /// The older key.
        key_id: KeyId,
        /// The new key's end, as in [`Key::expires_at`](crate::Key::expires_at).
        expires_at: Option<u64>,
        /// True if the older key is kept; it is revoked otherwise.
        keep: bool,
    },
    /// Lists a company's keys, without their texts, which are not stored (`SSO-OPS-003`).
    ListKeys {
        /// The company.
        company_email: Email,
        /// The part of the list.
        page: Page,
    },
    /// Enables, disables or revokes a key (`SSO-OPS-004`). A revoked key stays revoked.
    SetKeyStatus {
        /// The company.
        company_email: Email,
        /// The key.
        key_id: KeyId,
        /// The key's new status.
        status: KeyStatus,
    },
    /// Adds a user who is managed locally (`SSO-OPS-010`).
    AddUser {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
        /// The user's password.
        password: Password,
    },
    /// Lists a company's users (`SSO-OPS-011`).
    ListUsers {
        /// The company.
        company_email: Email,
        /// The part of the list.
        page: Page,
    },
    /// Sets a user's status (`SSO-OPS-005`, `SSO-OPS-012`).
    SetUserStatus {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
        /// The user's new status.
        status: UserStatus,
    },
    /// Sets who manages a user (`SSO-OPS-012`).
    SetUserManager {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
        /// The party that sets the user's password from now on.
        managed_by: ManagedBy,
    },
    /// Sets a product's launch URL and gives it a new secret, which is shown this once (`SSO-OPS-014`).
    SetProduct {
        /// The product, one of the server's.
        name: ProductName,
        /// The URL to which a launch sends the user.
        launch_url: LaunchUrl,
        /// The time for which the secret before is accepted.
        overlap: Overlap,
    },
    /// Deletes the tokens and codes that have expired (`SSO-OPS-017`).
    Purge,
}

/// A company's name or kind of account: 1 to 200 characters, none of them control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Parses a name; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid =
            (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        valid.then(|| Self(text.into()))
    }
}

text!(Name, "must have 1 to 200 characters, none of them control", "1 to 200 characters");

impl Command {
    /// Reads a command from JSON. What cannot be read comes before what is missing, and that before what is outside its bounds
    /// (`SSO-OPS-006`, `SSO-OPS-008`).
    pub(super) fn parse(text: &str, products: &Products) -> Result<Self, Error> {
        let members = Members::read(text)?;
        let email = |name| members.text(name, Email::BOUNDS, Email::parse);
        let company_email = || email("companyEmail");
        let user_email = || email("userEmail");
        Ok(match members.command() {
            Kind::AddCompany => Self::AddCompany {
                name: members.text("name", Name::BOUNDS, Name::parse)?,
                domain: members.text("domain", Domain::BOUNDS, Domain::parse)?,
                email: email("email")?,
                products: parse_products(&members, products)?,
                account_type: members.optional_text("accountType", Name::BOUNDS, Name::parse)?,
            },
            Kind::ListCompanies => Self::ListCompanies { page: parse_page(&members)? },
            Kind::SetCompanyStatus => Self::SetCompanyStatus {
                company_email: company_email()?,
                status: members.word("status", CompanyStatus::EXPECTED, CompanyStatus::parse)?,
            },
            Kind::IssueKey => Self::IssueKey {
                company_email: company_email()?,
                expires_at: members.optional_number("expiresAt", END_BOUNDS, Some)?,
            },
            Kind::RotateKey => Self::RotateKey {
                company_email: company_email()?,
                key_id: parse_key_id(&members)?,
                expires_at: members.optional_number("expiresAt", END_BOUNDS, Some)?,
                keep: members.is_true("keep"),
            },
            Kind::ListKeys => {
                Self::ListKeys { company_email: company_email()?, page: parse_page(&members)? }
            }
            Kind::SetKeyStatus => Self::SetKeyStatus {
                company_email: company_email()?,
                key_id: parse_key_id(&members)?,
                status: members.word("status", KeyStatus::EXPECTED, KeyStatus::parse)?,
            },
            Kind::AddUser => Self::AddUser {
                company_email: company_email()?,
                user_email: user_email()?,
                password: members.text("password", Password::BOUNDS, Password::parse)?,
            },
            Kind::ListUsers => {
                Self::ListUsers { company_email: company_email()?, page: parse_page(&members)? }
            }
            Kind::SetUserStatus => Self::SetUserStatus {
                company_email: company_email()?,
                user_email: user_email()?,
                status: members.word("status", UserStatus::EXPECTED, UserStatus::parse)?,
            },
            Kind::SetUserManager => Self::SetUserManager {
                company_email: company_email()?,
                user_email: user_email()?,
                managed_by: members.word("managedBy", ManagedBy::EXPECTED, ManagedBy::parse)?,
            },
            Kind::SetProduct => Self::SetProduct {
                name: members
                    .text("name", "", |name| Some(products.find(name).cloned()))?
                    .ok_or_else(|| unknown_product(products))?,
                launch_url: members.text("launchUrl", LaunchUrl::BOUNDS, LaunchUrl::parse)?,
                overlap: members
                    .optional_number("overlap", Overlap::BOUNDS, Overlap::new)?
                    .unwrap_or_default(),
            },
            Kind::Purge => Self::Purge,
        })
    }

    /// Returns the command's first call. Fails if a product is not one of the server's or an end does not lie ahead.
    pub(super) fn begin(self, context: &Context, products: &Products) -> Result<Transition, Error> {
        let (email, action) = match self {
            Self::AddCompany { name, domain, email, products: wanted, account_type } => {
                let wanted = wanted.as_deref().unwrap_or(products.as_slice());
                let products = products.select(wanted).ok_or_else(|| unknown_products(products))?;
                let account_type = account_type.map_or("ENTERPRISE".into(), |name| name.0);
                let company = NewCompany { name: name.0, domain, email, products, account_type };
                return Ok(company::create(context, company));
            }
            Self::ListCompanies { page } => return Ok(company::list(page)),
            Self::SetProduct { name, launch_url, overlap } => {
                if products.find(name.as_str()).is_none() {
                    return Err(unknown_product(products).into());
                }
                return Ok(PendingSecret::save(context, name, launch_url, overlap));
            }
            Self::Purge => {
                return Ok(Transition::Call(Call::Purge { now: context.now }, State::Purge));
            }
            Self::SetCompanyStatus { company_email, status } => {
                (company_email, Action::SetStatus(status))
            }
            Self::IssueKey { company_email, expires_at } => {
                (company_email, Action::IssueKey(PendingKey::new(context, expires_at)?))
            }
            Self::RotateKey { company_email, key_id, expires_at, keep } => {
                let key = PendingKey::new(context, expires_at)?;
                (company_email, Action::RotateKey { key_id, key, revoke: !keep })
            }
            Self::ListKeys { company_email, page } => (company_email, Action::ListKeys(page)),
            Self::SetKeyStatus { company_email, key_id, status } => {
                (company_email, Action::SetKeyStatus(key_id, status))
            }
            Self::AddUser { company_email, user_email, password } => {
                (company_email, Action::AddUser(user_email, password))
            }
            Self::ListUsers { company_email, page } => (company_email, Action::ListUsers(page)),
            Self::SetUserStatus { company_email, user_email, status } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Status(status)))
            }
            Self::SetUserManager { company_email, user_email, managed_by } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Manager(managed_by)))
            }
        };
        Ok(OfCompany { email, action }.find_company())
    }
}

pub(super) const END_BOUNDS: &str = "must be a time after now, at most 2^53-1";

fn parse_key_id(members: &Members) -> Result<KeyId, Refusal> {
    members.number("keyId", "must be an integer from 1 to 2^53-1", |id| KeyId::try_from(id).ok())
}

fn parse_page(members: &Members) -> Result<Page, Refusal> {
    let first = Page::default();
    let after =
        members.optional_number("after", "must be an integer from 0 to 2^53-1", |after| {
            Page::new(after, first.limit())
        })?;
    let page = after.unwrap_or(first);
    let limit = members.optional_number("limit", "must be an integer from 1 to 500", |limit| {
        Page::new(page.after(), u32::try_from(limit).ok()?)
    })?;
    Ok(limit.unwrap_or(page))
}

fn parse_products(
    members: &Members,
    products: &Products,
) -> Result<Option<Vec<ProductName>>, Refusal> {
    let Some(texts) = members.texts("products") else { return Ok(None) };
    let names: Option<Vec<_>> = texts.iter().map(|text| ProductName::parse(text)).collect();
    names
        .and_then(|names| products.select(&names))
        .map(Some)
        .ok_or_else(|| unknown_products(products))
}

fn unknown_product(products: &Products) -> Refusal {
    Refusal::Invalid("name", format!("must be one of {products}").into())
}

fn unknown_products(products: &Products) -> Refusal {
    Refusal::Invalid("products", format!("must be one or more of {products}").into())
}
