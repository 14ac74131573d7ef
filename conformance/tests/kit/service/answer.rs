//! What is answered when all is well.

use serde_json::{Value, json};

use crate::fault::Fault;
use crate::service::{COMPANIES, Service};

impl Service {
    /// The documented answer.
    pub(super) fn account(
        &self,
        company: usize,
        id: u64,
        email: &str,
        token: &str,
        by_get: bool,
    ) -> String {
        let company = &COMPANIES[company];
        let email = match self.fault {
            Fault::EmailIsAnsweredAsSent => email.to_owned(),
            Fault::AnswersWithAnotherEmail => format!("x{}", email.to_ascii_lowercase()),
            _ => email.to_ascii_lowercase(),
        };
        let name = if by_get && self.has(Fault::GetNamesDifferently) { "somebody" } else { &email };
        let login = if self.has(Fault::AnswersWithAnotherEmail) { &email[1..] } else { &email };
        let name = if self.has(Fault::AnswersWithAnotherEmail) { login } else { name };
        let domain = email.split_once('@').unwrap().1;
        let others = (0, email.clone());
        let taken = company.id == 8 && self.store.users.contains_key(&others);
        let name =
            if taken && self.has(Fault::NewUserNamesOthers) { "one of theirs" } else { name };
        let if_has =
            |fault: Fault, then: Value, other: Value| if self.has(fault) { then } else { other };
        let mut members = vec![
            ("loginId", json!(login)),
            (
                "companyName",
                if_has(Fault::CompanyIsNamedToken, json!("token Ltd"), json!(company.name)),
            ),
            ("isCreator", json!(self.has(Fault::NewUserIsCreator))),
            ("domainOwnershipVerified", json!(false)),
            ("token", json!(token)),
            ("email", json!(email)),
            ("userId", json!(id)),
            ("permissions", if_has(Fault::PermissionsAreNumbers, json!([1]), json!([]))),
            ("isCompanyAdmin", json!(false)),
            ("accountType", json!("ENTERPRISE")),
            ("domainMxVerified", if_has(Fault::FlagIsNumber, json!(0), json!(false))),
            ("companyId", if_has(Fault::CompanyIdIsZero, json!(0), json!(company.id))),
            ("displayName", json!(name)),
            (
                "companyDomain",
                if_has(Fault::CompanyFollowsEmail, json!(domain), json!(company.domain)),
            ),
        ];
        match self.fault {
            Fault::MemberIsAbsent => members.retain(|(name, _)| *name != "accountType"),
            Fault::MemberIsTwice => members.push(("email", json!(email))),
            Fault::MembersAreSwapped => members.swap(12, 13),
            _ => (),
        }
        let members: Vec<_> = members.iter().map(|(n, v)| format!("\"{n}\":{v}")).collect();
        let code = if_has(Fault::StatusCodeIsText, json!("200"), json!(200));
        let end = if self.has(Fault::LineFeedAtTheEnd) { "\n" } else { "" };
        let members = members.join(",");
        format!(r#"{{"status_code":{code},"return":{{{members}}},"stat":"ok"}}{end}"#)
    }
}
