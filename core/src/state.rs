//! The states of a request that waits for its host.
//!
//! Each state is named by the call whose reply it awaits, and holds what is proven by then. The type that it holds takes the
//! reply and says what comes next.

use alloc::boxed::Box;

use crate::context::Context;
use crate::operation::direct::{DirectSignIn, KnownCompanySignIn, KnownUserSignIn, RefusedSignIn};
use crate::operation::exchange::Exchange;
use crate::operation::grant::{PendingCode, PendingToken};
use crate::operation::operator::{Command, PendingKey};
use crate::operation::session::Session;
use crate::operation::sign_on::SignOn;
use crate::operation::sign_on::keyed::KeyedSignOn;
use crate::operation::sign_on::known_user::KnownUserSignOn;
use crate::step::Transition;
use crate::{Error, Reply, Response};

/// The call whose reply is awaited.
#[derive(Clone, Debug)]
pub(crate) enum State {
    // Sign-on and launch.
    Admit(SignOn),
    FindKey(SignOn),
    FindProduct(KeyedSignOn),
    FindUser(KeyedSignOn),
    AdmitLocal(KnownUserSignOn),
    VerifyPassword(KnownUserSignOn),
    HashNewUser(KeyedSignOn),
    CreateUser(KeyedSignOn),
    AdmitReplacement(KnownUserSignOn),
    HashReplacement(KnownUserSignOn),
    ReplacePassword(KnownUserSignOn),
    HashStronger(KnownUserSignOn),
    Rehash(KnownUserSignOn),
    SaveCode(PendingCode),

    // Direct sign-in.
    AdmitDirect(DirectSignIn),
    FindCompany(DirectSignIn),
    FindDirectUser(KnownCompanySignIn),
    VerifyDirect(KnownUserSignIn),
    VerifyFixedHash(RefusedSignIn),

    // Exchange, session and sign-out.
    FindExchangeProduct(Exchange),
    TakeCode(Exchange),
    FindToken(Session),
    RevokeToken,

    // The operator's commands.
    FindCompanyByEmail(Command),
    SaveKey(PendingKey),
    ListKeys,
    SetKeyStatus,

    // Of several operations.
    SaveToken(PendingToken),
    Audit(AfterAudit),
}

/// The continuation of a request whose event is recorded.
#[derive(Clone, Debug)]
pub(crate) enum AfterAudit {
    Refuse(Error),
    Replace(Box<KnownUserSignOn>),
}

impl State {
    pub(crate) fn step(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match self {
            Self::Admit(sign_on) => sign_on.admitted(context, reply),
            Self::FindKey(sign_on) => sign_on.key_found(context, reply),
            Self::FindProduct(keyed) => keyed.product_found(context, reply),
            Self::FindUser(keyed) => keyed.user_found(context, reply),
            Self::AdmitLocal(known_user) => known_user.local_admitted(context, reply),
            Self::VerifyPassword(known_user) => known_user.verified(context, reply),
            Self::HashNewUser(keyed) => keyed.hashed_new_user(reply),
            Self::CreateUser(keyed) => keyed.created(context, reply),
            Self::AdmitReplacement(known_user) => known_user.replacement_admitted(context, reply),
            Self::HashReplacement(known_user) => Ok(known_user.replace(reply.hashed()?)),
            Self::ReplacePassword(known_user) => known_user.replaced(context, reply),
            Self::HashStronger(known_user) => known_user.hashed_stronger(context, reply),
            Self::Rehash(known_user) => known_user.rehashed(context, reply),
            Self::SaveCode(pending) => pending.saved(reply),

            Self::AdmitDirect(sign_in) => sign_in.admitted(context, reply),
            Self::FindCompany(sign_in) => sign_in.company_found(context, reply),
            Self::FindDirectUser(known_company) => known_company.user_found(context, reply),
            Self::VerifyDirect(known_user) => known_user.verified(context, reply),
            Self::VerifyFixedHash(refused) => refused.verified(context, reply),

            Self::FindExchangeProduct(exchange) => exchange.product_found(context, reply),
            Self::TakeCode(exchange) => exchange.code_taken(context, reply),
            Self::FindToken(session) => session.token_found(context, reply),
            Self::RevokeToken => {
                reply.done()?;
                Ok(Transition::Done(Response::empty()))
            }

            Self::FindCompanyByEmail(command) => command.company_found(context, reply),
            Self::SaveKey(pending) => pending.saved(reply),
            Self::ListKeys => Response::keys(&reply.keys()?).map(Transition::Done),
            Self::SetKeyStatus => {
                reply.done_or_none()?.ok_or(Error::NoSuchRecord)?;
                Ok(Transition::Done(Response::empty()))
            }

            Self::SaveToken(pending) => pending.saved(reply),
            Self::Audit(after_audit) => after_audit.resume(context, reply),
        }
    }
}

impl AfterAudit {
    /// Continues as if the event were recorded, also when it could not be (`SSO-ERR-003`).
    fn resume(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        if let Err(Error::Internal) = reply.done() {
            return Err(Error::Internal);
        }
        match self {
            Self::Refuse(error) => Err(error),
            Self::Replace(known_user) => known_user.mismatched(context),
        }
    }
}
