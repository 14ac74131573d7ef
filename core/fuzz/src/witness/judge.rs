//! Compares the answer with the replies before it.

use serde_json::{Value, json};
use ssokey_core::operator::ListedKey;
use ssokey_core::{Company, Digest, Product, Response, User};

use crate::change::change;
use crate::said::Said;
use crate::{Outcome, Witness};

impl Witness {
    /// Checks the answer.
    ///
    /// # Panics
    ///
    /// If a different answer is due.
    pub fn judge(&self, answer: &Response, outcome: Outcome) {
        let (status, returned) = match outcome {
            Outcome::Error(code) if self.calls == 0 => {
                return assert!(matches!(code, 4000 | 4001 | 4003));
            }
            Outcome::Error(code) => {
                assert!(self.fault.is_none(), "the host is not told of its fault");
                return assert_eq!(Some(code), self.due);
            }
            Outcome::Success(status, returned) => (status, returned),
        };
        assert_eq!(self.due, None);
        let (call, reply) = self.last.as_ref().expect("a good reply came last");
        let digest_of = |text: &Value| json!(Digest::of(text.as_str().expect("a text").as_bytes()));
        let member =
            |name: &str| answer.headers.iter().find(|(it, _)| *it == name).map(|(_, it)| it);
        match (status, call["call"].as_str().expect("a name"), reply) {
            (200, "save_token", Said::Done) | (200, "find_token", Said::Token { .. }) => {
                let stored = call.get("digest").unwrap_or(&call["token"]["digest"]);
                assert_eq!(digest_of(&returned["token"]), *stored);
                assert_eq!(returned, self.documented(&returned["token"]));
                let (_, cut) = answer.body.split_once("token").expect("the word");
                assert_eq!(cut[3..39], *returned["token"].as_str().expect("a text"), "SSO-RSP-012");
            }
            (303, "save_code", Said::Done) => {
                let url = self.launch_url.as_ref().expect("a product");
                let separator = if url.contains('?') { '&' } else { '?' };
                let location = member("location").expect("a place");
                let code =
                    location.strip_prefix(&format!("{url}{separator}code=")).expect("SSO-LAU-002");
                assert_eq!(code.len(), 43);
                assert_eq!(digest_of(&code.into()), call["code"]["digest"]);
                assert_eq!(returned, json!({}));
            }
            (200, name, Said::Done) if name == "revoke_token" || change(name).is_some() => {
                assert_eq!(returned, json!({}));
            }
            (200, "find_user", Said::User { user }) => {
                let due = json!({
                    "user": shown_user(user), "issuedAt": user.issued_at,
                    "passwordKeyId": user.password_key_id,
                });
                assert_eq!(returned, due);
            }
            (200, "create_company", Said::Company { company }) => {
                assert_eq!(returned, json!({"company": shown_company(company)}));
            }
            (200, "create_user", Said::Created { user }) => {
                assert_eq!(returned, json!({"user": shown_user(user)}));
            }
            (200, "save_product", Said::Done | Said::Exists) => {
                let secret = match reply {
                    Said::Exists => json!(null),
                    _ => returned["secret"].clone(),
                };
                assert!(secret.is_null() || digest_of(&secret) == call["secretDigest"]);
                let due = json!({
                    "name": call["name"], "launchUrl": call["launchUrl"], "secret": secret,
                });
                assert_eq!(returned, due);
            }
            (200, "rotate_product", Said::Done) => {
                assert_eq!(digest_of(&returned["secret"]), call["secretDigest"]);
                let due = json!({
                    "name": call["name"], "secret": returned["secret"],
                    "previousSecretExpiresAt": call["previousSecretExpiresAt"],
                });
                assert_eq!(returned, due);
            }
            (200, "list_products", Said::Products { products }) => {
                let listed = |it: &Product| {
                    json!({
                        "name": it.name, "launchUrl": it.launch_url,
                        "previousSecretExpiresAt": it.previous_secret_expires_at,
                    })
                };
                let shown: Vec<_> = products.iter().map(listed).collect();
                assert_eq!(returned, json!({"products": shown}));
            }
            (200, "purge" | "purge_events", Said::Purged { count }) => {
                assert_eq!(returned, json!({"purged": count}));
            }
            (200, "list_events", Said::Events { events }) => {
                assert_eq!(returned["events"].as_array().map(Vec::len), Some(events.len()));
            }
            (200, "end_key", Said::Ended { count }) => {
                assert_eq!(returned, json!({"passwords": count}));
            }
            (200, "list_companies", Said::Companies { companies }) => {
                let ids = companies.iter().map(|company| company.id.get());
                let shown: Vec<_> = companies.iter().map(shown_company).collect();
                assert_eq!(returned, json!({"companies": shown, "next": next(call, ids)}));
            }
            // Users who were counted, or of whom none has a hash of the kind.
            (200, "list_users", Said::Users { users }) if returned.get("users").is_none() => {
                let ids = users.iter().map(|user| user.id.get());
                assert_eq!(returned["next"], json!(next(call, ids)));
                let number = |name: &str| returned.get(name).and_then(Value::as_u64).unwrap_or(0);
                let counted = ["current", "other", "unreadable"].map(number).iter().sum::<u64>();
                if returned.get("current").is_some() {
                    assert_eq!(counted + number("disabled"), users.len() as u64, "SSO-OPS-019");
                } else {
                    assert_eq!(returned["disabled"], 0);
                }
            }
            (200, "disable_password", Said::Done | Said::Stale) => {
                assert!(returned["disabled"].as_u64().is_some_and(|it| it < self.calls as u64));
                assert!(call["expectedHash"] != call["passwordHash"], "SSO-OPS-020");
            }
            (200, "list_users", Said::Users { users }) => {
                let ids = users.iter().map(|user| user.id.get());
                let shown: Vec<_> = users.iter().map(shown_user).collect();
                assert_eq!(returned, json!({"users": shown, "next": next(call, ids)}));
            }
            (200, "save_key" | "rotate_key", Said::SavedKey { key_id }) => {
                let new = &call["key"];
                assert_eq!(digest_of(&returned["ssokey"]), new["digest"]);
                let due = json!({
                    "keyId": key_id, "companyId": new["companyId"],
                    "ssokey": returned["ssokey"], "expiresAt": new["expiresAt"],
                });
                assert_eq!(returned, due);
            }
            (200, "list_keys", Said::Keys { keys }) => {
                let listed = |key: &ListedKey| {
                    json!({
                        "keyId": key.id, "status": key.status, "expiresAt": key.expires_at,
                        "createdAt": key.created_at, "lastUsedAt": key.last_used_at,
                    })
                };
                let ids = keys.iter().map(|key| key.id.get());
                let shown: Vec<_> = keys.iter().map(listed).collect();
                assert_eq!(returned, json!({"keys": shown, "next": next(call, ids)}));
            }
            (status, call, _) => panic!("{status} after {call}"),
        }
    }

