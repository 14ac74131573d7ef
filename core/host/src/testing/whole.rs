//! Records as each call answers with them: after each write, and at the bounds of the format.

use serde_json::json;
use ssokey_core::operator::{CompanyMembers, DisplayName, Name, UserMembers};
use ssokey_core::{
    Code, Company, CompanyId, CompanyStatus, EventKind, Key, KeyStatus, LaunchUrl, MAX_INTEGER,
    ManagedBy, Token, User, UserStatus,
};

use crate::Creation;
use crate::testing::check::{Checked, Tested, expect, expect_soon, present};
use crate::testing::key::set_status;
use crate::testing::promises;
use crate::testing::record::{
    ANN, BOB, Given, TIME, added, as_created, as_stored, created_company, digest, email, event,
    event_of, given, hash, launched, new_key, new_user, other, page, partner, product_name, record,
    saved_key, signed_on, swap_of, token_of,
};

promises! {
    "STO-LATE" each_call_tells_of_each_write_whatever_was_read_before;
    "STO-LATE" what_was_looked_for_before_it_was_there_is_found;
    "STO-RECORD" texts_and_lists_of_the_greatest_length_come_back_whole_from_each_call;
}

/// What is stored, as each write leaves it.
struct Kept {
    company: Company,
    key: Key,
    user: User,
}

/// A write to one of these records.
#[derive(Clone, Copy, Debug)]
enum Write {
    None,
    ReplacePassword,
    RehashPassword,
    SetUser,
    SetUserEmail,
    SetUserManager,
    SetUserStatus(UserStatus),
    SignUserOut,
    SignOut,
    SetCompanyStatus(CompanyStatus),
    SetCompany,
    DisableKey,
    EndKey,
    DisablePassword,
}

/// The writes in their order: to a company and a key while the user is disabled and managed locally.
const WRITES: [Write; 16] = [
    Write::None,
    Write::ReplacePassword,
    Write::RehashPassword,
    Write::SetUser,
    Write::SetUserEmail,
    Write::SetUserManager,
    Write::SetUserStatus(UserStatus::Disabled),
    Write::SignUserOut,
    Write::SignOut,
    Write::SetCompanyStatus(CompanyStatus::Disabled),
    Write::SetCompany,
    Write::DisableKey,
    Write::EndKey,
    Write::DisablePassword,
    Write::SetCompanyStatus(CompanyStatus::Enabled),
    Write::SetUserStatus(UserStatus::Enabled),
];

impl Kept {
    fn raise(&mut self) -> Checked {
        self.user.credential_version = (self.user.credential_version.get() + 1).try_into()?;
        Ok(())
    }

