//! What operators do to users.

use ssokey_core::{CompanyId, EventKind, ManagedBy, UserId, UserStatus};

use crate::testing::check::{Checked, RACERS, Tested, expect, race};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, added, email, event_of, given, hash, new_user, nobody, other_company, swap_of,
    version,
};
use crate::{Change, Naming, Swap};

promises! {
    "STO-DISABLE" disabling_a_user_raises_the_version_and_enabling_leaves_it;
    "STO-DISABLE" of_a_replacement_and_64_disablings_at_once_the_version_tells_of_each_that_applied;
    "STO-DISABLE" a_change_of_who_manages_a_user_raises_the_version_there_and_back;
    "STO-DISABLE" a_different_company_s_user_is_neither_disabled_nor_managed;
    "STO-EMAIL" a_user_gets_a_different_address_and_a_raised_version_and_nothing_else_changes;
    "STO-EMAIL" a_user_gets_no_address_that_a_different_one_has;
    "STO-EMAIL" of_64_users_who_get_one_address_at_once_exactly_one_gets_it;
    "STO-HASHES" a_hash_that_is_the_expected_one_is_disabled_and_the_version_is_raised;
    "STO-HASHES" a_hash_that_is_not_the_expected_one_byte_for_byte_stays;
    "STO-HASHES" of_a_replacement_and_64_disabled_passwords_at_once_the_version_tells_of_each_that_applied;
}

async fn set_status<S: Tested>(
    storage: &S,
    company: CompanyId,
    user: UserId,
    status: UserStatus,
) -> Checked<Change> {
    let event = event_of(EventKind::UserStatusSet(status), company);
    Ok(storage.set_user_status(company, user, status, event).await?)
}

async fn set_manager<S: Tested>(
    storage: &S,
    company: CompanyId,
    user: UserId,
    managed_by: ManagedBy,
) -> Checked<Change> {
    let event = event_of(EventKind::UserManagerSet(managed_by), company);
    Ok(storage.set_user_manager(company, user, managed_by, event).await?)
}

async fn set_email<S: Tested>(
    storage: &S,
    company: CompanyId,
    user: UserId,
    address: &str,
) -> Checked<Naming> {
    let event = event_of(EventKind::UserEmailSet, company);
    Ok(storage.set_user_email(company, user, email(address)?, event).await?)
}

async fn disable_password<S: Tested>(
    storage: &S,
    company: CompanyId,
    user: UserId,
    expected: &str,
) -> Checked<Swap> {
    let event = event_of(EventKind::UserSet, company);
    Ok(storage.disable_password(company, user, hash(expected), hash("!"), event).await?)
}

async fn disabling_a_user_raises_the_version_and_enabling_leaves_it<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, key_id, swap, .. } = given(storage, company).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    for status in [UserStatus::Disabled, UserStatus::Enabled] {
        expect("the change", set_status(storage, company, user.id, status).await?, Change::Done)?;
        (user.status, user.credential_version) = (status, 2_u64.try_into()?);
        let found = storage.find_user(company, email(ANN)?).await?;
        expect("the user", found.as_ref(), Some(&user))?;
    }
    let replaced = storage.replace_password(swap, None, key_id).await?;
    expect("a replacement that was in flight", replaced, Swap::Stale)?;
    expect("a second user", storage.find_user(company, email(BOB)?).await?, Some(bob))
}

async fn of_a_replacement_and_64_disablings_at_once_the_version_tells_of_each_that_applied<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, swap, .. } = given(storage, company).await?;
    let (replaced, disabled) = futures_util::future::join(
        storage.replace_password(swap, None, key_id),
        race(|_| set_status(storage, company, user.id, UserStatus::Disabled)),
    )
    .await;
    disabled?;
    let replaced = u64::from(replaced? != Swap::Stale);
    expect("the version", version(storage, company).await?, 1 + RACERS + replaced)
}

async fn a_change_of_who_manages_a_user_raises_the_version_there_and_back<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, .. } = given(storage, company).await?;
    for (managed_by, raised) in [(ManagedBy::Local, 2_u64), (ManagedBy::Partner, 3)] {
        let change = set_manager(storage, company, user.id, managed_by).await?;
        expect("the change", change, Change::Done)?;
        (user.managed_by, user.credential_version) = (managed_by, raised.try_into()?);
        let found = storage.find_user(company, email(ANN)?).await?;
        expect("the user", found.as_ref(), Some(&user))?;
    }
    race(|_| set_manager(storage, company, user.id, ManagedBy::Local)).await?;
    expect("the version", version(storage, company).await?, 3 + RACERS)
}

