//! The events of changes, each stored with its change, where a storage keeps them.

use std::time::Duration;

use serde_json::{Value, json};
use ssokey_core::operator::{CompanyMembers, StoredEvent, UserMembers};
use ssokey_core::{CompanyId, Event, EventKind};

use crate::testing::check::{Checked, Tested, expect, expect_failure, pause, present, race};
use crate::testing::event::{all, expect_whole, keeps, listed, since, told};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, TIME, added, email, event_of, given, hash, launched, new_key, new_user,
    nobody, other_company, partner, record, saved_key, signed_on,
};
use crate::{Creation, Naming, Swap};

promises! {
    "STO-AUDIT" an_event_that_comes_with_a_new_record_names_it_by_its_new_id;
    "STO-AUDIT" the_event_of_a_token_or_a_code_is_stored_with_it_or_neither;
    "STO-AUDIT" a_change_that_is_not_made_leaves_no_event;
    "STO-AUDIT" each_change_of_the_operator_is_stored_with_its_event;
    "STO-AUDIT" what_is_audited_is_taken_and_stored_whole_if_at_all;
    "STO-AUDIT" of_64_creates_of_one_address_at_once_each_with_an_event_one_leaves_it;
}

async fn an_event_that_comes_with_a_new_record_names_it_by_its_new_id<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    if !keeps(storage, company).await? {
        return Ok(());
    }
    let second = other_company(storage).await?;
    let first_key = saved_key(storage, new_key(second, 1)?).await?;
    let event = event_of(EventKind::KeyRotated, second);
    let rotated = storage.rotate_key(second, first_key, new_key(second, 2)?, true, event).await?;
    let event = event_of(EventKind::UserAdded, second);
    let created = storage.create_user(new_user(second, ANN)?, Some(event)).await?;
    let user = storage.find_user(second, email(ANN)?).await?;
    expect("the user", created, user.clone().map_or(Creation::Exists, Creation::Created))?;
    let expected = vec![
        ("company_added".into(), Some(company), None, None),
        ("company_added".into(), Some(second), None, None),
        ("key_issued".into(), Some(second), Some(first_key), None),
        ("key_rotated".into(), Some(second), rotated, None),
        ("user_added".into(), Some(second), None, user.map(|user| user.id)),
    ];
    expect("the events", told(storage).await?, expected)
}

async fn the_event_of_a_token_or_a_code_is_stored_with_it_or_neither<S: Tested>(
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
    let again = storage.save_token(token.clone(), signed_on(&token)).await;
    expect_failure("the same token", again)?;
    let again = storage.save_code(code.clone(), launched(&code)).await;
    expect_failure("the same code", again)?;
    let stored = since(storage, before).await?;
    expect_whole(stored, &[signed_on(&token), launched(&code)], Some(&user.email))
}