    async fn write<S: Tested>(&mut self, storage: &S, write: Write) -> Checked {
        let (company, user, key) = (self.company.id, self.user.id, self.key.id);
        let event = |kind| event_of(kind, company);
        let version = self.user.credential_version.get();
        match write {
            Write::None => {}
            Write::ReplacePassword => {
                let swap = swap_of(company, user, version, "$argon2id$two")?;
                storage.replace_password(swap, Some(7), key).await?;
                self.user.password_hash = hash("$argon2id$two");
                (self.user.issued_at, self.user.password_key_id) = (Some(7), Some(key));
                self.raise()?;
            }
            Write::RehashPassword => {
                let swap = swap_of(company, user, version, "$argon2id$three")?;
                storage.rehash_password(swap).await?;
                self.user.password_hash = hash("$argon2id$three");
            }
            Write::SetUser => {
                let name = present("a name", DisplayName::parse("Ann Lee"))?;
                let members = UserMembers { display_name: Some(name), ..UserMembers::default() };
                storage.set_user(company, user, members, event(EventKind::UserSet)).await?;
                self.user.display_name = "Ann Lee".into();
            }
            Write::SetUserEmail => {
                let event = event(EventKind::UserEmailSet);
                storage.set_user_email(company, user, email(BOB)?, event).await?;
                self.user.email = email(BOB)?;
                self.raise()?;
            }
            Write::SetUserManager => {
                let event = event(EventKind::UserManagerSet(ManagedBy::Local));
                storage.set_user_manager(company, user, ManagedBy::Local, event).await?;
                self.user.managed_by = ManagedBy::Local;
                self.raise()?;
            }
            Write::SetUserStatus(status) => {
                let event = event(EventKind::UserStatusSet(status));
                storage.set_user_status(company, user, status, event).await?;
                self.user.status = status;
                if status == UserStatus::Disabled {
                    self.raise()?;
                }
            }
            Write::SignUserOut | Write::SignOut => {
                let one = matches!(write, Write::SignUserOut).then_some(user);
                storage.sign_out(company, one, event(EventKind::SignedOut)).await?;
                self.raise()?;
            }
            Write::SetCompanyStatus(status) => {
                let event = event(EventKind::CompanyStatusSet(status));
                storage.set_company_status(company, status, event).await?;
                self.company.status = status;
                if status == CompanyStatus::Disabled {
                    self.raise()?;
                }
            }
            Write::SetCompany => {
                let members =
                    CompanyMembers { domain_mx_verified: Some(true), ..CompanyMembers::default() };
                storage.set_company(company, members, event(EventKind::CompanySet)).await?;
                self.company.domain_mx_verified = true;
            }
            Write::DisableKey => {
                set_status(storage, company, key, KeyStatus::Disabled).await?;
                self.key.status = KeyStatus::Disabled;
            }
            Write::EndKey => {
                storage.end_key(company, key, hash("!"), event(EventKind::KeyEnded)).await?;
                self.key.status = KeyStatus::Revoked;
                self.user.password_hash = hash("!");
                (self.user.issued_at, self.user.password_key_id) = (None, None);
                self.raise()?;
            }
            Write::DisablePassword => {
                let event = event(EventKind::PasswordDisabled(ssokey_core::HashKind::Other));
                storage.disable_password(company, user, hash("!"), hash("!!"), event).await?;
                self.user.password_hash = hash("!!");
                self.raise()?;
            }
        }
        Ok(())
    }

    /// Fails unless each call that answers with one of the records has it as it is. The code is stored first, since it is taken.
    async fn expect_everywhere<S: Tested>(
        &self,
        storage: &S,
        write: Write,
        token: &Token,
        code: &Code,
    ) -> Checked {
        let Self { company, key, user } = self;
        let expect_holder = |what: &str, holder: ssokey_core::Holder| {
            expect(&format!("{what} its user after {write:?}"), &holder.user, user)?;
            expect(&format!("{what} its company after {write:?}"), &holder.company, company)?;
            expect(&format!("{what} its key after {write:?}"), holder.key.as_ref(), Some(key))
        };
        let after = |what: &str| format!("{what} after {write:?}");
        let found = storage.find_user(company.id, user.email.clone()).await?;
        expect(&after("find_user"), found.as_ref(), Some(user))?;
        let listed = storage.list_users(company.id, page(0, 500)?).await?;
        expect(&after("list_users"), listed.iter().collect(), vec![user])?;
        let found = storage.find_company_by_email(company.email.clone()).await?;
        expect(&after("find_company_by_email"), found.as_ref(), Some(company))?;
        let listed = storage.list_companies(page(0, 500)?).await?;
        expect(&after("list_companies"), listed.iter().collect(), vec![company])?;
        let listed = storage.list_keys(company.id, page(0, 500)?).await?;
        let parts = listed.iter().map(|key| (key.id, key.status, key.expires_at, key.created_at));
        let expected = vec![(key.id, key.status, key.expires_at, Some(TIME))];
        expect(&after("list_keys"), parts.collect(), expected)?;
        let found = storage.find_token(token.digest).await?;
        let (found, holder) = present(&after("find_token"), found)?;
        expect(&after("find_token"), &found, token)?;
        expect_holder("find_token:", holder)?;
        storage.save_code(code.clone(), launched(code)).await?;
        let (taken, holder) = present(&after("take_code"), storage.take_code(code.digest).await?)?;
        expect(&after("take_code"), &taken, code)?;
        expect_holder("take_code:", holder)?;
        let find = async || Ok(storage.find_company(company.domain.clone()).await?);
        expect_soon(&after("find_company"), find, Some(company.clone())).await?;
        let find = async || Ok(storage.find_key(key.digest).await?);
        expect_soon(&after("find_key"), find, Some((key.clone(), company.clone()))).await
    }
}

