//! What core says, as the types of `spec/wit`.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use ssokey_core as core;
use ssokey_core::operator;

use crate::bindings::{calls, http, records};

/// A value of core that has a type in `spec/wit`.
pub(crate) trait Typed {
    type Wit;

    fn typed(self) -> Self::Wit;
}

impl<T: Typed> Typed for Option<T> {
    type Wit = Option<T::Wit>;

    fn typed(self) -> Self::Wit {
        self.map(T::typed)
    }
}

impl<T: Typed> Typed for Vec<T> {
    type Wit = Vec<T::Wit>;

    fn typed(self) -> Self::Wit {
        self.into_iter().map(T::typed).collect()
    }
}

macro_rules! same {
    ($($type:ty)*) => {$(
        impl Typed for $type {
            type Wit = Self;

            fn typed(self) -> Self {
                self
            }
        }
    )*};
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Typed for $type {
            type Wit = u64;

            fn typed(self) -> u64 {
                self.get()
            }
        }
    )*};
}

macro_rules! texts {
    ($($type:ty)*) => {$(
        impl Typed for $type {
            type Wit = String;

            fn typed(self) -> String {
                self.as_str().to_owned()
            }
        }
    )*};
}

macro_rules! words {
    ($($from:path => $to:path: $($case:ident)*;)*) => {$(
        impl Typed for $from {
            type Wit = $to;

            fn typed(self) -> $to {
                match self { $(Self::$case => <$to>::$case,)* }
            }
        }
    )*};
}

macro_rules! records {
    ($($from:path => $to:path { $($name:ident),* })*) => {$(
        impl Typed for $from {
            type Wit = $to;

            fn typed(self) -> $to {
                $to { $($name: self.$name.typed()),* }
            }
        }
    )*};
}

same! { bool u64 u32 String }

numbers! { core::CompanyId core::KeyId core::UserId core::CredentialVersion }

texts! {
    core::Email core::Domain core::LaunchUrl core::PasswordHash core::ProductName
    operator::Name operator::DisplayName operator::EventWord
}

impl Typed for core::EmailDomains {
    type Wit = Vec<String>;

    fn typed(self) -> Vec<String> {
        self.as_slice().to_vec().typed()
    }
}

impl Typed for core::Digest {
    type Wit = String;

    fn typed(self) -> String {
        self.to_string()
    }
}

words! {
    core::CompanyStatus => records::Status: Enabled Disabled;
    core::UserStatus => records::Status: Enabled Disabled;
    core::KeyStatus => records::KeyStatus: Enabled Disabled Revoked;
    core::ManagedBy => records::Manager: Partner Local;
    core::Purpose => calls::Purpose: SignOn Direct Local Replacement;
}

