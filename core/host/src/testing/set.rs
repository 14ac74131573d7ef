//! What operators set of users and companies.

use serde_json::json;
use ssokey_core::operator::{CompanyMembers, DisplayName, Name, UserMembers};
use ssokey_core::{CompanyId, EventKind, UserId};

use crate::Change;
use crate::testing::check::{Checked, Tested, expect, present};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, added, as_created, email, event_of, given, new_user, nobody, other_company, partner,
    record,
};

promises! {
    "STO-SET" what_is_set_of_a_user_is_set_whole_and_nothing_else_changes;
    "STO-SET" a_member_that_is_none_stays_as_it_is;
    "STO-SET" a_different_company_s_user_is_not_set_and_neither_is_nobody;
    "STO-SET" what_is_set_of_a_company_is_set_whole_and_nothing_else_changes;
    "STO-FAIL" a_change_that_leaves_all_values_as_they_were_is_done;
}

fn user_members() -> Checked<UserMembers> {
    let long = "é𝄞".repeat(80);
    Ok(UserMembers {
        login_id: Some(present("a name", DisplayName::parse(&long))?),
        display_name: Some(present("a name", DisplayName::parse("  Ann \"\\ O'Neil "))?),
        is_creator: Some(true),
        is_company_admin: Some(true),
        permissions: Some(vec![
            present("a permission", Name::parse("b, c"))?,
            present("a permission", Name::parse("a"))?,
        ]),
    })
}

fn company_members() -> Checked<CompanyMembers> {
    Ok(CompanyMembers {
        name: Some(present("a name", Name::parse("Ünïcode \"Ltd\""))?),
        email_domains: Some(record(json!(["c.example", "partner.example"]))?),
        account_type: Some(present("a name", Name::parse("FREE"))?),
        domain_ownership_verified: Some(true),
        domain_mx_verified: Some(true),
    })
}

async fn set_user<S: Tested>(
    storage: &S,
    company: CompanyId,
    user: UserId,
    members: UserMembers,
) -> Checked<Change> {
    Ok(storage.set_user(company, user, members, event_of(EventKind::UserSet, company)).await?)
}

async fn set_company<S: Tested>(
    storage: &S,
    company: CompanyId,
    members: CompanyMembers,
) -> Checked<Change> {
    Ok(storage.set_company(company, members, event_of(EventKind::CompanySet, company)).await?)
}

async fn what_is_set_of_a_user_is_set_whole_and_nothing_else_changes<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let mut user = added(storage, new_user(company, ANN)?).await?;
    let bob = added(storage, new_user(company, BOB)?).await?;
    let members = user_members()?;
    let change = set_user(storage, company, user.id, members.clone()).await?;
    expect("the change", change, Change::Done)?;
    user.login_id = members.login_id.map(|name| name.as_str().into()).unwrap_or_default();
    user.display_name = members.display_name.map(|name| name.as_str().into()).unwrap_or_default();
    (user.is_creator, user.is_company_admin) = (true, true);
    user.permissions = vec!["b, c".into(), "a".into()];
    expect("the user", storage.find_user(company, email(ANN)?).await?.as_ref(), Some(&user))?;
    let none = UserMembers { permissions: Some(vec![]), ..UserMembers::default() };
    set_user(storage, company, user.id, none).await?;
    user.permissions = vec![];
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))?;
    expect("a second user", storage.find_user(company, email(BOB)?).await?, Some(bob))
}

async fn a_member_that_is_none_stays_as_it_is<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    set_user(storage, company, user.id, user_members()?).await?;
    set_company(storage, company, company_members()?).await?;
    let mut user = present("the user", storage.find_user(company, email(ANN)?).await?)?;
    let address = partner()?.email;
    let found = storage.find_company_by_email(address.clone()).await?;
    let mut expected = present("the company", found)?;

    let change = UserMembers { is_creator: Some(false), ..UserMembers::default() };
    set_user(storage, company, user.id, change).await?;
    user.is_creator = false;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))?;

    let change = CompanyMembers { domain_mx_verified: Some(false), ..CompanyMembers::default() };
    set_company(storage, company, change).await?;
    expected.domain_mx_verified = false;
    expect("the company", storage.find_company_by_email(address).await?, Some(expected))
}

async fn a_different_company_s_user_is_not_set_and_neither_is_nobody<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    let other = other_company(storage).await?;
    for (company, id) in [(other, user.id), (company, nobody()?)] {
        let change = set_user(storage, company, id, user_members()?).await?;
        expect("the change", change, Change::NotFound)?;
    }
    let change = set_company(storage, nobody()?, company_members()?).await?;
    expect("a company that is not there", change, Change::NotFound)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn what_is_set_of_a_company_is_set_whole_and_nothing_else_changes<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    other_company(storage).await?;
    let mut expected = as_created(company, &partner()?)?;
    let members = company_members()?;
    let change = set_company(storage, company, members.clone()).await?;
    expect("the change", change, Change::Done)?;
    expected.name = members.name.map(|name| name.as_str().into()).unwrap_or_default();
    expected.account_type = "FREE".into();
    expected.email_domains = record(json!(["c.example", "partner.example"]))?;
    (expected.domain_ownership_verified, expected.domain_mx_verified) = (true, true);
    let found = storage.find_company_by_email(partner()?.email).await?;
    expect("the company", found, Some(expected))?;
    let other = crate::testing::record::other()?;
    let found = storage.find_company_by_email(other.email.clone()).await?;
    let whole = found.as_ref().map(|found| as_created(found.id, &other)).transpose()?;
    expect("a second company", found, whole)?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))
}

async fn a_change_that_leaves_all_values_as_they_were_is_done<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let given = given(storage, company).await?;
    for _ in 0..2 {
        let change = set_user(storage, company, given.user.id, user_members()?).await?;
        expect("of a user", change, Change::Done)?;
        let change = set_company(storage, company, company_members()?).await?;
        expect("of a company", change, Change::Done)?;
        let event = event_of(EventKind::KeyStatusSet(ssokey_core::KeyStatus::Enabled), company);
        let change = storage
            .set_key_status(company, given.key_id, ssokey_core::KeyStatus::Enabled, event)
            .await?;
        expect("of a key", change, Change::Done)?;
    }
    Ok(())
}
