//! Compares the answer with the replies before it.

use serde_json::{Value, json};
use ssokey_core::{Digest, Key, Reply, Response};

use crate::{Outcome, Witness};

impl Witness {
    /// Checks the answer.
    ///
    /// # Panics
    ///
    /// If a different answer is due.
    pub fn judge(&self, answer: &Response, outcome: Outcome) {
        let (status, returned) = match outcome {
            Outcome::Error(code) if self.calls == 0 => return assert!(matches!(code, 4000 | 4003)),
            Outcome::Error(code) => return assert_eq!(Some(code), self.due),
            Outcome::Success(status, returned) => (status, returned),
        };
        assert_eq!(self.due, None);
        let (call, reply) = self.last.as_ref().expect("a good reply came last");
        let digest_of = |text: &Value| json!(Digest::of(text.as_str().expect("a text").as_bytes()));
        let member =
            |name: &str| answer.headers.iter().find(|(it, _)| *it == name).map(|(_, it)| it);
        match (status, call["call"].as_str().expect("a name"), reply) {
            (200, "save_token", Reply::Done) | (200, "find_token", Reply::Token { .. }) => {
                let stored = call.get("digest").unwrap_or(&call["token"]["digest"]);
                assert_eq!(digest_of(&returned["token"]), *stored);
                assert_eq!(returned, self.documented(&returned["token"]));
                let (_, cut) = answer.body.split_once("token").expect("the word");
                assert_eq!(cut[3..39], *returned["token"].as_str().expect("a text"), "SSO-RSP-012");
            }
            (303, "save_code", Reply::Done) => {
                let url = self.launch_url.as_ref().expect("a product");
                let separator = if url.contains('?') { '&' } else { '?' };
                let location = member("location").expect("a place");
                let code =
                    location.strip_prefix(&format!("{url}{separator}code=")).expect("SSO-LAU-002");
                assert_eq!(code.len(), 43);
                assert_eq!(digest_of(&code.into()), call["code"]["digest"]);
                assert_eq!(returned, json!({}));
            }
            (200, "revoke_token" | "set_key_status", Reply::Done) => {
                assert_eq!(returned, json!({}))
            }
            (200, "save_key", Reply::SavedKey { key_id }) => {
                let new = &call["key"];
                assert_eq!(digest_of(&returned["ssokey"]), new["digest"]);
                let due = json!({
                    "keyId": key_id, "companyId": new["companyId"],
                    "ssokey": returned["ssokey"], "expiresAt": new["expiresAt"],
                });
                assert_eq!(returned, due);
            }
            (200, "list_keys", Reply::Keys { keys }) => {
                let listed = |key: &Key| json!({"keyId": key.id, "status": key.status, "expiresAt": key.expires_at});
                assert_eq!(returned, json!({"keys": keys.iter().map(listed).collect::<Vec<_>>()}));
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