    /// Returns the documented 14 members, made of the last replies.
    fn documented(&self, token: &Value) -> Value {
        let user = self.user.as_ref().expect("a user");
        let company = self.company.as_ref().expect("a company");
        json!({
            "loginId": user.login_id, "companyName": company.name, "isCreator": user.is_creator,
            "domainOwnershipVerified": company.domain_ownership_verified, "token": token, "email": user.email,
            "userId": user.id, "permissions": user.permissions, "isCompanyAdmin": user.is_company_admin,
            "accountType": company.account_type, "domainMxVerified": company.domain_mx_verified,
            "companyId": company.id, "displayName": user.display_name, "companyDomain": company.domain,
        })
    }
}

/// Returns the id after which the next page begins, if this one is full (SSO-OPS-009).
fn next(call: &Value, ids: impl ExactSizeIterator<Item = u64>) -> Option<u64> {
    if call["limit"] == ids.len() { ids.last() } else { None }
}

fn shown_company(company: &Company) -> Value {
    json!({
        "companyId": company.id, "name": company.name, "domain": company.domain, "email": company.email,
        "products": company.products, "emailDomains": company.email_domains, "accountType": company.account_type,
        "domainOwnershipVerified": company.domain_ownership_verified,
        "domainMxVerified": company.domain_mx_verified, "status": company.status,
    })
}

fn shown_user(user: &User) -> Value {
    json!({
        "userId": user.id, "email": user.email, "loginId": user.login_id, "displayName": user.display_name,
        "isCreator": user.is_creator, "isCompanyAdmin": user.is_company_admin, "permissions": user.permissions, "status": user.status, "managedBy": user.managed_by,
    })
}
