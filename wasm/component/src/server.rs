//! What a server asks besides a request.

use ssokey_core as core;

use crate::bindings::http::{Mistake, Response, Settings};
use crate::step::parse;
use crate::typed::Typed;

/// Implements the interface `server` of a world.
macro_rules! server {
    ($face:ty: $server:ident) => {
        impl $server::Guest for $face {
            fn body_limit() -> u32 {
                crate::server::BODY_LIMIT
            }

            fn is_served(path: String, settings: Settings) -> Result<bool, Mistake> {
                Ok(crate::step::parse(&settings)?.is_served(&path))
            }

            fn failure_response(
                failure: $server::Failure,
                settings: Settings,
            ) -> Result<Response, Mistake> {
                use $server::Failure;
                let failure = match failure {
                    Failure::Internal => ssokey_core::Failure::Internal,
                    Failure::StorageUnavailable => ssokey_core::Failure::StorageUnavailable,
                    Failure::Overloaded(seconds) => ssokey_core::Failure::Overloaded { seconds },
                    Failure::MalformedRequest => ssokey_core::Failure::MalformedRequest,
                    Failure::MethodNotAllowed => ssokey_core::Failure::MethodNotAllowed,
                    Failure::TooLarge => ssokey_core::Failure::TooLarge,
                };
                crate::server::response(failure, &settings)
            }
        }
    };
}

pub(crate) use server;

pub(crate) const BODY_LIMIT: u32 = core::MAX_REQUEST_BYTES as u32;

pub(crate) fn response(failure: core::Failure, settings: &Settings) -> Result<Response, Mistake> {
    Ok(core::failure(failure, &parse(settings)?).typed())
}
