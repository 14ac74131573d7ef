//! Tokens and codes.

use std::time::Duration;

use ssokey_core::operator::{ListedKey, StoredEvent};
use ssokey_core::{CompanyId, EventKind, Key, KeyStatus, Product, UserStatus};

use crate::now;
use crate::testing::check::{Checked, Tested, expect, expect_failure, pause, present, race};
use crate::testing::key::set_status;
use crate::testing::record::{
    ANN, Given, TIME, as_created, as_stored, digest, email, event_of, given, later, launched,
    new_key, page, partner, saved_key, signed_on, token_of,
};
use crate::testing::{event, product, promises};

promises! {
    "STO-SAVE" a_saved_token_is_found_at_once_with_its_user_company_and_key;
    "STO-FIND" a_token_may_have_neither_key_nor_product;
    "STO-FIND" a_holder_is_as_it_is_now;
    "STO-SAVE" a_token_or_a_code_that_is_stored_twice_is_refused;
    "STO-SAVE" one_digest_may_name_a_token_and_a_code;
    "STO-REVOKE" a_revoked_token_is_gone_and_no_other_and_to_revoke_it_again_is_no_failure;
    "STO-TAKE" a_code_is_taken_once_with_its_user_company_and_key;
    "STO-TAKE" of_64_takers_of_one_code_at_once_exactly_one_gets_it;
    "STO-PURGE" a_purge_deletes_all_that_has_expired_and_nothing_else;
}

async fn a_saved_token_is_found_at_once_with_its_user_company_and_key<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, token, .. } = given(storage, company).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    let found = storage.find_token(token.digest).await?;
    let (found, holder) = present("the token", found)?;
    expect("the token", found, token)?;
    expect("its user", &holder.user, &user)?;
    expect("its company", holder.company, as_created(company, &partner()?)?)?;
    expect("its key", holder.key, Some(as_stored(key_id, &new_key(company, 1)?)?))?;
    let old = saved_old_key(storage, company).await?;
    let token = token_of(&user, Some(old.id), 3, later(60))?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    let (_, holder) = present("an old key's token", storage.find_token(token.digest).await?)?;
    expect("the old key", holder.key, Some(old))?;
    expect("a token that none has", storage.find_token(digest(2)).await?, None)
}

/// Saves a key, the company's second, whose end is over.
async fn saved_old_key<S: Tested>(storage: &S, company: CompanyId) -> Checked<Key> {
    let mut new = new_key(company, 2)?;
    new.expires_at = Some(TIME);
    as_stored(saved_key(storage, new.clone()).await?, &new)
}

async fn a_token_may_have_neither_key_nor_product<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, .. } = given(storage, company).await?;
    let mut token = token_of(&user, None, 1, later(60))?;
    token.product = None;
    storage.save_token(token.clone(), event_of(EventKind::SignedIn, company)).await?;
    let (found, holder) = present("the token", storage.find_token(token.digest).await?)?;
    expect("the token", found, token)?;
    expect("its key", holder.key, None)?;
    expect("its user", holder.user, user)
}

async fn a_holder_is_as_it_is_now<S: Tested>(storage: &S, company: CompanyId) -> Checked {
    let Given { user, key_id, token, code, swap } = given(storage, company).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    storage.find_token(token.digest).await?;
    storage.replace_password(swap, None, key_id).await?;
    set_status(storage, company, key_id, KeyStatus::Disabled).await?;
    let event = event_of(EventKind::UserStatusSet(UserStatus::Disabled), company);
    storage.set_user_status(company, user.id, UserStatus::Disabled, event).await?;
    let now = present("the user", storage.find_user(company, email(ANN)?).await?)?;
    let (found, of_token) = present("the token", storage.find_token(token.digest).await?)?;
    let (taken, of_code) = present("the code", storage.take_code(code.digest).await?)?;
    // Their versions tell that they are of an older password.
    expect("the token", found, token)?;
    expect("the code", taken, code)?;
    for holder in [of_token, of_code] {
        expect("the user", &holder.user, &now)?;
        expect("the key", holder.key.map(|key| key.status), Some(KeyStatus::Disabled))?;
    }
    Ok(())
}

async fn a_token_or_a_code_that_is_stored_twice_is_refused<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { token, code, .. } = given(storage, company).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    let (mut again, mut second) = (token.clone(), code.clone());
    again.expires_at = later(9);
    second.expires_at = later(9);
    expect_failure("the token", storage.save_token(again, signed_on(&token)).await)?;
    expect_failure("the code", storage.save_code(second, launched(&code)).await)?;
    let found = storage.find_token(token.digest).await?;
    expect("the token", found.map(|(token, _)| token), Some(token.clone()))?;
    let taken = storage.take_code(code.digest).await?;
    expect("the code", taken.map(|(code, _)| code), Some(code))
}

async fn one_digest_may_name_a_token_and_a_code<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { token, code, .. } = given(storage, company).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    let (mut second, mut of_second) = (token.clone(), code.clone());
    (second.digest, of_second.digest) = (digest(2), digest(2));
    storage.save_token(second.clone(), signed_on(&second)).await?;
    storage.save_code(of_second.clone(), launched(&of_second)).await?;
    let taken = storage.take_code(code.digest).await?;
    expect("the code", taken.map(|(code, _)| code), Some(code))?;
    let found = storage.find_token(token.digest).await?;
    expect("the token", found.map(|(token, _)| token), Some(token))?;
    storage.revoke_token(second.digest).await?;
    let taken = storage.take_code(of_second.digest).await?;
    let taken = taken.map(|(code, _)| code);
    expect("the code, once the token is revoked", taken, Some(of_second))
}

