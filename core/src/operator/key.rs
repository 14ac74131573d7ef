//! Keys: issues, rotates, lists and disables them.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::context::{Context, Principals};
use crate::operator::answer::{IssuedKey, ShownKey};
use crate::operator::company::of;
use crate::operator::parse::END_BOUNDS;
use crate::operator::refusal::Refusal;
use crate::operator::state::{State, Transition};
use crate::operator::{Call, Page, Reply};
use crate::wire::event::EventKind;
use crate::wire::member::nullable_time;
use crate::{
    CompanyId, Error, KeyId, KeyStatus, MAX_INTEGER, NewKey, PasswordHash, Response, SsoKey,
};

/// A key in a list, as it is stored. Its other members are as in [`Key`](crate::Key).
///
/// ```json
/// {"id":1,"companyId":8272,"status":"enabled","expiresAt":null,"createdAt":1700000000000,"lastUsedAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[allow(missing_docs, reason = "the members of a key")]
pub struct ListedKey {
    pub id: KeyId,
    pub company_id: CompanyId,
    pub status: KeyStatus,
    #[serde(deserialize_with = "nullable_time")]
    pub expires_at: Option<u64>,
    /// The time at which the key was issued, in milliseconds since 1970; none if the host does not know it.
    #[serde(deserialize_with = "nullable_time")]
    pub created_at: Option<u64>,
    /// The time of the key's last success, at most a minute early; none if there was none.
    #[serde(deserialize_with = "nullable_time")]
    pub last_used_at: Option<u64>,
}

impl ListedKey {
    /// Makes a record of a key whose times are none, to be set afterwards.
    #[must_use]
    pub const fn new(id: KeyId, company_id: CompanyId, status: KeyStatus) -> Self {
        let (expires_at, created_at, last_used_at) = (None, None, None);
        Self { id, company_id, status, expires_at, created_at, last_used_at }
    }
}

/// A key that is not durable yet.
#[derive(Clone, Debug)]
pub(crate) struct PendingKey {
    key: SsoKey,
    expires_at: Option<u64>,
}

impl PendingKey {
    /// Makes a key. Fails if its end does not lie ahead.
    pub(super) fn new(context: &Context, expires_at: Option<u64>) -> Result<Self, Refusal> {
        let lies_ahead = |end| context.now < end && end <= MAX_INTEGER;
        if !expires_at.is_none_or(lies_ahead) {
            return Err(Refusal::invalid("expiresAt", END_BOUNDS));
        }
        Ok(Self { key: SsoKey::issue(context.entropy.code), expires_at })
    }

    fn record(&self, company_id: CompanyId) -> NewKey {
        NewKey { digest: self.key.digest(), company_id, expires_at: self.expires_at }
    }

    pub(super) fn save(self, context: &Context, company_id: CompanyId) -> Transition {
        let event = context.event(EventKind::KeyIssued, of(company_id), None);
        let call = Call::SaveKey { key: self.record(company_id), event };
        Transition::Call(call, State::SaveKey(company_id, self))
    }

    pub(super) fn rotate(
        self,
        context: &Context,
        company_id: CompanyId,
        key_id: KeyId,
        revoke: bool,
    ) -> Transition {
        let event = context.event(EventKind::KeyRotated, of(company_id), None);
        let key = self.record(company_id);
        let call = Call::RotateKey { company_id, key_id, key, revoke, event };
        Transition::Call(call, State::RotateKey(company_id, self))
    }

    pub(super) fn saved(self, company_id: CompanyId, reply: Reply) -> Result<Transition, Error> {
        let key_id = reply.saved_key()?;
        self.show(company_id, key_id)
    }

    pub(super) fn rotated(self, company_id: CompanyId, reply: Reply) -> Result<Transition, Error> {
        let key_id = reply.rotated_key()?.ok_or(Refusal::NoKey)?;
        self.show(company_id, key_id)
    }

    /// Shows the key, this once. INVARIANT: its digest is durable by now.
    fn show(&self, company_id: CompanyId, key_id: KeyId) -> Result<Transition, Error> {
        let Self { key, expires_at } = self;
        let issued =
            IssuedKey { key_id, company_id, ssokey: key.expose(), expires_at: *expires_at };
        Response::of_command(&issued).map(Transition::Done)
    }
}

pub(super) fn listed(company_id: CompanyId, page: Page, reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return {
        keys: Vec<ShownKey>,
        next: Option<u64>,
    }

    let keys = reply.keys()?;
    let foreign = |key: &ListedKey| (key.company_id != company_id).then_some("companyId");
    let records = keys.iter().map(|key| (key.id.get(), foreign(key)));
    let next = match page.next("keys", records) {
        Ok(next) => next,
        Err(member) => return Ok(Transition::wrong_record(of(company_id), member)),
    };
    Response::of_command(&Return { keys: keys.iter().map(Into::into).collect(), next })
        .map(Transition::Done)
}

pub(super) fn set_status(
    context: &Context,
    company_id: CompanyId,
    key_id: KeyId,
    status: KeyStatus,
) -> Transition {
    let principals = Principals { key: Some(key_id), ..of(company_id) };
    let event = context.event(EventKind::KeyStatusSet(status), principals, None);
    Transition::Call(Call::SetKeyStatus { company_id, key_id, status, event }, State::SetKeyStatus)
}

/// Returns the call that revokes a key and makes the passwords that it set unusable (`SSO-OPS-021`).
pub(super) fn end(context: &Context, company_id: CompanyId, key_id: KeyId) -> Transition {
    let principals = Principals { key: Some(key_id), ..of(company_id) };
    let event = context.event(EventKind::KeyEnded, principals, None);
    let password_hash = PasswordHash::disabled();
    Transition::Call(Call::EndKey { company_id, key_id, password_hash, event }, State::EndKey)
}

pub(super) fn ended(reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return {
        passwords: u64,
    }

    let passwords = reply.ended()?.ok_or(Refusal::NoSuchKey)?;
    Response::of_command(&Return { passwords }).map(Transition::Done)
}
