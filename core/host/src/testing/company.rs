//! Companies.

use ssokey_core::{CompanyId, CompanyStatus, EmailDomains, EventKind};

use crate::testing::check::{Checked, RACERS, Tested, expect, expect_soon, race};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, KINDS, added, added_as, as_created, created_company, email, event, event_of, given,
    new_company, new_user, nobody, other, other_company, partner, version,
};
use crate::{Change, Creation};

promises! {
    "STO-COMPANY" a_company_is_created_with_the_documented_first_values_and_found_by_its_domain_alone;
    "STO-RECORD" a_company_without_products_and_domains_of_its_users_has_none;
    "STO-FIND" a_company_is_found_by_its_registered_address_alone;
    "STO-COMPANY" a_company_whose_domain_or_address_is_taken_is_not_created;
    "STO-COMPANY" of_64_creates_of_one_domain_at_once_exactly_one_creates;
    "STO-COMPANY" of_64_creates_of_one_registered_address_at_once_exactly_one_creates;
    "STO-COMPANY" disabling_a_company_raises_the_versions_of_its_users_and_enabling_leaves_them;
    "STO-COMPANY" of_64_disablings_of_a_company_at_once_the_version_of_its_user_tells_of_each;
    "STO-LATE" the_status_of_a_company_is_told_wherever_the_company_is;
    "STO-COMPANY" the_status_of_a_company_that_is_not_there_is_not_changed;
}

async fn set_status<S: Tested>(
    storage: &S,
    company: CompanyId,
    status: CompanyStatus,
) -> Checked<Change> {
    let event = event_of(EventKind::CompanyStatusSet(status), company);
    Ok(storage.set_company_status(company, status, event).await?)
}

async fn a_company_is_created_with_the_documented_first_values_and_found_by_its_domain_alone<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let second = created_company(storage, other()?).await?;
    expect("the company", &second, &as_created(second.id, &other()?)?)?;
    for (id, new) in [(company, partner()?), (second.id, other()?)] {
        let expected = Some(as_created(id, &new)?);
        expect_soon(
            "by its domain",
            async || Ok(storage.find_company(new.domain.clone()).await?),
            expected,
        )
        .await?;
    }
    let domain = new_company("nobody.example", "it@nobody.example")?.domain;
    expect("a domain that none has", storage.find_company(domain).await?, None)
}

async fn a_company_without_products_and_domains_of_its_users_has_none<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    let mut new = other()?;
    (new.products, new.email_domains) = (vec![], EmailDomains::default());
    let company = created_company(storage, new.clone()).await?;
    let expected = as_created(company.id, &new)?;
    expect("the company", &company, &expected)?;
    let found = storage.find_company_by_email(new.email).await?;
    expect("who is found", found, Some(expected))
}

async fn a_company_is_found_by_its_registered_address_alone<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let second = other_company(storage).await?;
    for (id, new) in [(company, partner()?), (second, other()?)] {
        let found = storage.find_company_by_email(new.email.clone()).await?;
        expect("by its address", found, Some(as_created(id, &new)?))?;
    }
    expect("a user's", storage.find_company_by_email(email(ANN)?).await?, None)
}

async fn a_company_whose_domain_or_address_is_taken_is_not_created<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    for (domain, address) in
        [("partner.example", "new@partner.example"), ("new.example", "it@partner.example")]
    {
        let new = new_company(domain, address)?;
        let creation = storage.create_company(new, event(EventKind::CompanyAdded)).await?;
        expect("the creation", creation, Creation::Exists)?;
    }
    let found = storage.find_company_by_email(partner()?.email).await?;
    expect("the company", found, Some(as_created(company, &partner()?)?))?;
    let free = email("new@partner.example")?;
    expect("a second one", storage.find_company_by_email(free).await?, None)
}

async fn of_64_creates_of_one_domain_at_once_exactly_one_creates<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    let creations = race(async |number| {
        let new = new_company("new.example", &format!("it{number}@new.example"))?;
        Checked::Ok(storage.create_company(new, event(EventKind::CompanyAdded)).await?)
    });
    expect("how many created", created(&creations.await?), 1)
}

async fn of_64_creates_of_one_registered_address_at_once_exactly_one_creates<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    let creations = race(async |number| {
        let new = new_company(&format!("new{number}.example"), "it@new.example")?;
        Checked::Ok(storage.create_company(new, event(EventKind::CompanyAdded)).await?)
    });
    expect("how many created", created(&creations.await?), 1)
}

fn created<T>(creations: &[Creation<T>]) -> usize {
    creations.iter().filter(|creation| matches!(creation, Creation::Created(_))).count()
}

async fn disabling_a_company_raises_the_versions_of_its_users_and_enabling_leaves_them<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let ann = added(storage, new_user(company, ANN)?).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    let stranger = added(storage, new_user(other_company(storage).await?, ANN)?).await?;
    let mut users = vec![ann, bob];
    for (address, managed_by, status) in KINDS {
        users.push(added_as(storage, company, address, managed_by, status, None).await?);
    }
    for status in [CompanyStatus::Disabled, CompanyStatus::Enabled] {
        expect("the change", set_status(storage, company, status).await?, Change::Done)?;
        for user in &users {
            let mut expected = user.clone();
            expected.credential_version = (user.credential_version.get() + 1).try_into()?;
            let found = storage.find_user(company, user.email.clone()).await?;
            expect("the user", found, Some(expected))?;
        }
    }
    let found = storage.find_user(stranger.company_id, email(ANN)?).await?;
    expect("a different company's", found, Some(stranger))
}

async fn of_64_disablings_of_a_company_at_once_the_version_of_its_user_tells_of_each<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    added(storage, new_user(company, ANN)?).await?;
    race(|_| set_status(storage, company, CompanyStatus::Disabled)).await?;
    expect("the version", version(storage, company).await?, 1 + RACERS)
}

async fn the_status_of_a_company_is_told_wherever_the_company_is<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let given = given(storage, company).await?;
    storage.save_token(given.token.clone(), event_of(EventKind::SignedOn, company)).await?;
    storage.save_code(given.code.clone(), event_of(EventKind::SignedOn, company)).await?;
    storage.find_key(given.token.digest).await?;
    storage.find_company(partner()?.domain).await?;
    set_status(storage, company, CompanyStatus::Disabled).await?;
    let mut expected = as_created(company, &partner()?)?;
    expected.status = CompanyStatus::Disabled;
    let by_email = storage.find_company_by_email(partner()?.email).await?;
    expect("by its address", by_email.as_ref(), Some(&expected))?;
    let found = storage.find_token(given.token.digest).await?;
    expect("of a token", found.map(|(_, holder)| holder.company).as_ref(), Some(&expected))?;
    let taken = storage.take_code(given.code.digest).await?;
    expect("of a code", taken.map(|(_, holder)| holder.company).as_ref(), Some(&expected))?;
    let of_key = async || {
        let found = storage.find_key(given.token.digest).await?;
        Ok(found.map(|(_, company)| company))
    };
    expect_soon("of a key", of_key, Some(expected.clone())).await?;
    let by_domain = async || Ok(storage.find_company(expected.domain.clone()).await?);
    expect_soon("by its domain", by_domain, Some(expected.clone())).await
}

async fn the_status_of_a_company_that_is_not_there_is_not_changed<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    added(storage, new_user(company, ANN)?).await?;
    for status in [CompanyStatus::Disabled, CompanyStatus::Enabled] {
        expect("the change", set_status(storage, nobody()?, status).await?, Change::NotFound)?;
    }
    expect("the version", version(storage, company).await?, 1)
}
