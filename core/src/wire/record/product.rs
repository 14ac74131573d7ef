//! A product to which users are launched.

use serde::{Deserialize, Serialize};

use crate::wire::member::{nullable, nullable_time};
use crate::{Digest, LaunchUrl, ProductName};

/// A product to which users are sent.
///
/// ```json
/// {"name":"livechat","launchUrl":"https://chat.example/enter","secretDigest":"<64 hexadecimal digits>"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Product {
    /// The product's name, unique.
    pub name: ProductName,
    /// The URL to which a launch sends the user.
    pub launch_url: LaunchUrl,
    /// The digest of the secret by which the product exchanges codes.
    pub secret_digest: Digest,
    /// The digest of the secret before, which counts until [`Self::previous_secret_expires_at`] (`SSO-EXC-007`).
    #[serde(deserialize_with = "nullable")]
    pub previous_secret_digest: Option<Digest>,
    /// The end of the secret before in milliseconds since 1970, from which on it is refused.
    #[serde(deserialize_with = "nullable_time")]
    pub previous_secret_expires_at: Option<u64>,
}

impl Product {
    /// Makes a product without a secret before, which may be set afterwards.
    #[must_use]
    pub const fn new(name: ProductName, launch_url: LaunchUrl, secret_digest: Digest) -> Self {
        let (previous_secret_digest, previous_secret_expires_at) = (None, None);
        Self { name, launch_url, secret_digest, previous_secret_digest, previous_secret_expires_at }
    }
}
