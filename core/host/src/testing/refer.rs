//! Records that refer to others, and records at the bounds of the format.

use ssokey_core::{CompanyId, MAX_INTEGER, Token};

use crate::testing::check::{Checked, Tested, expect, present};
use crate::testing::promises;
use crate::testing::record::{
    ANN, Given, TIME, added, digest, email, given, launched, new_key, new_user, nobody,
    other_company, product_name, saved_key, signed_on,
};

promises! {
    "STO-REFER" a_token_whose_user_company_or_key_is_not_there_or_of_a_different_company_names_nobody;
    "STO-REFER" a_code_whose_user_company_or_key_is_not_there_or_of_a_different_company_names_nobody;
    "STO-RECORD" texts_and_numbers_of_the_greatest_length_are_kept_whole_and_the_least_number;
    "STO-RECORD" zero_is_kept_apart_from_none;
}

/// Returns tokens that name nobody.
async fn misfits<S: Tested>(storage: &S, company: CompanyId) -> Checked<Vec<Token>> {
    let Given { key_id, token, .. } = given(storage, company).await?;
    let other = other_company(storage).await?;
    let stranger = added(storage, new_user(other, "eve@other.example")?).await?;
    let foreign = saved_key(storage, new_key(other, 9)?).await?;
    let (nobody, no_company, no_key) = (nobody()?, nobody()?, nobody()?);
    // Ids of users are different within a company alone.
    let known_there = if stranger.id == token.user_id { nobody } else { token.user_id };
    let parts = [
        (company, nobody, Some(key_id)),
        (no_company, token.user_id, Some(key_id)),
        (company, token.user_id, Some(no_key)),
        (other, token.user_id, Some(key_id)),
        (other, known_there, Some(foreign)),
        (company, token.user_id, Some(foreign)),
        (other, stranger.id, Some(key_id)),
    ];
    let misfit = |(number, (company_id, user_id, key_id))| {
        let mut token = token.clone();
        token.digest = digest(number);
        (token.company_id, token.user_id, token.key_id) = (company_id, user_id, key_id);
        token
    };
    Ok((100..).zip(parts).map(misfit).collect())
}

async fn a_token_whose_user_company_or_key_is_not_there_or_of_a_different_company_names_nobody<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    for token in misfits(storage, company).await? {
        // To be refused is right as well.
        drop(storage.save_token(token.clone(), signed_on(&token)).await);
        expect("the token", storage.find_token(token.digest).await?, None)?;
    }
    Ok(())
}

async fn a_code_whose_user_company_or_key_is_not_there_or_of_a_different_company_names_nobody<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    for token in misfits(storage, company).await? {
        let Token { digest, user_id, company_id, key_id, credential_version, expires_at, .. } =
            token;
        let code = crate::testing::record::record::<ssokey_core::Code>(serde_json::json!({
            "digest": digest, "userId": user_id, "companyId": company_id, "keyId": key_id,
            "credentialVersion": credential_version, "product": "email", "expiresAt": expires_at,
        }))?;
        drop(storage.save_code(code.clone(), launched(&code)).await);
        expect("the code", storage.take_code(digest).await?, None)?;
    }
    Ok(())
}

async fn texts_and_numbers_of_the_greatest_length_are_kept_whole_and_the_least_number<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { user, key_id, mut token, .. } = given(storage, company).await?;
    let mut new = new_user(company, "z@partner.example")?;
    new.password_hash = ssokey_core::PasswordHash::new(format!("$argon2id${}", "x".repeat(245)));
    new.issued_at = Some(MAX_INTEGER);
    let long = added(storage, new.clone()).await?;
    expect("the user", &long, &new.with_id(long.id))?;
    let found = storage.find_user(company, long.email.clone()).await?;
    expect("who is found", found, Some(long))?;
    token.credential_version = MAX_INTEGER.try_into()?;
    token.product = Some(product_name(&"-".repeat(32))?);
    token.expires_at = MAX_INTEGER;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    let (found, holder) = present("the token", storage.find_token(token.digest).await?)?;
    expect("the token", found, token)?;
    expect("its user", holder.user, user)?;
    expect("its key", holder.key.map(|key| key.id), Some(key_id))
}

async fn zero_is_kept_apart_from_none<S: Tested>(storage: &S, company: CompanyId) -> Checked {
    for (address, issued_at) in [(ANN, Some(0)), ("b@x.example", None), ("c@x.example", Some(TIME))]
    {
        let mut new = new_user(company, address)?;
        new.issued_at = issued_at;
        added(storage, new).await?;
        let found = storage.find_user(company, email(address)?).await?;
        expect("the time", found.map(|user| user.issued_at), Some(issued_at))?;
    }
    for (number, expires_at) in [(1, Some(0)), (2, None)] {
        let mut new = new_key(company, number)?;
        new.expires_at = expires_at;
        saved_key(storage, new.clone()).await?;
        let found = storage.find_key(new.digest).await?;
        expect("the end", found.map(|(key, _)| key.expires_at), Some(expires_at))?;
    }
    Ok(())
}