records! {
    core::Attempt => calls::Attempt { purpose, source, subject }
    core::PasswordSwap => calls::RehashPassword { company_id, user_id, expected_version, password_hash }
    core::NewCompany => records::NewCompany { name, domain, email, products, email_domains, account_type }
    core::NewKey => records::NewKey { digest, company_id, expires_at }
    core::NewUser => records::NewUser { company_id, email, password_hash, managed_by, issued_at, password_key_id }
    core::Token => records::Token { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    core::Code => records::Code { digest, user_id, company_id, key_id, credential_version, product, expires_at }
}

impl Typed for core::Event {
    type Wit = records::Event;

    fn typed(self) -> records::Event {
        records::Event {
            kind: self.kind.name().into(),
            reason: self.kind.reason().map(Into::into),
            at: self.at,
            source: self.source,
            company_id: self.company_id.typed(),
            key_id: self.key_id.typed(),
            user_id: self.user_id.typed(),
            product: self.product.typed(),
            fault: self.fault.typed(),
        }
    }
}

impl Typed for core::Fault {
    type Wit = records::Fault;

    fn typed(self) -> records::Fault {
        records::Fault {
            call: self.call.into(),
            member: self.member.into(),
            expected: self.expected.into(),
        }
    }
}

impl Typed for core::Response {
    type Wit = http::Response;

    fn typed(self) -> http::Response {
        let headers = self.headers.into_iter().map(|(name, value)| (name.into(), value)).collect();
        http::Response { status: self.status, headers, body: self.body }
    }
}

/// Makes a call of its members, which core has under the same names.
macro_rules! call {
    ($call:ident($value:expr)) => {
        calls::Call::$call($value.typed())
    };
    ($call:ident { $($name:ident),* }) => {
        calls::Call::$call(calls::$call { $($name: $name.typed()),* })
    };
}

impl Typed for core::Call {
    type Wit = calls::Call;

    fn typed(self) -> calls::Call {
        match self {
            Self::Admit(attempt) => call!(Admit(attempt)),
            Self::GiveBack(attempt) => call!(GiveBack(attempt)),
            Self::FindKey { digest } => call!(FindKey(digest)),
            Self::FindUser { company_id, email } => call!(FindUser { company_id, email }),
            Self::FindCompany { domain } => call!(FindCompany(domain)),
            Self::FindProduct { name } => call!(FindProduct(name)),
            Self::CreateUser { user, event } => call!(CreateUser { user, event }),
            Self::ReplacePassword { swap, issued_at, password_key_id } => {
                let core::PasswordSwap { company_id, user_id, expected_version, password_hash } =
                    swap;
                call!(ReplacePassword {
                    company_id,
                    user_id,
                    expected_version,
                    password_hash,
                    issued_at,
                    password_key_id
                })
            }
            Self::RehashPassword(swap) => call!(RehashPassword(swap)),
            Self::SaveToken { token, event } => call!(SaveToken { token, event }),
            Self::SaveCode { code, event } => call!(SaveCode { code, event }),
            Self::FindToken { digest } => call!(FindToken(digest)),
            Self::TakeCode { digest } => call!(TakeCode(digest)),
            Self::RevokeToken { digest } => call!(RevokeToken(digest)),
            Self::Audit { event } => call!(Audit(event)),
            Self::Hashing(hashing) => hashing.typed(),
        }
    }
}

impl Typed for core::Hashing {
    type Wit = calls::Call;

    fn typed(self) -> calls::Call {
        match self {
            Self::VerifyPassword { password, password_hash, behalf } => {
                let core::Behalf { keyed, company_id } = behalf;
                let password = password.expose().to_owned();
                call!(VerifyPassword { password, password_hash, keyed, company_id })
            }
            Self::HashPassword { password, salt, behalf } => {
                let core::Behalf { keyed, company_id } = behalf;
                let password = password.expose().to_owned();
                let salt = hexadecimal(&salt);
                call!(HashPassword { password, salt, keyed, company_id })
            }
        }
    }
}

impl Typed for operator::Call {
    type Wit = calls::Call;

    fn typed(self) -> calls::Call {
        match self {
            Self::FindCompanyByEmail { email } => call!(FindCompanyByEmail(email)),
            Self::CreateCompany { company, event } => call!(CreateCompany { company, event }),
            Self::ListCompanies { page } => {
                calls::Call::ListCompanies(calls::Page { after: page.after(), limit: page.limit() })
            }
            Self::SetCompanyStatus { company_id, status, event } => {
                call!(SetCompanyStatus { company_id, status, event })
            }
            Self::SetCompany { company_id, members, event } => {
                let operator::CompanyMembers {
                    name,
                    email_domains,
                    account_type,
                    domain_ownership_verified,
                    domain_mx_verified,
                } = members;
                call!(SetCompany {
                    company_id,
                    name,
                    email_domains,
                    account_type,
                    domain_ownership_verified,
                    domain_mx_verified,
                    event
                })
            }
            Self::SaveKey { key, event } => call!(SaveKey { key, event }),
            Self::RotateKey { company_id, key_id, key, revoke, event } => {
                call!(RotateKey { company_id, key_id, key, revoke, event })
            }
            Self::ListKeys { company_id, page } => {
                calls::Call::ListKeys(of_company(company_id, page))
            }
            Self::SetKeyStatus { company_id, key_id, status, event } => {
                call!(SetKeyStatus { company_id, key_id, status, event })
            }
            Self::EndKey { company_id, key_id, password_hash, event } => {
                call!(EndKey { company_id, key_id, password_hash, event })
            }
            Self::SignOut { company_id, user_id, event } => {
                call!(SignOut { company_id, user_id, event })
            }
            Self::DeleteCompany { company_id, event } => call!(DeleteCompany { company_id, event }),
            Self::FindUser { company_id, email } => call!(FindUser { company_id, email }),
            Self::CreateUser { user, event } => {
                let event = Some(event);
                call!(CreateUser { user, event })
            }
            Self::ListUsers { company_id, page } => {
                calls::Call::ListUsers(of_company(company_id, page))
            }
            Self::SetUserStatus { company_id, user_id, status, event } => {
                call!(SetUserStatus { company_id, user_id, status, event })
            }
            Self::SetUserManager { company_id, user_id, managed_by, event } => {
                call!(SetUserManager { company_id, user_id, managed_by, event })
            }
            Self::SetUser { company_id, user_id, members, event } => {
                let operator::UserMembers {
                    login_id,
                    display_name,
                    is_creator,
                    is_company_admin,
                    permissions,
                } = members;
                call!(SetUser {
                    company_id,
                    user_id,
                    login_id,
                    display_name,
                    is_creator,
                    is_company_admin,
                    permissions,
                    event
                })
            }
            Self::SetUserEmail { company_id, user_id, email, event } => {
                call!(SetUserEmail { company_id, user_id, email, event })
            }
            Self::DeleteUser { company_id, user_id, event } => {
                call!(DeleteUser { company_id, user_id, event })
            }
            Self::DisablePassword { company_id, user_id, expected_hash, password_hash, event } => {
                call!(DisablePassword { company_id, user_id, expected_hash, password_hash, event })
            }
            Self::ListProducts => calls::Call::ListProducts,
            Self::SaveProduct { name, launch_url, secret_digest, event } => {
                call!(SaveProduct { name, launch_url, secret_digest, event })
            }
            Self::RotateProduct { name, secret_digest, previous_secret_expires_at, event } => {
                call!(RotateProduct { name, secret_digest, previous_secret_expires_at, event })
            }
            Self::ListEvents { filter, page } => {
                let operator::EventFilter { since, company_id, user_id, key_id, kind } = filter;
                let (after, limit) = (page.after(), page.limit());
                call!(ListEvents { since, company_id, user_id, key_id, kind, after, limit })
            }
            Self::Purge { now } => call!(Purge(now)),
            Self::PurgeEvents { before, event } => call!(PurgeEvents { before, event }),
            Self::Audit { event } => call!(Audit(event)),
            Self::Hashing(hashing) => hashing.typed(),
        }
    }
}

fn of_company(company_id: core::CompanyId, page: operator::Page) -> calls::PageOfCompany {
    calls::PageOfCompany { company_id: company_id.get(), after: page.after(), limit: page.limit() }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
