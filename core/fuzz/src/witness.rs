//! Judges an operation from its calls and replies, by `spec/` alone: which calls are allowed, and which answer is due.

mod judge;

use serde_json::{Value, json};
use ssokey_core::{
    Company, CredentialVersion, Digest, Holder, Key, KeyStatus, ManagedBy, Product, Reply, Token,
    User, UserStatus, Verdict,
};

use crate::Message;
use crate::key::is_looked_up;

/// The most calls of an operation, and the most hashes among them.
const MOST_CALLS: usize = 20;
const MOST_HASHES: usize = 3;

/// Sees every call with its reply, and then the answer.
#[derive(Default)]
pub struct Witness {
    now: u64,
    /// Empty for a command.
    path: String,
    product: Option<Product>,
    issued_at: Option<u64>,
    bearer: Option<String>,
    /// True if the key has a form that may be looked up.
    key_is_looked_up: bool,
    /// The key, unless it is too short to be distinguished from other text.
    key: Option<String>,

    calls: usize,
    hashes: usize,
    /// True if a valid key or the product's secret was presented.
    is_authorised: bool,
    company: Option<Company>,
    user: Option<User>,
    verdict: Option<Verdict>,
    /// The version of a password that was verified, created or swapped in, or of a valid token or code.
    version: Option<CredentialVersion>,
    launch_url: Option<String>,
    /// The write that a concurrent request made first.
    lost: Option<String>,
    last: Option<(Value, Reply)>,
    /// The code of the error that is due. Only an audit may come before it.
    due: Option<u16>,
}

impl Witness {
    #[must_use]
    pub fn of_command(now: u64) -> Self {
        Self { now, ..Self::default() }
    }

    #[must_use]
    pub fn of_request(message: &Message) -> Self {
        let innocent = ["email", "password"].map(|name| message.field(name).unwrap_or_default());
        let innocent = format!("{}{:?}", innocent.concat(), message.source);
        let key = message.field("ssokey");
        let key_is_looked_up = key.as_deref().is_some_and(is_looked_up);
        let key = key.filter(|key| key.len() >= 22 && !innocent.contains(key));
        Self {
            now: message.now,
            path: message.path.clone(),
            product: message.field("product").as_deref().and_then(Product::parse),
            issued_at: message.field("issued_at").and_then(|digits| digits.parse().ok()),
            bearer: message.bearer().map(str::to_owned),
            key_is_looked_up,
            key,
            ..Self::default()
        }
    }

    /// Checks a call, and takes note of its reply.
    ///
    /// # Panics
    ///
    /// If the call is not allowed.
    pub fn see(&mut self, call: &Value, reply: &str) {
        let kind = call["call"].as_str().expect("a call has a name");
        self.calls += 1;
        self.hashes += usize::from(kind.ends_with("y_password") || kind == "hash_password");
        assert!(self.calls <= MOST_CALLS && self.hashes <= MOST_HASHES);
        assert!(self.due.is_none() || kind == "audit", "{kind}, although {:?} is due", self.due);
        assert!(self.is_allowed(kind), "{kind} is not allowed yet");
        self.check_tenant(call);
        let shown = |key: &String| strings(call).iter().any(|text| text.contains(key));
        assert!(!self.key.as_ref().is_some_and(shown), "SSO-ERR-011: {kind} holds the key");

        // A key that the host repeats is not a secret of the request any more.
        let said: Value = serde_json::from_str(reply).unwrap_or_default();
        self.key =
            self.key.take().filter(|key| !strings(&said).iter().any(|text| text.contains(key)));

        let reply = serde_json::from_str::<Reply>(reply).ok();
        let due = reply.as_ref().map_or(Some(5000), |reply| self.hear(kind, call, reply));
        self.due = due.or(self.due);
        self.last = reply.map(|reply| (call.clone(), reply));
    }

