//! Keys.

use ssokey_core::operator::ListedKey;
use ssokey_core::{CompanyId, EventKind, KeyId, KeyStatus, MAX_INTEGER, NewKey};

use crate::Change;
use crate::testing::check::{
    Checked, RACERS, Tested, expect, expect_failure, expect_soon, present, race,
};
use crate::testing::promises;
use crate::testing::record::{
    Given, TIME, as_created, as_stored, event_of, given, launched, new_key, nobody, other_company,
    page, partner, saved_key, signed_on,
};

promises! {
    "STO-KEY" a_key_is_found_by_its_digest_with_its_company_whatever_its_status;
    "STO-SAVE" a_key_that_is_stored_twice_is_refused;
    "STO-KEYS" a_different_company_s_key_is_not_changed_and_neither_is_one_that_is_not_there;
    "STO-KEYS" a_revoked_key_stays_revoked;
    "STO-KEYS" a_key_is_rotated_and_the_older_one_is_revoked_or_kept;
    "STO-KEYS" a_key_that_is_revoked_or_of_a_different_company_or_not_there_is_not_rotated;
    "STO-KEYS" a_rotation_whose_new_key_cannot_be_stored_revokes_nothing;
    "STO-KEYS" of_64_rotations_of_one_key_at_once_exactly_one_stores_a_key;
    "STO-USED" a_key_is_listed_with_the_time_of_its_event_and_is_not_used_by_then;
    "STO-USED" a_token_and_a_code_take_the_last_use_of_their_key_along_which_never_goes_back;
}

pub(super) async fn set_status<S: Tested>(
    storage: &S,
    company: CompanyId,
    key: KeyId,
    status: KeyStatus,
) -> Checked<Change> {
    let event = event_of(EventKind::KeyStatusSet(status), company);
    Ok(storage.set_key_status(company, key, status, event).await?)
}

async fn rotate<S: Tested>(
    storage: &S,
    old: KeyId,
    new: NewKey,
    revoke: bool,
) -> Checked<Option<KeyId>> {
    let event = event_of(EventKind::KeyRotated, new.company_id);
    Ok(storage.rotate_key(new.company_id, old, new, revoke, event).await?)
}

/// Returns the keys with their statuses.
async fn statuses<S: Tested>(storage: &S, company: CompanyId) -> Checked<Vec<(KeyId, KeyStatus)>> {
    let keys = storage.list_keys(company, page(0, 500)?).await?;
    Ok(keys.iter().map(|key| (key.id, key.status)).collect())
}

async fn a_key_is_found_by_its_digest_with_its_company_whatever_its_status<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    for (number, expires_at) in [(1, None), (2, Some(MAX_INTEGER)), (3, Some(0))] {
        let mut new = new_key(company, number)?;
        new.expires_at = expires_at;
        let id = saved_key(storage, new.clone()).await?;
        let mut expected = as_stored(id, &new)?;
        for status in
            [None, Some(KeyStatus::Disabled), Some(KeyStatus::Enabled), Some(KeyStatus::Revoked)]
        {
            if let Some(status) = status {
                let change = set_status(storage, company, id, status).await?;
                expect("the change", change, Change::Done)?;
                expected.status = status;
            }
            let found = async || Ok(storage.find_key(new.digest).await?);
            let whole = Some((expected.clone(), as_created(company, &partner()?)?));
            expect_soon("the key", found, whole).await?;
        }
    }
    let unknown = storage.find_key(new_key(company, 4)?.digest).await?;
    expect("a key that none has", unknown, None)
}

async fn a_key_that_is_stored_twice_is_refused<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let id = saved_key(storage, new_key(company, 1)?).await?;
    for company in [company, other_company(storage).await?] {
        let event = event_of(EventKind::KeyIssued, company);
        let again = storage.save_key(new_key(company, 1)?, event).await;
        expect_failure("the same key", again)?;
    }
    expect("the keys", statuses(storage, company).await?, vec![(id, KeyStatus::Enabled)])
}

async fn a_different_company_s_key_is_not_changed_and_neither_is_one_that_is_not_there<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let id = saved_key(storage, new_key(company, 1)?).await?;
    let second = saved_key(storage, new_key(company, 2)?).await?;
    let other = other_company(storage).await?;
    for (company, key) in [(other, id), (company, nobody()?)] {
        for status in [KeyStatus::Disabled, KeyStatus::Revoked] {
            let change = set_status(storage, company, key, status).await?;
            expect("the change", change, Change::NotFound)?;
        }
    }
    set_status(storage, company, second, KeyStatus::Disabled).await?;
    let expected = vec![(id, KeyStatus::Enabled), (second, KeyStatus::Disabled)];
    expect("the keys", statuses(storage, company).await?, expected)
}

async fn a_revoked_key_stays_revoked<S: Tested>(storage: &S, company: CompanyId) -> Checked {
    let id = saved_key(storage, new_key(company, 1)?).await?;
    let race = race(async |number| {
        let status = if number == RACERS / 2 { KeyStatus::Revoked } else { KeyStatus::Enabled };
        set_status(storage, company, id, status).await
    });
    race.await?;
    for status in [KeyStatus::Enabled, KeyStatus::Disabled, KeyStatus::Revoked] {
        let change = set_status(storage, company, id, status).await?;
        expect("the change", change, Change::NotFound)?;
    }
    expect("the key", statuses(storage, company).await?, vec![(id, KeyStatus::Revoked)])
}

