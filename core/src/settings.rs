//! The settings of a server.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use serde::de::DeserializeOwned;

use crate::wire::json::Object;
use crate::{Domain, OperationName, Products};

/// The settings of a server, each within its bounds. The defaults are those of the format.
///
/// ```
/// use ssokey_core::{Domain, Settings};
///
/// let settings = Settings::default()
///     .with_company(Domain::parse("partner.example"))
///     .with_token_lifetime(15 * 60 * 1000)?;
/// assert_eq!(settings.token_lifetime(), 900_000);
/// # Ok::<(), ssokey_core::SettingsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    legacy_status: bool,
    company: Option<Domain>,
    products: Products,
    token_lifetime: u64,
    code_lifetime: u64,
    operations: Vec<OperationName>,
}

/// The error of a setting that is outside its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// The member of the JSON; none for the JSON as a whole.
    member: Option<&'static str>,
    bounds: &'static str,
}

const TOKEN_LIFETIMES: RangeInclusive<u64> = 60_000..=86_400_000;
const TOKEN_BOUNDS: &str = "must be 60000 to 86400000 milliseconds";
const CODE_LIFETIMES: RangeInclusive<u64> = 10_000..=600_000;
const CODE_BOUNDS: &str = "must be 10000 to 600000 milliseconds";
const OPERATIONS_BOUNDS: &str = "must be a list of different operations: sign_on, launch, exchange, direct_sign_in, session, sign_out";
const MEMBERS: [&str; 6] =
    ["legacyStatus", "company", "products", "tokenLifetime", "codeLifetime", "operations"];

impl Default for Settings {
    fn default() -> Self {
        Self {
            legacy_status: false,
            company: None,
            products: Products::default(),
            token_lifetime: 60 * 60 * 1000,
            code_lifetime: 60 * 1000,
            operations: OperationName::ALL.into(),
        }
    }
}

impl Settings {
    /// Sets whether answers are made for legacy clients: errors are sent with HTTP status 200, because some stacks hide the body of
    /// a 4xx, and each body ends with the member `success` (`SSO-RSP-014`). The default is no.
    #[must_use]
    pub fn with_legacy_status(self, legacy_status: bool) -> Self {
        Self { legacy_status, ..self }
    }

    /// Sets the company to which a direct sign-in belongs when it names none (`SSO-DIR-002`). The default is none.
    #[must_use]
    pub fn with_company(self, company: Option<Domain>) -> Self {
        Self { company, ..self }
    }

    /// Sets the server's products (`SSO-REQ-012`). The default is the document's list.
    #[must_use]
    pub fn with_products(self, products: Products) -> Self {
        Self { products, ..self }
    }

    /// Sets the lifetime of a token in milliseconds, from 1 minute to 24 hours (`SSO-TOK-004`). The default is 60 minutes.
    ///
    /// # Errors
    ///
    /// The lifetime is shorter or longer.
    pub fn with_token_lifetime(self, token_lifetime: u64) -> Result<Self, SettingsError> {
        if !TOKEN_LIFETIMES.contains(&token_lifetime) {
            return Err(SettingsError { member: Some("tokenLifetime"), bounds: TOKEN_BOUNDS });
        }
        Ok(Self { token_lifetime, ..self })
    }

    /// Sets the lifetime of a code in milliseconds, from 10 seconds to 10 minutes (`SSO-LAU-004`). The default is 60 seconds.
    ///
    /// # Errors
    ///
    /// The lifetime is shorter or longer.
    pub fn with_code_lifetime(self, code_lifetime: u64) -> Result<Self, SettingsError> {
        if !CODE_LIFETIMES.contains(&code_lifetime) {
            return Err(SettingsError { member: Some("codeLifetime"), bounds: CODE_BOUNDS });
        }
        Ok(Self { code_lifetime, ..self })
    }

