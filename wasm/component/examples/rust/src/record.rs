//! Rows of SQLite as the records of the component.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Result, Row};

use crate::component::ssokey::sso::records::{
    Code, Company, Key, KeyStatus, Manager, Product, Status, Token, User,
};

/// Reads a record whose members have the names of the row's columns. A list is stored as JSON.
macro_rules! read {
    ($row:ident, $record:ident { $($member:ident),* } $($list:ident),*) => {
        Ok($record {
            $($member: $row.get(stringify!($member))?,)*
            $($list: $row.get::<_, List>(stringify!($list))?.0,)*
        })
    };
}

pub(crate) fn company(row: &Row) -> Result<Company> {
    read!(row, Company { id, name, domain, email, account_type, domain_ownership_verified, domain_mx_verified, status }
        products, email_domains)
}

pub(crate) fn key(row: &Row) -> Result<Key> {
    read!(row, Key { id, digest, company_id, status, expires_at })
}

pub(crate) fn user(row: &Row) -> Result<User> {
    read!(row, User { id, company_id, email, login_id, display_name, is_creator, is_company_admin, password_hash,
        credential_version, managed_by, status, issued_at, password_key_id } permissions)
}

pub(crate) fn product(row: &Row) -> Result<Product> {
    read!(
        row,
        Product {
            name,
            launch_url,
            secret_digest,
            previous_secret_digest,
            previous_secret_expires_at
        }
    )
}

pub(crate) fn token(row: &Row) -> Result<Token> {
    read!(
        row,
        Token { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    )
}

pub(crate) fn code(row: &Row) -> Result<Code> {
    read!(
        row,
        Code { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    )
}

struct List(Vec<String>);

impl FromSql for List {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

impl FromSql for Status {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "enabled" => Ok(Self::Enabled),
            "disabled" => Ok(Self::Disabled),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

impl FromSql for KeyStatus {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "enabled" => Ok(Self::Enabled),
            "disabled" => Ok(Self::Disabled),
            "revoked" => Ok(Self::Revoked),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

impl FromSql for Manager {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "partner" => Ok(Self::Partner),
            "local" => Ok(Self::Local),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

impl ToSql for Manager {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Partner => "partner",
            Self::Local => "local",
        }
        .into())
    }
}