async fn a_change_that_is_not_made_leaves_no_event<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    use ssokey_core::{CompanyStatus, KeyStatus, ManagedBy, UserStatus};

    use crate::testing::record::{digest, product_name};

    let Given { user, key_id, .. } = given(storage, company).await?;
    added(storage, new_user(company, BOB)?).await?;
    let revoked = saved_key(storage, new_key(company, 3)?).await?;
    crate::testing::key::set_status(storage, company, revoked, KeyStatus::Revoked).await?;
    let before = told(storage).await?;
    let event = || event_of(EventKind::UserSet, company);
    storage.create_company(partner()?, event()).await?;
    storage.create_user(new_user(company, ANN)?, Some(event())).await?;
    storage.set_company_status(nobody()?, CompanyStatus::Disabled, event()).await?;
    storage.set_key_status(company, nobody()?, KeyStatus::Disabled, event()).await?;
    storage.rotate_key(company, nobody()?, new_key(company, 2)?, true, event()).await?;
    storage.end_key(company, nobody()?, hash("!"), event()).await?;
    storage.sign_out(company, Some(nobody()?), event()).await?;
    storage.sign_out(nobody()?, None, event()).await?;
    storage.set_user_status(company, nobody()?, UserStatus::Disabled, event()).await?;
    storage.set_user_manager(company, nobody()?, ManagedBy::Local, event()).await?;
    storage.set_user_email(company, nobody()?, email("c@x.example")?, event()).await?;
    let taken = storage.set_user_email(company, user.id, email(BOB)?, event()).await?;
    expect("an address that is taken", taken, Naming::Exists)?;
    storage.set_user(company, nobody()?, UserMembers::default(), event()).await?;
    storage.set_company(nobody()?, CompanyMembers::default(), event()).await?;
    storage.set_key_status(company, revoked, KeyStatus::Enabled, event()).await?;
    storage.rotate_key(company, revoked, new_key(company, 2)?, true, event()).await?;
    storage.rotate_product(product_name("email")?, digest(1), None, event()).await?;
    storage.delete_user(company, nobody()?, event()).await?;
    storage.delete_company(nobody()?, event()).await?;
    let wrong = storage.disable_password(company, user.id, hash("x"), hash("!"), event()).await?;
    expect("a hash that is not the expected one", wrong, Swap::Stale)?;
    let again = storage.save_key(new_key(company, 1)?, event()).await;
    expect_failure("the same key", again)?;
    let again = storage.rotate_key(company, key_id, new_key(company, 1)?, true, event()).await;
    expect_failure("a rotation to the same key", again)?;
    expect("the events", told(storage).await?, before)
}

async fn each_change_of_the_operator_is_stored_with_its_event<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    use ssokey_core::{CompanyStatus, HashKind, KeyStatus, LaunchUrl, ManagedBy, UserStatus};

    if !keeps(storage, company).await? {
        return Ok(());
    }
    let Given { user, key_id, .. } = given(storage, company).await?;
    let before = listed(storage, all()).await?.len();
    let (id, name) = (user.id, crate::testing::record::product_name("email")?);
    let mut events = vec![];
    let mut of = |kind: EventKind| {
        let word = kind.name();
        let mut event = event_of(kind, company);
        event.at = TIME + events.len() as u64;
        event.key_id = word.starts_with("key_").then_some(key_id);
        let is_of_user = word.starts_with("user_") || word == "password_disabled";
        event.user_id = is_of_user.then_some(id);
        event.product = word.starts_with("product_").then(|| name.clone());
        events.push(event.clone());
        event
    };
    for status in [CompanyStatus::Disabled, CompanyStatus::Enabled] {
        let event = of(EventKind::CompanyStatusSet(status));
        storage.set_company_status(company, status, event).await?;
    }
    let members = CompanyMembers { domain_mx_verified: Some(true), ..CompanyMembers::default() };
    storage.set_company(company, members, of(EventKind::CompanySet)).await?;
    for status in [KeyStatus::Disabled, KeyStatus::Enabled, KeyStatus::Revoked] {
        let event = of(EventKind::KeyStatusSet(status));
        storage.set_key_status(company, key_id, status, event).await?;
    }
    storage.end_key(company, key_id, hash("!"), of(EventKind::KeyEnded)).await?;
    storage.sign_out(company, Some(id), of(EventKind::SignedOut)).await?;
    storage.sign_out(company, None, of(EventKind::SignedOut)).await?;
    for status in [UserStatus::Disabled, UserStatus::Enabled] {
        let event = of(EventKind::UserStatusSet(status));
        storage.set_user_status(company, id, status, event).await?;
    }
    for managed_by in [ManagedBy::Local, ManagedBy::Partner] {
        let event = of(EventKind::UserManagerSet(managed_by));
        storage.set_user_manager(company, id, managed_by, event).await?;
    }
    let members = UserMembers { is_creator: Some(true), ..UserMembers::default() };
    storage.set_user(company, id, members, of(EventKind::UserSet)).await?;
    storage.set_user_email(company, id, email("c@x.example")?, of(EventKind::UserEmailSet)).await?;
    let event = of(EventKind::PasswordDisabled(HashKind::Unreadable));
    let swap =
        storage.disable_password(company, id, hash("$argon2id$one"), hash("!"), event).await?;
    expect("the password", swap, Swap::Done(()))?;
    storage.delete_user(company, id, of(EventKind::UserDeleted)).await?;
    let url = present("a URL", LaunchUrl::parse("https://a.example/"))?;
    let digest = crate::testing::record::digest(1);
    for _ in 0..2 {
        let event = of(EventKind::ProductSet);
        storage.save_product(name.clone(), url.clone(), digest, event).await?;
    }
    storage.rotate_product(name.clone(), digest, None, of(EventKind::ProductRotated)).await?;
    storage.delete_company(company, of(EventKind::CompanyDeleted)).await?;
    let stored = since(storage, before).await?;
    // The user is gone.
    expect_whole(stored, &events, None)
}

