//! Argon2id by the component, in an instance of its own for each thread.

use crate::component::exports::ssokey::sso::decision::{Trouble, Verdict};
use crate::component::ssokey::sso::calls::{Call, Reply};
use crate::component::{Compiled, Instance};

/// Returns what answers the calls that hash. It takes tens of milliseconds.
pub(crate) fn hasher(
    compiled: Compiled,
) -> wasmtime::Result<impl FnMut(Call) -> Reply + Send + 'static> {
    let mut instance = compiled.instantiate()?;
    Ok(move |call| {
        reply_to(&call, &mut instance).unwrap_or_else(|_| {
            eprintln!("a hash failed: a new instance for hashing");
            // Where there is none, the next hash fails and tries again.
            if let Ok(new) = compiled.instantiate() {
                instance = new;
            }
            Reply::Failed
        })
    })
}

fn reply_to(call: &Call, Instance { store, stepped }: &mut Instance) -> wasmtime::Result<Reply> {
    let decision = stepped.ssokey_sso_decision();
    let computed = if let Call::VerifyPassword(call) = call {
        decision.call_compute_verification(store, call)?.map(|verdict| match verdict {
            Verdict::Match => Reply::Match,
            Verdict::NoMatch => Reply::NoMatch,
            Verdict::Unreadable => Reply::Unreadable,
        })
    } else if let Call::HashPassword(call) = call {
        decision.call_compute_hash(store, call)?.map(Reply::Hashed)
    } else {
        return Ok(Reply::Failed);
    };
    Ok(computed.unwrap_or_else(|trouble| match trouble {
        Trouble::Overloaded => Reply::Overloaded(1),
        Trouble::Failed => Reply::Failed,
    }))
}
