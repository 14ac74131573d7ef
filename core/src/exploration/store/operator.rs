//! The operator's calls.

extern crate alloc;

use alloc::string::ToString;
use alloc::vec::Vec;

use ssokey_core::operator::{
    Call, CompanyMembers, EventFilter, ListedKey, Name, Page, Reply, StoredEvent, UserMembers,
};
use ssokey_core::{
    Company, CompanyId, CompanyStatus, Event, EventId, Key, KeyId, KeyStatus, NewCompany, NewKey,
    Product, User, UserId, UserStatus,
};

use super::{Store, raise};

impl Store {
    /// Answers a call of the operator. The caller answers those that hash.
    pub(crate) fn answer_operator(&mut self, call: &Call) -> Reply {
        match call {
            Call::FindCompanyByEmail { email } => self
                .find_company(|company| company.email == *email)
                .map_or(Reply::None, |company| Reply::Company { company }),
            Call::CreateCompany { company, event } => self.create_company(company, event),
            Call::ListCompanies { page } => {
                let companies = part(*page, &self.companies, |company| company.id.get());
                Reply::Companies { companies }
            }
            Call::SetCompanyStatus { company_id, status, event } => {
                self.set_company_status(*company_id, *status, event)
            }
            Call::SetCompany { company_id, members, event } => {
                let Some(company) = self.companies.iter_mut().find(|it| it.id == *company_id)
                else {
                    return Reply::None;
                };
                let CompanyMembers { name, email_domains, account_type, .. } = members.clone();
                set(&mut company.name, name.map(|it| it.to_string()));
                set(&mut company.email_domains, email_domains);
                set(&mut company.account_type, account_type.map(|it| it.to_string()));
                set(&mut company.domain_ownership_verified, members.domain_ownership_verified);
                set(&mut company.domain_mx_verified, members.domain_mx_verified);
                self.change(event)
            }
            Call::DeleteCompany { company_id, event } => {
                if !self.has_company(*company_id) {
                    return Reply::None;
                }
                self.companies.retain(|it| it.id != *company_id);
                self.keys.retain(|it| it.company_id != *company_id);
                self.users.retain(|it| it.company_id != *company_id);
                self.tokens.retain(|it| it.company_id != *company_id);
                self.codes.retain(|it| it.company_id != *company_id);
                self.change(event)
            }
            Call::SaveKey { key, .. } if !self.has_company(key.company_id) => Reply::Failed,
            Call::SaveKey { key, event } => Reply::SavedKey { key_id: self.save_key(key, event) },
            Call::RotateKey { company_id, key_id, key, revoke, event } => {
                let Some(old) = self.usable_key(*company_id, *key_id) else { return Reply::None };
                if *revoke {
                    old.status = KeyStatus::Revoked;
                }
                Reply::SavedKey { key_id: self.save_key(key, event) }
            }
            Call::ListKeys { company_id, page } => {
                let keys = self.keys.iter().filter(|key| key.company_id == *company_id);
                let keys: Vec<_> = keys.map(|key| self.listed(key)).collect();
                Reply::Keys { keys: part(*page, &keys, |key| key.id.get()) }
            }
            Call::SetKeyStatus { company_id, key_id, status, event } => {
                let Some(key) = self.usable_key(*company_id, *key_id) else { return Reply::None };
                key.status = *status;
                self.change(event)
            }
            Call::EndKey { company_id, key_id, password_hash, event } => {
                let is_it = |key: &&mut Key| key.id == *key_id && key.company_id == *company_id;
                let Some(key) = self.keys.iter_mut().find(is_it) else { return Reply::None };
                key.status = KeyStatus::Revoked;
                let mut count = 0;
                for user in &mut self.users {
                    if user.company_id == *company_id && user.password_key_id == Some(*key_id) {
                        user.password_hash = password_hash.clone();
                        (user.issued_at, user.password_key_id) = (None, None);
                        raise(user);
                        count += 1;
                    }
                }
                self.change(event);
                Reply::Ended { count }
            }
            Call::SignOut { company_id, user_id: Some(user_id), event } => {
                let Some(user) = self.user(*company_id, *user_id) else { return Reply::None };
                raise(user);
                self.change(event)
            }
            Call::SignOut { company_id, user_id: None, event } => {
                if self.find_company(|it| it.id == *company_id).is_none() {
                    return Reply::None;
                }
                self.users.iter_mut().filter(|it| it.company_id == *company_id).for_each(raise);
                self.change(event)
            }
            Call::FindUser { company_id, email } => self
                .find_user(*company_id, email)
                .map_or(Reply::None, |user| Reply::User { user: user.clone() }),
            Call::CreateUser { user, .. } if !self.has_company(user.company_id) => Reply::Failed,
            Call::CreateUser { user, event } => self
                .create_user(user, Some(event))
                .map_or(Reply::Exists, |user| Reply::Created { user }),
            Call::ListUsers { company_id, page } => {
                let mut users = self.users.clone();
                users.retain(|user| user.company_id == *company_id);
                Reply::Users { users: part(*page, &users, |user| user.id.get()) }
            }
            Call::SetUserStatus { company_id, user_id, status, event } => {
                let Some(user) = self.user(*company_id, *user_id) else { return Reply::None };
                user.status = *status;
                if *status == UserStatus::Disabled {
                    raise(user);
                }
                self.change(event)
            }
            Call::SetUserManager { company_id, user_id, managed_by, event } => {
                let Some(user) = self.user(*company_id, *user_id) else { return Reply::None };
                user.managed_by = *managed_by;
                raise(user);
                self.change(event)
            }
            Call::SetUser { company_id, user_id, members, event } => {
                let Some(user) = self.user(*company_id, *user_id) else { return Reply::None };
                let UserMembers { login_id, display_name, permissions, .. } = members.clone();
                set(&mut user.login_id, login_id.map(|it| it.to_string()));
                set(&mut user.display_name, display_name.map(|it| it.to_string()));
                set(&mut user.is_creator, members.is_creator);
                set(&mut user.is_company_admin, members.is_company_admin);
                let texts = |names: Vec<Name>| names.iter().map(ToString::to_string).collect();
                set(&mut user.permissions, permissions.map(texts));
                self.change(event)
            }
            Call::SetUserEmail { company_id, user_id, email, event } => {
                if self.find_user(*company_id, email).is_some_and(|it| it.id != *user_id) {
                    return Reply::Exists;
                }
                let Some(user) = self.user(*company_id, *user_id) else { return Reply::None };
                user.email = email.clone();
                raise(user);
                self.change(event)
            }
            Call::DeleteUser { company_id, user_id, event } => {
                if self.user(*company_id, *user_id).is_none() {
                    return Reply::None;
                }
                let is_of = |company, user| company == *company_id && user == *user_id;
                self.users.retain(|it| !is_of(it.company_id, it.id));
                self.tokens.retain(|it| !is_of(it.company_id, it.user_id));
                self.codes.retain(|it| !is_of(it.company_id, it.user_id));
                self.change(event)
            }
            Call::DisablePassword { company_id, user_id, expected_hash, password_hash, event } => {
                let user = self.user(*company_id, *user_id);
                let Some(user) = user.filter(|user| user.password_hash == *expected_hash) else {
                    return Reply::Stale;
                };
                user.password_hash = password_hash.clone();
                (user.issued_at, user.password_key_id) = (None, None);
                raise(user);
                self.change(event)
            }
            Call::ListProducts => {
                let mut products = self.products.clone();
                products.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
                Reply::Products { products }
            }
            Call::SaveProduct { name, launch_url, secret_digest, event } => {
                self.change(event);
                if let Some(product) = self.products.iter_mut().find(|it| it.name == *name) {
                    product.launch_url = launch_url.clone();
                    return Reply::Exists;
                }
                self.products.push(Product::new(name.clone(), launch_url.clone(), *secret_digest));
                Reply::Done
            }
            Call::RotateProduct { name, secret_digest, previous_secret_expires_at: end, event } => {
                let Some(product) = self.products.iter_mut().find(|it| it.name == *name) else {
                    return Reply::None;
                };
                product.previous_secret_digest = end.map(|_| product.secret_digest);
                product.previous_secret_expires_at = *end;
                product.secret_digest = *secret_digest;
                self.change(event)
            }
            Call::ListEvents { filter, page } => {
                Reply::Events { events: part(*page, &self.stored_events(filter), |it| it.id.get()) }
            }
            Call::PurgeEvents { before, event } => {
                let count = self.events.iter().filter(|it| it.at < *before).count();
                self.events.retain(|it| *before <= it.at);
                self.change(event);
                Reply::Purged { count: count as u64 }
            }
            Call::Purge { now } => {
                let count = self.tokens.len() + self.codes.len();
                self.tokens.retain(|token| *now < token.expires_at);
                self.codes.retain(|code| *now < code.expires_at);
                let left = self.tokens.len() + self.codes.len();
                Reply::Purged { count: (count - left) as u64 }
            }
            Call::Audit { event } => self.change(event),
            Call::Hashing(_) => panic!("hashing is not storage"),
        }
    }