    /// Returns whether a call of this kind is allowed by now.
    fn is_allowed(&self, kind: &str) -> bool {
        let by_key = self.is_sign_on() && self.is_authorised;
        match kind {
            "admit" | "audit" | "find_key" | "find_company" | "find_company_by_email" => true,
            "find_token" | "revoke_token" => self.calls == 1,
            "find_product" => by_key || self.path == "/api/sso/exchange",
            "take_code" => self.is_authorised,
            "find_user" => self.company.is_some(),
            "verify_password" => by_key && self.user.is_some() || self.is_direct(),
            "hash_password" => by_key,
            "create_user" => by_key && self.user.is_none(),
            "replace_password" => {
                by_key && matches!(self.verdict, Some(Verdict::NoMatch | Verdict::Unreadable))
            }
            "rehash_password" => by_key && self.verdict == Some(Verdict::Match),
            "save_token" => self.version.is_some() && self.path != "/api/sso/login",
            "save_code" => by_key && self.version.is_some() && self.path == "/api/sso/login",
            "save_key" | "list_keys" | "set_key_status" => {
                self.path.is_empty() && self.company.is_some()
            }
            other => panic!("`{other}` is not a call"),
        }
    }

    /// Checks that no call names a different company once it is known (SSO-TEN-001), and that grants are the user's (SSO-TOK-005).
    fn check_tenant(&self, call: &Value) {
        for at in ["", "/user", "/token", "/code", "/key", "/event"] {
            let id = call.pointer(&format!("{at}/companyId")).filter(|id| !id.is_null());
            if let (Some(id), Some(company)) = (id, &self.company) {
                assert_eq!(*id, company.id.get());
            }
        }
        let lifetime = if call["token"].is_null() { 60_000 } else { 3_600_000 };
        for grant in [&call["token"], &call["code"]].into_iter().filter(|grant| !grant.is_null()) {
            assert_eq!(grant["userId"], json!(self.user.as_ref().map(|user| user.id)));
            assert_eq!(grant["credentialVersion"], json!(self.version));
            assert_eq!(grant["product"], json!(self.product));
            assert_eq!(grant["expiresAt"], self.now.saturating_add(lifetime));
        }
    }

    /// Takes note of a reply. Returns the code of the error that is due because of it.
    fn hear(&mut self, kind: &str, call: &Value, reply: &Reply) -> Option<u16> {
        let is_stronger = self.verdict == Some(Verdict::Match);
        match (kind, reply) {
            ("audit", Reply::Done | Reply::Failed)
            | ("rehash_password", Reply::Done | Reply::Stale | Reply::Failed)
            | ("hash_password", Reply::Hashed { .. })
            | ("save_token" | "save_code" | "revoke_token" | "set_key_status", Reply::Done)
            | ("save_key", Reply::SavedKey { .. })
            | ("list_keys", Reply::Keys { .. })
            | ("find_company", Reply::None) => None,
            ("hash_password", Reply::Failed | Reply::Overloaded { .. }) if is_stronger => None,
            ("verify_password" | "hash_password", Reply::Overloaded { .. }) => Some(5031),
            (_, Reply::Failed) => Some(5030),
            ("admit", Reply::RetryAfter { .. }) => Some(4290),
            ("admit", Reply::Admitted) => {
                (self.is_sign_on() && !self.key_is_looked_up).then_some(4010)
            }
            ("find_key", Reply::None) => Some(4010),
            ("find_key", Reply::Key { key, company }) => self.hear_key(call, key, company),
            ("find_product", Reply::None) => Some(if self.is_sign_on() { 4030 } else { 4012 }),
            ("find_product", Reply::Product { product }) => {
                let bearer = self.bearer.clone().unwrap_or_default();
                self.launch_url = json!(product.launch_url).as_str().map(str::to_owned);
                self.is_authorised |= product.secret_digest == Digest::of(bearer.as_bytes());
                if json!(product.name) != call["name"] {
                    Some(5000)
                } else {
                    (!self.is_authorised).then_some(4012)
                }
            }
            ("find_company" | "find_company_by_email", Reply::Company { company }) => {
                let is_it =
                    call["domain"] == *company.domain || call["email"] == company.email.as_str();
                self.company = Some(company.clone());
                (!is_it).then_some(5000)
            }
            ("find_company_by_email" | "set_key_status", Reply::None) => Some(4040),
            ("find_user", Reply::None) => {
                self.user = None;
                self.lost.as_ref().map(|_| 5030)
            }
            ("find_user", Reply::User { user }) => self.hear_user(call, user),
            ("create_user", Reply::Created { user }) => {
                self.version = Some(user.credential_version);
                let wrong = Some(5000);
                if self.hear_user(&call["user"], user) == wrong { wrong } else { None }
            }
            ("create_user", Reply::Exists) | ("replace_password", Reply::Stale) => {
                self.lost = Some(kind.to_owned());
                None
            }
            ("replace_password", Reply::Replaced { credential_version }) => {
                self.version = Some(*credential_version);
                (call["expectedVersion"].as_u64() >= Some(credential_version.get())).then_some(5000)
            }
            ("verify_password", Reply::Match) => self.hear_verdict(Verdict::Match),
            ("verify_password", Reply::NoMatch) => self.hear_verdict(Verdict::NoMatch),
            ("verify_password", Reply::Unreadable) => self.hear_verdict(Verdict::Unreadable),
            ("find_token" | "take_code", Reply::None) => Some(4012),
            ("find_token", Reply::Token { token, holder }) => self.hear_grant(call, token, holder),
            ("take_code", Reply::Code { code, holder }) => {
                let token = Token {
                    digest: code.digest,
                    user_id: code.user_id,
                    company_id: code.company_id,
                    key_id: Some(code.key_id),
                    credential_version: code.credential_version,
                    product: Some(code.product),
                    expires_at: code.expires_at,
                };
                self.hear_grant(call, &token, holder)
                    .or((self.product != token.product).then_some(4012))
            }
            _ => Some(5000),
        }
    }

