//! The events that a storage keeps, as they are listed and deleted.

use ssokey_core::operator::{EventFilter, EventWord, StoredEvent};
use ssokey_core::{CompanyId, Email, Event, EventKind, KeyId, UserId};

use crate::testing::check::{Checked, Tested, expect, present};
use crate::testing::promises;
use crate::testing::record::{
    BOB, Given, TIME, added, email, event_of, given, launched, new_user, nobody, other, page,
    signed_on,
};

promises! {
    "STO-EVENTS" events_are_listed_whole_by_what_they_are_of_and_since_a_time_in_pages;
    "STO-EVENTS" events_tell_the_present_address_of_their_user_and_stay_though_all_is_deleted;
    "STO-EVENTS" of_more_than_1000_events_each_is_listed_in_the_order_in_which_they_came;
    "STO-EVENTS" the_events_of_before_a_time_are_deleted_and_counted_and_no_others;
}

pub(super) fn all() -> EventFilter {
    EventFilter { since: 0, company_id: None, user_id: None, key_id: None, kind: None }
}

pub(super) async fn listed<S: Tested>(
    storage: &S,
    filter: EventFilter,
) -> Checked<Vec<StoredEvent>> {
    Ok(storage.list_events(filter, page(0, 500)?).await?)
}

/// Returns the events but for so many that were stored before.
pub(super) async fn since<S: Tested>(storage: &S, before: usize) -> Checked<Vec<StoredEvent>> {
    Ok(listed(storage, all()).await?.into_iter().skip(before).collect())
}

/// Returns the kinds and principals of the events that are stored, in their order.
pub(super) async fn told<S: Tested>(
    storage: &S,
) -> Checked<Vec<(String, Option<CompanyId>, Option<KeyId>, Option<UserId>)>> {
    let events = listed(storage, all()).await?;
    let part = |event: StoredEvent| (event.kind, event.company_id, event.key_id, event.user_id);
    Ok(events.into_iter().map(part).collect())
}

/// Returns whether the storage keeps events. Any of a few that come with changes of different kinds says so.
pub(super) async fn keeps<S: Tested>(storage: &S, company: CompanyId) -> Checked<bool> {
    if !listed(storage, all()).await?.is_empty() {
        return Ok(true);
    }
    // Whoever keeps one keeps them all.
    let Given { token, .. } = given(storage, company).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    expect("the events but that of the company", told(storage).await?, vec![]).map(|()| false)
}

/// Fails unless the stored events are these, whose users have that address now.
pub(super) fn expect_whole(
    stored: Vec<StoredEvent>,
    events: &[Event],
    address: Option<&Email>,
) -> Checked {
    expect("how many are stored", stored.len(), events.len())?;
    for (stored, event) in stored.into_iter().zip(events) {
        let mut expected = StoredEvent::of(stored.id, event.clone());
        expected.user_email = event.user_id.and(address.cloned());
        expect("an event", stored, expected)?;
    }
    Ok(())
}

async fn events_tell_the_present_address_of_their_user_and_stay_though_all_is_deleted<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    if !keeps(storage, company).await? {
        return Ok(());
    }
    let Given { user, token, code, .. } = given(storage, company).await?;
    let before = listed(storage, all()).await?.len();
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    let mut events = vec![signed_on(&token), launched(&code)];
    let new = email(BOB)?;
    let of = |kind| {
        let mut event = event_of(kind, company);
        event.user_id = Some(user.id);
        event
    };
    let event = of(EventKind::UserEmailSet);
    events.push(event.clone());
    storage.set_user_email(company, user.id, new.clone(), event).await?;
    expect_whole(since(storage, before).await?, &events, Some(&new))?;
    let event = of(EventKind::UserDeleted);
    events.push(event.clone());
    storage.delete_user(company, user.id, event).await?;
    expect_whole(since(storage, before).await?, &events, None)?;
    let event = of(EventKind::CompanyDeleted);
    events.push(event.clone());
    storage.delete_company(company, event).await?;
    expect_whole(since(storage, before).await?, &events, None)
}

