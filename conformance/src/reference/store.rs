//! The storage of the reference servers: every call answered at once, as `spec/storage.md` promises.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use ssokey_core::{
    Call, Code, Company, CompanyId, CredentialVersion, Digest, Email, Holder, Key, KeyId,
    LaunchUrl, NewUser, PasswordSwap, Product, ProductName, Products, Reply, Token, User, UserId,
};

use crate::reference::credentials::{PRODUCT_SECRET, SECOND_PRODUCT_SECRET};

/// The stored records.
pub(crate) struct Store {
    pub(crate) companies: Vec<Company>,
    keys: Vec<Key>,
    products: Vec<Product>,
    users: BTreeMap<(CompanyId, Email), User>,
    /// Users whose e-mail a second one has.
    aside: Vec<User>,
    pub(crate) tokens: HashMap<Digest, Token>,
    pub(crate) codes: HashMap<Digest, Code>,
    /// The code that was given last.
    last_code: Option<Code>,
    /// The passwords that each user has had, oldest first, where a fault keeps them.
    pub(crate) history: HashMap<UserId, Vec<String>>,
    /// The tokens that a fault has an eye on.
    pub(crate) marked: HashSet<Digest>,
    /// The id of the next user.
    next: u64,
    /// The ids that a fault has seen to be next, of the users that it saw them for.
    seen_next: HashMap<(CompanyId, Email), u64>,
}

const RECORDS: &str = include_str!("records.json");

/// The records that exist before any request.
#[derive(Deserialize)]
struct Records {
    companies: Vec<Company>,
    keys: Vec<Key>,
}

impl Store {
    /// Returns a storage of two companies with a key each, of these products, and of no user. The companies have all products but
    /// the last, if there are several.
    ///
    /// # Errors
    ///
    /// The records cannot be read.
    pub(crate) fn new(products: &Products) -> Result<Self, String> {
        let records = serde_json::from_str(RECORDS);
        let Records { mut companies, keys } = records.map_err(|error| error.to_string())?;
        let names = products.as_slice();
        for company in &mut companies {
            company.products = names.iter().take(names.len().max(2) - 1).cloned().collect();
        }
        let second = names.iter().find(|name| Some(*name) != signed_on_to(names));
        let secret =
            |name| if Some(name) == second { SECOND_PRODUCT_SECRET } else { PRODUCT_SECRET };
        let products = names.iter().map(|name| product(name, secret(name)));
        let products = products.collect::<Option<_>>();
        let products = products.ok_or("a product has no URL")?;
        let (users, tokens, codes) = (BTreeMap::new(), HashMap::new(), HashMap::new());
        let (aside, history, marked) = (Vec::new(), HashMap::new(), HashSet::new());
        let last_code = None;
        Ok(Self {
            companies,
            keys,
            products,
            users,
            aside,
            tokens,
            codes,
            last_code,
            history,
            marked,
            next: 101,
            seen_next: HashMap::new(),
        })
    }