    /// Returns the events of a filter. Their ids are their places.
    fn stored_events(&self, filter: &EventFilter) -> Vec<StoredEvent> {
        let is_of = |event: &(usize, &Event)| {
            let event = event.1;
            filter.since <= event.at
                && (filter.company_id.is_none() || filter.company_id == event.company_id)
                && (filter.user_id.is_none() || filter.user_id == event.user_id)
                && (filter.key_id.is_none() || filter.key_id == event.key_id)
                && filter.kind.as_ref().is_none_or(|kind| kind.as_str() == event.kind.name())
        };
        let with_id = |(at, event): (usize, &Event)| {
            let id = EventId::try_from(at as u64 + 1).unwrap();
            let mut stored = StoredEvent::of(id, event.clone());
            stored.user_email = self
                .users
                .iter()
                .find(|it| Some(it.id) == event.user_id && Some(it.company_id) == event.company_id)
                .map(|user| user.email.clone());
            stored
        };
        self.events.iter().enumerate().filter(is_of).map(with_id).collect()
    }

    fn change(&mut self, event: &Event) -> Reply {
        self.events.push(event.clone());
        Reply::Done
    }

    fn create_company(&mut self, new: &NewCompany, event: &Event) -> Reply {
        let is_taken =
            |company: &Company| company.domain == new.domain || company.email == new.email;
        if self.companies.iter().any(is_taken) {
            return Reply::Exists;
        }
        let last = self.companies.iter().map(|company| company.id.get()).max().unwrap_or(0);
        let company = new.clone().with_id(CompanyId::try_from(last + 1).unwrap());
        self.companies.push(company.clone());
        let mut event = event.clone();
        event.company_id = Some(company.id);
        self.events.push(event);
        Reply::Company { company }
    }