async fn a_key_is_rotated_and_the_older_one_is_revoked_or_kept<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let mut first = new_key(company, 1)?;
    first.expires_at = Some(TIME);
    let first = saved_key(storage, first).await?;
    set_status(storage, company, first, KeyStatus::Disabled).await?;
    let mut expected = vec![(first, KeyStatus::Disabled)];
    for (number, expires_at, revoke) in [(2, Some(MAX_INTEGER), false), (3, None, true)] {
        let mut new = new_key(company, number)?;
        new.expires_at = expires_at;
        let rotated = rotate(storage, first, new.clone(), revoke).await?;
        let (stored, _) = storage.find_key(new.digest).await?.unzip();
        expect("the new key", stored.as_ref().map(|key| key.id), rotated)?;
        let Some(id) = rotated else { return expect("the rotation", rotated.is_some(), true) };
        expect("the new key", stored, Some(as_stored(id, &new)?))?;
        expected.push((id, KeyStatus::Enabled));
        if revoke {
            expected = expected
                .into_iter()
                .map(|(id, status)| (id, if id == first { KeyStatus::Revoked } else { status }))
                .collect();
        }
        expect("the keys", statuses(storage, company).await?, expected.clone())?;
    }
    Ok(())
}

async fn a_key_that_is_revoked_or_of_a_different_company_or_not_there_is_not_rotated<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let revoked = saved_key(storage, new_key(company, 1)?).await?;
    set_status(storage, company, revoked, KeyStatus::Revoked).await?;
    let enabled = saved_key(storage, new_key(company, 2)?).await?;
    let other = other_company(storage).await?;
    for (company, key) in [(company, revoked), (other, enabled), (company, nobody()?)] {
        for revoke in [false, true] {
            let rotated = rotate(storage, key, new_key(company, 3)?, revoke).await?;
            expect("the rotation", rotated, None)?;
        }
    }
    let expected = vec![(revoked, KeyStatus::Revoked), (enabled, KeyStatus::Enabled)];
    expect("the keys", statuses(storage, company).await?, expected)?;
    expect("the other's", statuses(storage, other).await?, vec![])
}

async fn a_rotation_whose_new_key_cannot_be_stored_revokes_nothing<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let first = saved_key(storage, new_key(company, 1)?).await?;
    let second = saved_key(storage, new_key(company, 2)?).await?;
    let event = event_of(EventKind::KeyRotated, company);
    let rotated = storage.rotate_key(company, first, new_key(company, 2)?, true, event).await;
    expect_failure("the rotation", rotated)?;
    let expected = vec![(first, KeyStatus::Enabled), (second, KeyStatus::Enabled)];
    expect("the keys", statuses(storage, company).await?, expected)
}

async fn of_64_rotations_of_one_key_at_once_exactly_one_stores_a_key<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let first = saved_key(storage, new_key(company, 1000)?).await?;
    let rotations =
        race(async |number| rotate(storage, first, new_key(company, number)?, true).await).await?;
    let mut stored = rotations.into_iter().flatten();
    let expected: Vec<_> = [(first, KeyStatus::Revoked)]
        .into_iter()
        .chain(stored.next().map(|id| (id, KeyStatus::Enabled)))
        .collect();
    expect("the keys", statuses(storage, company).await?, expected)?;
    expect("a second one", stored.next(), None)
}

async fn a_key_is_listed_with_the_time_of_its_event_and_is_not_used_by_then<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let (mut first, mut second) = (new_key(company, 1)?, new_key(company, 2)?);
    (first.expires_at, second.expires_at) = (Some(MAX_INTEGER), Some(0));
    let first = saved_key(storage, first).await?;
    let mut event = event_of(EventKind::KeyRotated, company);
    event.at = TIME + 1;
    let second = storage.rotate_key(company, first, second, false, event).await?;
    let listed = |id, end, at| {
        let mut key = ListedKey::new(id, company, KeyStatus::Enabled);
        (key.expires_at, key.created_at) = (Some(end), Some(at));
        key
    };
    let second = present("the new key", second)?;
    let expected = vec![listed(first, MAX_INTEGER, TIME), listed(second, 0, TIME + 1)];
    expect("the keys", storage.list_keys(company, page(0, 500)?).await?, expected)
}

async fn a_token_and_a_code_take_the_last_use_of_their_key_along_which_never_goes_back<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, mut token, mut code, .. } = given(storage, company).await?;
    let second = saved_key(storage, new_key(company, 2)?).await?;
    let minute = 60_000;
    for (number, at, expected) in [
        (1, TIME, TIME),
        (2, TIME + 4 * minute, TIME + 4 * minute),
        (3, TIME + minute, TIME + 4 * minute),
        (4, TIME + 6 * minute, TIME + 6 * minute),
    ] {
        let digest = crate::testing::record::digest(100 + number);
        (token.digest, code.digest) = (digest, digest);
        if number % 2 == 0 {
            let mut event = launched(&code);
            event.at = at;
            storage.save_code(code.clone(), event).await?;
        } else {
            let mut event = signed_on(&token);
            event.at = at;
            storage.save_token(token.clone(), event).await?;
        }
        let listed = storage.list_keys(company, page(0, 500)?).await?;
        let used = |id: KeyId| {
            let mut keys = listed.iter();
            keys.find(|key: &&ListedKey| key.id == id).and_then(|key| key.last_used_at)
        };
        let is_near = |used: u64| (expected - minute..=expected).contains(&used);
        expect("the last use is told", used(key_id).is_some_and(is_near), true)?;
        expect("a different key's", used(second), None)?;
    }
    let found = storage.find_user(company, user.email.clone()).await?;
    expect("the user", found, Some(user))
}
