//! A storage in memory that keeps every promise of `spec/storage.md`, but for the one that its fault breaks.

use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use serde_json::{Value, json};
use ssokey_core::operator::{
    CompanyMembers, EventFilter, ListedKey, Page, StoredEvent, UserMembers,
};
use ssokey_core::{
    Code, Company, CompanyId, CompanyStatus, CredentialVersion, Digest, Domain, Email, Event,
    EventKind, Holder, Key, KeyId, KeyStatus, LaunchUrl, ManagedBy, NewCompany, NewKey, NewUser,
    PasswordHash, PasswordSwap, Product, ProductName, Token, User, UserId, UserStatus,
};
use ssokey_host::{Change, Creation, Naming, OperatorStorage, Storage, Swap, Trouble};

/// A call that is refused, by its reason.
pub(crate) type Refused = &'static str;
type Answer<T> = Result<T, Refused>;

pub(crate) struct Memory {
    records: Mutex<Records>,
    /// What it does wrong; nothing if it is empty.
    fault: &'static str,
    /// What it was told of.
    troubles: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Records {
    companies: Vec<Company>,
    keys: Vec<(Key, ListedKey)>,
    users: Vec<User>,
    tokens: Vec<Token>,
    codes: Vec<Code>,
    products: Vec<Product>,
    events: Vec<StoredEvent>,
    last_id: u64,
    deleted: Vec<Company>,
    /// What was read, for a fault that keeps it.
    cache: Cache,
}

#[derive(Default)]
struct Cache {
    tokens: Vec<(Token, Holder)>,
    users: Vec<User>,
    /// Keys of companies that are deleted.
    keys: Vec<(Key, Company)>,
    /// What was not there when somebody looked.
    absent: Vec<String>,
}

/// Lets others be polled.
async fn others() {
    let mut is_first = true;
    std::future::poll_fn(|context| {
        if !is_first {
            return Poll::Ready(());
        }
        is_first = false;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn made<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// Returns the first characters of a text.
fn first(most: usize, text: &str) -> String {
    text.chars().take(most).collect()
}

fn is_past(time: u64) -> bool {
    time <= ssokey_host::now()
}

fn raise(user: &mut User) {
    user.credential_version = (user.credential_version.get() + 1).try_into().unwrap();
}

impl Records {
    fn id<T: TryFrom<u64, Error: std::fmt::Debug>>(&mut self) -> T {
        self.last_id += 1;
        T::try_from(self.last_id).unwrap()
    }

    fn company(&self, id: CompanyId) -> Option<&Company> {
        self.companies.iter().find(|company| company.id == id)
    }

    fn user(&mut self, company: CompanyId, id: UserId) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.company_id == company && user.id == id)
    }

    fn key(&mut self, company: CompanyId, id: KeyId) -> Option<&mut (Key, ListedKey)> {
        self.keys.iter_mut().find(|(key, _)| key.company_id == company && key.id == id)
    }

    fn record(&mut self, event: Option<Event>) {
        let Some(event) = event else { return };
        let mut json = serde_json::to_value(event).unwrap();
        let id: u64 = self.events.last().map_or(0, |event| event.id.get()) + 1;
        (json["id"], json["userEmail"]) = (json!(id.max(self.last_id)), Value::Null);
        self.last_id = id.max(self.last_id);
        self.events.push(made(json));
    }

    fn use_key(&mut self, company: CompanyId, key: Option<KeyId>, at: u64) {
        let Some((_, listed)) = key.and_then(|key| self.key(company, key)) else { return };
        listed.last_used_at = listed.last_used_at.max(Some(at));
    }
}

impl Memory {
    fn cut<T>(
        &self,
        records: impl Iterator<Item = T>,
        page: Page,
        id: impl Fn(&T) -> u64,
    ) -> Vec<T> {
        let most = if self.does("cuts lists") { 100 } else { usize::MAX };
        let after = records.take(most).filter(|record| id(record) > page.after());
        after.take(page.limit() as usize).collect()
    }

    /// Reads all users, companies and keys, and writes them back later, if that is what it does.
    async fn write_back(&self) {
        if !self.does("writes back whole records") {
            return;
        }
        let (users, companies, keys) = {
            let records = self.records();
            (records.users.clone(), records.companies.clone(), records.keys.clone())
        };
        others().await;
        let mut records = self.records();
        (records.users, records.companies, records.keys) = (users, companies, keys);
    }

    pub(crate) fn with(fault: &'static str) -> Self {
        Self { records: Mutex::default(), fault, troubles: Mutex::default() }
    }

    /// Has every user of it have a hash that cannot be read.
    pub(crate) fn spoil_hashes(&self) {
        for user in &mut self.records().users {
            user.password_hash = PasswordHash::new("$2b$12$bcrypt".into());
        }
    }

    pub(crate) fn troubles(&self) -> Vec<String> {
        self.troubles.lock().unwrap().clone()
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap()
    }

    fn does(&self, fault: &str) -> bool {
        self.fault == fault
    }

    fn holder(
        &self,
        records: &mut Records,
        company: CompanyId,
        user: UserId,
        key: Option<KeyId>,
    ) -> Option<Holder> {
        let held = records.company(company)?.clone();
        let user = match self.does("holds without the company") {
            false => records.user(company, user)?.clone(),
            true => records.users.iter().find(|other| other.id == user)?.clone(),
        };
        let key = match key {
            Some(id) => Some(records.key(company, id)?.0.clone()),
            None => None,
        };
        let is_old = key.as_ref().is_some_and(|key| key.expires_at.is_some_and(is_past));
        let hides = is_old && self.does("hides what old keys gave");
        (!hides).then(|| made(json!({ "user": user, "company": held, "key": key })))
    }

    fn event(&self, mut event: Event) -> Option<Event> {
        if self.does("stores one word for each status") {
            let enabled = EventKind::parse(event.kind.name(), Some("enabled"));
            event.kind = enabled.unwrap_or(event.kind);
        }
        if self.does("launches without a product") && event.kind.name() == "launched" {
            event.product = None;
        }
        (!self.does("forgets events of changes")).then_some(event)
    }

    /// Returns whether the record is to be none, since it was none before, if that is what it does.
    fn remembers(&self, records: &mut Records, fault: &str, what: &str, is_there: bool) -> bool {
        if !self.does(fault) {
            return false;
        }
        let was_absent = records.cache.absent.iter().any(|absent| absent == what);
        if !is_there && !was_absent {
            records.cache.absent.push(what.into());
        }
        was_absent
    }

    fn change_user(
        &self,
        company: CompanyId,
        user: UserId,
        event: Event,
        change: impl FnOnce(&mut User),
    ) -> Answer<Change> {
        let mut records = self.records();
        records.cache.users.retain(|other| (other.company_id, other.id) != (company, user));
        let by_id = self.does("finds users by id alone");
        let found = match by_id {
            true => records.users.iter_mut().find(|other| other.id == user),
            false => records.user(company, user),
        };
        let Some(user) = found else {
            if self.does("records events of nothing") {
                records.record(Some(event));
            }
            return Ok(match self.does("is done with nobody") {
                true => Change::Done,
                false => Change::NotFound,
            });
        };
        let before = user.clone();
        change(user);
        if *user == before && self.does("has nothing to do with what is so already") {
            return Ok(Change::NotFound);
        }
        let event = self.event(event);
        records.record(event);
        Ok(Change::Done)
    }

    fn change_company(
        &self,
        company: CompanyId,
        event: Event,
        change: impl FnOnce(&mut Company),
    ) -> Answer<Change> {
        let mut records = self.records();
        let Some(company) = records.companies.iter_mut().find(|other| other.id == company) else {
            return Ok(match self.does("is done with nobody") {
                true => Change::Done,
                false => Change::NotFound,
            });
        };
        let before = company.clone();
        change(company);
        if *company == before && self.does("has nothing to do with what is so already") {
            return Ok(Change::NotFound);
        }
        let event = self.event(event);
        records.record(event);
        Ok(Change::Done)
    }

    fn new_key(&self, records: &mut Records, key: NewKey, at: u64) -> Answer<KeyId> {
        let greatest = records.keys.iter().map(|(key, _)| key.id.get()).max();
        let is_there = records.keys.iter().any(|(other, _)| other.digest == key.digest);
        if is_there && !self.does("stores a key twice") {
            return Err("the digest is there");
        }
        if records.company(key.company_id).is_none() && !self.does("needs no company") {
            return Err("there is no such company");
        }
        let id: KeyId = match self.does("gives ids a second time") {
            true => (1 + records.keys.len() as u64 / 2).try_into().unwrap(),
            false if self.does("gives ids of deleted keys again") => {
                (1 + greatest.unwrap_or_default()).try_into().unwrap()
            }
            false => records.id(),
        };
        let NewKey { digest, company_id, mut expires_at, .. } = key;
        if self.does("takes 0 for none") {
            expires_at = expires_at.filter(|end| *end != 0);
        }
        let created = (!self.does("forgets when a key was made")).then_some(at);
        let used = self.does("takes the making of a key for a use").then_some(at);
        let stored = made(json!({
            "id": id, "digest": digest, "companyId": company_id, "status": "enabled", "expiresAt": expires_at,
        }));
        let listed = made(json!({
            "id": id, "companyId": company_id, "status": "enabled", "expiresAt": expires_at,
            "createdAt": created, "lastUsedAt": used,
        }));
        let mut listed: ListedKey = listed;
        if self.does("lists keys without their end") {
            listed.expires_at = None;
        }
        records.keys.push((stored, listed));
        Ok(id)
    }
}

impl Storage for Memory {
    type Error = Refused;

    fn report(&self, trouble: Trouble<Refused>) {
        self.troubles.lock().unwrap().push(trouble.to_string());
    }

    async fn find_key(&self, digest: Digest) -> Answer<Option<(Key, Company)>> {
        if self.does("is away") {
            return Err("the database is away");
        }
        let mut records = self.records();
        if let Some(found) = records.cache.keys.iter().find(|(key, _)| key.digest == digest) {
            return Ok(Some(found.clone()));
        }
        let is_there = records.keys.iter().any(|(key, _)| key.digest == digest);
        if self.remembers(&mut records, "remembers keys that are not there", "key", is_there) {
            return Ok(None);
        }
        let hides = self.does("finds enabled keys alone");
        let found = records
            .keys
            .iter()
            .filter(|(key, _)| !hides || key.status == KeyStatus::Enabled)
            .find(|(key, _)| key.digest == digest);
        Ok(found.and_then(|(key, _)| {
            let mut company = records.company(key.company_id)?.clone();
            if self.does("finds a key of a different company") {
                company.id = (company.id.get() + 1).try_into().unwrap();
            }
            if self.does("tells an old status of a company") {
                company.status = CompanyStatus::Enabled;
            }
            Some((key.clone(), company))
        }))
    }

    async fn find_user(&self, company: CompanyId, email: Email) -> Answer<Option<User>> {
        if self.does("fails to find nobody") && self.records().company(company).is_none() {
            return Err("there is no such company");
        }
        if self.does("keeps users until they are written to") {
            let mut records = self.records();
            let is_it = |user: &&User| user.company_id == company && user.email == email;
            if let Some(user) = records.cache.users.iter().find(is_it) {
                return Ok(Some(user.clone()));
            }
            let found = records.users.iter().find(is_it).cloned();
            records.cache.users.extend(found.clone());
            return Ok(found);
        }
        let folded = |text: &str| text.replace(['_', '%', '.', '\'', '+'], "");
        let short = |text: &str| text.chars().take(64).collect::<String>();
        Ok(self
            .records()
            .users
            .iter()
            .find(|user| {
                let is_it = match self.fault {
                    "folds addresses" => folded(user.email.as_str()) == folded(email.as_str()),
                    "cuts addresses" => short(user.email.as_str()) == short(email.as_str()),
                    _ => user.email == email,
                };
                is_it && (user.company_id == company || self.does("finds users of all companies"))
            })
            .cloned())
    }

    async fn find_company(&self, domain: Domain) -> Answer<Option<Company>> {
        let mut records = self.records();
        let any = self.does("finds any company");
        let found =
            records.companies.iter().find(|company| any || company.domain == domain).cloned();
        let fault = "remembers companies that are not there";
        if self.remembers(&mut records, fault, domain.as_str(), found.is_some()) {
            return Ok(None);
        }
        let mut deleted = records.deleted.iter().filter(|_| self.does("finds the deleted"));
        Ok(found.or(deleted.find(|company| company.domain == domain).cloned()))
    }

    async fn find_product(&self, name: ProductName) -> Answer<Option<Product>> {
        let mut records = self.records();
        let found = records.products.iter().find(|product| product.name == name).cloned();
        let fault = "remembers products that are not there";
        let is_absent = self.remembers(&mut records, fault, name.as_str(), found.is_some());
        Ok(found.filter(|_| !is_absent))
    }

    async fn create_user(&self, new: NewUser, event: Option<Event>) -> Answer<Creation<User>> {
        if self.records().company(new.company_id).is_none() && !self.does("needs no company") {
            return Err("there is no such company");
        }
        if self.does("looks for a company before") {
            others().await;
        }
        let is_there = |user: &User| {
            (user.company_id == new.company_id || self.does("has each address once"))
                && user.email == new.email
        };
        let exists = self.records().users.iter().any(is_there);
        if self.does("finds and then inserts") {
            others().await;
        }
        if self.does("fails what meets a different write") {
            let before = self.records().users.len();
            others().await;
            if self.records().users.len() != before {
                return Err("the database is locked");
            }
        }
        let mut records = self.records();
        let exists = match self.does("finds and then inserts") {
            true => exists,
            false => records.users.iter().any(is_there),
        };
        if exists {
            if self.does("replaces who exists") {
                let user = records.users.iter_mut().find(|user| is_there(user)).unwrap();
                user.password_hash = new.password_hash;
            }
            if self.does("records events of nothing") {
                records.record(event);
            }
            return match self.does("fails a lost race") {
                true => Err("the user is there"),
                false => Ok(Creation::Exists),
            };
        }
        let id = match self.does("gives ids a second time") {
            true => (1 + records.users.len() as u64 / 2).try_into().unwrap(),
            false => records.id(),
        };
        let mut user = new.with_id(id);
        match self.fault {
            "manages all users as the partner's" => user.managed_by = ManagedBy::Partner,
            "begins with version 2" => raise(&mut user),
            "takes 0 for none" => user.issued_at = user.issued_at.filter(|at| *at != 0),
            "keeps seconds" => user.issued_at = user.issued_at.map(|at| at / 1000 * 1000),
            "cuts hashes" => {
                let cut = user.password_hash.as_str().chars().take(200).collect();
                user.password_hash = PasswordHash::new(cut);
            }
            _ => (),
        }
        records.users.push(user.clone());
        let event = event.map(|event| {
            let mut event = event;
            event.user_id = (!self.does("leaves new ids out of events")).then_some(user.id);
            event
        });
        records.record(event);
        Ok(Creation::Created(user))
    }

    async fn replace_password(
        &self,
        swap: PasswordSwap,
        issued_at: Option<u64>,
        password_key_id: KeyId,
    ) -> Answer<Swap<CredentialVersion>> {
        let PasswordSwap { company_id, user_id, expected_version, password_hash, .. } = swap;
        let fits = |records: &mut Records| {
            let user = match self.does("swaps without the company") {
                true => records.users.iter().find(|user| user.id == user_id).cloned(),
                false => records.user(company_id, user_id).cloned(),
            };
            user.filter(|user| {
                self.does("swaps without comparing") || user.credential_version == expected_version
            })
        };
        let mut found = fits(&mut self.records());
        if self.does("compares and then swaps") {
            others().await;
        } else {
            found = fits(&mut self.records());
        }
        let Some(found) = found else { return Ok(Swap::Stale) };
        {
            let mut records = self.records();
            records.cache.users.clear();
            let user = records.user(found.company_id, user_id).unwrap();
            user.password_hash = password_hash;
            if !self.does("keeps the time of the old password") || issued_at.is_some() {
                user.issued_at = issued_at;
            }
            if !self.does("forgets the key of a password") {
                user.password_key_id = Some(password_key_id);
            }
            if !self.does("replaces without raising") {
                raise(user);
            }
        }
        if self.does("reads the version afterwards") {
            others().await;
            return Ok(Swap::Done(fits_now(&mut self.records(), found).credential_version));
        }
        Ok(Swap::Done((expected_version.get() + 1).try_into().unwrap()))
    }

    async fn rehash_password(&self, swap: PasswordSwap) -> Answer<Swap> {
        let PasswordSwap { company_id, user_id, expected_version, password_hash, .. } = swap;
        let mut records = self.records();
        records.cache.users.clear();
        let user = match self.does("swaps without the company") {
            true => records.users.iter_mut().find(|user| user.id == user_id),
            false => records.user(company_id, user_id),
        };
        let careless = self.does("rehashes without comparing");
        match user.filter(|user| careless || user.credential_version == expected_version) {
            None => Ok(Swap::Stale),
            Some(user) => {
                user.password_hash = password_hash;
                if self.does("raises at a rehash") {
                    raise(user);
                }
                Ok(Swap::Done(()))
            }
        }
    }

    async fn save_token(&self, token: Token, event: Event) -> Answer<()> {
        self.write_back().await;
        let mut records = self.records();
        if self.does("records events first") {
            records.record(Some(event.clone()));
        }
        let is_there = records.tokens.iter().any(|other| other.digest == token.digest)
            || self.does("has one table of tokens and codes")
                && records.codes.iter().any(|other| other.digest == token.digest);
        if is_there && !self.does("stores a token twice") {
            return Err("the digest is there");
        }
        if self.does("needs keys") && token.key_id.is_none() {
            return Err("a token has a key");
        }
        if is_there {
            records.tokens.retain(|other| other.digest != token.digest);
        }
        if !self.does("forgets uses") {
            let at = event.at;
            if self.does("lets uses go back") {
                let key = token.key_id.and_then(|id| records.key(token.company_id, id));
                if let Some((_, listed)) = key {
                    listed.last_used_at = Some(at);
                }
            } else {
                records.use_key(token.company_id, token.key_id, at);
            }
        }
        let mut token = token;
        if self.does("keeps seconds") {
            token.expires_at = token.expires_at / 1000 * 1000;
        }
        records.tokens.push(token);
        if !self.does("records events first") {
            let event = self.event(event);
            records.record(event);
        }
        Ok(())
    }

    async fn save_code(&self, code: Code, event: Event) -> Answer<()> {
        let mut records = self.records();
        if records.codes.iter().any(|other| other.digest == code.digest) {
            return Err("the digest is there");
        }
        records.use_key(code.company_id, Some(code.key_id), event.at);
        let mut code = code;
        if self.does("cuts products of codes") {
            code.product = ProductName::parse(&first(16, code.product.as_str())).unwrap();
        }
        if self.does("ends codes by 2100") {
            code.expires_at = code.expires_at.min(4_102_444_800_000);
        }
        records.codes.push(code);
        let event = self.event(event);
        records.record(event);
        Ok(())
    }

    async fn find_token(&self, digest: Digest) -> Answer<Option<(Token, Holder)>> {
        let mut records = self.records();
        if self.does("keeps who holds a token until it is revoked") {
            let mut kept = records.cache.tokens.iter();
            if let Some(found) = kept.find(|(token, _)| token.digest == digest) {
                return Ok(Some(found.clone()));
            }
        }
        let Some(token) = records.tokens.iter().find(|token| token.digest == digest).cloned()
        else {
            return Ok(None);
        };
        let Token { company_id, user_id, key_id, .. } = token;
        let mut holder = self.holder(&mut records, company_id, user_id, key_id);
        if let Some(holder) = holder.as_mut().filter(|_| self.does("copies who holds a token")) {
            holder.user.status = UserStatus::Enabled;
        }
        let found = holder.map(|holder| (token, holder));
        records.cache.tokens.extend(found.clone());
        Ok(found)
    }

    async fn take_code(&self, digest: Digest) -> Answer<Option<(Code, Holder)>> {
        let code = self.records().codes.iter().find(|code| code.digest == digest).cloned();
        let Some(code) = code else { return Ok(None) };
        if self.does("selects and then deletes") {
            others().await;
        }
        let mut records = self.records();
        if !self.does("leaves codes") {
            records.codes.retain(|code| code.digest != digest);
        }
        let Code { company_id, user_id, key_id, .. } = code;
        let holder = self.holder(&mut records, company_id, user_id, Some(key_id));
        let mut code = code;
        if let Some(holder) = holder.as_ref().filter(|_| self.does("tells codes of a new version"))
        {
            code.credential_version = holder.user.credential_version;
        }
        Ok(holder.map(|holder| (code, holder)))
    }

    async fn revoke_token(&self, digest: Digest) -> Answer<()> {
        let mut records = self.records();
        let before = records.tokens.len();
        records.tokens.retain(|token| token.digest != digest);
        records.cache.tokens.retain(|(token, _)| token.digest != digest);
        if self.does("revokes codes as well") {
            records.codes.retain(|code| code.digest != digest);
        }
        match self.does("fails to revoke nothing") && records.tokens.len() == before {
            true => Err("there is no such token"),
            false => Ok(()),
        }
    }

    async fn audit(&self, mut event: Event) -> Answer<()> {
        if self.does("fails to audit") {
            return Err("there is no such table");
        }
        if self.does("audits no faults") {
            event.fault = None;
        }
        self.records().record(Some(event));
        Ok(())
    }
}

fn fits_now(records: &mut Records, user: User) -> User {
    records.user(user.company_id, user.id).unwrap().clone()
}

impl OperatorStorage for Memory {
    async fn find_company_by_email(&self, email: Email) -> Answer<Option<Company>> {
        let records = self.records();
        let any = self.does("finds any company");
        Ok(records.companies.iter().find(|company| any || company.email == email).cloned())
    }

    async fn create_company(&self, new: NewCompany, event: Event) -> Answer<Creation<Company>> {
        let is_taken = |company: &Company| {
            company.domain == new.domain && !self.does("lets domains be taken")
                || company.email == new.email && !self.does("lets addresses be taken")
        };
        let exists = self.records().companies.iter().any(is_taken);
        if self.does("finds and then creates companies") {
            others().await;
        }
        let mut records = self.records();
        if exists
            || records.companies.iter().any(is_taken)
                && !self.does("finds and then creates companies")
        {
            if self.does("records events of nothing") {
                records.record(Some(event));
            }
            return Ok(Creation::Exists);
        }
        let mut json = serde_json::to_value(new).unwrap();
        for (fault, member, most) in [
            ("cuts names of companies", "name", 50),
            ("cuts domains", "domain", 63),
            ("cuts kinds of accounts", "accountType", 20),
        ] {
            if self.does(fault) {
                json[member] = json!(first(most, json[member].as_str().unwrap()));
            }
        }
        for (fault, member, texts) in [
            ("gives each company a product", "products", json!(["email"])),
            ("gives each company its own domain", "emailDomains", json!([json["domain"]])),
        ] {
            if self.does(fault) && json[member] == json!([]) {
                json[member] = texts;
            }
        }
        let id: CompanyId = match self.does("gives ids of the deleted again") {
            true => (records.companies.len() as u64 + 1).try_into().unwrap(),
            false => records.id(),
        };
        (json["id"], json["status"]) = (json!(id), json!("enabled"));
        json["domainOwnershipVerified"] = json!(self.does("verifies companies"));
        json["domainMxVerified"] = json!(false);
        let company: Company = made(json);
        records.companies.push(company.clone());
        let mut event = event;
        event.company_id = (!self.does("leaves new ids out of events")).then_some(id);
        records.record(Some(event));
        Ok(Creation::Created(company))
    }

    async fn list_companies(&self, page: Page) -> Answer<Vec<Company>> {
        let mut companies = self.records().companies.clone();
        if self.does("lists by domain") {
            companies.sort_by(|a, b| a.domain.as_str().cmp(b.domain.as_str()));
        }
        Ok(self.cut(companies.into_iter(), page, |company| company.id.get()))
    }

    async fn set_company_status(
        &self,
        company: CompanyId,
        status: CompanyStatus,
        event: Event,
    ) -> Answer<Change> {
        let change = self.change_company(company, event, |company| company.status = status)?;
        if status == CompanyStatus::Disabled || self.does("raises at an enabling") {
            if self.does("raises later") {
                let versions: Vec<_> =
                    self.records().users.iter().map(|user| user.credential_version).collect();
                others().await;
                for (user, version) in self.records().users.iter_mut().zip(versions) {
                    user.credential_version = (version.get() + 1).try_into().unwrap();
                }
                return Ok(change);
            }
            let most = if self.does("raises 500 users") { 500 } else { usize::MAX };
            let mut records = self.records();
            let all = self.does("raises users of all companies");
            let skips = self.does("leaves local users of a disabled company");
            let own = records.users.iter_mut().filter(|user| all || user.company_id == company);
            let own = own.filter(|user| !skips || user.managed_by != ManagedBy::Local);
            own.take(most).for_each(raise);
        }
        Ok(change)
    }

    async fn set_company(
        &self,
        company: CompanyId,
        members: CompanyMembers,
        event: Event,
    ) -> Answer<Change> {
        self.write_back().await;
        let clears = self.does("clears what is none");
        self.change_company(company, event, |company| {
            if let Some(name) = members.name {
                company.name = match self.does("trims names") {
                    true => name.as_str().replace('"', ""),
                    false => name.as_str().into(),
                };
            }
            let keeps = self.does("sets no empty list");
            let domains = members.email_domains;
            if let Some(domains) = domains.filter(|it| !keeps || !it.as_slice().is_empty()) {
                company.email_domains = domains;
            }
            if let Some(account_type) = members.account_type {
                company.account_type = account_type.as_str().into();
            }
            if let Some(verified) = members.domain_ownership_verified.or(clears.then_some(false)) {
                company.domain_ownership_verified = verified;
            }
            if self.does("cuts names that are set") {
                company.name = first(50, &company.name);
            }
            if let Some(verified) = members.domain_mx_verified {
                company.domain_mx_verified = verified;
            }
        })
    }

    async fn save_key(&self, key: NewKey, event: Event) -> Answer<KeyId> {
        let mut records = self.records();
        let id = self.new_key(&mut records, key, event.at)?;
        let mut event = event;
        event.key_id = (!self.does("leaves new ids out of events")).then_some(id);
        records.record(Some(event));
        Ok(id)
    }

    async fn rotate_key(
        &self,
        company: CompanyId,
        old: KeyId,
        key: NewKey,
        revoke: bool,
        event: Event,
    ) -> Answer<Option<KeyId>> {
        let mut records = self.records();
        let revoked = self.does("rotates revoked keys");
        let found = match self.does("finds keys by id alone") {
            true => records.keys.iter().find(|(key, _)| key.id == old).cloned(),
            false => records.key(company, old).cloned(),
        };
        let Some((old, _)) = found.filter(|(key, _)| revoked || key.status != KeyStatus::Revoked)
        else {
            return Ok(None);
        };
        let mut key = key;
        key.expires_at = key.expires_at.filter(|_| !self.does("forgets the end of a new key"));
        if self.does("ends a new key with the old one") {
            key.expires_at = key.expires_at.or(old.expires_at);
        }
        let revoke = revoke && !self.does("never revokes");
        let end = |records: &mut Records| {
            let (key, listed) = records.key(old.company_id, old.id).unwrap();
            (key.status, listed.status) = (KeyStatus::Revoked, KeyStatus::Revoked);
        };
        if revoke && self.does("revokes first") {
            end(&mut records);
        }
        let id = self.new_key(&mut records, key, event.at)?;
        if revoke {
            end(&mut records);
        }
        let mut event = event;
        event.key_id = Some(id);
        records.record(Some(event));
        Ok(Some(id))
    }

    async fn list_keys(&self, company: CompanyId, page: Page) -> Answer<Vec<ListedKey>> {
        let records = self.records();
        let all = self.does("lists those of all companies");
        let own = records.keys.iter().filter(|(key, _)| all || key.company_id == company);
        Ok(self.cut(own.map(|(_, listed)| listed.clone()), page, |key| key.id.get()))
    }

    async fn set_key_status(
        &self,
        company: CompanyId,
        key: KeyId,
        status: KeyStatus,
        event: Event,
    ) -> Answer<Change> {
        let mut records = self.records();
        let enables = self.does("enables revoked keys");
        let found = match self.does("finds keys by id alone") {
            true => records.keys.iter_mut().find(|(other, _)| other.id == key),
            false => records.key(company, key),
        };
        let Some((key, listed)) =
            found.filter(|(key, _)| enables || key.status != KeyStatus::Revoked)
        else {
            return Ok(Change::NotFound);
        };
        let is_so = key.status == status;
        (key.status, listed.status) = (status, status);
        if is_so && self.does("has nothing to do with a key that is so already") {
            return Ok(Change::NotFound);
        }
        let event = self.event(event);
        records.record(event);
        Ok(Change::Done)
    }

    async fn end_key(
        &self,
        company: CompanyId,
        key: KeyId,
        password_hash: PasswordHash,
        event: Event,
    ) -> Answer<Option<u64>> {
        let mut records = self.records();
        let company = match self.does("finds keys by id alone") {
            true => records
                .keys
                .iter()
                .find(|(k, _)| k.id == key)
                .map_or(company, |(k, _)| k.company_id),
            false => company,
        };
        let Some((stored, listed)) = records.key(company, key) else { return Ok(None) };
        if stored.status == KeyStatus::Revoked && self.does("ends no revoked key") {
            return Ok(None);
        }
        (stored.status, listed.status) = (KeyStatus::Revoked, KeyStatus::Revoked);
        let all = self.does("ends all passwords");
        let mut count = 0;
        for user in records.users.iter_mut().filter(|user| user.company_id == company) {
            if self.does("ends no password of the disabled") && user.status == UserStatus::Disabled
                || self.does("ends no local password") && user.managed_by == ManagedBy::Local
            {
                continue;
            }
            if all || user.password_key_id == Some(key) {
                user.password_hash = password_hash.clone();
                (user.issued_at, user.password_key_id) = (None, None);
                if !self.does("ends without raising") {
                    raise(user);
                }
                count += 1;
            }
        }
        let event = self.event(event);
        records.record(event);
        Ok(Some(count))
    }

    async fn sign_out(
        &self,
        company: CompanyId,
        user: Option<UserId>,
        event: Event,
    ) -> Answer<Change> {
        self.write_back().await;
        if let Some(user) = user {
            return self.change_user(company, user, event, |user| {
                raise(user);
                if self.does("disables who is signed out") {
                    user.status = UserStatus::Disabled;
                }
            });
        }
        let change = self.change_company(company, event, |_| ())?;
        if change == Change::Done {
            let all = self.does("raises users of all companies");
            let mut records = self.records();
            let skips = self.does("signs nobody out who is disabled");
            let own = records.users.iter_mut().filter(|user| all || user.company_id == company);
            own.filter(|user| !skips || user.status != UserStatus::Disabled).for_each(raise);
        }
        Ok(change)
    }

    async fn delete_company(&self, company: CompanyId, event: Event) -> Answer<Change> {
        let mut records = self.records();
        if records.company(company).is_none() {
            return Ok(match self.does("is done with nobody") {
                true => Change::Done,
                false => Change::NotFound,
            });
        }
        let deleted = records.company(company).unwrap().clone();
        if self.does("finds keys of the deleted") {
            let own = records.keys.iter().filter(|(key, _)| key.company_id == company);
            let own: Vec<_> = own.map(|(key, _)| (key.clone(), deleted.clone())).collect();
            records.cache.keys.extend(own);
        }
        records.deleted.push(deleted);
        if self.does("forgets whose the events of the deleted were") {
            for event in &mut records.events {
                (event.company_id, event.user_id, event.key_id) = (None, None, None);
            }
        }
        records.companies.retain(|other| other.id != company);
        if !self.does("leaves what a company had") {
            records.users.retain(|user| user.company_id != company);
            records.keys.retain(|(key, _)| key.company_id != company);
        }
        let event = self.event(event);
        records.record(event);
        Ok(Change::Done)
    }

    async fn list_users(&self, company: CompanyId, page: Page) -> Answer<Vec<User>> {
        let records = self.records();
        let all = self.does("lists those of all companies");
        let own = records.users.iter().filter(|user| all || user.company_id == company);
        Ok(self.cut(own.cloned(), page, |user| user.id.get()))
    }

    async fn set_user_status(
        &self,
        company: CompanyId,
        user: UserId,
        status: UserStatus,
        event: Event,
    ) -> Answer<Change> {
        let raises = status == UserStatus::Disabled && !self.does("disables without raising");
        if self.does("raises later") {
            let version = self.records().user(company, user).map(|user| user.credential_version);
            others().await;
            return self.change_user(company, user, event, |user| {
                user.credential_version = (version.unwrap().get() + 1).try_into().unwrap();
            });
        }
        self.change_user(company, user, event, |user| {
            user.status = status;
            if raises {
                raise(user);
            }
        })
    }

    async fn set_user_manager(
        &self,
        company: CompanyId,
        user: UserId,
        managed_by: ManagedBy,
        event: Event,
    ) -> Answer<Change> {
        self.change_user(company, user, event, |user| {
            user.managed_by = managed_by;
            if !self.does("changes the manager without raising") {
                raise(user);
            }
        })
    }

    async fn set_user(
        &self,
        company: CompanyId,
        user: UserId,
        members: UserMembers,
        event: Event,
    ) -> Answer<Change> {
        self.write_back().await;
        let clears = self.does("clears what is none");
        self.change_user(company, user, event, |user| {
            if let Some(name) = members.login_id {
                user.login_id = name.as_str().into();
            }
            if let Some(name) = members.display_name {
                user.display_name = match self.does("trims names") {
                    true => name.as_str().trim().into(),
                    false => name.as_str().into(),
                };
            }
            if let Some(is_creator) = members.is_creator {
                user.is_creator = is_creator;
            }
            if let Some(is_admin) = members.is_company_admin.or(clears.then_some(false)) {
                user.is_company_admin = is_admin;
            }
            if let Some(permissions) = members.permissions {
                let most = if self.does("keeps 10 permissions") { 10 } else { usize::MAX };
                let names = permissions.iter().take(most).map(|name| name.as_str().into());
                user.permissions = names.collect();
            }
        })
    }

    async fn set_user_email(
        &self,
        company: CompanyId,
        id: UserId,
        email: Email,
        event: Event,
    ) -> Answer<Naming> {
        self.write_back().await;
        let is_taken =
            |user: &User| user.company_id == company && user.email == email && user.id != id;
        let taken = self.records().users.iter().any(is_taken);
        let is_late = self.does("looks for addresses first");
        if is_late {
            others().await;
        }
        if taken && self.does("records events of taken addresses") {
            self.records().record(Some(event.clone()));
        }
        if taken || !is_late && self.records().users.iter().any(is_taken) {
            return Ok(match self.does("says that nobody has an address") {
                true => Naming::NotFound,
                false => Naming::Exists,
            });
        }
        let change = self.change_user(company, id, event, |user| {
            user.email = email.clone();
            if self.does("renames who has a new address") {
                user.login_id = email.as_str().into();
            }
            raise(user);
        });
        Ok(match change? {
            Change::Done => Naming::Done,
            Change::NotFound => Naming::NotFound,
        })
    }

    async fn delete_user(&self, company: CompanyId, id: UserId, event: Event) -> Answer<Change> {
        if self.does("keeps the deleted for their tokens") {
            let of_all = self.records().users.iter().find(|user| user.id == id).cloned();
            return Ok(of_all.map_or(Change::NotFound, |_| Change::Done));
        }
        let mut records = self.records();
        if records.user(company, id).is_none() {
            return Ok(match self.does("is done with nobody") {
                true => Change::Done,
                false => Change::NotFound,
            });
        }
        records.users.retain(|user| (user.company_id, user.id) != (company, id));
        records.cache.users.clear();
        if self.does("gives ids of the deleted again") {
            records.last_id = id.get() - 1;
        }
        let event = self.event(event);
        records.record(event);
        Ok(Change::Done)
    }

    async fn disable_password(
        &self,
        company: CompanyId,
        user: UserId,
        expected_hash: PasswordHash,
        password_hash: PasswordHash,
        event: Event,
    ) -> Answer<Swap> {
        let folded = |hash: &PasswordHash| hash.as_str().trim().to_ascii_lowercase();
        let fits = |user: &User| match self.fault {
            "folds hashes" => folded(&user.password_hash) == folded(&expected_hash),
            "disables any hash" => true,
            _ => user.password_hash == expected_hash,
        };
        if !self.records().user(company, user).is_some_and(|user| fits(user)) {
            return Ok(Swap::Stale);
        }
        let change = self.change_user(company, user, event, |user| {
            user.password_hash = password_hash;
            if !self.does("keeps the time of a disabled password") {
                user.issued_at = None;
            }
            user.password_key_id = None;
            raise(user);
        });
        Ok(if change? == Change::Done { Swap::Done(()) } else { Swap::Stale })
    }

    async fn list_products(&self) -> Answer<Vec<Product>> {
        let mut products = self.records().products.clone();
        if !self.does("lists products as they came") {
            products.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        }
        Ok(products)
    }

    async fn save_product(
        &self,
        name: ProductName,
        launch_url: LaunchUrl,
        secret_digest: Digest,
        event: Event,
    ) -> Answer<Creation> {
        let find_late = self.does("finds and then adds products");
        let found = self.records().products.iter().any(|product| product.name == name);
        if find_late {
            others().await;
        }
        let mut records = self.records();
        let event = self.event(event);
        records.record(event);
        let stored = records.products.iter_mut().find(|product| product.name == name);
        if let Some(product) = stored.filter(|_| found || !find_late) {
            product.launch_url = launch_url;
            if self.does("gives a product that is there a secret") {
                product.secret_digest = secret_digest;
            }
            return Ok(Creation::Exists);
        }
        let most = if self.does("cuts URLs") { 200 } else { usize::MAX };
        let launch_url = first(most, launch_url.as_str());
        records.products.push(made(json!({
            "name": name, "launchUrl": launch_url, "secretDigest": secret_digest,
            "previousSecretDigest": null, "previousSecretExpiresAt": null,
        })));
        Ok(Creation::Created(()))
    }

    async fn rotate_product(
        &self,
        name: ProductName,
        secret_digest: Digest,
        end: Option<u64>,
        event: Event,
    ) -> Answer<Change> {
        let mut records = self.records();
        let Some(product) = records.products.iter_mut().find(|product| product.name == name) else {
            if self.does("records events of no product") {
                records.record(Some(event));
            }
            return Ok(match self.does("is done with nobody") {
                true => Change::Done,
                false => Change::NotFound,
            });
        };
        let keeps =
            self.does("keeps the oldest secret") && product.previous_secret_digest.is_some();
        if !keeps {
            product.previous_secret_digest = end.map(|_| product.secret_digest);
        }
        product.previous_secret_expires_at = end;
        product.secret_digest = secret_digest;
        let event = self.event(event);
        records.record(event);
        Ok(Change::Done)
    }

    async fn list_events(&self, filter: EventFilter, page: Page) -> Answer<Vec<StoredEvent>> {
        let mut records = self.records();
        let EventFilter { since, company_id, user_id, key_id, kind, .. } = filter;
        let mut events = records.events.clone();
        if self.does("looks at the first 1,000 events alone") {
            events.truncate(1_000);
        }
        let of_keys = self.does("keeps the events of keys alone");
        events.retain(|event| !of_keys || event.kind == "key_issued");
        events.retain(|event| {
            (event.at >= since || self.does("lists events of all times"))
                && (company_id.is_none() || event.company_id == company_id)
                && (user_id.is_none() || event.user_id == user_id)
                && (key_id.is_none() || event.key_id == key_id)
                && kind.as_ref().is_none_or(|kind| event.kind == kind.as_str())
        });
        for event in &mut events {
            if let (Some(company), Some(user)) = (event.company_id, event.user_id) {
                event.user_email = records.user(company, user).map(|user| user.email.clone());
                if self.does("tells the first address") {
                    let user = records.user(company, user);
                    event.user_email = user.and_then(|user| Email::parse(&user.login_id));
                }
            }
        }
        Ok(self.cut(events.into_iter(), page, |event| event.id.get()))
    }

    async fn purge_events(&self, before: u64, event: Event) -> Answer<u64> {
        let mut records = self.records();
        let count = records.events.iter().filter(|event| event.at < before).count();
        records.events.retain(|event| event.at >= before);
        if self.does("purges all events") {
            records.events.clear();
        }
        records.record(Some(event));
        Ok(count as u64)
    }

    async fn purge(&self, now: u64) -> Answer<u64> {
        let mut records = self.records();
        if self.does("never purges") {
            return Ok(0);
        }
        let now = if self.does("purges all that there is") { u64::MAX } else { now };
        let is_over = |end: u64| end < now || end == now && !self.does("purges too late");
        let of_tokens = self.does("counts purged tokens alone");
        let counted = |records: &Records| match of_tokens {
            true => records.tokens.len(),
            false => records.tokens.len() + records.codes.len(),
        };
        let before = counted(&records);
        let mut most =
            if self.does("purges 1,000 tokens and no more") { 1_000 } else { usize::MAX };
        records.tokens.retain(|token| {
            let is_kept = most == 0 || !is_over(token.expires_at);
            most -= usize::from(!is_kept);
            is_kept
        });
        records.codes.retain(|code| !is_over(code.expires_at));
        if self.does("purges keys") {
            records.keys.retain(|(key, _)| !key.expires_at.is_some_and(is_over));
        }
        if self.does("purges revoked keys") {
            records.keys.retain(|(key, _)| key.status != KeyStatus::Revoked);
        }
        if self.does("purges events as well") {
            records.events.retain(|event| !is_over(event.at));
        }
        for product in &mut records.products {
            if self.does("purges secrets")
                && product.previous_secret_expires_at.is_some_and(is_over)
            {
                (product.previous_secret_digest, product.previous_secret_expires_at) = (None, None);
            }
        }
        Ok((before - counted(&records)) as u64)
    }
}