async fn a_revoked_token_is_gone_and_no_other_and_to_revoke_it_again_is_no_failure<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, token, .. } = given(storage, company).await?;
    let second = token_of(&user, Some(key_id), 2, later(60))?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_token(second.clone(), signed_on(&second)).await?;
    race(|_| storage.revoke_token(token.digest)).await?;
    storage.revoke_token(digest(3)).await?;
    expect("the token", storage.find_token(token.digest).await?, None)?;
    let found = storage.find_token(second.digest).await?;
    expect("the other", found.map(|(token, _)| token), Some(second))
}

async fn a_code_is_taken_once_with_its_user_company_and_key<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, code, .. } = given(storage, company).await?;
    let mut second = code.clone();
    second.digest = digest(2);
    storage.save_code(code.clone(), launched(&code)).await?;
    storage.save_code(second.clone(), launched(&second)).await?;
    let (taken, holder) = present("the code", storage.take_code(code.digest).await?)?;
    expect("the code", &taken, &code)?;
    expect("its user", holder.user, user)?;
    expect("its company", holder.company, as_created(company, &partner()?)?)?;
    expect("its key", holder.key, Some(as_stored(key_id, &new_key(company, 1)?)?))?;
    expect("a second taker's", storage.take_code(code.digest).await?, None)?;
    let old = saved_old_key(storage, company).await?;
    let mut of_old = code;
    (of_old.digest, of_old.key_id) = (digest(3), old.id);
    storage.save_code(of_old.clone(), launched(&of_old)).await?;
    let (_, holder) = present("an old key's code", storage.take_code(of_old.digest).await?)?;
    expect("the old key", holder.key, Some(old))?;
    let taken = storage.take_code(second.digest).await?;
    expect("the other", taken.map(|(code, _)| code), Some(second))
}

async fn of_64_takers_of_one_code_at_once_exactly_one_gets_it<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { code, .. } = given(storage, company).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    let taken = race(|_| storage.take_code(code.digest)).await?;
    expect("how many got it", taken.iter().flatten().count(), 1)
}

async fn a_purge_deletes_all_that_has_expired_and_nothing_else<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, token, code, .. } = given(storage, company).await?;
    let old = saved_old_key(storage, company).await?;
    set_status(storage, company, old.id, KeyStatus::Revoked).await?;
    product::save(storage, "livechat", "https://chat.example/", 1).await?;
    product::rotate(storage, "livechat", 2, Some(TIME)).await?;
    // A database may delete what has expired by itself. What has not expired by any clock is there until a purge.
    let end = now() + 500;
    let ends = [(101, end - 1), (102, end), (103, end)];
    // More than a database may delete at a time.
    for number in 1001..2000 {
        let token = token_of(&user, Some(key_id), number, end)?;
        storage.save_token(token.clone(), signed_on(&token)).await?;
    }
    for (number, expires_at) in ends {
        let token = token_of(&user, Some(key_id), number, expires_at)?;
        storage.save_token(token.clone(), signed_on(&token)).await?;
        let mut code = code.clone();
        (code.digest, code.expires_at) = (digest(number), expires_at);
        storage.save_code(code.clone(), launched(&code)).await?;
    }
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    let last = token.expires_at.min(code.expires_at);
    while now() < end + 1000 {
        pause(Duration::from_millis(100)).await;
    }
    let mut seen = 0;
    for number in (101..=103).chain(1001..2000) {
        seen += u64::from(storage.find_token(digest(number)).await?.is_some());
    }
    // Whoever still gives one of the codes has the others as well, which cannot be seen, since they would be taken.
    if storage.take_code(digest(103)).await?.is_some() {
        seen += 2;
    }
    let before = lasting(storage, company).await?;
    let count = storage.purge(end).await?;
    let is_fit = (seen..=1005).contains(&count);
    expect(&format!("whether {count} are from {seen} to 1005"), is_fit, true)?;
    for number in (101..=103).chain(1001..2000) {
        expect("an expired token", storage.find_token(digest(number)).await?, None)?;
    }
    for (number, _) in ends {
        expect("an expired code", storage.take_code(digest(number)).await?, None)?;
    }
    expect("how many are deleted next", storage.purge(end).await?, 0)?;
    expect("how many are deleted before their end", storage.purge(last - 1).await?, 0)?;
    expect("keys, products and events", lasting(storage, company).await?, before)?;
    let found = storage.find_token(token.digest).await?;
    expect("a token", found.map(|(token, _)| token), Some(token))?;
    let taken = storage.take_code(code.digest).await?;
    expect("a code", taken.map(|(code, _)| code), Some(code))
}

/// What a purge leaves: keys, products and events.
async fn lasting<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked<(Vec<ListedKey>, Vec<Product>, Vec<StoredEvent>)> {
    let keys = storage.list_keys(company, page(0, 500)?).await?;
    Ok((keys, storage.list_products().await?, event::listed(storage, event::all()).await?))
}