    fn set_company_status(
        &mut self,
        company_id: CompanyId,
        status: CompanyStatus,
        event: &Event,
    ) -> Reply {
        let Some(company) = self.companies.iter_mut().find(|company| company.id == company_id)
        else {
            return Reply::None;
        };
        company.status = status;
        if status == CompanyStatus::Disabled {
            self.users.iter_mut().filter(|user| user.company_id == company_id).for_each(raise);
        }
        self.change(event)
    }

    fn save_key(&mut self, new: &NewKey, event: &Event) -> KeyId {
        let last = self.keys.iter().map(|key| key.id.get()).max().unwrap_or(0);
        let id = KeyId::try_from(last + 1).unwrap();
        self.keys.push(new.clone().with_id(id));
        let mut event = event.clone();
        event.key_id = Some(id);
        self.events.push(event);
        id
    }

    /// Returns a key with the times of its events.
    fn listed(&self, key: &Key) -> ListedKey {
        let times = |of: &[&str]| -> Vec<u64> {
            let events = self.events.iter();
            let is_it = |it: &&Event| it.key_id == Some(key.id) && of.contains(&it.kind.name());
            events.filter(is_it).map(|it| it.at).collect()
        };
        let mut listed = ListedKey::new(key.id, key.company_id, key.status);
        listed.expires_at = key.expires_at;
        listed.created_at = times(&["key_issued", "key_rotated"]).first().copied();
        listed.last_used_at = times(&USES).into_iter().max();
        listed
    }

    fn usable_key(&mut self, company_id: CompanyId, key_id: KeyId) -> Option<&mut Key> {
        self.keys.iter_mut().find(|key| {
            key.id == key_id && key.company_id == company_id && key.status != KeyStatus::Revoked
        })
    }

    fn user(&mut self, company_id: CompanyId, user_id: UserId) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.company_id == company_id && user.id == user_id)
    }
}

/// The events of a key's successes.
const USES: [&str; 5] = ["signed_on", "user_created", "password_replaced", "exchanged", "launched"];

fn set<T>(member: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *member = value;
    }
}

/// Returns the part of a list, in the order of the ids.
fn part<T: Clone>(page: Page, records: &[T], id: impl Fn(&T) -> u64) -> Vec<T> {
    let mut part: Vec<T> =
        records.iter().filter(|record| page.after() < id(record)).cloned().collect();
    part.sort_by_key(id);
    part.truncate(page.limit() as usize);
    part
}