async fn events_are_listed_whole_by_what_they_are_of_and_since_a_time_in_pages<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    if !keeps(storage, company).await? {
        return Ok(());
    }
    let Given { user, key_id, token, .. } = given(storage, company).await?;
    let second = crate::testing::record::created_company(storage, other()?).await?.id;
    let stranger = added(storage, new_user(second, "eve@x.example")?).await?;
    let before = listed(storage, all()).await?;
    let of = |kind, at: u64, company, key, user| {
        let mut event = Event::new(kind, TIME + at);
        (event.company_id, event.key_id, event.user_id) = (company, key, user);
        event
    };
    let mut whole = signed_on(&token);
    whole.at = TIME;
    let events = [
        whole,
        of(EventKind::SignedOn, 1, Some(company), Some(key_id), None),
        of(EventKind::SignedIn, 2, Some(company), None, Some(user.id)),
        of(EventKind::SignedOn, 3, Some(second), None, Some(stranger.id)),
        of(EventKind::Launched(ssokey_core::Rule::Matched), 4, None, None, None),
        of(EventKind::SignedOn, 5, Some(company), Some(key_id), Some(nobody()?)),
    ];
    // They come with writes, since a storage need not have `audit`.
    for (number, event) in (100..).zip(&events) {
        let digest = crate::testing::record::digest(number);
        let mut token = token.clone();
        token.digest = digest;
        storage.save_token(token, event.clone()).await?;
    }
    let stored = listed(storage, all()).await?;
    let own = stored.get(before.len()..).unwrap_or_default();
    let addresses =
        [Some(user.email.clone()), None, Some(user.email), Some(stranger.email), None, None];
    expect("how many are stored", own.len(), events.len())?;
    for ((stored, event), address) in own.iter().zip(&events).zip(addresses) {
        let mut expected = serde_json::to_value(event)?;
        if let serde_json::Value::Object(members) = &mut expected {
            members.insert("id".into(), stored.id.get().into());
            members.insert("userEmail".into(), serde_json::to_value(&address)?);
        }
        expect("an event", stored, &crate::testing::record::record(expected)?)?;
    }
    let pick = |indices: &[usize]| -> Vec<StoredEvent> {
        indices.iter().filter_map(|index| own.get(*index).cloned()).collect()
    };
    let since = EventFilter { since: TIME + 1, ..all() };
    let kind = present("a kind", EventWord::parse("signed_on"))?;
    for (what, filter, expected) in [
        ("since a time", since.clone(), pick(&[1, 2, 3, 4, 5])),
        ("of a company", EventFilter { company_id: Some(second), ..since.clone() }, pick(&[3])),
        (
            "of a user",
            EventFilter {
                company_id: Some(company),
                user_id: Some(user_id(own)?),
                ..since.clone()
            },
            pick(&[2]),
        ),
        ("of a key", EventFilter { key_id: Some(key_id), ..since.clone() }, pick(&[1, 5])),
        ("of a kind", EventFilter { kind: Some(kind), ..since }, pick(&[1, 3, 5])),
    ] {
        expect(what, listed(storage, filter).await?, expected)?;
    }
    let after = own.first().map_or(0, |event| event.id.get());
    expect("a page", storage.list_events(all(), page(after, 2)?).await?, pick(&[1, 2]))
}

async fn of_more_than_1000_events_each_is_listed_in_the_order_in_which_they_came<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    if !keeps(storage, company).await? {
        return Ok(());
    }
    let times = TIME..TIME + 1001;
    for at in times.clone() {
        let mut event = event_of(EventKind::SignedOut, company);
        event.at = at;
        storage.sign_out(company, None, event).await?;
    }
    let kind = Some(present("a kind", EventWord::parse("signed_out"))?);
    let filter = EventFilter { company_id: Some(company), kind, ..all() };
    let mut events: Vec<StoredEvent> = vec![];
    for _ in 0..3 {
        let after = events.last().map_or(0, |event| event.id.get());
        events.extend(storage.list_events(filter.clone(), page(after, 500)?).await?);
    }
    expect("how many are listed", events.len(), 1001)?;
    expect("that they are in order", times.eq(events.iter().map(|event| event.at)), true)
}

/// Returns the user of the first event.
fn user_id(events: &[StoredEvent]) -> Checked<UserId> {
    present("the user of an event", events.first().and_then(|event| event.user_id))
}

async fn the_events_of_before_a_time_are_deleted_and_counted_and_no_others<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    if !keeps(storage, company).await? {
        return Ok(());
    }
    let Given { token, .. } = given(storage, company).await?;
    for (number, at) in [(100, 5), (101, 6), (102, 7)] {
        let digest = crate::testing::record::digest(number);
        let mut event = signed_on(&token);
        event.at = at;
        let mut token = token.clone();
        token.digest = digest;
        storage.save_token(token, event).await?;
    }
    let stored = listed(storage, all()).await?;
    let mut purged = Event::new(EventKind::EventsPurged, TIME + 9);
    purged.source = None;
    let count = storage.purge_events(7, purged.clone()).await?;
    expect("the number of the deleted", count, 2)?;
    let mut left = listed(storage, all()).await?;
    let own = present("an event", left.pop())?;
    expect("the new event", own.kind.as_str(), "events_purged")?;
    let last = stored.iter().map(|event| event.id.get()).max().unwrap_or_default();
    expect("the id of the new event is greater", own.id.get() > last, true)?;
    let expected: Vec<_> = stored.into_iter().filter(|event| event.at >= 7).collect();
    expect("the events", left, expected)?;
    expect("deleting again", storage.purge_events(7, purged).await?, 0)
}
