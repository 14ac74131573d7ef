//! Lists in pages.

use ssokey_core::operator::Page;
use ssokey_core::{CompanyId, EventKind};

use crate::testing::check::{Checked, Tested, expect};
use crate::testing::promises;
use crate::testing::record::{
    ANN, added, as_created, created_company, event_of, new_company, new_key, new_user, nobody,
    other_company, page, partner, saved_key,
};

promises! {
    "STO-LIST" users_are_listed_by_id_those_of_the_company_alone_in_pages;
    "STO-LIST" keys_are_listed_by_id_those_of_the_company_alone_in_pages;
    "STO-LIST" companies_are_listed_by_id_in_pages;
    "STO-LIST" more_than_1000_users_are_listed_500_at_a_time_and_all_disabled_with_their_company;
    "STO-LIST" more_than_1000_keys_are_listed_500_at_a_time;
    "STO-LIST" more_than_1000_companies_are_listed_500_at_a_time;
}

/// Fails unless the pages are those of these records, which are more than 4.
async fn expect_pages<
    T: PartialEq + Clone + std::fmt::Debug,
    F: Future<Output = Checked<Vec<T>>>,
>(
    mut read: impl FnMut(Page) -> F,
    id: impl Fn(&T) -> u64,
    expected: &[T],
) -> Checked {
    let mut sorted = expected.to_vec();
    sorted.sort_by_key(&id);
    expect("all", read(page(0, 500)?).await?, sorted.clone())?;
    for limit in [1, 2, 3, 5] {
        let mut after = 0;
        for records in sorted.chunks(limit) {
            let came = read(page(after, u32::try_from(limit)?)?).await?;
            expect("a page", came, records.to_vec())?;
            after = records.last().map_or(after, &id);
        }
        let came = read(page(after, u32::try_from(limit)?)?).await?;
        expect("the page after the last", came, vec![])?;
    }
    Ok(())
}

async fn users_are_listed_by_id_those_of_the_company_alone_in_pages<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let other = other_company(storage).await?;
    let mut users = vec![];
    for letter in ["e", "b", "d", "a", "c"] {
        users.push(added(storage, new_user(company, &format!("{letter}@x.example"))?).await?);
        added(storage, new_user(other, &format!("{letter}@x.example"))?).await?;
    }
    let read = async |page| Ok(storage.list_users(company, page).await?);
    expect_pages(read, |user| user.id.get(), &users).await?;
    expect("of no company", storage.list_users(nobody()?, page(0, 500)?).await?, vec![])
}

async fn keys_are_listed_by_id_those_of_the_company_alone_in_pages<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let other = other_company(storage).await?;
    let mut ids = vec![];
    for number in 0..5 {
        ids.push(saved_key(storage, new_key(company, 10 - number)?).await?);
        saved_key(storage, new_key(other, 100 + number)?).await?;
    }
    let read = async |page| {
        let keys = storage.list_keys(company, page).await?;
        Ok(keys.iter().map(|key| (key.id, key.company_id)).collect())
    };
    let expected: Vec<_> = ids.iter().map(|id| (*id, company)).collect();
    expect_pages(read, |(id, _)| id.get(), &expected).await?;
    expect("of no company", storage.list_keys(nobody()?, page(0, 500)?).await?, vec![])
}

async fn companies_are_listed_by_id_in_pages<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let mut companies = vec![as_created(company, &partner()?)?];
    for letter in ["e", "b", "d", "a"] {
        let new = new_company(&format!("{letter}.example"), &format!("it@{letter}.example"))?;
        companies.push(created_company(storage, new).await?);
    }
    let read = async |page| Ok(storage.list_companies(page).await?);
    expect_pages(read, |company| company.id.get(), &companies).await
}

async fn more_than_1000_users_are_listed_500_at_a_time_and_all_disabled_with_their_company<
    S: Tested,
>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    for number in 0..1000 {
        added(storage, new_user(company, &format!("user{number}@partner.example"))?).await?;
    }
    added(storage, new_user(company, ANN)?).await?;
    let status = ssokey_core::CompanyStatus::Disabled;
    let event = event_of(EventKind::CompanyStatusSet(status), company);
    storage.set_company_status(company, status, event).await?;
    let read = async |page| Ok(storage.list_users(company, page).await?);
    let users = expect_1001(read, |user| user.id.get()).await?;
    let raised = users.iter().filter(|user| user.credential_version.get() == 2).count();
    expect("who is disabled", raised, users.len())
}

async fn more_than_1000_keys_are_listed_500_at_a_time<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    for number in 0..1001 {
        saved_key(storage, new_key(company, number)?).await?;
    }
    let read = async |page| Ok(storage.list_keys(company, page).await?);
    expect_1001(read, |key| key.id.get()).await.map(|_| ())
}

async fn more_than_1000_companies_are_listed_500_at_a_time<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    for number in 0..1000 {
        let domain = format!("d{number}.example");
        created_company(storage, new_company(&domain, &format!("it@{domain}"))?).await?;
    }
    let read = async |page| Ok(storage.list_companies(page).await?);
    expect_1001(read, |company| company.id.get()).await.map(|_| ())
}

/// Fails unless there are 1,001 records, by id, in pages of 500; returns them.
async fn expect_1001<T, F: Future<Output = Checked<Vec<T>>>>(
    mut read: impl FnMut(Page) -> F,
    id: impl Fn(&T) -> u64,
) -> Checked<Vec<T>> {
    let (mut records, mut lengths) = (vec![], vec![]);
    for _ in 0..3 {
        let came = read(page(records.last().map_or(0, &id), 500)?).await?;
        lengths.push(came.len());
        records.extend(came);
    }
    expect("the pages", lengths, vec![500, 500, 1])?;
    expect("that ids rise", records.is_sorted_by(|one, next| id(one) < id(next)), true)?;
    Ok(records)
}
