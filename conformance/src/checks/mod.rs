//! The checks by area. Each area lists its checks first and their functions below.

use crate::check::Check;

mod answer;
mod email;
mod encoding;
mod error;
mod header;
mod issued_at;
mod key;
mod parameter;
mod password;
mod product;
mod routing;
mod sign_on;
mod token;
mod way;

/// Every check, area by area.
pub(crate) const AREAS: &[&[Check]] = &[
    sign_on::CHECKS,
    way::CHECKS,
    parameter::CHECKS,
    encoding::CHECKS,
    email::CHECKS,
    product::CHECKS,
    password::CHECKS,
    issued_at::CHECKS,
    key::CHECKS,
    routing::CHECKS,
    answer::CHECKS,
    error::CHECKS,
    header::CHECKS,
    token::CHECKS,
];
