//! The names of the operations, with the path and the calls of each.

use crate::operation::GET_OR_POST;
use crate::value::word::words;

words! {
    /// An operation by its name. Each is served at a path of its own.
    ///
    /// ```json
    /// "sign_on"
    /// ```
    #[non_exhaustive]
    pub enum OperationName {
        /// The document's call: signs a partner's user on.
        SignOn = "sign_on",
        /// Signs a user on and sends it to a product.
        Launch = "launch",
        /// Turns the code of a launch into a token.
        Exchange = "exchange",
        /// Signs a user in by its own password.
        DirectSignIn = "direct_sign_in",
        /// Says whose a token is.
        Session = "session",
        /// Ends a token.
        SignOut = "sign_out",
    }
}

impl OperationName {
    /// Returns the operation at a path, compared byte for byte (`SSO-REQ-021`).
    pub(crate) fn at(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.path() == path)
    }

    /// Returns the path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::SignOn => "/api/sso/authenticate",
            Self::Launch => "/api/sso/login",
            Self::Exchange => "/api/sso/exchange",
            Self::DirectSignIn => "/api/authenticate",
            Self::Session => "/api/session",
            Self::SignOut => "/api/signout",
        }
    }

    /// Returns the methods that serve the path, as the Allow header lists them (`SSO-REQ-020`).
    pub(crate) const fn allow(self) -> &'static str {
        match self {
            Self::SignOn | Self::Launch | Self::DirectSignIn => GET_OR_POST,
            Self::Session => "GET",
            Self::Exchange | Self::SignOut => "POST",
        }
    }

    /// Returns the names of all calls that the operation may lead to, in the order of `spec/storage.md`. A host that serves the
    /// operation answers each.
    #[must_use]
    pub const fn calls(self) -> &'static [&'static str] {
        match self {
            Self::SignOn => &[
                "admit",
                "give_back",
                "find_key",
                "find_user",
                "verify_password",
                "hash_password",
                "create_user",
                "replace_password",
                "rehash_password",
                "save_token",
                "audit",
            ],
            Self::Launch => &[
                "admit",
                "give_back",
                "find_key",
                "find_user",
                "find_product",
                "verify_password",
                "hash_password",
                "create_user",
                "replace_password",
                "rehash_password",
                "save_code",
                "audit",
            ],
            Self::Exchange => &["find_product", "save_token", "take_code", "audit"],
            Self::DirectSignIn => &[
                "admit",
                "give_back",
                "find_user",
                "find_company",
                "verify_password",
                "save_token",
                "audit",
            ],
            Self::Session => &["find_token", "audit"],
            Self::SignOut => &["revoke_token", "audit"],
        }
    }
}
