//! The states of a request that waits for its host.
//!
//! Each state is named by the call whose reply it awaits, and holds what is proven by then. The type that it holds takes the
//! reply and says what comes next.

use crate::context::Context;
use crate::machine;
use crate::operation::direct::{DirectSignIn, KnownCompanySignIn, KnownUserSignIn, RefusedSignIn};
use crate::operation::exchange::Exchange;
use crate::operation::grant::{PendingCode, PendingToken};
use crate::operation::session::Session;
use crate::operation::sign_on::SignOn;
use crate::operation::sign_on::keyed::KeyedSignOn;
use crate::operation::sign_on::known_user::KnownUserSignOn;
use crate::wire::contract::Contract;
use crate::wire::json::{Misfit, Object};
use crate::{Call, Error, Event, Reply, Response};

/// The way on of a request.
pub(crate) type Transition = machine::Transition<State>;

/// The call whose reply is awaited.
#[derive(Clone, Debug)]
pub(crate) enum State {
    // Sign-on and launch.
    Admit(SignOn),
    FindKey(SignOn),
    FindProduct(KeyedSignOn),
    FindUser(KeyedSignOn),
    AdmitLocal(KnownUserSignOn),
    GiveBackLocal(KnownUserSignOn),
    VerifyPassword(KnownUserSignOn),
    AuditUnreadable(KnownUserSignOn),
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
    GiveBackDirect(KnownUserSignIn),
    VerifyFixedHash(RefusedSignIn),

    // Exchange, session and sign-out.
    FindExchangeProduct(Exchange),
    TakeCode(Exchange),
    FindToken(Session),
    RevokeToken,

    // Of several operations.
    SaveToken(PendingToken),
    /// The refusal follows its event.
    AuditRefusal(Error),
}

impl machine::State for State {
    type Call = Call;
    type Reply = Reply;

    fn audit(event: Event) -> Call {
        Call::Audit { event }
    }

    fn contract(call: &Call) -> Contract {
        call.contract()
    }

    fn read(name: &str, members: &Object<'_>) -> Result<Option<Reply>, Misfit> {
        Reply::read(name, members)
    }

    fn step(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match self {
            Self::Admit(sign_on) => sign_on.admitted(context, reply),
            Self::FindKey(sign_on) => sign_on.key_found(context, reply),
            Self::FindProduct(keyed) => keyed.product_found(context, reply),
            Self::FindUser(keyed) => keyed.user_found(context, reply),
            Self::AdmitLocal(known_user) => known_user.local_admitted(context, reply),
            Self::GiveBackLocal(known_user) => {
                reply.recorded()?;
                Ok(known_user.matched(context))
            }
            Self::VerifyPassword(known_user) => known_user.verified(context, reply),
            Self::AuditUnreadable(known_user) => {
                reply.recorded()?;
                known_user.mismatched(context)
            }
            Self::HashNewUser(keyed) => keyed.hashed_new_user(reply),
            Self::CreateUser(keyed) => keyed.created(context, reply),
            Self::AdmitReplacement(known_user) => known_user.replacement_admitted(context, reply),
            Self::HashReplacement(known_user) => Ok(known_user.replace(reply.hashed()?)),
            Self::ReplacePassword(known_user) => known_user.replaced(context, reply),
            Self::HashStronger(known_user) => known_user.hashed_stronger(context, reply),
            Self::Rehash(known_user) => known_user.rehashed(context, reply),
            Self::SaveCode(pending) => pending.saved(reply),

            Self::AdmitDirect(sign_in) => sign_in.admitted(context, reply),
            Self::FindCompany(sign_in) => sign_in.company_found(reply),
            Self::FindDirectUser(known_company) => known_company.user_found(reply),
            Self::VerifyDirect(known_user) => known_user.verified(context, reply),
            Self::GiveBackDirect(known_user) => {
                reply.recorded()?;
                Ok(known_user.grant(context))
            }
            Self::VerifyFixedHash(refused) => refused.verified(context, reply),

            Self::FindExchangeProduct(exchange) => exchange.product_found(context, reply),
            Self::TakeCode(exchange) => exchange.code_taken(context, reply),
            Self::FindToken(session) => session.token_found(context, reply),
            Self::RevokeToken => {
                reply.done()?;
                Ok(Transition::Done(Response::empty()))
            }

            Self::SaveToken(pending) => pending.saved(reply),
            Self::AuditRefusal(error) => reply.recorded().and(Err(error)),
        }
    }
}
