//! Argon2id as the crate `argon2` has it.
#![expect(clippy::unwrap_used, reason = "tests alone call it, within its bounds")]

use alloc::vec;
use alloc::vec::Vec;

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use ssokey_core::Costs;

use crate::argon2id::Inputs;

/// Computes a tag. The crate takes 32 bytes of associated data at most.
pub(crate) fn argon2id(inputs: &Inputs<'_>, costs: Costs, tag_length: usize) -> Vec<u8> {
    let Costs { memory_kib, passes, lanes } = costs;
    let params = ParamsBuilder::new()
        .m_cost(memory_kib)
        .t_cost(passes)
        .p_cost(lanes)
        .data(AssociatedData::new(inputs.associated_data).unwrap())
        .build()
        .unwrap();
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let argon2 = match inputs.secret {
        [] => Argon2::new(algorithm, version, params),
        secret => Argon2::new_with_secret(secret, algorithm, version, params).unwrap(),
    };
    let mut tag = vec![0; tag_length];
    argon2.hash_password_into(inputs.password, inputs.salt, &mut tag).unwrap();
    tag
}
