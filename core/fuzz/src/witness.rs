//! Judges an operation from its calls and replies, by `spec/` alone: which calls are allowed, and which answer is due.

mod judge;

use serde_json::{Value, json};
use ssokey_core::{
    Company, CompanyStatus, CredentialVersion, Digest, Holder, Key, KeyStatus, MAX_INTEGER,
    ManagedBy, PasswordHash, ProductName, Products, Token, User, UserStatus, Verdict,
};

use crate::Message;
use crate::change::change;
use crate::key::is_looked_up;
use crate::said::Said;

/// The most calls of an operation, and the most hashes among them.
const MOST_CALLS: usize = 20;
const MOST_HASHES: usize = 3;

/// The code of a reply that does not fit its call; it is answered with 5000, as a record that was not asked for is.
const UNFIT: u16 = 1;

/// Sees every call with its reply, and then the answer.
#[derive(Default)]
pub struct Witness {
    now: u64,
    /// Empty for a command.
    path: String,
    product: Option<ProductName>,
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
    last: Option<(Value, Said)>,
    /// The name of the call whose reply is the host's fault, and the reason. An audit tells it next.
    fault: Option<(String, &'static str)>,
    /// The hash that a new user must have.
    hash: Option<PasswordHash>,
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
        // A direct sign-in to a product that is not the server's is one to none (SSO-DIR-010).
        let is_listed = |name: &String| Products::default().find(name).is_some();
        let is_meant = |name: &String| message.path != "/api/authenticate" || is_listed(name);
        let key = message.field("ssokey");
        let key_is_looked_up = key.as_deref().is_some_and(is_looked_up);
        let key = key.filter(|key| key.len() >= 22 && !innocent.contains(key));
        Self {
            now: message.now,
            path: message.path.clone(),
            product: message
                .field("product")
                .filter(is_meant)
                .as_deref()
                .and_then(ProductName::parse),
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
        // A command disables the passwords of a page's users, one call for each.
        let is_bounded = self.calls <= MOST_CALLS || kind == "disable_password";
        assert!(is_bounded && self.hashes <= MOST_HASHES);
        assert!(self.due.is_none() || kind == "audit", "{kind}, although {:?} is due", self.due);
        assert!(self.is_allowed(kind), "{kind} is not allowed yet");
        self.check_tenant(call);
        self.check_event(kind, call);
        let shown = |key: &String| strings(call).iter().any(|text| text.contains(key));
        assert!(!self.key.as_ref().is_some_and(shown), "SSO-ERR-011: {kind} holds the key");

        // A key that the host repeats is not a secret of the request any more.
        let said: Value = serde_json::from_str(reply).unwrap_or_default();
        self.key =
            self.key.take().filter(|key| !strings(&said).iter().any(|text| text.contains(key)));

        let is_told = call["event"]["kind"] == "host_fault";
        if is_told {
            // Whatever the reply to that is, 5000 follows.
            self.last = None;
            return;
        }
        let said = Said::read(reply);
        let due = said.as_ref().map_or(Some(UNFIT), |said| self.hear(kind, call, said));
        let reason = match due {
            Some(UNFIT) => Some("unfit_reply"),
            Some(5000) => Some("wrong_record"),
            _ => None,
        };
        self.fault = reason.map(|reason| (kind.to_owned(), reason));
        self.due = due.map(|code| if code == UNFIT { 5000 } else { code }).or(self.due);
        self.last = said.map(|said| (call.clone(), said));
    }

    /// Checks that a fault of the host is told at once and nothing else is, and that a change comes with its event.
    fn check_event(&mut self, kind: &str, call: &Value) {
        let event = &call["event"];
        if let Some((of, reason)) = self.fault.take() {
            assert_eq!(
                (kind, &event["kind"], &event["reason"]),
                ("audit", &json!("host_fault"), &json!(reason))
            );
            assert_eq!(event["fault"]["call"], *of);
            assert!(event["fault"]["member"].is_string() && event["fault"]["expected"].is_string());
        } else if !event.is_null() {
            assert_ne!(event["kind"], "host_fault", "a fault that is none");
            assert!(event["fault"].is_null());
        }
        let due = match (kind, &*self.path) {
            ("save_token", "/api/sso/exchange") => json!(["exchanged"]),
            ("save_token", "/api/authenticate") => json!(["signed_in"]),
            ("save_token", _) => json!(["signed_on", "user_created", "password_replaced"]),
            ("save_code", _) => json!(["launched"]),
            ("create_company", _) => json!(["company_added"]),
            ("set_company_status", _) => json!(["company_status_set"]),
            ("save_key", _) => json!(["key_issued"]),
            ("rotate_key", _) => json!(["key_rotated"]),
            ("set_key_status", _) => json!(["key_status_set"]),
            ("create_user", "") => json!(["user_added"]),
            ("set_user_status", _) => json!(["user_status_set"]),
            ("set_user_manager", _) => json!(["user_manager_set"]),
            ("save_product", _) => json!(["product_set"]),
            ("rotate_product", _) => json!(["product_rotated"]),
            ("purge_events", _) => json!(["events_purged"]),
            ("end_key", _) => json!(["key_ended"]),
            ("disable_password", _) => json!(["password_disabled"]),
            ("audit", _) => return,
            _ => match change(kind) {
                Some(change) => json!([change.event]),
                None => return assert!(event.is_null(), "{kind} has an event"),
            },
        };
        assert!(due.as_array().expect("kinds").contains(&event["kind"]), "{kind}: {event}");
        assert_eq!(event["at"], self.now);
        if let Some(grant) =
            ["token", "code"].iter().map(|name| &call[*name]).find(|it| it.is_object())
        {
            for member in ["companyId", "userId", "keyId", "product"] {
                assert_eq!(event[member], grant[member], "{member}");
            }
        }
    }

    /// Returns whether a call of this kind is allowed by now.
    fn is_allowed(&self, kind: &str) -> bool {
        let by_key = self.is_sign_on() && self.is_authorised;
        let is_command = self.path.is_empty();
        let of_company = is_command && self.company.is_some();
        match kind {
            "admit" | "audit" | "find_key" | "find_company" => true,
            "give_back" => self.verdict == Some(Verdict::Match),
            "find_company_by_email"
            | "create_company"
            | "list_companies"
            | "list_products"
            | "save_product"
            | "rotate_product"
            | "purge"
            | "purge_events" => is_command && self.calls == 1,
            "list_events" => is_command && self.calls <= 3,
            "find_token" | "revoke_token" => self.calls == 1,
            "find_product" => by_key || self.path == "/api/sso/exchange",
            "take_code" => self.is_authorised,
            "find_user" => self.company.as_ref().is_some_and(|it| is_command || is_enabled(it)),
            "verify_password" => by_key && self.user.is_some() || self.is_direct(),
            "hash_password" => by_key || of_company,
            "create_user" => (by_key || of_company) && self.user.is_none() && self.hash.is_some(),
            "replace_password" => {
                by_key && matches!(self.verdict, Some(Verdict::NoMatch | Verdict::Unreadable))
            }
            "rehash_password" => by_key && self.verdict == Some(Verdict::Match),
            "save_token" => self.version.is_some() && self.path != "/api/sso/login",
            "save_code" => by_key && self.version.is_some() && self.path == "/api/sso/login",
            "save_key" | "rotate_key" | "end_key" | "list_keys" | "list_users" => of_company,
            "disable_password" => {
                let before = self.last.as_ref().map(|(call, _)| &call["call"]);
                before.is_some_and(|it| it == "list_users" || it == "disable_password")
            }
            other => {
                let change = change(other).unwrap_or_else(|| panic!("`{other}` is not a call"));
                of_company && (!change.is_of_user || self.user.is_some())
            }
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
            assert_eq!(grant["expiresAt"], self.now.saturating_add(lifetime).min(MAX_INTEGER));
        }
        if call["password"].is_string() {
            assert_eq!(call["keyed"], !self.is_direct(), "STO-BEHALF");
            assert_eq!(call["companyId"], json!(self.company.as_ref().map(|company| company.id)));
        }
    }

    /// Takes note of a reply. Returns the code of the error that is due because of it.
    fn hear(&mut self, kind: &str, call: &Value, said: &Said) -> Option<u16> {
        let is_stronger = self.verdict == Some(Verdict::Match);
        match (kind, said) {
            // A direct sign-in is denied its product once its attempt is given back.
            ("give_back", Said::Done | Said::Failed) => {
                (self.is_direct() && !self.product_is_enabled()).then_some(4030)
            }
            ("audit", Said::Done | Said::Failed)
            | ("disable_password", Said::Done | Said::Stale)
            | ("rehash_password", Said::Done | Said::Stale | Said::Failed)
            | ("save_token" | "save_code" | "revoke_token", Said::Done)
            | ("save_product", Said::Done | Said::Exists)
            | ("rotate_product", Said::Done)
            | ("save_key" | "rotate_key", Said::SavedKey { .. })
            | ("purge" | "purge_events", Said::Purged { .. })
            | ("end_key", Said::Ended { .. })
            | ("list_events", Said::Events { .. })
            | ("find_company", Said::None) => None,
            ("hash_password", Said::Hashed { password_hash }) => {
                self.hash = Some(password_hash.clone());
                None
            }
            ("create_company" | "set_user_email", Said::Exists) => Some(4093),
            ("create_user", Said::Exists) if self.path.is_empty() => Some(4093),
            ("create_company", Said::Company { company }) => {
                let new = &call["company"];
                let is_it = new["domain"] == company.domain.as_str()
                    && new["email"] == company.email.as_str();
                (!is_it).then_some(5000)
            }
            ("list_companies", Said::Companies { companies }) => {
                check_list(call, companies.iter().map(|company| (company.id.get(), true)))
            }
            ("list_keys", Said::Keys { keys }) => check_list(
                call,
                keys.iter().map(|it| (it.id.get(), call["companyId"] == it.company_id.get())),
            ),
            ("list_users", Said::Users { users }) => check_list(
                call,
                users.iter().map(|it| (it.id.get(), call["companyId"] == it.company_id.get())),
            ),
            ("list_products", Said::Products { products }) => {
                let is_ordered =
                    products.is_sorted_by(|one, next| one.name.as_str() < next.name.as_str());
                (!is_ordered).then_some(5000)
            }
            ("hash_password", Said::Failed | Said::Overloaded { .. }) if is_stronger => None,
            ("verify_password" | "hash_password", Said::Overloaded { .. }) => Some(5031),
            (_, Said::Failed) => Some(5030),
            ("admit", Said::RetryAfter { .. }) => Some(4290),
            ("admit", Said::Admitted) => {
                (self.is_sign_on() && !self.key_is_looked_up).then_some(4010)
            }
            ("find_key", Said::None) => Some(4010),
            ("find_key", Said::Key { key, company }) => self.hear_key(call, key, company),
            ("find_product", Said::None) => Some(if self.is_sign_on() { 4030 } else { 4012 }),
            ("find_product", Said::Product { product }) => {
                let bearer = self.bearer.clone().unwrap_or_default();
                self.launch_url = json!(product.launch_url).as_str().map(str::to_owned);
                let secret = Digest::of(bearer.as_bytes());
                let previous =
                    product.previous_secret_digest.zip(product.previous_secret_expires_at);
                self.is_authorised |= product.secret_digest == secret
                    || previous.is_some_and(|(digest, end)| digest == secret && self.now < end);
                if json!(product.name) != call["name"] {
                    Some(5000)
                } else {
                    (!self.is_authorised).then_some(4012)
                }
            }
            ("find_company" | "find_company_by_email", Said::Company { company }) => {
                let is_it = call["domain"] == company.domain.as_str()
                    || call["email"] == company.email.as_str();
                self.company = Some(company.clone());
                (!is_it).then_some(5000)
            }
            (change, Said::Done) if self::change(change).is_some() => None,
            (change, Said::None) if self::change(change).is_some() => Some(4040),
            ("find_company_by_email" | "rotate_key" | "end_key" | "rotate_product", Said::None) => {
                Some(4040)
            }
            ("find_user", Said::None) if self.path.is_empty() => Some(4040),
            ("find_user", Said::None) => {
                self.user = None;
                self.lost.as_ref().map_or((!self.may_create(call)).then_some(4030), |_| Some(5030))
            }
            ("find_user", Said::User { user }) => self.hear_user(call, user),
            ("create_user", Said::Created { user }) => {
                self.version = Some(user.credential_version);
                let new = &call["user"];
                let is_new = self.hear_user(new, user).is_none()
                    && user.status == UserStatus::Enabled
                    && user.credential_version.get() == 1
                    && Some(&user.password_hash) == self.hash.as_ref()
                    && new["managedBy"] == json!(user.managed_by)
                    && new["passwordKeyId"] == json!(user.password_key_id);
                (!is_new).then_some(5000)
            }
            ("create_user", Said::Exists) | ("replace_password", Said::Stale) => {
                self.lost = Some(kind.to_owned());
                None
            }
            ("replace_password", Said::Replaced { credential_version }) => {
                self.version = Some(*credential_version);
                let is_raised = call["expectedVersion"].as_u64().map(|it| it + 1);
                (is_raised != Some(credential_version.get())).then_some(5000)
            }
            ("verify_password", Said::Match) => self.hear_verdict(Verdict::Match),
            ("verify_password", Said::NoMatch) => self.hear_verdict(Verdict::NoMatch),
            ("verify_password", Said::Unreadable) => self.hear_verdict(Verdict::Unreadable),
            ("find_token" | "take_code", Said::None) => Some(4012),
            ("find_token", Said::Token { token, holder }) => self
                .hear_grant(call, token, holder)
                .or((!self.is_for_the_product(token, &holder.company)).then_some(4012)),
            ("take_code", Said::Code { code, holder }) => {
                let token = Token::new(
                    code.digest,
                    code.user_id,
                    code.company_id,
                    Some(code.key_id),
                    code.credential_version,
                    Some(code.product.clone()),
                    code.expires_at,
                );
                self.hear_grant(call, &token, holder)
                    .or((self.product != token.product).then_some(4012))
            }
            _ => Some(UNFIT),
        }
    }

    /// Returns whether an unknown user may be signed on, whose e-mail a call names (`SSO-RULE-010`). Direct sign-in creates nobody.
    fn may_create(&self, call: &Value) -> bool {
        let email = call["email"].as_str().unwrap_or_default();
        let listed = self.company.as_ref().map_or(&[][..], |it| it.email_domains.as_slice());
        !self.is_sign_on()
            || listed.is_empty()
            || listed.iter().any(|domain| email.ends_with(&format!("@{domain}")))
    }

    fn hear_key(&mut self, call: &Value, key: &Key, company: &Company) -> Option<u16> {
        self.is_authorised = true;
        self.company = Some(company.clone());
        if json!(key.digest) != call["digest"] || key.company_id != company.id {
            Some(5000)
        } else if !self.is_good(key) || !is_enabled(company) {
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
                (Verdict::Match, UserStatus::Enabled) | (Verdict::Unreadable, _) => None,
                (Verdict::Match, UserStatus::Disabled) | (Verdict::NoMatch, _) => Some(4011),
            };
        }
        let stored = user.issued_at.filter(|it| *it <= self.now.saturating_add(300_000));
        let is_outdated = self.issued_at.zip(stored).is_some_and(|(sent, stored)| sent < stored);
        match verdict {
            Verdict::Match => None,
            _ if user.managed_by == ManagedBy::Local => Some(4090),
            _ if is_outdated => Some(4092),
            _ if self.lost.as_deref() == Some("replace_password") => Some(4091),
            _ => None,
        }
    }