async fn a_different_company_s_user_is_neither_disabled_nor_managed<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, .. } = given(storage, company).await?;
    let other = other_company(storage).await?;
    for (company, id) in [(other, user.id), (company, nobody()?)] {
        let status = set_status(storage, company, id, UserStatus::Disabled).await?;
        expect("the status", status, Change::NotFound)?;
        let manager = set_manager(storage, company, id, ManagedBy::Local).await?;
        expect("the manager", manager, Change::NotFound)?;
    }
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn a_user_gets_a_different_address_and_a_raised_version_and_nothing_else_changes<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, .. } = given(storage, company).await?;
    added(storage, new_user(other_company(storage).await?, BOB)?).await?;
    expect("the change", set_email(storage, company, user.id, BOB).await?, Naming::Done)?;
    (user.email, user.credential_version) = (email(BOB)?, 2_u64.try_into()?);
    expect("the user", storage.find_user(company, email(BOB)?).await?, Some(user.clone()))?;
    expect("the old address", storage.find_user(company, email(ANN)?).await?, None)?;
    expect("the same", set_email(storage, company, user.id, BOB).await?, Naming::Done)
}

async fn a_user_gets_no_address_that_a_different_one_has<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, .. } = given(storage, company).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    let other = other_company(storage).await?;
    expect("taken", set_email(storage, company, user.id, BOB).await?, Naming::Exists)?;
    let free = "eve@partner.example";
    expect(
        "a different company",
        set_email(storage, other, user.id, free).await?,
        Naming::NotFound,
    )?;
    expect("nobody", set_email(storage, company, nobody()?, free).await?, Naming::NotFound)?;
    for user in [user, bob] {
        let found = storage.find_user(company, user.email.clone()).await?;
        expect("the user", found, Some(user))?;
    }
    Ok(())
}

async fn of_64_users_who_get_one_address_at_once_exactly_one_gets_it<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let users = race(async |number| {
        added(storage, new_user(company, &format!("user{number}@partner.example"))?).await
    });
    let mut users = users.await?.into_iter();
    let namings = race(|_| {
        let user = users.next();
        async move {
            match user {
                Some(user) => set_email(storage, company, user.id, ANN).await,
                None => Ok(Naming::NotFound),
            }
        }
    });
    let namings = namings.await?;
    let count = |naming| namings.iter().filter(|came| **came == naming).count() as u64;
    expect("who got it", (count(Naming::Done), count(Naming::Exists)), (1, RACERS - 1))
}

async fn a_hash_that_is_the_expected_one_is_disabled_and_the_version_is_raised<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { mut user, key_id, swap, .. } = given(storage, company).await?;
    storage.replace_password(swap, Some(1), key_id).await?;
    let disabled = disable_password(storage, company, user.id, "$argon2id$two").await?;
    expect("the change", disabled, Swap::Done(()))?;
    (user.password_hash, user.issued_at) = (hash("!"), None);
    user.credential_version = 3_u64.try_into()?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user.clone()))?;
    let in_flight = swap_of(company, user.id, 2, "$argon2id$three")?;
    let replaced = storage.replace_password(in_flight, None, key_id).await?;
    expect("a replacement that was in flight", replaced, Swap::Stale)
}

async fn a_hash_that_is_not_the_expected_one_byte_for_byte_stays<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, .. } = given(storage, company).await?;
    let other = other_company(storage).await?;
    for (company, id, expected) in [
        (company, user.id, "$argon2id$two"),
        (company, user.id, "$ARGON2ID$ONE"),
        (company, user.id, "$argon2id$one "),
        (company, user.id, "$argon2id$on"),
        (other, user.id, "$argon2id$one"),
        (company, nobody()?, "$argon2id$one"),
    ] {
        let disabled = disable_password(storage, company, id, expected).await?;
        expect("the change", disabled, Swap::Stale)?;
    }
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn of_a_replacement_and_64_disabled_passwords_at_once_the_version_tells_of_each_that_applied<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, swap, .. } = given(storage, company).await?;
    let (replaced, disabled) = futures_util::future::join(
        storage.replace_password(swap, None, key_id),
        race(|_| disable_password(storage, company, user.id, "$argon2id$one")),
    )
    .await;
    let disabled = disabled?.into_iter().filter(|outcome| *outcome != Swap::Stale).count() as u64;
    let replaced = u64::from(replaced? != Swap::Stale);
    expect("how many applied", disabled + replaced, 1)?;
    expect("the version", version(storage, company).await?, 2)
}
