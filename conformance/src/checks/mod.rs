//! The checks by area. Each area lists its checks first and their functions below.

use crate::suite::Suite;
use crate::suite::check::Check;

mod alike;
mod answer;
mod authorization;
mod code;
mod coding;
mod connection;
mod direct;
mod documented;
mod email;
mod encoding;
mod error;
mod exchange;
mod header;
mod input;
mod isolation;
mod issued_at;
mod key;
mod known;
mod launch;
mod legacy;
mod parameter;
mod password;
mod product;
mod random;
mod routing;
mod secret;
mod session;
mod session_product;
mod sign_on;
mod token;
mod way;

/// Every check, area by area.
pub(crate) const AREAS: &[&[Check]] = &[
    sign_on::CHECKS,
    way::CHECKS,
    coding::CHECKS,
    parameter::CHECKS,
    encoding::CHECKS,
    email::CHECKS,
    product::CHECKS,
    password::CHECKS,
    issued_at::CHECKS,
    key::CHECKS,
    routing::CHECKS,
    launch::CHECKS,
    code::CHECKS,
    input::LAUNCH,
    exchange::CHECKS,
    input::EXCHANGE,
    direct::CHECKS,
    input::DIRECT,
    session::CHECKS,
    session_product::CHECKS,
    input::SESSION,
    input::SIGN_OUT,
    isolation::CHECKS,
    legacy::CHECKS,
    connection::CHECKS,
    answer::CHECKS,
    error::CHECKS,
    header::CHECKS,
    token::CHECKS,
    secret::CHECKS,
];

impl Suite {
    /// The checks of version 1 of the format, all selected: first those that send requests, then those that judge
    /// what came of them.
    pub fn v1() -> Self {
        Self::of(AREAS.iter().copied().flatten())
    }
}
