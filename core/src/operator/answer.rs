//! The JSON that the answers to commands show: neither digests nor password hashes (`SSO-OPS-003`, `SSO-OPS-011`).

use alloc::string::String;

use serde::Serialize;

use crate::operator::{ListedKey, StoredEvent, StoredFault};
use crate::{
    Company, CompanyId, CompanyStatus, Domain, Email, EmailDomains, EventId, KeyId, KeyStatus,
    LaunchUrl, ManagedBy, Product, ProductName, User, UserId, UserStatus,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownCompany<'a> {
    company_id: CompanyId,
    name: &'a str,
    domain: &'a Domain,
    email: &'a Email,
    products: &'a [ProductName],
    email_domains: &'a EmailDomains,
    account_type: &'a str,
    domain_ownership_verified: bool,
    domain_mx_verified: bool,
    status: CompanyStatus,
}

impl<'a> From<&'a Company> for ShownCompany<'a> {
    fn from(company: &'a Company) -> Self {
        Self {
            company_id: company.id,
            name: &company.name,
            domain: &company.domain,
            email: &company.email,
            products: &company.products,
            email_domains: &company.email_domains,
            account_type: &company.account_type,
            domain_ownership_verified: company.domain_ownership_verified,
            domain_mx_verified: company.domain_mx_verified,
            status: company.status,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownKey {
    key_id: KeyId,
    status: KeyStatus,
    expires_at: Option<u64>,
    created_at: Option<u64>,
    last_used_at: Option<u64>,
}

impl From<&ListedKey> for ShownKey {
    fn from(key: &ListedKey) -> Self {
        Self {
            key_id: key.id,
            status: key.status,
            expires_at: key.expires_at,
            created_at: key.created_at,
            last_used_at: key.last_used_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownUser<'a> {
    user_id: UserId,
    email: &'a Email,
    login_id: &'a str,
    display_name: &'a str,
    is_creator: bool,
    is_company_admin: bool,
    permissions: &'a [String],
    status: UserStatus,
    managed_by: ManagedBy,
}

impl<'a> From<&'a User> for ShownUser<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            user_id: user.id,
            email: &user.email,
            login_id: &user.login_id,
            display_name: &user.display_name,
            is_creator: user.is_creator,
            is_company_admin: user.is_company_admin,
            permissions: &user.permissions,
            status: user.status,
            managed_by: user.managed_by,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssuedKey<'a> {
    pub(super) key_id: KeyId,
    pub(super) company_id: CompanyId,
    pub(super) ssokey: &'a str,
    pub(super) expires_at: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownProduct<'a> {
    name: &'a ProductName,
    launch_url: &'a LaunchUrl,
    previous_secret_expires_at: Option<u64>,
}

impl<'a> From<&'a Product> for ShownProduct<'a> {
    fn from(product: &'a Product) -> Self {
        Self {
            name: &product.name,
            launch_url: &product.launch_url,
            previous_secret_expires_at: product.previous_secret_expires_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedProduct<'a> {
    pub(super) name: &'a ProductName,
    pub(super) launch_url: &'a LaunchUrl,
    pub(super) secret: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RotatedProduct<'a> {
    pub(super) name: &'a ProductName,
    pub(super) secret: &'a str,
    pub(super) previous_secret_expires_at: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownEvent<'a> {
    event_id: EventId,
    kind: &'a str,
    reason: Option<&'a str>,
    at: u64,
    source: Option<&'a str>,
    company_id: Option<CompanyId>,
    key_id: Option<KeyId>,
    user_id: Option<UserId>,
    product: Option<&'a str>,
    fault: Option<&'a StoredFault>,
    user_email: Option<&'a Email>,
}

impl<'a> From<&'a StoredEvent> for ShownEvent<'a> {
    fn from(event: &'a StoredEvent) -> Self {
        Self {
            event_id: event.id,
            kind: &event.kind,
            reason: event.reason.as_deref(),
            at: event.at,
            source: event.source.as_deref(),
            company_id: event.company_id,
            key_id: event.key_id,
            user_id: event.user_id,
            product: event.product.as_deref(),
            fault: event.fault.as_ref(),
            user_email: event.user_email.as_ref(),
        }
    }
}
