//! The records that the tests store, and the changes that they make, each with its event as core makes it.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ssokey_core::operator::Page;
use ssokey_core::{
    Code, Company, CompanyId, Digest, Email, Event, EventKind, Key, KeyId, MAX_INTEGER, ManagedBy,
    NewCompany, NewKey, NewUser, PasswordHash, PasswordSwap, ProductName, Rule, Token, User,
    UserId, UserStatus,
};

use crate::testing::check::{Checked, Finding, Tested, present};
use crate::{Creation, now};

/// A time that no column of seconds keeps.
pub(crate) const TIME: u64 = 1_700_000_000_123;

pub(crate) const ANN: &str = "ann@partner.example";
pub(crate) const BOB: &str = "bob@partner.example";

/// Returns a record of this JSON.
pub(crate) fn record<T: DeserializeOwned>(json: Value) -> Checked<T> {
    Ok(serde_json::from_value(json)?)
}

/// Returns an id that no record of a test has.
pub(crate) fn nobody<T: TryFrom<u64, Error = ssokey_core::OutOfRange>>() -> Checked<T> {
    Ok(T::try_from(MAX_INTEGER)?)
}

pub(crate) fn email(text: &str) -> Checked<Email> {
    present("an address", Email::parse(text))
}

pub(crate) fn product_name(text: &str) -> Checked<ProductName> {
    present("a name", ProductName::parse(text))
}

/// Returns a digest that has a number.
pub(crate) fn digest(number: u64) -> Digest {
    Digest::of(&number.to_be_bytes())
}

pub(crate) fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.into())
}

/// Returns a time after this one, which no column of seconds keeps. A database may delete what has expired.
pub(crate) fn later(seconds: u64) -> u64 {
    1000 * (now() / 1000 + seconds) + 123
}

pub(crate) fn new_company(domain: &str, address: &str) -> Checked<NewCompany> {
    record(json!({
        "name": "Partner Ltd", "domain": domain, "email": address, "products": ["meeting", "email"],
        "emailDomains": ["b.example", "a.example"], "accountType": "ENTERPRISE",
    }))
}

/// The company of each test.
pub(crate) fn partner() -> Checked<NewCompany> {
    new_company("partner.example", "it@partner.example")
}

pub(crate) fn other() -> Checked<NewCompany> {
    new_company("other.example", "it@other.example")
}

/// Returns the company as it is once it is created.
pub(crate) fn as_created(id: CompanyId, company: &NewCompany) -> Checked<Company> {
    let mut json = serde_json::to_value(company)?;
    if let Value::Object(members) = &mut json {
        members.insert("id".into(), json!(id));
        members.insert("domainOwnershipVerified".into(), json!(false));
        members.insert("domainMxVerified".into(), json!(false));
        members.insert("status".into(), json!("enabled"));
    }
    record(json)
}

pub(crate) fn new_user(company_id: CompanyId, address: &str) -> Checked<NewUser> {
    record(json!({
        "companyId": company_id, "email": address, "passwordHash": "$argon2id$one", "managedBy": "partner",
        "issuedAt": TIME, "passwordKeyId": null,
    }))
}

pub(crate) fn new_key(company_id: CompanyId, number: u64) -> Checked<NewKey> {
    record(json!({ "digest": digest(number), "companyId": company_id, "expiresAt": null }))
}

/// Returns the key as it is once it is stored.
pub(crate) fn as_stored(id: KeyId, key: &NewKey) -> Checked<Key> {
    record(json!({
        "id": id, "digest": key.digest, "companyId": key.company_id, "status": "enabled", "expiresAt": key.expires_at,
    }))
}

pub(crate) fn event(kind: EventKind) -> Event {
    Event::new(kind, TIME)
}

pub(crate) fn event_of(kind: EventKind, company_id: CompanyId) -> Event {
    let mut event = event(kind);
    event.company_id = Some(company_id);
    event
}

pub(crate) fn signed_on(token: &Token) -> Event {
    let mut event = event_of(EventKind::SignedOn, token.company_id);
    event.key_id = token.key_id;
    event.user_id = Some(token.user_id);
    event.product.clone_from(&token.product);
    event.source = Some("192.0.2.1".into());
    event
}

