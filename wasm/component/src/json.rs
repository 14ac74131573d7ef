//! Replies, commands and settings as the JSON that core reads, so that core judges them as it judges those of every other host: it says which
//! member is wrong, and what was expected.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::bindings::{calls, commands, http, records};

/// A value that has JSON.
pub(crate) trait Json {
    fn write(&self, json: &mut String);

    fn to_json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }
}

impl Json for bool {
    fn write(&self, json: &mut String) {
        json.push_str(if *self { "true" } else { "false" });
    }
}

impl Json for u32 {
    fn write(&self, json: &mut String) {
        json.push_str(&self.to_string());
    }
}

impl Json for u64 {
    fn write(&self, json: &mut String) {
        json.push_str(&self.to_string());
    }
}

impl Json for String {
    fn write(&self, json: &mut String) {
        // It fails for no string.
        json.push_str(&serde_json::to_string(self).unwrap_or_default());
    }
}

impl<T: Json> Json for Option<T> {
    fn write(&self, json: &mut String) {
        match self {
            Some(value) => value.write(json),
            None => json.push_str("null"),
        }
    }
}

impl<T: Json> Json for Vec<T> {
    fn write(&self, json: &mut String) {
        json.push('[');
        for (at, item) in self.iter().enumerate() {
            if at > 0 {
                json.push(',');
            }
            item.write(json);
        }
        json.push(']');
    }
}

/// Writes a member under its name in JSON: `companyId` for `company_id`.
fn member(json: &mut String, name: &str, value: &dyn Json) {
    json.push_str(if json.ends_with('{') { "\"" } else { ",\"" });
    let mut words = name.split('_');
    json.push_str(words.next().unwrap_or_default());
    for word in words {
        let mut letters = word.chars();
        json.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        json.push_str(letters.as_str());
    }
    json.push_str("\":");
    value.write(json);
}

/// Returns the name of a case on the wire: `retry_after` for `RetryAfter`.
fn word(case: &str) -> String {
    let mut word = String::new();
    for letter in case.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

macro_rules! words {
    ($($type:path: $($case:ident)*;)*) => {$(
        impl Json for $type {
            fn write(&self, json: &mut String) {
                word(match self { $(Self::$case => stringify!($case),)* }).write(json);
            }
        }
    )*};
}

/// The members of a record are named once; one that is missing here does not compile.
macro_rules! objects {
    ($($type:path { $($name:ident),* })*) => {$(
        impl Json for $type {
            fn write(&self, json: &mut String) {
                let Self { $($name),* } = self;
                json.push('{');
                $(member(json, stringify!($name), $name);)*
                json.push('}');
            }
        }
    )*};
}

/// Objects that are tagged by their case. A case has no member, one (in round brackets), or a record of several.
macro_rules! tagged {
    ($type:path, $tag:literal: $($case:ident $(($single:ident))? $({ $of:path: $($name:ident),* })?;)*) => {
        impl Json for $type {
            fn write(&self, json: &mut String) {
                json.push('{');
                match self {$(
                    Self::$case $(($single))? $(($of { $($name),* }))? => {
                        member(json, $tag, &word(stringify!($case)));
                        $(member(json, stringify!($single), $single);)?
                        $($(member(json, stringify!($name), $name);)*)?
                    }
                )*}
                json.push('}');
            }
        }
    };
}

words! {
    records::Status: Enabled Disabled;
    records::KeyStatus: Enabled Disabled Revoked;
    records::Manager: Partner Local;
    commands::HashKind: Current Other Unreadable;
    http::Operation: SignOn Launch Exchange DirectSignIn Session SignOut;
}

objects! {
    records::Company {
        id, name, domain, email, products, email_domains, account_type, domain_ownership_verified, domain_mx_verified,
        status
    }
    records::Key { id, digest, company_id, status, expires_at }
    records::ListedKey { id, company_id, status, expires_at, created_at, last_used_at }
    records::User {
        id, company_id, email, login_id, display_name, is_creator, is_company_admin, permissions, password_hash,
        credential_version, managed_by, status, issued_at, password_key_id
    }
    records::Product { name, launch_url, secret_digest, previous_secret_digest, previous_secret_expires_at }
    records::Token { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    records::Code { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    records::Holder { user, company, key }
    records::StoredEvent { id, kind, reason, at, source, company_id, key_id, user_id, product, fault, user_email }
    records::Fault { call, member, expected }
    http::Settings { legacy_status, company, products, token_lifetime, code_lifetime, operations }
}

tagged! {
    calls::Reply, "reply":
    Admitted;
    RetryAfter(seconds);
    Key { calls::FoundKey: key, company };
    User(user);
    Company(company);
    Product(product);
    Token { calls::FoundToken: token, holder };
    Code { calls::TakenCode: code, holder };
    Companies(companies);
    SavedKey(key_id);
    Keys(keys);
    Users(users);
    Products(products);
    Ended(count);
    Events(events);
    Purged(count);
    None;
    Match;
    NoMatch;
    Unreadable;
    Hashed(password_hash);
    Created(user);
    Exists;
    Replaced(credential_version);
    Stale;
    Done;
    Failed;
    Overloaded(seconds);
}

tagged! {
    commands::Command, "command":
    AddCompany { commands::AddCompany: name, domain, email, products, email_domains, account_type };
    ListCompanies { commands::Page: after, limit };
    SetCompanyStatus { commands::SetCompanyStatus: company_email, status };
    SetCompany {
        commands::SetCompany: company_email, name, email_domains, account_type, domain_ownership_verified,
        domain_mx_verified
    };
    SignOutCompany(company_email);
    DeleteCompany(company_email);
    IssueKey { commands::IssueKey: company_email, expires_at };
    RotateKey { commands::RotateKey: company_email, key_id, expires_at, keep };
    ListKeys { commands::PageOfCompany: company_email, after, limit };
    SetKeyStatus { commands::SetKeyStatus: company_email, key_id, status };
    EndKey { commands::EndKey: company_email, key_id };
    AddUser { commands::AddUser: company_email, user_email, password };
    ListUsers { commands::PageOfCompany: company_email, after, limit };
    ShowUser { commands::OfUser: company_email, user_email };
    SetUserStatus { commands::SetUserStatus: company_email, user_email, status };
    SetUserManager { commands::SetUserManager: company_email, user_email, managed_by };
    SetUser {
        commands::SetUser: company_email, user_email, login_id, display_name, is_creator, is_company_admin, permissions
    };
    SetUserEmail { commands::SetUserEmail: company_email, user_email, new_email };
    SignOutUser { commands::OfUser: company_email, user_email };
    DeleteUser { commands::OfUser: company_email, user_email };
    CountHashes { commands::PageOfCompany: company_email, after, limit };
    DisableHashes { commands::DisableHashes: company_email, kind, after, limit };
    ListProducts;
    SetProduct { commands::SetProduct: name, launch_url };
    RotateProduct { commands::RotateProduct: name, overlap };
    ListEvents { commands::ListEvents: since, company_email, user_email, key_id, kind, after, limit };
    Purge;
    PurgeEvents(before);
}
