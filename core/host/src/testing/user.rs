//! Users and their passwords.

use ssokey_core::{CompanyId, EventKind, ManagedBy, PasswordSwap, UserId, UserStatus};

use crate::testing::check::{Checked, RACERS, Tested, expect, expect_failure, race};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, TIME, added, email, event_of, given, hash, new_key, new_user, nobody,
    other_company, saved_key, swap_of, version,
};
use crate::{Creation, Swap};

promises! {
    "STO-CREATE" a_created_user_has_the_documented_first_values_and_is_found_at_once;
    "STO-CREATE" a_created_user_has_the_manager_and_the_key_that_were_given;
    "STO-CREATE" a_user_who_exists_is_not_created_again_and_stays_unchanged;
    "STO-CREATE" of_64_creates_of_one_address_at_once_exactly_one_creates;
    "STO-CREATE" of_64_creates_of_different_addresses_at_once_each_creates;
    "STO-ID" the_ids_of_a_company_s_users_and_keys_are_all_different;
    "STO-FIND" addresses_that_collations_patterns_or_short_columns_take_for_one_are_of_two_users;
    "SSO-TEN-001" a_user_is_one_of_one_company;
    "SSO-TEN-001" a_swap_with_a_different_company_s_id_changes_nothing;
    "STO-SWAP" a_replaced_password_raises_the_version_and_stores_its_time_and_key_none_too;
    "STO-SWAP" a_swap_with_a_different_version_or_user_changes_nothing;
    "STO-SWAP" of_64_replacements_of_one_version_exactly_one_wins_and_its_hash_stays;
    "STO-SWAP" a_replacement_is_told_its_own_version_whatever_raises_it_at_once;
    "STO-SWAP" a_rehash_changes_the_hash_and_nothing_else;
    "STO-SWAP" a_rehash_never_undoes_a_replacement_of_the_same_version;
    "STO-REFER" a_user_and_a_key_of_a_company_that_is_not_there_are_refused;
}

async fn a_created_user_has_the_documented_first_values_and_is_found_at_once<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let new = new_user(company, ANN)?;
    let user = added(storage, new.clone()).await?;
    expect("the user", &user, &new.with_id(user.id))?;
    let found = storage.find_user(company, email(ANN)?).await?;
    expect("who is found", found, Some(user))?;
    expect("whom none has", storage.find_user(company, email(BOB)?).await?, None)?;
    expect("of no company", storage.find_user(nobody()?, email(ANN)?).await?, None)
}

async fn a_created_user_has_the_manager_and_the_key_that_were_given<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let mut new = new_user(company, ANN)?;
    new.managed_by = ManagedBy::Local;
    new.issued_at = None;
    new.password_key_id = Some(saved_key(storage, new_key(company, 1)?).await?);
    let user = added(storage, new.clone()).await?;
    expect("the user", &user, &new.with_id(user.id))?;
    expect("who is found", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn a_user_who_exists_is_not_created_again_and_stays_unchanged<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    let mut again = new_user(company, ANN)?;
    again.password_hash = hash("$argon2id$two");
    again.issued_at = None;
    expect("the second", storage.create_user(again, None).await?, Creation::Exists)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn of_64_creates_of_one_address_at_once_exactly_one_creates<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let creations = race(async |number| {
        let mut new = new_user(company, ANN)?;
        new.password_hash = hash(&format!("$argon2id${number}"));
        Checked::Ok(storage.create_user(new, None).await?)
    });
    let creations = creations.await?;
    let mut created = creations.into_iter().filter(|creation| *creation != Creation::Exists);
    let found = storage.find_user(company, email(ANN)?).await?;
    expect("who was created", created.next(), found.map(Creation::Created))?;
    expect("a second one", created.next(), None)
}

async fn of_64_creates_of_different_addresses_at_once_each_creates<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let users = race(|number| add(storage, company, number)).await?;
    for user in users {
        let found = storage.find_user(company, user.email.clone()).await?;
        expect("who was created", found, Some(user))?;
    }
    Ok(())
}

