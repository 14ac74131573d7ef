//! A token, and a code that a product exchanges for one, on their way into storage.

use alloc::string::String;

use zeroize::Zeroizing;

use crate::context::{Context, Principals};
use crate::state::{State, Transition};
use crate::value::code::CodeText;
use crate::value::token::TokenText;
use crate::wire::event::{EventKind, Rule};
use crate::{
    Call, Code, Company, CredentialVersion, Error, KeyId, LaunchUrl, ProductName, Reply, Response,
    Token, User,
};

/// A token that is not durable yet, with the records for the answer that will show it.
#[derive(Clone, Debug)]
pub(crate) struct PendingToken {
    text: TokenText,
    company: Company,
    user: User,
}

/// The authorization behind a token.
pub(crate) struct Grant {
    /// The user's version. INVARIANT: its password was verified, created or swapped in (`SSO-TOK-005`).
    pub(crate) credential_version: CredentialVersion,
    /// None after a direct sign-in.
    pub(crate) key_id: Option<KeyId>,
    /// None after a direct sign-in that names no product.
    pub(crate) product: Option<ProductName>,
    /// The event of the success, to be stored with the token.
    pub(crate) kind: EventKind,
}

impl PendingToken {
    /// Makes a token and returns the call that stores it.
    pub(crate) fn save(
        context: &Context,
        company: Company,
        user: User,
        grant: Grant,
    ) -> Transition {
        let text = TokenText::generate(context.entropy.token);
        let principals =
            Principals { company: Some(user.company_id), key: grant.key_id, user: Some(user.id) };
        let event = context.event(grant.kind, principals, grant.product.clone());
        let token = Token {
            digest: text.digest(),
            user_id: user.id,
            company_id: user.company_id,
            key_id: grant.key_id,
            credential_version: grant.credential_version,
            product: grant.product,
            expires_at: context.end_of_token(),
        };
        let call = Call::SaveToken { token, event };
        Transition::Call(call, State::SaveToken(Self { text, company, user }))
    }

    /// Shows the token. INVARIANT: it is durable by now (`SSO-TOK-003`).
    pub(crate) fn saved(self, reply: Reply) -> Result<Transition, Error> {
        reply.done()?;
        Response::success(&self.company, &self.user, &self.text).map(Transition::Done)
    }
}

/// A code that is not durable yet, with the redirect that will show it.
#[derive(Clone, Debug)]
pub(crate) struct PendingCode {
    location: Location,
}

/// A launch URL with the code. It is not printed, and is wiped when dropped.
#[derive(Clone)]
struct Location(Zeroizing<String>);

impl core::fmt::Debug for Location {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Location(..)")
    }
}

impl PendingCode {
    /// Makes a code for `product` and returns the call that stores it (`SSO-LAU-003`, `SSO-LAU-004`).
    pub(crate) fn save(
        context: &Context,
        user: &User,
        key_id: KeyId,
        (product, launch_url): (ProductName, &LaunchUrl),
        (credential_version, rule): (CredentialVersion, Rule),
    ) -> Transition {
        let text = CodeText::generate(context.entropy.code);
        let principals =
            Principals { company: Some(user.company_id), key: Some(key_id), user: Some(user.id) };
        let event = context.event(EventKind::Launched(rule), principals, Some(product.clone()));
        let code = Code {
            digest: text.digest(),
            user_id: user.id,
            company_id: user.company_id,
            key_id,
            credential_version,
            product,
            expires_at: context.end_of_code(),
        };
        let location = Location(Zeroizing::new(launch_url.with_code(&text)));
        Transition::Call(Call::SaveCode { code, event }, State::SaveCode(Self { location }))
    }

    /// Shows the code in a redirect. INVARIANT: it is durable by now.
    pub(crate) fn saved(self, reply: Reply) -> Result<Transition, Error> {
        reply.done()?;
        Ok(Transition::Done(Response::launch(self.location.0.as_str().into())))
    }
}