async fn each_call_tells_of_each_write_whatever_was_read_before<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let mut new = new_key(company, 1)?;
    new.expires_at = Some(MAX_INTEGER);
    let key = as_stored(saved_key(storage, new.clone()).await?, &new)?;
    let user = added(storage, new_user(company, ANN)?).await?;
    let token = token_of(&user, Some(key.id), 1, MAX_INTEGER)?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    let mut code: Code = record(json!({
        "digest": digest(1), "userId": user.id, "companyId": company, "keyId": key.id, "credentialVersion": 1,
        "product": "livechat", "expiresAt": MAX_INTEGER,
    }))?;
    let mut kept = Kept { company: as_created(company, &partner()?)?, key, user };
    for (number, write) in (100..).zip(WRITES) {
        kept.write(storage, write).await?;
        code.digest = digest(number);
        kept.expect_everywhere(storage, write, &token, &code).await?;
    }
    Ok(())
}

async fn what_was_looked_for_before_it_was_there_is_found<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let (key, name, new) = (new_key(company, 1)?, product_name("livechat")?, other()?);
    let url = present("a URL", LaunchUrl::parse("https://chat.example/enter"))?;
    expect("the key before", storage.find_key(key.digest).await?, None)?;
    expect("the product before", storage.find_product(name.clone()).await?, None)?;
    expect("the company before", storage.find_company(new.domain.clone()).await?, None)?;
    let by_email = storage.find_company_by_email(new.email.clone()).await?;
    expect("the company's address before", by_email, None)?;
    expect("the user before", storage.find_user(company, email(ANN)?).await?, None)?;
    expect("the token before", storage.find_token(digest(1)).await?, None)?;
    let Given { user, key_id, token, .. } = given(storage, company).await?;
    storage.save_token(token.clone(), signed_on(&token)).await?;
    let event = event(EventKind::ProductSet);
    storage.save_product(name.clone(), url, digest(7), event).await?;
    let second = created_company(storage, new.clone()).await?;
    expect("the user", storage.find_user(company, email(ANN)?).await?, Some(user))?;
    let found = storage.find_token(token.digest).await?;
    expect("the token", found.map(|(token, _)| token), Some(token))?;
    let by_email = storage.find_company_by_email(new.email).await?;
    expect("the company by its address", by_email.as_ref(), Some(&second))?;
    let find = async || Ok(storage.find_company(new.domain.clone()).await?);
    expect_soon("the company", find, Some(second.clone())).await?;
    let find = async || Ok(storage.find_key(key.digest).await?.map(|(key, _)| key.id));
    expect_soon("the key", find, Some(key_id)).await?;
    let find =
        async || Ok(storage.find_product(name.clone()).await?.map(|product| product.secret_digest));
    expect_soon("the product", find, Some(digest(7))).await
}

/// Returns 100 domains of 253 characters.
fn domains() -> Vec<String> {
    let rest = [("x", 60), ("y", 63), ("x", 63), ("z", 61)];
    let rest = rest.map(|(letter, length)| letter.repeat(length)).join(".");
    (0..100).map(|number| format!("{}{rest}", 999 - number)).collect()
}

fn name(text: &str) -> Checked<Name> {
    present("a name", Name::parse(text))
}