async fn add<S: Tested>(
    storage: &S,
    company: CompanyId,
    number: u64,
) -> Checked<ssokey_core::User> {
    added(storage, new_user(company, &format!("user{number}@partner.example"))?).await
}

async fn the_ids_of_a_company_s_users_and_keys_are_all_different<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let users = race(|number| add(storage, company, number)).await?;
    let mut ids: Vec<u64> = users.iter().map(|user| user.id.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    expect("the users", ids.len() as u64, RACERS)?;
    let keys =
        race(async |number| saved_key(storage, new_key(company, 1000 + number)?).await).await?;
    let mut ids: Vec<u64> = keys.iter().map(|id| id.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    expect("the keys", ids.len() as u64, RACERS)
}

async fn addresses_that_collations_patterns_or_short_columns_take_for_one_are_of_two_users<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let long = "a".repeat(64);
    let domain = |last: &str| {
        let label = "d".repeat(59);
        format!("{long}@{label}.{label}.{label}{last}.example")
    };
    let (one, two) = (domain("1"), domain("2"));
    for (first, second) in [
        ("a_b@partner.example", "axb@partner.example"),
        ("a%b@partner.example", "ab@partner.example"),
        ("o'neil@partner.example", "oneil@partner.example"),
        ("ann+1@partner.example", "ann@partner.example"),
        ("a.nn@partner.example", "an.n@partner.example"),
        (one.as_str(), two.as_str()),
    ] {
        let user = added(storage, new_user(company, first)?).await?;
        let absent = storage.find_user(company, email(second)?).await?;
        expect(second, absent, None)?;
        let second = added(storage, new_user(company, second)?).await?;
        for user in [user, second] {
            let found = storage.find_user(company, user.email.clone()).await?;
            expect("who is found", found, Some(user))?;
        }
    }
    Ok(())
}

async fn a_user_is_one_of_one_company<S: Tested>(storage: &S, company: CompanyId) -> Checked {
    let other = other_company(storage).await?;
    let ann = added(storage, new_user(company, ANN)?).await?;
    expect("of the other", storage.find_user(other, email(ANN)?).await?, None)?;
    let namesake = added(storage, new_user(other, ANN)?).await?;
    expect("of the company", storage.find_user(company, email(ANN)?).await?, Some(ann))?;
    expect("of the other", storage.find_user(other, email(ANN)?).await?, Some(namesake))
}

async fn a_swap_with_a_different_company_s_id_changes_nothing<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, swap, .. } = given(storage, company).await?;
    let swap = PasswordSwap { company_id: other_company(storage).await?, ..swap };
    let replaced = storage.replace_password(swap.clone(), None, key_id).await?;
    expect("the replacement", replaced, Swap::Stale)?;
    expect("the rehash", storage.rehash_password(swap).await?, Swap::Stale)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn a_replaced_password_raises_the_version_and_stores_its_time_and_key_none_too<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, key_id, swap, .. } = given(storage, company).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    let second = saved_key(storage, new_key(company, 2)?).await?;
    for (at, issued_at, key) in
        [(1, None, key_id), (2, Some(0), second), (3, Some(TIME + 1), key_id)]
    {
        let next = swap_of(company, user.id, at, &format!("$argon2id${at}"))?;
        user.password_hash = next.password_hash.clone();
        (user.issued_at, user.password_key_id) = (issued_at, Some(key));
        user.credential_version = (at + 1).try_into()?;
        let replaced = storage.replace_password(next, issued_at, key).await?;
        expect("the replacement", replaced, Swap::Done(user.credential_version))?;
        let found = storage.find_user(company, email(ANN)?).await?;
        expect("the user", found.as_ref(), Some(&user))?;
    }
    let again = storage.replace_password(swap, None, key_id).await?;
    expect("an old version", again, Swap::Stale)?;
    expect("a second user", storage.find_user(company, email(BOB)?).await?, Some(bob))
}

