//! The six calls, once their fields are read.

use serde_json::json;

use crate::fault::Fault;
use crate::service::bounds::Fields;
use crate::service::refused::{Refused, invalid, no_token, not_accepted, refuse};
use crate::service::store::{Grant, User};
use crate::service::{COMPANIES, Good, KEY, PRODUCT_SECRET, SECOND_KEY, Service};

fn good(status: u16, body: String) -> Good {
    Good { status, body, headers: Vec::new() }
}

impl Service {
    pub(super) fn sign_on(
        &mut self,
        fields: &Fields,
        knows_nobody: bool,
        by_get: bool,
    ) -> Result<Good, Refused> {
        let (email, password) = (fields.value("email"), fields.value("password"));
        let company = self.admit(fields.value("ssokey"), email)?;
        let user = self.settle(company, email, password, (knows_nobody, false))?;
        let mut good = self.give_token(company, email, &user, fields.value("product"), by_get);
        if self.has(Fault::PasswordIsInHeader) {
            good.headers.push(("X-Debug", json!(password).to_string()));
        }
        Ok(good)
    }

    pub(super) fn launch(&mut self, fields: &Fields) -> Result<Good, Refused> {
        let (email, password) = (fields.value("email"), fields.value("password"));
        let company = match self.admit(fields.value("ssokey"), email) {
            Err(_) if self.has(Fault::LaunchMindsNoKey) => 0,
            admitted => admitted?,
        };
        let user = self.settle(company, email, password, (false, true))?;
        let grant = Grant::new(company, email, &user, fields.value("product"));
        self.store.given += 1;
        let code = match self.fault {
            Fault::CodeIsCounted => format!("{:042}A", self.store.given),
            Fault::CodeIsShort => format!("{}A", &scramble(self.store.given)[..41]),
            _ => format!("{}A", &scramble(self.store.given)[..42]),
        };
        self.store.codes.insert(code.clone(), grant);
        let product = fields.value("product");
        let mut url = format!("https://{product}.example/enter?by=partner");
        if self.has(Fault::LaunchUrlFollowsUser) {
            url += &format!("&user={}", user.id);
        }
        if self.has(Fault::TokenIsInLocation) {
            let given = self.give_token(company, email, &user, product, false);
            let (_, rest) = given.body.split_once(r#""token":""#).unwrap();
            url += &format!("&token={}", &rest[..36]);
        }
        let body = if self.has(Fault::LaunchBodyIsEmpty) {
            "{}".to_owned()
        } else {
            let end = if self.has(Fault::LineFeedAtTheEnd) { "\n" } else { "" };
            format!(r#"{{"status_code":303,"return":{{}},"stat":"ok"}}{end}"#)
        };
        let mut good = good(303, body);
        good.headers.push(("Location", format!("{url}&code={code}")));
        Ok(good)
    }

    pub(super) fn exchange(
        &mut self,
        fields: &Fields,
        secret: Option<&str>,
    ) -> Result<Good, Refused> {
        if secret != Some(PRODUCT_SECRET) {
            return if self.has(Fault::WrongSecretIsTold) { not_accepted() } else { no_token() };
        }
        let (code, product) = (fields.value("code"), fields.value("product"));
        let taken = match self.fault {
            Fault::CodeIsKept => self.store.codes.get(code).cloned(),
            _ => self.store.codes.remove(code),
        };
        let Some(grant) = taken.filter(|grant| grant.product == product) else {
            return no_token();
        };
        let place = (self.home(grant.company), self.name(&grant.email));
        let user = self.store.users.get(&place).cloned();
        let current =
            |user: &User| user.version == grant.version || self.has(Fault::CodeOutlivesPassword);
        let Some(mut user) = user.filter(current) else { return no_token() };
        if self.has(Fault::ExchangeNamesAnother) {
            user.id += 1;
        }
        Ok(self.give_token(grant.company, &grant.email, &user, product, false))
    }

    pub(super) fn direct(&mut self, fields: &Fields) -> Result<Good, Refused> {
        if fields.has("product") && self.has(Fault::DirectKnowsNoProduct) {
            return invalid();
        }
        let given = match self.fault {
            Fault::CompanyMindsCase => fields.value("company").to_owned(),
            _ => fields.value("company").to_ascii_lowercase(),
        };
        let company = COMPANIES.iter().position(|company| company.domain == given);
        let company = if self.has(Fault::CompanyFollowsEmail) { Some(0) } else { company };
        let Some(company) = company else { return not_accepted() };
        let email = fields.value("userid");
        let user = self.sign_in(company, email, fields.value("password"))?;
        Ok(self.give_token(company, email, &user, fields.value("product"), false))
    }

    pub(super) fn session(
        &mut self,
        fields: &Fields,
        bearer: Option<String>,
    ) -> Result<Good, Refused> {
        if fields.has("token") && self.has(Fault::SessionTakesNoToken) {
            return no_token();
        }
        let token = self.presented(fields, bearer)?;
        let (grant, user) = self.holder(&token)?;
        Ok(good(200, self.account(grant.company, user.id, &grant.email, &token, false)))
    }

    pub(super) fn sign_out(
        &mut self,
        fields: &Fields,
        bearer: Option<String>,
    ) -> Result<Good, Refused> {
        match self.presented(fields, bearer) {
            Ok(token) => {
                let ended = self.store.tokens.get(&token).cloned();
                if ended.is_none() && self.has(Fault::SignOutMindsTokens) {
                    return no_token();
                }
                if let (Some(ended), Fault::SignOutEndsAll) = (ended, self.fault) {
                    self.store.tokens.retain(|_, grant| *grant != ended);
                }
                if !self.has(Fault::SignOutEndsNothing) {
                    self.store.tokens.remove(&token);
                }
            }
            Err(refused) if !self.has(Fault::SignOutNeedsNoToken) => return Err(refused),
            Err(_) => (),
        }
        let end = if self.has(Fault::LineFeedAtTheEnd) { "\n" } else { "" };
        let code = if self.has(Fault::StatusCodeIsText) { json!("200") } else { json!(200) };
        Ok(good(200, format!(r#"{{"status_code":{code},"return":{{}},"stat":"ok"}}{end}"#)))
    }

    /// The company of the key.
    fn admit(&self, key: &str, email: &str) -> Result<usize, Refused> {
        let key = if self.has(Fault::KeyIsTrimmed) { key.trim() } else { key };
        let right = match self.fault {
            Fault::KeyIgnoresCase => key.eq_ignore_ascii_case(KEY),
            Fault::CheckCharactersAreNotRead => {
                key.len() == KEY.len() && key.starts_with(&KEY[..48])
            }
            _ => key == KEY,
        };
        if right {
            return Ok(0);
        }
        if key == SECOND_KEY {
            return Ok(usize::from(!self.has(Fault::KeysAreOneCompany)));
        }
        if key.len() == KEY.len() && key.is_ascii() && self.has(Fault::UnknownKeyIsDenied) {
            return refuse(403, 4030, "access_denied");
        }
        if key.len() < 22 && self.has(Fault::ShortKeyIsInvalid) {
            return invalid();
        }
        let known = self.store.users.contains_key(&(0, email.to_ascii_lowercase()));
        let details = match self.fault {
            Fault::RefusalSaysWhy if !key.is_ascii() => "no ASCII".to_owned(),
            Fault::RefusalKnowsUsers if known => "the user will be sad".to_owned(),
            Fault::KeyIsEchoed => format!("{key} is no key"),
            _ => "the key is not accepted".to_owned(),
        };
        Err(Refused(401, 4010, "invalid_ssokey", details))
    }

    fn give_token(
        &mut self,
        company: usize,
        email: &str,
        user: &User,
        product: &str,
        by_get: bool,
    ) -> Good {
        self.store.given += 1;
        let serial = if self.has(Fault::TokenIsKept) { user.id } else { self.store.given };
        let version = if self.has(Fault::TokenIsVersion1) { 1 } else { 4 };
        let mut token = format!("abcdef00-0000-{version}000-8000-{serial:012}");
        if self.has(Fault::TokenIsUpperCase) {
            token = token.to_ascii_uppercase();
        }
        let grant = Grant::new(company, email, user, product);
        if self.has(Fault::OneTokenPerUser) {
            self.store.tokens.retain(|_, known| *known != grant);
        }
        self.store.tokens.insert(token.clone(), grant);
        good(200, self.account(company, user.id, email, &token, by_get))
    }

    /// The token of the request, if it has the form of one.
    fn presented(&self, fields: &Fields, bearer: Option<String>) -> Result<String, Refused> {
        let field = ["token", "_token"].into_iter().find(|name| fields.has(name));
        let token = bearer.or_else(|| field.map(|name| fields.value(name).to_owned()));
        let token = token.unwrap_or_default();
        let token = match self.fault {
            Fault::TokenIgnoresCase => token.to_ascii_lowercase(),
            _ => token,
        };
        let lawful = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
        let given = self.has(Fault::TokenIsUpperCase) && self.store.tokens.contains_key(&token);
        let fits = token.len() == 36 && token.matches('-').count() == 4;
        if given || fits && token.bytes().all(lawful) { Ok(token) } else { no_token() }
    }
}

/// 43 digits that look random and come from this number.
fn scramble(number: u64) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = number;
    let digit = |_| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        char::from(DIGITS[usize::try_from(state >> 58).unwrap()])
    };
    (0..43).map(digit).collect()
}
