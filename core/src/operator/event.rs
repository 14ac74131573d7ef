//! Stored events: lists them, and deletes old ones.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::context::{Context, Principals};
use crate::operator::answer::ShownEvent;
use crate::operator::company::{Action, OfCompany, of};
use crate::operator::parse::BEFORE_BOUNDS;
use crate::operator::refusal::Refusal;
use crate::operator::state::{State, Transition};
use crate::operator::user::{OfUser, UserChange};
use crate::operator::{Call, Page, Reply};
use crate::value::text::text;
use crate::wire::event::EventKind;
use crate::wire::member::{nullable, time};
use crate::{CompanyId, Email, Error, Event, EventId, Fault, KeyId, Response, UserId};

/// A query for stored events. What is none is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EventQuery {
    /// The time in milliseconds since 1970 from which on the events are.
    pub since: Option<u64>,
    /// The company, by its registered address.
    pub company_email: Option<Email>,
    /// The user of that company.
    pub user_email: Option<Email>,
    /// The key.
    pub key_id: Option<KeyId>,
    /// The kind of the events.
    pub kind: Option<EventWord>,
    /// The part of the list.
    pub page: Page,
}

/// The kind of a stored event: 1 to 32 lower-case letters and underscores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventWord(String);

impl EventWord {
    /// Parses a kind; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_word = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
        (is_word && (1..=32).contains(&text.len())).then(|| Self(text.into()))
    }
}

text!(EventWord, "must have 1 to 32 lower-case letters and underscores", "a kind of event");

/// The events that a list is of. None stands for all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventFilter {
    /// The time in milliseconds since 1970 from which on the events are.
    pub since: u64,
    /// The company of the events.
    pub company_id: Option<CompanyId>,
    /// The user of the events.
    pub user_id: Option<UserId>,
    /// The key of the events.
    pub key_id: Option<KeyId>,
    /// The kind of the events.
    pub kind: Option<EventWord>,
}

/// An event as it is stored, perhaps by a different version. Its members are as in [`Event`](crate::Event).
///
/// ```json
/// {"id":1,"kind":"signed_on","reason":null,"at":1700000000000,"source":"192.0.2.1","companyId":8272,"keyId":1,"userId":11,
///  "product":"livechat","fault":null,"userEmail":"ada@partner.example"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[allow(missing_docs, reason = "the members of an event")]
pub struct StoredEvent {
    /// The event's id, which grows.
    pub id: EventId,
    pub kind: String,
    #[serde(deserialize_with = "nullable")]
    pub reason: Option<String>,
    #[serde(deserialize_with = "time")]
    pub at: u64,
    #[serde(deserialize_with = "nullable")]
    pub source: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub company_id: Option<CompanyId>,
    #[serde(deserialize_with = "nullable")]
    pub key_id: Option<KeyId>,
    #[serde(deserialize_with = "nullable")]
    pub user_id: Option<UserId>,
    #[serde(deserialize_with = "nullable")]
    pub product: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub fault: Option<StoredFault>,
    /// The address that the user has now; none if the event has no user, or that is gone.
    #[serde(deserialize_with = "nullable")]
    pub user_email: Option<Email>,
}

impl StoredEvent {
    /// Makes a record of an event of this kind and time. The other members are none, to be set afterwards.
    #[must_use]
    pub const fn new(id: EventId, kind: String, at: u64) -> Self {
        Self {
            id,
            kind,
            reason: None,
            at,
            source: None,
            company_id: None,
            key_id: None,
            user_id: None,
            product: None,
            fault: None,
            user_email: None,
        }
    }

    /// Returns the record of an event. The user's address is none, to be set afterwards.
    #[must_use]
    pub fn of(id: EventId, event: Event) -> Self {
        let Event { kind, at, source, company_id, key_id, user_id, product, fault } = event;
        Self {
            reason: kind.reason().map(Into::into),
            source,
            company_id,
            key_id,
            user_id,
            product: product.map(|name| name.as_str().into()),
            fault: fault.map(Into::into),
            ..Self::new(id, kind.name().into(), at)
        }
    }
}

/// A host's fault as it is stored. Its members are as in [`Fault`](crate::Fault).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the members of a fault")]
pub struct StoredFault {
    pub call: String,
    pub member: String,
    pub expected: String,
}

impl From<Fault> for StoredFault {
    fn from(fault: Fault) -> Self {
        let Fault { call, member, expected } = fault;
        Self { call: call.into(), member: member.into(), expected: expected.into() }
    }
}

impl EventQuery {
    pub(super) const SINCE_BOUNDS: &'static str = "must be an integer from 0 to 2^53-1";

    /// Returns the first call: that of the company, if one is named.
    pub(super) fn begin(self: Box<Self>) -> Result<Transition, Error> {
        match &self.company_email {
            Some(email) => {
                let email = email.clone();
                Ok(OfCompany { email, action: Action::ListEvents(self) }.find_company())
            }
            None if self.user_email.is_some() => Err(Refusal::Missing("companyEmail").into()),
            None => Ok(self.list(None, None)),
        }
    }

    /// Returns the next call: that of the user, if one is named.
    pub(super) fn of_company(self: Box<Self>, company_id: CompanyId) -> Transition {
        match &self.user_email {
            Some(email) => {
                let email = email.clone();
                OfUser { company_id, email, change: UserChange::ListEvents(self) }.find_user()
            }
            None => self.list(Some(company_id), None),
        }
    }

    pub(super) fn list(self, company_id: Option<CompanyId>, user_id: Option<UserId>) -> Transition {
        let Self { since, key_id, kind, page, .. } = self;
        let filter =
            EventFilter { since: since.unwrap_or_default(), company_id, user_id, key_id, kind };
        Transition::Call(Call::ListEvents { filter, page }, State::ListEvents(company_id, page))
    }
}

pub(super) fn listed(
    company_id: Option<CompanyId>,
    page: Page,
    reply: Reply,
) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return<'a> {
        events: Vec<ShownEvent<'a>>,
        next: Option<u64>,
    }

    let events = reply.events()?;
    let foreign = |event: &StoredEvent| {
        (company_id.is_some() && event.company_id != company_id).then_some("companyId")
    };
    let records = events.iter().map(|event| (event.id.get(), foreign(event)));
    let next = match page.next("events", records) {
        Ok(next) => next,
        Err(member) => {
            let principals = company_id.map_or_else(Principals::default, of);
            return Ok(Transition::wrong_record(principals, member));
        }
    };
    Response::of_command(&Return { events: events.iter().map(Into::into).collect(), next })
        .map(Transition::Done)
}

/// Returns the call that deletes the events of before a time. Fails if that lies ahead.
pub(super) fn purge(context: &Context, before: u64) -> Result<Transition, Error> {
    if before > context.now {
        return Err(Refusal::invalid("before", BEFORE_BOUNDS).into());
    }
    let event = context.event(EventKind::EventsPurged, Principals::default(), None);
    Ok(Transition::Call(Call::PurgeEvents { before, event }, State::Purge))
}
