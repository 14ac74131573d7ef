//! Deletions.

use ssokey_core::{CompanyId, EventKind, UserId};

use crate::Change;
use crate::testing::check::{Checked, RACERS, Tested, expect, expect_soon, race};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, added, created_company, digest, email, event_of, given, launched, new_key,
    new_user, nobody, other, other_company, page, partner, saved_key, signed_on, token_of,
};

promises! {
    "STO-DELETE" a_user_is_deleted_with_tokens_and_codes_and_nobody_else;
    "STO-DELETE" a_company_is_deleted_with_all_that_is_its_own_and_no_other;
    "STO-DELETE" who_is_not_there_is_not_deleted;
    "STO-DELETE" a_token_of_a_user_who_is_deleted_meanwhile_names_nobody;
    "STO-DELETE" what_is_stored_of_a_company_that_is_deleted_meanwhile_is_refused_or_deleted;
    "STO-ID" the_id_of_a_user_a_company_or_a_key_that_is_deleted_is_not_given_again;
}

async fn delete_user<S: Tested>(storage: &S, company: CompanyId, user: UserId) -> Checked<Change> {
    let event = event_of(EventKind::UserDeleted, company);
    Ok(storage.delete_user(company, user, event).await?)
}

async fn delete_company<S: Tested>(storage: &S, company: CompanyId) -> Checked<Change> {
    let event = event_of(EventKind::CompanyDeleted, company);
    Ok(storage.delete_company(company, event).await?)
}

async fn a_user_is_deleted_with_tokens_and_codes_and_nobody_else<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, token, code, .. } = given(storage, company).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    let bobs = token_of(&bob, Some(key_id), 2, token.expires_at)?;
    for token in [&token, &bobs] {
        storage.save_token(token.clone(), signed_on(token)).await?;
    }
    storage.save_code(code.clone(), launched(&code)).await?;
    expect("deleting", delete_user(storage, company, user.id).await?, Change::Done)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, None)?;
    expect("the token", storage.find_token(token.digest).await?, None)?;
    expect("the code", storage.take_code(code.digest).await?, None)?;
    let found = storage.find_token(bobs.digest).await?;
    let found = found.map(|(token, holder)| (token, holder.user));
    expect("a second user", found, Some((bobs, bob)))?;
    added(storage, new_user(company, ANN)?).await?;
    expect("the token, still", storage.find_token(token.digest).await?, None)
}

async fn a_company_is_deleted_with_all_that_is_its_own_and_no_other<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, token, code, .. } = given(storage, company).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    let second = other_company(storage).await?;
    let stranger = added(storage, new_user(second, ANN)?).await?;
    let foreign = saved_key(storage, new_key(second, 9)?).await?;
    let theirs = token_of(&stranger, Some(foreign), 9, token.expires_at)?;
    storage.save_token(theirs.clone(), signed_on(&theirs)).await?;
    // Whoever has read them may keep them for a while.
    storage.find_key(new_key(company, 1)?.digest).await?;
    storage.find_company(partner()?.domain).await?;
    storage.find_token(token.digest).await?;
    expect("deleting", delete_company(storage, company).await?, Change::Done)?;
    expect("the user", storage.find_user(company, user.email).await?, None)?;
    expect("the users", storage.list_users(company, page(0, 500)?).await?, vec![])?;
    expect("the keys", storage.list_keys(company, page(0, 500)?).await?, vec![])?;
    expect("the token", storage.find_token(token.digest).await?, None)?;
    expect("the code", storage.take_code(code.digest).await?, None)?;
    let found = storage.find_company_by_email(partner()?.email).await?;
    expect("the company", found, None)?;
    let found = storage.find_token(theirs.digest).await?;
    let found = found.map(|(token, holder)| (token, holder.user));
    expect("a different company's", found, Some((theirs, stranger)))?;
    let key = new_key(company, 1)?.digest;
    expect_soon("the key", async || Ok(storage.find_key(key).await?), None).await?;
    let domain = partner()?.domain;
    let by_domain = async || Ok(storage.find_company(domain.clone()).await?);
    expect_soon("by its domain", by_domain, None).await?;
    created_company(storage, partner()?).await?;
    Ok(())
}

async fn who_is_not_there_is_not_deleted<S: Tested>(storage: &S, company: CompanyId) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    let second = other_company(storage).await?;
    for (company, id) in [(second, user.id), (company, nobody()?)] {
        expect("deleting", delete_user(storage, company, id).await?, Change::NotFound)?;
    }
    expect("no company", delete_company(storage, nobody()?).await?, Change::NotFound)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))?;
    let found = storage.find_company_by_email(other()?.email).await?;
    expect("the company", found.map(|company| company.id), Some(second))
}

async fn a_token_of_a_user_who_is_deleted_meanwhile_names_nobody<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, token, .. } = given(storage, company).await?;
    let (deleted, saved) = futures_util::future::join(
        delete_user(storage, company, user.id),
        race(async |number| {
            let token = token_of(&user, Some(key_id), number, token.expires_at)?;
            // To be refused is right as well.
            drop(storage.save_token(token.clone(), signed_on(&token)).await);
            Checked::Ok(token.digest)
        }),
    )
    .await;
    expect("deleting", deleted?, Change::Done)?;
    for digest in saved? {
        expect("a token", storage.find_token(digest).await?, None)?;
    }
    Ok(())
}

async fn what_is_stored_of_a_company_that_is_deleted_meanwhile_is_refused_or_deleted<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, token, .. } = given(storage, company).await?;
    let address = |number: u64| email(&format!("user{number}@partner.example"));
    let changes = race(async |number| {
        // The deletion is amidst the others, each of which may be refused.
        if number == RACERS / 2 {
            return delete_company(storage, company).await.map(Some);
        }
        match number % 3 {
            0 => {
                let user = new_user(company, address(number)?.as_str())?;
                drop(storage.create_user(user, None).await);
            }
            1 => drop(saved_key(storage, new_key(company, 100 + number)?).await),
            _ => {
                let token = token_of(&user, Some(key_id), 100 + number, token.expires_at)?;
                drop(storage.save_token(token.clone(), signed_on(&token)).await);
            }
        }
        Ok(None)
    });
    let changes: Vec<_> = changes.await?.into_iter().flatten().collect();
    expect("deleting", changes, vec![Change::Done])?;
    expect("the users", storage.list_users(company, page(0, 500)?).await?, vec![])?;
    expect("the keys", storage.list_keys(company, page(0, 500)?).await?, vec![])?;
    for number in 0..RACERS {
        let found = storage.find_user(company, address(number)?).await?;
        expect("a user", found, None)?;
        expect("a token", storage.find_token(digest(100 + number)).await?, None)?;
        let find = async || Ok(storage.find_key(digest(100 + number)).await?);
        expect_soon("a key", find, None).await?;
    }
    Ok(())
}

async fn the_id_of_a_user_a_company_or_a_key_that_is_deleted_is_not_given_again<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    delete_user(storage, company, user.id).await?;
    let again = added(storage, new_user(company, ANN)?).await?;
    expect("the user's is new", again.id != user.id, true)?;
    let second = other_company(storage).await?;
    let key = saved_key(storage, new_key(second, 1)?).await?;
    delete_company(storage, second).await?;
    let again = other_company(storage).await?;
    expect("the company's is new", again != second, true)?;
    let new = saved_key(storage, new_key(again, 2)?).await?;
    expect("the key's is new", new != key, true)
}