async fn a_swap_with_a_different_version_or_user_changes_nothing<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, swap, .. } = given(storage, company).await?;
    for swap in [
        PasswordSwap { expected_version: 2_u64.try_into()?, ..swap.clone() },
        PasswordSwap { user_id: nobody()?, ..swap },
    ] {
        let replaced = storage.replace_password(swap.clone(), None, key_id).await?;
        expect("the replacement", replaced, Swap::Stale)?;
        expect("the rehash", storage.rehash_password(swap).await?, Swap::Stale)?;
    }
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn of_64_replacements_of_one_version_exactly_one_wins_and_its_hash_stays<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, .. } = given(storage, company).await?;
    let outcomes = race(async |number| {
        let swap = swap_of(company, user.id, 1, &format!("$argon2id${number}"))?;
        let hash = swap.password_hash.clone();
        Checked::Ok((storage.replace_password(swap, None, key_id).await?, hash))
    });
    let outcomes = outcomes.await?;
    let mut won = outcomes.into_iter().filter(|(outcome, _)| *outcome != Swap::Stale);
    let found = storage.find_user(company, email(ANN)?).await?;
    let stored = found.map(|user| (Swap::Done(user.credential_version), user.password_hash));
    expect("who won", won.next(), stored)?;
    expect("who won besides", won.next(), None)?;
    expect("the version", version(storage, company).await?, 2)
}

async fn a_replacement_is_told_its_own_version_whatever_raises_it_at_once<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, swap, .. } = given(storage, company).await?;
    let disable = |user_id: UserId| {
        let event = event_of(EventKind::UserStatusSet(UserStatus::Disabled), company);
        storage.set_user_status(company, user_id, UserStatus::Disabled, event)
    };
    let (replaced, raised) = futures_util::future::join(
        storage.replace_password(swap, None, key_id),
        race(|_| disable(user.id)),
    )
    .await;
    raised?;
    let replaced = match replaced? {
        Swap::Done(version) => {
            expect("the version that is told", version, 2_u64.try_into()?)?;
            1
        }
        Swap::Stale => 0,
    };
    expect("the version", version(storage, company).await?, 1 + RACERS + replaced)
}

async fn a_rehash_changes_the_hash_and_nothing_else<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, key_id, swap, .. } = given(storage, company).await?;
    storage.replace_password(swap.clone(), Some(TIME), key_id).await?;
    let stronger = swap_of(company, user.id, 2, "$argon2id$stronger")?;
    expect("the rehash", storage.rehash_password(stronger).await?, Swap::Done(()))?;
    user.password_hash = hash("$argon2id$stronger");
    user.password_key_id = Some(key_id);
    user.credential_version = 2_u64.try_into()?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn a_rehash_never_undoes_a_replacement_of_the_same_version<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, swap, .. } = given(storage, company).await?;
    let replacement = swap.password_hash.clone();
    let (replaced, rehashed) = futures_util::future::join(
        storage.replace_password(swap, None, key_id),
        race(async |number| {
            let swap = swap_of(company, user.id, 1, &format!("$argon2id$old{number}"))?;
            Checked::Ok(storage.rehash_password(swap).await?)
        }),
    )
    .await;
    rehashed?;
    expect("the replacement", replaced?, Swap::Done(2_u64.try_into()?))?;
    let found = storage.find_user(company, email(ANN)?).await?;
    expect("the hash", found.map(|user| user.password_hash), Some(replacement))
}

async fn a_user_and_a_key_of_a_company_that_is_not_there_are_refused<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    let user = storage.create_user(new_user(nobody()?, ANN)?, None).await;
    expect_failure("the user", user)?;
    let event = event_of(EventKind::KeyIssued, nobody()?);
    expect_failure("the key", storage.save_key(new_key(nobody()?, 1)?, event).await)?;
    expect("who is found", storage.find_user(nobody()?, email(ANN)?).await?, None)?;
    let key = storage.find_key(new_key(nobody()?, 1)?.digest).await?;
    expect("the key that is found", key, None)
}
