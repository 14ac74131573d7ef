//! The credentials of the reference servers. They open nothing else, so they may be known.

/// The key of the first company. It opens reference servers and nothing else, so it may be known.
pub const KEY: &str = "ssok_Kit0Good1Server2Of3One4Company5Key6Number7x1yFSCl";
/// The key of the second company, in the shape that others give.
pub const SECOND_KEY: &str = "another key, of the shape that others give";
/// The secret of every product but the second.
pub const PRODUCT_SECRET: &str = "the secret of every product but one";
/// The secret of the second product.
pub const SECOND_PRODUCT_SECRET: &str = "the secret of the second product";
/// The domain of the first company.
pub(crate) const FIRST_DOMAIN: &str = "company.example";
