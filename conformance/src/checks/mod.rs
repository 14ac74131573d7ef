//! The checks by area. Each area lists its checks first and their functions below.

use crate::check::Check;

mod alike;
mod answer;
mod direct;
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
mod routing;
mod secret;
mod session;
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
    launch::CHECKS,
    input::LAUNCH,
    exchange::CHECKS,
    input::EXCHANGE,
    direct::CHECKS,
    input::DIRECT,
    session::CHECKS,
    input::SESSION,
    input::SIGN_OUT,
    isolation::CHECKS,
    legacy::CHECKS,
    answer::CHECKS,
    error::CHECKS,
    header::CHECKS,
    token::CHECKS,
    secret::CHECKS,
];
