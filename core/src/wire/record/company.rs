//! A partner company.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::value::word::words;
use crate::{CompanyId, Domain, Email, EmailDomains, ProductName};

/// The kind of account of a company for which no other is given.
pub(crate) const ACCOUNT_TYPE: &str = "ENTERPRISE";

/// A partner company.
///
/// ```json
/// {"id":8272,"name":"Partner Ltd","domain":"partner.example","email":"sso@partner.example","products":["livechat"],
///  "emailDomains":[],"accountType":"ENTERPRISE","domainOwnershipVerified":false,"domainMxVerified":true,"status":"enabled"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Company {
    /// The company's id.
    pub id: CompanyId,
    /// The company's name, `companyName` in the answer.
    pub name: String,
    /// The company's domain, unique; `companyDomain` in the answer.
    pub domain: Domain,
    /// The company's registered e-mail address, unique. The operator's commands name the company by it.
    pub email: Email,
    /// The products that the company's users may be signed on to.
    pub products: Vec<ProductName>,
    /// The domains of the e-mail addresses with which the partner may create users (`SSO-RULE-010`).
    pub email_domains: EmailDomains,
    /// The company's kind of account, such as `ENTERPRISE`. It is part of the answer and decides nothing.
    pub account_type: String,
    /// True if the company has proven that the domain is its own. It is part of the answer and decides nothing.
    pub domain_ownership_verified: bool,
    /// True if the domain's MX records were verified. It is part of the answer and decides nothing.
    pub domain_mx_verified: bool,
    /// The company's status, which the operator sets.
    pub status: CompanyStatus,
}

impl Company {
    /// Makes a record of the members that decide. The others are `ENTERPRISE` and false, to be set afterwards.
    #[must_use]
    pub fn new(
        id: CompanyId,
        name: String,
        domain: Domain,
        email: Email,
        products: Vec<ProductName>,
        email_domains: EmailDomains,
        status: CompanyStatus,
    ) -> Self {
        Self {
            id,
            name,
            domain,
            email,
            products,
            email_domains,
            account_type: ACCOUNT_TYPE.into(),
            domain_ownership_verified: false,
            domain_mx_verified: false,
            status,
        }
    }
}

words! {
    /// The status of a company.
    pub enum CompanyStatus {
        /// The company's keys, tokens and users may be used.
        Enabled = "enabled",
        /// The company's keys are refused as unusable, and its users' sign-ins and tokens as invalid (`SSO-KEY-008`).
        Disabled = "disabled",
    }
}

/// A company to be added, enabled (`SSO-OPS-007`).
///
/// ```json
/// {"name":"Partner Ltd","domain":"partner.example","email":"sso@partner.example","products":["livechat"],
///  "emailDomains":[],"accountType":"ENTERPRISE"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewCompany {
    /// The company's name.
    pub name: String,
    /// The company's domain.
    pub domain: Domain,
    /// The company's registered e-mail address.
    pub email: Email,
    /// The products that the company's users may be signed on to.
    pub products: Vec<ProductName>,
    /// The domains of users' e-mail addresses, as in [`Company::email_domains`].
    pub email_domains: EmailDomains,
    /// The company's kind of account.
    pub account_type: String,
}

impl NewCompany {
    /// Makes a company of the kind `ENTERPRISE`, which may be set afterwards.
    #[must_use]
    pub fn new(
        name: String,
        domain: Domain,
        email: Email,
        products: Vec<ProductName>,
        email_domains: EmailDomains,
    ) -> Self {
        Self { name, domain, email, products, email_domains, account_type: ACCOUNT_TYPE.into() }
    }

    /// Returns the company as it is created, with the first values of `spec/storage.md`.
    #[must_use]
    pub fn with_id(self, id: CompanyId) -> Company {
        let Self { name, domain, email, products, email_domains, account_type } = self;
        let status = CompanyStatus::Enabled;
        let company = Company::new(id, name, domain, email, products, email_domains, status);
        Company { account_type, ..company }
    }
}