    /// Does what the call says.
    pub(crate) fn answer(&mut self, call: &Call) -> Reply {
        match call {
            Call::Admit(_) => Reply::Admitted,
            Call::GiveBack(_) => Reply::Done,
            Call::FindKey { digest } => self.find_key(digest).unwrap_or(Reply::None),
            Call::FindUser { company_id, email } => {
                let user = self.user(*company_id, email).cloned();
                user.map_or(Reply::None, |user| Reply::User { user })
            }
            Call::FindCompany { domain } => {
                let company = self.company_of(domain.as_str()).and_then(|id| self.company(id));
                company.map_or(Reply::None, |company| Reply::Company { company })
            }
            Call::FindProduct { name } => {
                let product = self.products.iter().find(|product| product.name == *name).cloned();
                product.map_or(Reply::None, |product| Reply::Product { product })
            }
            Call::CreateUser { user, .. } => self.create(user).unwrap_or(Reply::Failed),
            Call::ReplacePassword { swap, issued_at, password_key_id } => {
                self.replace(swap, *issued_at, *password_key_id)
            }
            Call::RehashPassword(swap) => self.swap(swap).map_or(Reply::Stale, |_| Reply::Done),
            Call::SaveToken { token, .. } => {
                self.tokens.insert(token.digest, token.clone());
                Reply::Done
            }
            Call::SaveCode { code, .. } => {
                self.codes.insert(code.digest, code.clone());
                self.last_code = Some(code.clone());
                Reply::Done
            }
            Call::FindToken { digest } => self.find_token(digest).unwrap_or(Reply::None),
            Call::TakeCode { digest } => {
                let reply = self.find_code(digest);
                self.codes.remove(digest);
                reply.unwrap_or(Reply::None)
            }
            Call::RevokeToken { digest } => {
                self.tokens.remove(digest);
                Reply::Done
            }
            Call::Audit { .. } => Reply::Done,
            // Hashing is the host's.
            Call::Hashing(_) => Reply::Failed,
        }
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    pub(crate) fn users_mut(&mut self) -> impl Iterator<Item = &mut User> {
        self.users.values_mut()
    }

    /// Sees which number is next, for a user who is to have it.
    pub(crate) fn read_number(&mut self, company_id: CompanyId, email: &Email) {
        self.seen_next.insert((company_id, email.clone()), self.next);
    }

    /// The number that was next when it was seen for this user.
    pub(crate) fn number(&self, company_id: CompanyId, email: &Email) -> Option<u64> {
        self.seen_next.get(&(company_id, email.clone())).copied()
    }

    pub(crate) fn user(&self, company_id: CompanyId, email: &Email) -> Option<&User> {
        self.users.get(&(company_id, email.clone()))
    }

    /// Takes a user away.
    pub(crate) fn forget(&mut self, company_id: CompanyId, email: &Email) -> Option<User> {
        self.users.remove(&(company_id, email.clone()))
    }

    /// Leaves a user its number and its tokens, and its e-mail free for a second one.
    pub(crate) fn set_aside(&mut self, company_id: CompanyId, email: &Email) {
        if let Some(user) = self.forget(company_id, email) {
            self.aside.push(user);
        }
    }

    pub(crate) fn by_id(&self, company_id: CompanyId, user_id: UserId) -> Option<&User> {
        let mut users = self.users().chain(&self.aside);
        users.find(|user| user.company_id == company_id && user.id == user_id)
    }

    pub(crate) fn key(&self, digest: &Digest) -> Option<&Key> {
        self.keys.iter().find(|key| key.digest == *digest)
    }

    pub(crate) fn token(&self, digest: &Digest) -> Option<&Token> {
        self.tokens.get(digest)
    }

    /// The company of this domain.
    pub(crate) fn company_of(&self, domain: &str) -> Option<CompanyId> {
        let mut companies = self.companies.iter();
        companies.find(|company| company.domain.as_str() == domain).map(|company| company.id)
    }

    /// Returns the number of codes.
    pub(crate) fn codes(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn code(&self, digest: &Digest) -> Option<&Code> {
        self.codes.get(digest)
    }

    /// The codes that are not taken yet.
    pub(crate) fn all_codes(&self) -> impl Iterator<Item = &Code> {
        self.codes.values()
    }

    /// Takes the code of this text away.
    pub(crate) fn spend(&mut self, code: &str) {
        self.codes.remove(&Digest::of(code.as_bytes()));
    }

    pub(crate) fn last_code(&self) -> Option<&Code> {
        self.last_code.as_ref()
    }

    pub(crate) fn find_code(&self, digest: &Digest) -> Option<Reply> {
        let code = self.codes.get(digest)?.clone();
        let holder = self.holder(code.company_id, code.user_id, Some(code.key_id))?;
        Some(Reply::Code { code, holder })
    }

    pub(crate) fn find_token(&self, digest: &Digest) -> Option<Reply> {
        let token = self.tokens.get(digest)?.clone();
        let holder = self.holder(token.company_id, token.user_id, token.key_id)?;
        Some(Reply::Token { token, holder })
    }

    fn find_key(&self, digest: &Digest) -> Option<Reply> {
        let key = self.key(digest)?.clone();
        let company = self.company(key.company_id)?;
        Some(Reply::Key { key, company })
    }

    fn company(&self, id: CompanyId) -> Option<Company> {
        self.companies.iter().find(|company| company.id == id).cloned()
    }

    pub(crate) fn holder(
        &self,
        company: CompanyId,
        user: UserId,
        key: Option<KeyId>,
    ) -> Option<Holder> {
        let key = key.and_then(|id| self.keys.iter().find(|key| key.id == id)).cloned();
        Some(Holder::new(self.by_id(company, user)?.clone(), self.company(company)?, key))
    }

    fn create(&mut self, new: &NewUser) -> Option<Reply> {
        if self.user(new.company_id, &new.email).is_some() {
            return Some(Reply::Exists);
        }
        let user = new.clone().with_id(UserId::try_from(self.next).ok()?);
        self.next += 1;
        self.users.insert((user.company_id, user.email.clone()), user.clone());
        Some(Reply::Created { user })
    }

    fn replace(&mut self, swap: &PasswordSwap, issued_at: Option<u64>, key: KeyId) -> Reply {
        let Some(user) = self.swap(swap) else { return Reply::Stale };
        user.issued_at = issued_at;
        user.password_key_id = Some(key);
        raise(user)
            .map_or(Reply::Failed, |credential_version| Reply::Replaced { credential_version })
    }

    fn swap(&mut self, swap: &PasswordSwap) -> Option<&mut User> {
        let user = self.users_mut().find(|user| {
            user.id == swap.user_id
                && user.company_id == swap.company_id
                && user.credential_version == swap.expected_version
        })?;
        user.password_hash = swap.password_hash.clone();
        Some(user)
    }
}

/// Returns the product that the kit signs on to: livechat, or the first.
fn signed_on_to(names: &[ProductName]) -> Option<&ProductName> {
    names.iter().find(|name| name.as_str() == "livechat").or(names.first())
}

/// Returns the product of this name, whose launch URL has a query already.
fn product(name: &ProductName, secret: &str) -> Option<Product> {
    let launch_url = LaunchUrl::parse(&format!("https://{name}.example/enter?by=partner"))?;
    Some(Product::new(name.clone(), launch_url, Digest::of(secret.as_bytes())))
}

/// Raises the credential version of a user and gives the new one.
pub(crate) fn raise(user: &mut User) -> Option<CredentialVersion> {
    user.credential_version =
        CredentialVersion::try_from(user.credential_version.get() + 1).ok()?;
    Some(user.credential_version)
}
