//! The operator's commands, and the first call of each.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::context::Context;
use crate::operator::company::{self, Action, OfCompany};
use crate::operator::event;
use crate::operator::key::PendingKey;
use crate::operator::parse::{PERMISSIONS_BOUNDS, unknown_products};
use crate::operator::product::PendingSecret;
use crate::operator::refusal::Refusal;
use crate::operator::state::{State, Transition};
use crate::operator::user::{PageUse, UserChange};
use crate::operator::{Call, CompanyMembers, EventQuery, Name, Overlap, Page, UserMembers};
use crate::wire::record::company::ACCOUNT_TYPE;
use crate::{
    CompanyStatus, Domain, Email, EmailDomains, Error, HashKind, KeyId, KeyStatus, LaunchUrl,
    ManagedBy, NewCompany, Password, ProductName, Products, UserStatus,
};

/// A command of the operator. A company is named by its registered address, and a user by the address in that company.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        /// The domains of users' e-mail addresses, as in [`Company::email_domains`](crate::Company::email_domains); all if there
        /// are none.
        email_domains: Option<EmailDomains>,
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
    /// Ends the tokens and codes of a company's users (`SSO-OPS-022`).
    SignOutCompany {
        /// The company.
        company_email: Email,
    },
    /// Deletes a company with all that is its own (`SSO-OPS-030`).
    DeleteCompany {
        /// The company.
        company_email: Email,
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
    /// Revokes a key and makes the passwords that it set unusable (`SSO-OPS-021`).
    EndKey {
        /// The company.
        company_email: Email,
        /// The key, which may be revoked already.
        key_id: KeyId,
    },
    /// Sets what answers say of a company, and the domains of its new users (`SSO-OPS-018`).
    SetCompany {
        /// The company.
        company_email: Email,
        /// The new members.
        members: CompanyMembers,
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
    /// Shows a user (`SSO-OPS-027`).
    ShowUser {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
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
    /// Sets what answers say of a user (`SSO-OPS-018`).
    SetUser {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
        /// The new members.
        members: UserMembers,
    },
    /// Gives a user a different address (`SSO-OPS-028`).
    SetUserEmail {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
        /// The user's new address.
        new_email: Email,
    },
    /// Ends the tokens and codes of a user (`SSO-OPS-022`).
    SignOutUser {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
    },
    /// Deletes a user with the tokens and codes (`SSO-OPS-029`).
    DeleteUser {
        /// The company.
        company_email: Email,
        /// The user's address.
        user_email: Email,
    },
    /// Counts a company's users by the kind of their password hashes (`SSO-OPS-019`).
    CountHashes {
        /// The company.
        company_email: Email,
        /// The part of the company's users.
        page: Page,
    },
    /// Makes the passwords of a company's users unusable whose hashes are of a kind (`SSO-OPS-020`).
    DisableHashes {
        /// The company.
        company_email: Email,
        /// The kind of the hashes.
        kind: HashKind,
        /// The part of the company's users.
        page: Page,
    },
    /// Lists products, without their secrets, which are not stored (`SSO-OPS-026`).
    ListProducts,
    /// Sets a product's launch URL. A new product gets a secret, which is shown this once (`SSO-OPS-025`).
    SetProduct {
        /// The product, one of the server's.
        name: ProductName,
        /// The URL to which a launch sends the user.
        launch_url: LaunchUrl,
    },
    /// Gives a product a new secret, which is shown this once (`SSO-OPS-014`).
    RotateProduct {
        /// The product, one of the server's.
        name: ProductName,
        /// The time for which the secret before is accepted.
        overlap: Overlap,
    },
    /// Deletes the tokens and codes that have expired (`SSO-OPS-017`).
    Purge,
    /// Lists stored events (`SSO-OPS-023`).
    ListEvents(Box<EventQuery>),
    /// Deletes the events of before a time (`SSO-OPS-024`).
    PurgeEvents {
        /// The time, at most now.
        before: u64,
    },
}

/// The most permissions of a user.
const MAX_PERMISSIONS: usize = 100;

impl Command {
    /// Returns the command's first call. Fails if a product is not one of the server's, an end does not lie ahead, there are too
    /// many permissions, or there is nothing to set.
    pub(super) fn begin(self, context: &Context, products: &Products) -> Result<Transition, Error> {
        let (email, action) = match self {
            Self::AddCompany {
                name,
                domain,
                email,
                products: wanted,
                email_domains,
                account_type,
            } => {
                let wanted = wanted.as_deref().unwrap_or(products.as_slice());
                let products = products.select(wanted).ok_or_else(|| unknown_products(products))?;
                let account_type = account_type.as_ref().map_or(ACCOUNT_TYPE, Name::as_str).into();
                let name = name.as_str().into();
                let email_domains = email_domains.unwrap_or_default();
                let company =
                    NewCompany { name, domain, email, products, email_domains, account_type };
                return Ok(company::create(context, company));
            }
            Self::ListCompanies { page } => return Ok(company::list(page)),
            Self::ListProducts => {
                return Ok(Transition::Call(Call::ListProducts, State::ListProducts));
            }
            Self::SetProduct { name, launch_url } => {
                return Ok(PendingSecret::new(context, name, products)?.save(context, launch_url));
            }
            Self::RotateProduct { name, overlap } => {
                return Ok(PendingSecret::new(context, name, products)?.rotate(context, overlap));
            }
            Self::Purge => {
                return Ok(Transition::Call(Call::Purge { now: context.now }, State::Purge));
            }
            Self::ListEvents(query) => return query.begin(),
            Self::PurgeEvents { before } => return event::purge(context, before),
            Self::SetCompanyStatus { company_email, status } => {
                (company_email, Action::SetStatus(status))
            }
            Self::SetCompany { company_email, members } => {
                if members == CompanyMembers::default() {
                    return Err(Refusal::NothingToSet.into());
                }
                (company_email, Action::Set(members))
            }
            Self::SignOutCompany { company_email } => (company_email, Action::SignOut),
            Self::DeleteCompany { company_email } => (company_email, Action::Delete),
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
            Self::EndKey { company_email, key_id } => (company_email, Action::EndKey(key_id)),
            Self::AddUser { company_email, user_email, password } => {
                (company_email, Action::AddUser(user_email, password))
            }
            Self::ListUsers { company_email, page } => {
                (company_email, Action::ListUsers(page, PageUse::Show))
            }
            Self::ShowUser { company_email, user_email } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Show))
            }
            Self::SetUserStatus { company_email, user_email, status } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Status(status)))
            }
            Self::SetUserManager { company_email, user_email, managed_by } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Manager(managed_by)))
            }
            Self::SetUser { company_email, user_email, members } => {
                if members == UserMembers::default() {
                    return Err(Refusal::NothingToSet.into());
                }
                if members.permissions.as_ref().is_some_and(|it| it.len() > MAX_PERMISSIONS) {
                    return Err(Refusal::invalid("permissions", PERMISSIONS_BOUNDS).into());
                }
                (company_email, Action::ChangeUser(user_email, UserChange::Members(members)))
            }
            Self::SetUserEmail { company_email, user_email, new_email } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Email(new_email)))
            }
            Self::SignOutUser { company_email, user_email } => {
                (company_email, Action::ChangeUser(user_email, UserChange::SignOut))
            }
            Self::DeleteUser { company_email, user_email } => {
                (company_email, Action::ChangeUser(user_email, UserChange::Delete))
            }
            Self::CountHashes { company_email, page } => {
                (company_email, Action::ListUsers(page, PageUse::CountHashes))
            }
            Self::DisableHashes { company_email, kind, page } => {
                (company_email, Action::ListUsers(page, PageUse::DisableHashes(kind)))
            }
        };
        Ok(OfCompany { email, action }.find_company())
    }
}
