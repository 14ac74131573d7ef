//! The checks by area. Each area lists its checks first and their functions below.

use crate::rules;
use crate::suite::Suite;
use crate::suite::check::Check;

mod alike;
mod answer;
mod authorization;
mod binding;
mod code;
mod coding;
mod confused;
mod connection;
mod crossed;
mod derived;
mod direct;
mod documented;
mod elsewhere;
mod email;
mod encoding;
mod entrance;
mod error;
mod every_way;
mod exchange;
mod header;
mod identity;
mod ignored;
mod input;
mod isolation;
mod issued_at;
mod key;
mod known;
mod lasting;
mod launch;
mod legacy;
mod look_alike;
mod near_miss;
mod one_body;
mod pairs;
mod parameter;
mod password;
mod product;
mod random;
mod reading;
mod routing;
mod secret;
mod session;
mod session_product;
mod sign_on;
mod token;
mod way;
mod whole;

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
    pairs::CHECKS,
    issued_at::CHECKS,
    key::CHECKS,
    routing::CHECKS,
    elsewhere::CHECKS,
    reading::SIGN_ON,
    every_way::SIGN_ON,
    one_body::SIGN_ON,
    input::SIGN_ON,
    launch::CHECKS,
    code::CHECKS,
    input::LAUNCH,
    every_way::LAUNCH,
    reading::LAUNCH,
    one_body::LAUNCH,
    exchange::CHECKS,
    input::EXCHANGE,
    elsewhere::EXCHANGE,
    reading::EXCHANGE,
    one_body::EXCHANGE,
    direct::CHECKS,
    input::DIRECT,
    every_way::DIRECT,
    reading::DIRECT,
    one_body::DIRECT,
    session::CHECKS,
    session_product::CHECKS,
    input::SESSION,
    input::SIGN_OUT,
    elsewhere::SESSION,
    reading::SESSION,
    reading::SIGN_OUT,
    one_body::SIGN_OUT,
    isolation::CHECKS,
    legacy::CHECKS,
    connection::CHECKS,
    answer::CHECKS,
    error::CHECKS,
    header::CHECKS,
    token::CHECKS,
    secret::CHECKS,
    look_alike::CHECKS,
    binding::CHECKS,
    crossed::CHECKS,
    identity::CHECKS,
    confused::CHECKS,
    lasting::CHECKS,
    ignored::CHECKS,
    derived::CHECKS,
];

impl Suite {
    /// The checks of version 1 of the format, all selected: first those that send requests, then those that judge
    /// what came of them, and after all checks sequences of calls.
    pub fn v1() -> Self {
        Self::of(AREAS.iter().copied().flatten()).playing(rules::IN_RUN)
    }
}
