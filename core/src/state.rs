//! What a request waits for.
//!
//! Each state is named by the call whose reply it awaits, and holds what is known by then. Who takes the reply says what comes next.

use alloc::boxed::Box;

use crate::context::Context;
use crate::operation::direct::{DirectSignIn, Holding, Nobody, Tenant};
use crate::operation::exchange::Exchange;
use crate::operation::grant::{CodeGrant, TokenGrant};
use crate::operation::operator::{Issued, Order};
use crate::operation::session::Session;
use crate::operation::sign_on::SignOn;
use crate::operation::sign_on::keyed::Partner;
use crate::operation::sign_on::known_user::KnownUser;
use crate::step::Turn;
use crate::{Error, Reply, Response};

/// The call whose reply is awaited.
#[derive(Clone, Debug)]
pub(crate) enum State {
    // Sign-on and launch.
    Admit(SignOn),
    FindKey(SignOn),
    FindProduct(Partner),
    FindUser(Partner),
    AdmitLocal(KnownUser),
    VerifyPassword(KnownUser),
    HashNewUser(Partner),
    CreateUser(Partner),
    AdmitReplacement(KnownUser),
    HashReplacement(KnownUser),
    ReplacePassword(KnownUser),
    HashStronger(KnownUser),
    Rehash(KnownUser),
    SaveCode(CodeGrant),

    // Direct sign-in.
    AdmitDirect(DirectSignIn),
    FindCompany(DirectSignIn),
    FindTenantUser(Tenant),
    VerifyHolder(Holding),
    VerifyNobody(Nobody),

    // Exchange, session and sign-out.
    FindExchangeProduct(Exchange),
    TakeCode(Exchange),
    FindToken(Session),
    RevokeToken,

    // The operator's commands.
    FindCompanyByEmail(Order),
    SaveKey(Issued),
    ListKeys,
    SetKeyStatus,

    // Wherever it is due.
    SaveToken(TokenGrant),
    Audit(Audited),
}

/// What follows an audit.
#[derive(Clone, Debug)]
pub(crate) enum Audited {
    Refuse(Error),
    Replace(Box<KnownUser>),
}

impl State {
    pub(crate) fn step(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match self {
            Self::Admit(sign_on) => sign_on.admitted(context, reply),
            Self::FindKey(sign_on) => sign_on.key_found(context, reply),
            Self::FindProduct(partner) => partner.product_found(context, reply),
            Self::FindUser(partner) => partner.user_found(context, reply),
            Self::AdmitLocal(known) => known.local_admitted(context, reply),
            Self::VerifyPassword(known) => known.verified(context, reply),
            Self::HashNewUser(partner) => partner.hashed_new_user(reply),
            Self::CreateUser(partner) => partner.created(context, reply),
            Self::AdmitReplacement(known) => known.replacement_admitted(context, reply),
            Self::HashReplacement(known) => Ok(known.swap(reply.hashed()?)),
            Self::ReplacePassword(known) => known.replaced(context, reply),
            Self::HashStronger(known) => known.hashed_stronger(context, reply),
            Self::Rehash(known) => known.rehashed(context, reply),
            Self::SaveCode(grant) => grant.saved(reply),

            Self::AdmitDirect(direct) => direct.admitted(context, reply),
            Self::FindCompany(direct) => direct.company_found(context, reply),
            Self::FindTenantUser(tenant) => tenant.user_found(context, reply),
            Self::VerifyHolder(holding) => holding.verified(context, reply),
            Self::VerifyNobody(nobody) => nobody.verified(context, reply),

            Self::FindExchangeProduct(exchange) => exchange.product_found(context, reply),
            Self::TakeCode(exchange) => exchange.code_taken(context, reply),
            Self::FindToken(session) => session.token_found(context, reply),
            Self::RevokeToken => {
                reply.done()?;
                Ok(Turn::Done(Response::empty()))
            }

            Self::FindCompanyByEmail(order) => order.company_found(context, reply),
            Self::SaveKey(issued) => issued.saved(reply),
            Self::ListKeys => Response::keys(&reply.keys()?).map(Turn::Done),
            Self::SetKeyStatus => {
                reply.done_or_none()?.ok_or(Error::NoSuchRecord)?;
                Ok(Turn::Done(Response::empty()))
            }

            Self::SaveToken(grant) => grant.saved(reply),
            Self::Audit(audited) => audited.go_on(context, reply),
        }
    }
}

impl Audited {
    /// An audit that failed changes nothing (`SSO-ERR-003`).
    fn go_on(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        if let Err(Error::Internal) = reply.done() {
            return Err(Error::Internal);
        }
        match self {
            Self::Refuse(error) => Err(error),
            Self::Replace(known) => known.mismatched(context),
        }
    }
}
