//! What is ended after a leak: keys with the passwords that they set, and tokens.

use ssokey_core::{CompanyId, EventKind, KeyId, KeyStatus, UserId};

use crate::testing::check::{Checked, RACERS, Tested, expect, race};
use crate::testing::key::set_status;
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, KINDS, added, added_as, email, event_of, given, hash, new_key, new_user,
    nobody, other_company, page, saved_key, swap_of, version,
};
use crate::{Change, Swap};

promises! {
    "STO-END" the_passwords_that_a_key_set_are_unusable_once_it_is_ended_and_no_others;
    "STO-END" a_key_that_is_not_enabled_is_ended_as_well_any_number_of_times;
    "STO-END" a_different_company_s_key_is_not_ended_and_neither_is_one_that_is_not_there;
    "STO-END" of_a_replacement_and_64_endings_at_once_the_version_tells_of_each_that_applied;
    "STO-OUT" the_version_of_a_user_who_is_signed_out_is_raised_and_nothing_else_changes;
    "STO-OUT" the_version_of_each_user_of_a_company_that_is_signed_out_is_raised_and_of_no_others;
}

async fn end<S: Tested>(storage: &S, company: CompanyId, key: KeyId) -> Checked<Option<u64>> {
    let event = event_of(EventKind::KeyEnded, company);
    Ok(storage.end_key(company, key, hash("!"), event).await?)
}

async fn sign_out<S: Tested>(
    storage: &S,
    company: CompanyId,
    user: Option<UserId>,
) -> Checked<Change> {
    let event = event_of(EventKind::SignedOut, company);
    Ok(storage.sign_out(company, user, event).await?)
}

async fn the_passwords_that_a_key_set_are_unusable_once_it_is_ended_and_no_others<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user: mut ann, key_id, swap, .. } = given(storage, company).await?;
    let second = saved_key(storage, new_key(company, 2)?).await?;
    let mut new = new_user(company, BOB)?;
    new.password_key_id = Some(second);
    let bob = added(storage, new).await?;
    let eve = added(storage, new_user(company, "eve@partner.example")?).await?;
    storage.replace_password(swap, Some(7), key_id).await?;
    let mut others = vec![];
    for (address, managed_by, status) in KINDS {
        let user = added_as(storage, company, address, managed_by, status, Some(key_id)).await?;
        others.push(user);
    }
    expect("the ending", end(storage, company, key_id).await?, Some(1 + others.len() as u64))?;
    for mut user in others {
        (user.password_hash, user.issued_at, user.password_key_id) = (hash("!"), None, None);
        user.credential_version = (user.credential_version.get() + 1).try_into()?;
        let found = storage.find_user(company, user.email.clone()).await?;
        expect("a further user", found, Some(user))?;
    }
    (ann.password_hash, ann.issued_at, ann.password_key_id) = (hash("!"), None, None);
    ann.credential_version = 3_u64.try_into()?;
    for user in [ann.clone(), bob, eve] {
        let found = storage.find_user(company, user.email.clone()).await?;
        expect("the user", found, Some(user))?;
    }
    let in_flight = swap_of(company, ann.id, 2, "$argon2id$three")?;
    let replaced = storage.replace_password(in_flight, None, second).await?;
    expect("a replacement that was in flight", replaced, Swap::Stale)?;
    let keys = storage.list_keys(company, page(0, 500)?).await?;
    let statuses: Vec<_> = keys.iter().map(|key| (key.id, key.status)).collect();
    expect("the keys", statuses, vec![(key_id, KeyStatus::Revoked), (second, KeyStatus::Enabled)])
}

async fn a_key_that_is_not_enabled_is_ended_as_well_any_number_of_times<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, .. } = given(storage, company).await?;
    for (at, status) in [(1, KeyStatus::Disabled), (3, KeyStatus::Revoked)] {
        let swap = swap_of(company, user.id, at, "$argon2id$two")?;
        storage.replace_password(swap, None, key_id).await?;
        set_status(storage, company, key_id, status).await?;
        expect("the ending", end(storage, company, key_id).await?, Some(1))?;
    }
    expect("ending again", end(storage, company, key_id).await?, Some(0))?;
    expect("the version", version(storage, company).await?, 5)
}

async fn a_different_company_s_key_is_not_ended_and_neither_is_one_that_is_not_there<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { key_id, swap, .. } = given(storage, company).await?;
    storage.replace_password(swap, None, key_id).await?;
    let before = storage.find_user(company, email(ANN)?).await?;
    let other = other_company(storage).await?;
    expect("by a different company", end(storage, other, key_id).await?, None)?;
    expect("no key", end(storage, company, nobody()?).await?, None)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, before)?;
    let keys = storage.list_keys(company, page(0, 500)?).await?;
    let statuses: Vec<_> = keys.iter().map(|key| key.status).collect();
    expect("the keys", statuses, vec![KeyStatus::Enabled])
}

async fn of_a_replacement_and_64_endings_at_once_the_version_tells_of_each_that_applied<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { key_id, swap, .. } = given(storage, company).await?;
    let (replaced, ended) = futures_util::future::join(
        storage.replace_password(swap, None, key_id),
        race(|_| end(storage, company, key_id)),
    )
    .await;
    expect("the replacement", replaced?, Swap::Done(2_u64.try_into()?))?;
    let ended = ended?;
    expect("every ending finds the key", ended.iter().flatten().count() as u64, RACERS)?;
    let passwords: u64 = ended.into_iter().flatten().sum();
    expect("the version", version(storage, company).await?, 2 + passwords)
}

async fn the_version_of_a_user_who_is_signed_out_is_raised_and_nothing_else_changes<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, .. } = given(storage, company).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    let out = sign_out(storage, company, Some(user.id)).await?;
    expect("signing out", out, Change::Done)?;
    user.credential_version = 2_u64.try_into()?;
    let other = other_company(storage).await?;
    for (company, id) in [(other, user.id), (company, nobody()?)] {
        let out = sign_out(storage, company, Some(id)).await?;
        expect("signing nobody out", out, Change::NotFound)?;
    }
    for user in [user, bob] {
        let found = storage.find_user(company, user.email.clone()).await?;
        expect("the user", found, Some(user))?;
    }
    Ok(())
}

async fn the_version_of_each_user_of_a_company_that_is_signed_out_is_raised_and_of_no_others<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let other = other_company(storage).await?;
    let mut users = vec![];
    for (company, raised) in [(company, 2_u64), (other, 1)] {
        for address in [ANN, BOB] {
            let mut user = added(storage, new_user(company, address)?).await?;
            user.credential_version = raised.try_into()?;
            users.push(user);
        }
    }
    for (address, managed_by, status) in KINDS {
        let mut user = added_as(storage, company, address, managed_by, status, None).await?;
        user.credential_version = (user.credential_version.get() + 1).try_into()?;
        users.push(user);
    }
    expect("signing out", sign_out(storage, company, None).await?, Change::Done)?;
    expect("no company", sign_out(storage, nobody()?, None).await?, Change::NotFound)?;
    for user in users {
        let found = storage.find_user(user.company_id, user.email.clone()).await?;
        expect("the user", found, Some(user))?;
    }
    let third = crate::testing::record::new_company("c.example", "it@c.example")?;
    let empty = crate::testing::record::created_company(storage, third).await?.id;
    expect("a company without users", sign_out(storage, empty, None).await?, Change::Done)
}