    /// Sets the operations that are served. At the paths of the others nothing is (`SSO-REQ-021`). The default is all.
    ///
    /// # Errors
    ///
    /// There are none, or one is there twice.
    pub fn with_operations(self, operations: Vec<OperationName>) -> Result<Self, SettingsError> {
        let is_new = |(at, name)| !operations.iter().take(at).any(|before| before == name);
        if operations.is_empty() || !operations.iter().enumerate().all(is_new) {
            return Err(SettingsError { member: Some("operations"), bounds: OPERATIONS_BOUNDS });
        }
        Ok(Self { operations, ..self })
    }

    /// Returns whether errors are sent with HTTP status 200.
    #[must_use]
    pub const fn legacy_status(&self) -> bool {
        self.legacy_status
    }

    /// Returns the company to which a direct sign-in belongs when it names none.
    #[must_use]
    pub const fn company(&self) -> Option<&Domain> {
        self.company.as_ref()
    }

    /// Returns the server's products.
    #[must_use]
    pub const fn products(&self) -> &Products {
        &self.products
    }

    /// Returns the lifetime of a token in milliseconds.
    #[must_use]
    pub const fn token_lifetime(&self) -> u64 {
        self.token_lifetime
    }

    /// Returns the lifetime of a code in milliseconds.
    #[must_use]
    pub const fn code_lifetime(&self) -> u64 {
        self.code_lifetime
    }

    /// Returns the operations that are served.
    #[must_use]
    pub fn operations(&self) -> &[OperationName] {
        &self.operations
    }

    /// Returns whether an operation is served at the path, compared byte for byte (`SSO-REQ-021`). A host leaves all other paths to
    /// its own handlers.
    #[must_use]
    pub fn is_served(&self, path: &str) -> bool {
        self.operation_at(path).is_some()
    }

    pub(crate) fn operation_at(&self, path: &str) -> Option<OperationName> {
        OperationName::at(path).filter(|name| self.operations.contains(name))
    }

    /// Reads settings from JSON. A member that is `null` or not there keeps its default.
    ///
    /// ```json
    /// {"legacyStatus":false,"company":"partner.example","products":["chat","mail"],"tokenLifetime":900000,"codeLifetime":60000,
    ///  "operations":["sign_on","session"]}
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an object of such members, or a member is outside its bounds.
    pub fn from_json(text: &str) -> Result<Self, SettingsError> {
        let object = Object::parse(text)
            .filter(|object| object.names().all(|name| MEMBERS.contains(&name)))
            .ok_or(SettingsError { member: None, bounds: "must be an object of settings" })?;
        let mut settings = Self::default();
        if let Some(legacy_status) = member(&object, "legacyStatus", "must be a boolean", Some)? {
            settings = settings.with_legacy_status(legacy_status);
        }
        let domain = |text: String| Domain::parse(&text);
        settings = settings.with_company(member(&object, "company", Domain::BOUNDS, domain)?);
        let products = |names| Products::new(names).ok();
        if let Some(products) = member(&object, "products", Products::BOUNDS, products)? {
            settings = settings.with_products(products);
        }
        if let Some(lifetime) = member(&object, "tokenLifetime", TOKEN_BOUNDS, Some)? {
            settings = settings.with_token_lifetime(lifetime)?;
        }
        if let Some(lifetime) = member(&object, "codeLifetime", CODE_BOUNDS, Some)? {
            settings = settings.with_code_lifetime(lifetime)?;
        }
        if let Some(operations) = member(&object, "operations", OPERATIONS_BOUNDS, Some)? {
            settings = settings.with_operations(operations)?;
        }
        Ok(settings)
    }
}

/// Reads and parses a member; none if it is `null` or not there.
fn member<T: DeserializeOwned, U>(
    object: &Object<'_>,
    name: &'static str,
    bounds: &'static str,
    parse: impl FnOnce(T) -> Option<U>,
) -> Result<Option<U>, SettingsError> {
    let error = SettingsError { member: Some(name), bounds };
    match object.optional(name) {
        Ok(None) => Ok(None),
        Ok(Some(value)) => parse(value).map(Some).ok_or(error),
        Err(_) => Err(error),
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            Some(member) => write!(f, "`{member}` {}", self.bounds),
            None => write!(f, "the settings {}", self.bounds),
        }
    }
}

impl core::error::Error for SettingsError {}