    fn hear_key(&mut self, call: &Value, key: &Key, company: &Company) -> Option<u16> {
        self.is_authorised = true;
        self.company = Some(company.clone());
        if json!(key.digest) != call["digest"] || key.company_id != company.id {
            Some(5000)
        } else if !self.is_good(key) {
            Some(4010)
        } else {
            (!self.product_is_enabled()).then_some(4030)
        }
    }

    fn hear_user(&mut self, named: &Value, user: &User) -> Option<u16> {
        self.user = Some(user.clone());
        self.verdict = None;
        if named["companyId"] != user.company_id.get() || named["email"] != user.email.as_str() {
            Some(5000)
        } else {
            (self.is_sign_on() && user.status == UserStatus::Disabled).then_some(4030)
        }
    }

    fn hear_verdict(&mut self, verdict: Verdict) -> Option<u16> {
        let is_first = self.verdict.is_none();
        self.verdict = Some(verdict);
        let Some(user) = self.user.as_ref().filter(|_| is_first) else {
            return Some(4011); // the verdict on the fixed hash
        };
        if verdict == Verdict::Match {
            self.version = Some(user.credential_version);
        }
        if self.is_direct() {
            return match (verdict, user.status) {
                (Verdict::Match, UserStatus::Enabled) => {
                    (!self.product_is_enabled()).then_some(4030)
                }
                (Verdict::Unreadable, _) => None,
                (Verdict::Match, UserStatus::Disabled) | (Verdict::NoMatch, _) => Some(4011),
            };
        }
        let is_outdated =
            self.issued_at.zip(user.issued_at).is_some_and(|(sent, stored)| sent < stored);
        match verdict {
            Verdict::Match => None,
            _ if user.managed_by == ManagedBy::Local => Some(4090),
            _ if is_outdated => Some(4092),
            _ if self.lost.as_deref() == Some("replace_password") => Some(4091),
            _ => None,
        }
    }

    fn hear_grant(&mut self, call: &Value, token: &Token, holder: &Holder) -> Option<u16> {
        let Holder { user, company, key } = holder;
        let is_it = json!(token.digest) == call["digest"]
            && (company.id, user.company_id, user.id)
                == (token.company_id, token.company_id, token.user_id)
            && key.as_ref().map(|key| key.id) == token.key_id
            && key.as_ref().is_none_or(|key| key.company_id == company.id);
        let is_good = self.now < token.expires_at
            && user.credential_version == token.credential_version
            && user.status == UserStatus::Enabled
            && key.as_ref().is_none_or(|key| self.is_good(key));
        self.company = Some(company.clone());
        self.user = Some(user.clone());
        self.version = Some(token.credential_version);
        if !is_it { Some(5000) } else { (!is_good).then_some(4012) }
    }

    fn is_sign_on(&self) -> bool {
        ["/api/sso/authenticate", "/api/sso/login"].contains(&&*self.path)
    }

    fn is_direct(&self) -> bool {
        self.path == "/api/authenticate"
    }

    fn is_good(&self, key: &Key) -> bool {
        key.status == KeyStatus::Enabled && key.expires_at.is_none_or(|end| self.now < end)
    }

    fn product_is_enabled(&self) -> bool {
        let products = self.company.iter().flat_map(|company| &company.products);
        self.product.is_none_or(|asked_for| products.into_iter().any(|it| *it == asked_for))
    }
}

/// Returns all strings in a JSON value except the names of members.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}
