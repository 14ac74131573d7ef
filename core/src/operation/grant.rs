//! What a sign-on earns: a token, or a code that a product turns into one.

use alloc::string::String;

use zeroize::Zeroizing;

use crate::context::Context;
use crate::state::State;
use crate::step::Turn;
use crate::value::code::CodeText;
use crate::value::token::TokenText;
use crate::{
    Call, Code, Company, CredentialVersion, Error, KeyId, LaunchUrl, Product, Reply, Response,
    Token, User,
};

/// A token that is being stored, with the answer that will show it.
#[derive(Clone, Debug)]
pub(crate) struct TokenGrant {
    text: TokenText,
    company: Company,
    user: User,
}

/// By what right a token is given, and for what.
pub(crate) struct Right {
    /// INVARIANT: of a password that was verified, created or swapped in (`SSO-TOK-005`).
    pub(crate) credential_version: CredentialVersion,
    pub(crate) key_id: Option<KeyId>,
    pub(crate) product: Option<Product>,
}

impl TokenGrant {
    /// Mints a token and has it stored.
    pub(crate) fn save(context: &Context, company: Company, user: User, right: &Right) -> Turn {
        let text = TokenText::mint(context.entropy.token);
        let token = Token {
            digest: text.digest(),
            user_id: user.id,
            company_id: user.company_id,
            key_id: right.key_id,
            credential_version: right.credential_version,
            product: right.product,
            expires_at: context.after(TokenText::LIFETIME),
        };
        Turn::Call(Call::SaveToken { token }, State::SaveToken(Self { text, company, user }))
    }

    /// INVARIANT: a token is shown only when it is durable (`SSO-TOK-003`).
    pub(crate) fn saved(self, reply: Reply) -> Result<Turn, Error> {
        reply.done()?;
        Response::success(&self.company, &self.user, &self.text).map(Turn::Done)
    }
}

/// A code that is being stored, with the place to which it will be sent.
#[derive(Clone, Debug)]
pub(crate) struct CodeGrant {
    /// Holds the code: see the `Debug` of [`Location`].
    location: Location,
}

/// A launch URL with the code, which is not printed and is wiped when dropped.
#[derive(Clone)]
struct Location(Zeroizing<String>);

impl core::fmt::Debug for Location {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Location(..)")
    }
}

impl CodeGrant {
    /// Mints a code for `product` and has it stored (`SSO-LAU-003`, `SSO-LAU-004`).
    pub(crate) fn save(
        context: &Context,
        user: &User,
        key_id: KeyId,
        credential_version: CredentialVersion,
        (product, launch_url): (Product, &LaunchUrl),
    ) -> Turn {
        let text = CodeText::mint(context.entropy.code);
        let code = Code {
            digest: text.digest(),
            user_id: user.id,
            company_id: user.company_id,
            key_id,
            credential_version,
            product,
            expires_at: context.after(CodeText::LIFETIME),
        };
        let location = Location(Zeroizing::new(launch_url.with_code(&text)));
        Turn::Call(Call::SaveCode { code }, State::SaveCode(Self { location }))
    }

    /// INVARIANT: a code is shown only when it is durable.
    pub(crate) fn saved(self, reply: Reply) -> Result<Turn, Error> {
        reply.done()?;
        Ok(Turn::Done(Response::launch(self.location.0.as_str().into())))
    }
}
