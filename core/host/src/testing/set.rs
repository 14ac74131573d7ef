//! What operators set of users and companies.

use serde_json::json;
use ssokey_core::operator::{CompanyMembers, DisplayName, Name, UserMembers};
use ssokey_core::{CompanyId, CompanyStatus, EmailDomains, EventKind, KeyStatus, UserId};

use crate::testing::check::{Checked, RACERS, Tested, expect, present, race};
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, added, as_created, digest, email, event_of, given, new_user, nobody,
    other_company, page, partner, record, signed_on, version,
};
use crate::{Change, Naming, Swap};

promises! {
    "STO-SET" what_is_set_of_a_user_is_set_whole_and_nothing_else_changes;
    "STO-SET" a_member_that_is_none_stays_as_it_is;
    "STO-SET" a_different_company_s_user_is_not_set_and_neither_is_nobody;
    "STO-SET" what_is_set_of_a_company_is_set_whole_and_nothing_else_changes;
    "STO-FAIL" a_change_that_leaves_all_values_as_they_were_is_done;
    "STO-SET" of_64_sets_of_a_user_at_once_none_undoes_a_new_password;
    "STO-SET" of_64_changes_of_an_address_at_once_none_undoes_a_new_password;
    "STO-SET" of_64_sets_of_a_company_at_once_none_enables_it;
    "STO-OUT" of_64_sign_outs_of_a_user_at_once_the_version_tells_of_each;
    "STO-KEY" of_64_uses_of_a_key_at_once_none_enables_it_again;
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
    expect("the company", found.as_ref(), Some(&expected))?;
    let none = CompanyMembers {
        email_domains: Some(EmailDomains::default()),
        ..CompanyMembers::default()
    };
    expect("the change", set_company(storage, company, none).await?, Change::Done)?;
    expected.email_domains = EmailDomains::default();
    let found = storage.find_company_by_email(partner()?.email).await?;
    expect("the company without domains", found, Some(expected))?;
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
        let event = event_of(EventKind::KeyStatusSet(KeyStatus::Enabled), company);
        let change =
            storage.set_key_status(company, given.key_id, KeyStatus::Enabled, event).await?;
        expect("of a key", change, Change::Done)?;
    }
    Ok(())
}

/// The racer that does something else, when the others have begun.
const OTHER: u64 = RACERS - 1;

/// Lets a new password race with `call`, and fails unless all have happened in the end. Each call raises the version by `raises`.
async fn beside_a_new_password<S: Tested, F: Future<Output = Checked>>(
    storage: &S,
    Given { user, key_id, swap, .. }: Given,
    raises: u64,
    call: impl Fn(u64) -> F,
) -> Checked {
    let outcomes = race(async |number| {
        if number == OTHER {
            return Ok(Some(storage.replace_password(swap.clone(), None, key_id).await?));
        }
        call(number).await.map(|()| None)
    })
    .await?;
    let (hash, raised) = match outcomes.into_iter().flatten().next() {
        Some(Swap::Done(_)) => (swap.password_hash, 1),
        Some(Swap::Stale) | None => (user.password_hash, 0),
    };
    // What raises no version makes no replacement stale.
    expect("a replacement", raised + raises > 0, true)?;
    let users = storage.list_users(user.company_id, page(0, 500)?).await?;
    let passwords = users.iter().map(|user| (&user.password_hash, user.credential_version.get()));
    let expected = vec![(&hash, 1 + (RACERS - 1) * raises + raised)];
    expect("the password and its version", passwords.collect(), expected)
}

async fn of_64_sets_of_a_user_at_once_none_undoes_a_new_password<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let given = given(storage, company).await?;
    let user = given.user.id;
    beside_a_new_password(storage, given, 0, async |_| {
        let change = set_user(storage, company, user, user_members()?).await?;
        expect("the change", change, Change::Done)
    })
    .await
}

async fn of_64_changes_of_an_address_at_once_none_undoes_a_new_password<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let given = given(storage, company).await?;
    let user = given.user.id;
    beside_a_new_password(storage, given, 1, async |number| {
        let event = event_of(EventKind::UserEmailSet, company);
        let address = email(&format!("ann{number}@partner.example"))?;
        let naming = storage.set_user_email(company, user, address, event).await?;
        expect("the change", naming, Naming::Done)
    })
    .await
}

async fn of_64_sets_of_a_company_at_once_none_enables_it<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    race(async |number| {
        if number == OTHER {
            let event = event_of(EventKind::CompanyStatusSet(CompanyStatus::Disabled), company);
            let status = CompanyStatus::Disabled;
            return Checked::Ok(storage.set_company_status(company, status, event).await?);
        }
        set_company(storage, company, company_members()?).await
    })
    .await?;
    let found = storage.find_company_by_email(partner()?.email).await?;
    expect("the status", found.map(|company| company.status), Some(CompanyStatus::Disabled))
}

async fn of_64_sign_outs_of_a_user_at_once_the_version_tells_of_each<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let user = added(storage, new_user(company, ANN)?).await?;
    race(async |_| {
        let event = event_of(EventKind::SignedOut, company);
        Checked::Ok(storage.sign_out(company, Some(user.id), event).await?)
    })
    .await?;
    expect("the version", version(storage, company).await?, 1 + RACERS)
}

async fn of_64_uses_of_a_key_at_once_none_enables_it_again<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let Given { key_id, token, .. } = given(storage, company).await?;
    race(async |number| {
        if number == OTHER {
            let event = event_of(EventKind::KeyStatusSet(KeyStatus::Disabled), company);
            storage.set_key_status(company, key_id, KeyStatus::Disabled, event).await?;
            return Checked::Ok(());
        }
        let mut token = token.clone();
        token.digest = digest(100 + number);
        storage.save_token(token.clone(), signed_on(&token)).await?;
        Ok(())
    })
    .await?;
    let keys = storage.list_keys(company, page(0, 500)?).await?;
    let statuses: Vec<_> = keys.into_iter().map(|key| key.status).collect();
    expect("the status", statuses, vec![KeyStatus::Disabled])
}