    fn hear_grant(&mut self, call: &Value, token: &Token, holder: &Holder) -> Option<u16> {
        let Holder { user, company, key, .. } = holder;
        let is_it = json!(token.digest) == call["digest"]
            && (company.id, user.company_id, user.id)
                == (token.company_id, token.company_id, token.user_id)
            && key.as_ref().map(|key| key.id) == token.key_id
            && key.as_ref().is_none_or(|key| key.company_id == company.id);
        let is_good = self.now < token.expires_at
            && user.credential_version == token.credential_version
            && user.status == UserStatus::Enabled
            && is_enabled(company)
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
        self.product.as_ref().is_none_or(|asked_for| products.into_iter().any(|it| it == asked_for))
    }

    /// Returns whether a token is valid at the product that a session names (SSO-SES-007).
    fn is_for_the_product(&self, token: &Token, company: &Company) -> bool {
        let Some(asked_for) = &self.product else { return true };
        token.product.as_ref().map_or(company.products.contains(asked_for), |own| own == asked_for)
    }
}

fn is_enabled(company: &Company) -> bool {
    company.status == CompanyStatus::Enabled
}

/// Checks that a list is in order, of the company and not too long (STO-LIST).
fn check_list(call: &Value, records: impl Iterator<Item = (u64, bool)>) -> Option<u16> {
    let [after, limit] = ["after", "limit"].map(|name| call[name].as_u64().expect("a number"));
    let records: Vec<_> = records.collect();
    let ids: Vec<_> = [after].into_iter().chain(records.iter().map(|(id, _)| *id)).collect();
    let is_the_page = ids.is_sorted_by(|one, two| one < two)
        && records.iter().all(|(_, is_of_company)| *is_of_company)
        && records.len() as u64 <= limit;
    (!is_the_page).then_some(5000)
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