pub(crate) fn launched(code: &Code) -> Event {
    let mut event = event_of(EventKind::Launched(Rule::Matched), code.company_id);
    event.key_id = Some(code.key_id);
    event.user_id = Some(code.user_id);
    event.product = Some(code.product.clone());
    event
}

pub(crate) fn page(after: u64, limit: u32) -> Checked<Page> {
    present("a page", Page::new(after, limit).ok())
}

pub(crate) async fn created_company<S: Tested>(
    storage: &S,
    company: NewCompany,
) -> Checked<Company> {
    match storage.create_company(company, event(EventKind::CompanyAdded)).await? {
        Creation::Created(company) => Ok(company),
        Creation::Exists => Err(Finding("the company is there already".into())),
    }
}

pub(crate) async fn other_company<S: Tested>(storage: &S) -> Checked<CompanyId> {
    Ok(created_company(storage, other()?).await?.id)
}

pub(crate) async fn added<S: Tested>(storage: &S, user: NewUser) -> Checked<User> {
    match storage.create_user(user, None).await? {
        Creation::Created(user) => Ok(user),
        Creation::Exists => Err(Finding("the user is there already".into())),
    }
}

/// Users who are reached by what reaches all of a company, whoever manages them and whatever their status.
pub(crate) const KINDS: [(&str, ManagedBy, UserStatus); 3] = [
    ("disabled@x.example", ManagedBy::Partner, UserStatus::Disabled),
    ("local@x.example", ManagedBy::Local, UserStatus::Enabled),
    ("both@x.example", ManagedBy::Local, UserStatus::Disabled),
];

/// Adds a user and sets the status, and returns the user as it is then.
pub(crate) async fn added_as<S: Tested>(
    storage: &S,
    company: CompanyId,
    address: &str,
    managed_by: ManagedBy,
    status: UserStatus,
    key: Option<KeyId>,
) -> Checked<User> {
    let mut new = new_user(company, address)?;
    (new.managed_by, new.password_key_id) = (managed_by, key);
    let user = added(storage, new).await?;
    let event = event_of(EventKind::UserStatusSet(status), company);
    storage.set_user_status(company, user.id, status, event).await?;
    present("the user", storage.find_user(company, user.email).await?)
}

pub(crate) async fn saved_key<S: Tested>(storage: &S, key: NewKey) -> Checked<KeyId> {
    let event = event_of(EventKind::KeyIssued, key.company_id);
    Ok(storage.save_key(key, event).await?)
}

pub(crate) async fn version<S: Tested>(storage: &S, company: CompanyId) -> Checked<u64> {
    let user = present("the user", storage.find_user(company, email(ANN)?).await?)?;
    Ok(user.credential_version.get())
}

/// A user and a key that are stored, and what is not stored yet: a token and a code of theirs, and a further password.
pub(crate) struct Given {
    pub(crate) user: User,
    pub(crate) key_id: KeyId,
    pub(crate) token: Token,
    pub(crate) code: Code,
    pub(crate) swap: PasswordSwap,
}

/// Adds a user and a key.
pub(crate) async fn given<S: Tested>(storage: &S, company: CompanyId) -> Checked<Given> {
    let user = added(storage, new_user(company, ANN)?).await?;
    let key_id = saved_key(storage, new_key(company, 1)?).await?;
    let token = token_of(&user, Some(key_id), 1, later(3600))?;
    let code = record(json!({
        "digest": digest(1), "userId": user.id, "companyId": company, "keyId": key_id, "credentialVersion": 1,
        "product": "livechat", "expiresAt": later(600),
    }))?;
    let swap = swap_of(company, user.id, 1, "$argon2id$two")?;
    Ok(Given { user, key_id, token, code, swap })
}

pub(crate) fn token_of(
    user: &User,
    key_id: Option<KeyId>,
    number: u64,
    expires_at: u64,
) -> Checked<Token> {
    record(json!({
        "digest": digest(number), "userId": user.id, "companyId": user.company_id, "keyId": key_id,
        "credentialVersion": 1, "product": "email", "expiresAt": expires_at,
    }))
}

pub(crate) fn swap_of(
    company_id: CompanyId,
    user_id: UserId,
    expected_version: u64,
    hash: &str,
) -> Checked<PasswordSwap> {
    Ok(PasswordSwap {
        company_id,
        user_id,
        expected_version: expected_version.try_into()?,
        password_hash: PasswordHash::new(hash.into()),
    })
}