async fn what_is_audited_is_taken_and_stored_whole_if_at_all<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, .. } = given(storage, company).await?;
    let keeps = !listed(storage, all()).await?.is_empty();
    let before = listed(storage, all()).await?.len();
    let fault =
        json!({ "call": "find_key", "member": "key.id", "expected": "an \"id\" \\ or none" });
    let none = json!({
        "kind": "key_refused", "reason": "unknown", "at": TIME, "source": "2001:db8::1", "companyId": null,
        "keyId": null, "userId": null, "product": null, "fault": null,
    });
    let audited = [
        none.clone(),
        with(&none, json!({ "kind": "rate_limited", "reason": "direct", "companyId": company })),
        with(
            &none,
            json!({
                "kind": "hash_unreadable", "reason": null, "companyId": company, "keyId": key_id, "userId": user.id,
            }),
        ),
        with(
            &none,
            json!({
                "kind": "access_denied", "reason": "product", "product": "-".repeat(32), "companyId": company,
                "keyId": key_id,
            }),
        ),
        with(&none, json!({ "kind": "host_fault", "reason": "wrong_record", "fault": fault })),
    ];
    let audited: Vec<Event> = audited.into_iter().map(record).collect::<Checked<_>>()?;
    for event in &audited {
        storage.audit(event.clone()).await?;
    }
    let found = storage.find_user(company, email(ANN)?).await?;
    expect("the user", found.as_ref(), Some(&user))?;
    // They may be stored later, none of them, or of many their number alone.
    let mut stored: Vec<StoredEvent> = vec![];
    for _ in 0..10 {
        stored = since(storage, before).await?;
        if !keeps || stored.len() >= audited.len() {
            break;
        }
        pause(Duration::from_millis(100)).await;
    }
    stored.retain(|event| event.kind != "refusals_omitted");
    let mut events = audited.into_iter();
    for came in stored {
        let mut expected = present(
            "an event that was audited",
            events.find(|event| event.kind.name() == came.kind),
        )
        .map(|event| StoredEvent::of(came.id, event))?;
        expected.user_email = expected.user_id.and(Some(user.email.clone()));
        expect("an event", came, expected)?;
    }
    Ok(())
}

/// Returns the object with these members in the place of its own.
fn with(object: &Value, members: Value) -> Value {
    let mut object = object.clone();
    if let (Value::Object(object), Value::Object(members)) = (&mut object, members) {
        object.extend(members);
    }
    object
}

async fn of_64_creates_of_one_address_at_once_each_with_an_event_one_leaves_it<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    if !keeps(storage, company).await? {
        return Ok(());
    }
    race(async |_| {
        let event = event_of(EventKind::UserAdded, company);
        Checked::Ok(storage.create_user(new_user(company, ANN)?, Some(event)).await?)
    })
    .await?;
    let user = storage.find_user(company, email(ANN)?).await?;
    let expected = vec![
        ("company_added".into(), Some(company), None, None),
        ("user_added".into(), Some(company), None, user.map(|user| user.id)),
    ];
    expect("the events", told(storage).await?, expected)
}
