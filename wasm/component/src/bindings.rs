//! What `wit-bindgen` makes of `spec/wit`: the types once, and the functions of each world.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::allow_attributes_without_reason,
    clippy::indexing_slicing,
    reason = "generated; each type and function is documented in spec/wit"
)]

/// The types that all worlds share.
pub mod types {
    wit_bindgen::generate!({
        path: "../../spec/wit",
        inline: "
            package ssokey:component;
            world types {
                import ssokey:sso/records@0.1.0;
                import ssokey:sso/calls@0.1.0;
                import ssokey:sso/commands@0.1.0;
                import ssokey:sso/http@0.1.0;
            }
        ",
        world: "ssokey:component/types",
        generate_all,
        generate_unused_types: true,
        additional_derives: [PartialEq, Eq],
    });
}

pub use types::ssokey::sso::{calls, commands, http, records};

#[cfg(feature = "stepped")]
pub mod stepped {
    wit_bindgen::generate!({
        path: "../../spec/wit",
        world: "stepped",
        with: {
            "ssokey:sso/records@0.1.0": crate::bindings::records,
            "ssokey:sso/calls@0.1.0": crate::bindings::calls,
            "ssokey:sso/commands@0.1.0": crate::bindings::commands,
            "ssokey:sso/http@0.1.0": crate::bindings::http,
        },
    });

    #[cfg(target_family = "wasm")]
    use crate::stepped::Stepped;

    // A native library of both worlds, which tests and lints make, would have two functions of one name.
    #[cfg(target_family = "wasm")]
    export!(Stepped with_types_in self);
}

#[cfg(feature = "embedded")]
pub mod embedded {
    wit_bindgen::generate!({
        path: "../../spec/wit",
        world: "embedded",
        with: {
            "ssokey:sso/records@0.1.0": crate::bindings::records,
            "ssokey:sso/calls@0.1.0": crate::bindings::calls,
            "ssokey:sso/commands@0.1.0": crate::bindings::commands,
            "ssokey:sso/http@0.1.0": crate::bindings::http,
            "ssokey:sso/storage@0.1.0": generate,
            "ssokey:sso/operator-storage@0.1.0": generate,
        },
    });

    #[cfg(target_family = "wasm")]
    use crate::embedded::Embedded;

    #[cfg(target_family = "wasm")]
    export!(Embedded with_types_in self);
}
