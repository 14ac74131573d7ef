//! The accounts that a server has shown, which later answers are held against.

use std::collections::BTreeMap;

use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::rules::misstep::Misstep;
use crate::rules::property::MismatchKind;
use crate::rules::step::User;

/// The companies and users of the answers so far.
#[derive(Default)]
pub(crate) struct ShownAccounts {
    /// `companyId` and `companyDomain` of each company, as its first answer told them.
    companies: BTreeMap<u8, (String, String)>,
    /// `userId` of each user, likewise.
    users: BTreeMap<User, String>,
}

impl ShownAccounts {
    /// Expects the account of an answer to be that of the user, as any answer before has shown it.
    pub(crate) fn recognise(
        &mut self,
        user: User,
        answer: &Answer,
        at: usize,
    ) -> Result<(), Misstep> {
        let shown = |name: &str| answer.returned(name).map_or("absent".to_owned(), Json::to_string);
        let (company, id) = (shown("companyId"), shown("userId"));
        match self.companies.get(&user.company) {
            Some((known, _)) if *known != company => {
                let expected = format!("the `companyId` {known} of the key, as before");
                return Err(Misstep::new(at, MismatchKind::Company, expected, company));
            }
            Some(_) => (),
            None => {
                if self.companies.values().any(|(other, _)| *other == company) {
                    let expected = format!("a `companyId` other than {company} of the other key");
                    return Err(Misstep::new(at, MismatchKind::OtherCompany, expected, company));
                }
                let domain = answer.returned("companyDomain").and_then(Json::as_str);
                let domain = domain.unwrap_or_default().to_owned();
                self.companies.insert(user.company, (company, domain));
            }
        }
        match self.users.get(&user) {
            Some(known) if *known != id => {
                let expected = format!("the `userId` {known}, as before");
                return Err(Misstep::new(at, MismatchKind::User, expected, id));
            }
            Some(_) => (),
            None => {
                let mut others = self.users.iter();
                let same = others.find(|(it, known)| it.company == user.company && **known == id);
                if let Some((other, _)) = same {
                    let expected = format!("a `userId` other than {id}, which is {other}");
                    return Err(Misstep::new(at, MismatchKind::OtherUser(*other), expected, id));
                }
                self.users.insert(user, id);
            }
        }
        Ok(())
    }

    pub(crate) fn has_company(&self, company: u8) -> bool {
        self.companies.contains_key(&company)
    }

    /// Returns the domain of the company; an empty text as long as no answer has shown it.
    pub(crate) fn domain(&self, company: u8) -> &str {
        self.companies.get(&company).map_or("", |(_, domain)| domain)
    }
}