async fn texts_and_lists_of_the_greatest_length_come_back_whole_from_each_call<S: Tested>(
    storage: &S,
    company: CompanyId,
) -> Checked {
    let tail = ["d"; 3].map(|letter| letter.repeat(61)).join(".");
    let products: Vec<_> = (0..64).map(|number| format!("{:x<32}", format!("{number}-"))).collect();
    let new: ssokey_core::NewCompany = record(json!({
        "name": "𝄞".repeat(200), "domain": format!("{}.{tail}.com", "e".repeat(63)),
        "email": format!("{}@{tail}.eee", "l".repeat(64)), "products": products,
        "emailDomains": domains(), "accountType": "日".repeat(200),
    }))?;
    let second = created_company(storage, new.clone()).await?;
    expect("the company", &second, &as_created(second.id, &new)?)?;
    expect_company(storage, &second).await?;

    let mut expected = as_created(company, &partner()?)?;
    let reversed: Vec<_> = domains().into_iter().rev().collect();
    let members = CompanyMembers {
        name: Some(name(&"é".repeat(200))?),
        email_domains: Some(record(json!(reversed))?),
        account_type: Some(name(&"𝄞".repeat(200))?),
        ..CompanyMembers::default()
    };
    expected.email_domains = record(json!(reversed))?;
    (expected.name, expected.account_type) = ("é".repeat(200), "𝄞".repeat(200));
    storage.set_company(company, members, event_of(EventKind::CompanySet, company)).await?;
    expect_company(storage, &expected).await?;

    let Given { mut user, key_id, mut token, mut code, .. } = given(storage, company).await?;
    let permissions: Vec<_> = (0..100).map(|number| format!("{:x>200}", 999 - number)).collect();
    let members = UserMembers {
        login_id: Some(present("a name", DisplayName::parse(&"日".repeat(254)))?),
        display_name: Some(present("a name", DisplayName::parse(&"𝄞".repeat(254)))?),
        permissions: Some(permissions.iter().map(|text| name(text)).collect::<Checked<_>>()?),
        ..UserMembers::default()
    };
    (user.login_id, user.display_name) = ("日".repeat(254), "𝄞".repeat(254));
    user.permissions = permissions;
    storage.set_user(company, user.id, members, event_of(EventKind::UserSet, company)).await?;
    let found = storage.find_user(company, email(ANN)?).await?;
    expect("the user", found.as_ref(), Some(&user))?;

    (token.product, code.product) =
        (Some(product_name(&"t".repeat(32))?), product_name(&"c".repeat(32))?);
    (token.expires_at, code.expires_at) = (MAX_INTEGER, MAX_INTEGER);
    (token.key_id, code.credential_version) = (Some(key_id), MAX_INTEGER.try_into()?);
    storage.save_token(token.clone(), signed_on(&token)).await?;
    storage.save_code(code.clone(), launched(&code)).await?;
    let found = storage.find_token(token.digest).await?;
    let found = found.map(|(token, holder)| (token, holder.user, holder.company));
    expect("the token", found, Some((token, user.clone(), expected.clone())))?;
    let taken = storage.take_code(code.digest).await?;
    let taken = taken.map(|(code, holder)| (code, holder.user, holder.company));
    expect("the code", taken, Some((code, user, expected)))?;

    let url = format!("{:x<2048}", "https://chat.example/");
    let url = present("a URL", LaunchUrl::parse(&url))?;
    let name = product_name(&"p".repeat(32))?;
    let event = event(EventKind::ProductSet);
    let saved = storage.save_product(name.clone(), url.clone(), digest(7), event).await?;
    expect("the product", saved, Creation::Created(()))?;
    let listed = storage.list_products().await?;
    let listed = listed.into_iter().map(|product| (product.name, product.launch_url));
    expect("the products", listed.collect(), vec![(name.clone(), url.clone())])?;
    let find =
        async || Ok(storage.find_product(name.clone()).await?.map(|product| product.launch_url));
    expect_soon("the product", find, Some(url.clone())).await
}

async fn expect_company<S: Tested>(storage: &S, company: &Company) -> Checked {
    let found = storage.find_company_by_email(company.email.clone()).await?;
    expect("the company by its address", found.as_ref(), Some(company))?;
    let listed = storage.list_companies(page(company.id.get() - 1, 1)?).await?;
    expect("the company in the list", listed.first(), Some(company))?;
    let find = async || Ok(storage.find_company(company.domain.clone()).await?);
    expect_soon("the company by its domain", find, Some(company.clone())).await
}
