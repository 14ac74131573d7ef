//! What each field may hold.

use serde_json::Value;

use crate::fault::Fault;
use crate::service::decode::Pairs;
use crate::service::refused::{Refused, invalid, missing};
use crate::service::{Call, Service};

const PRODUCTS: [&str; 6] = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"];

/// The known fields of a call, each within its bounds.
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// The value of a field; empty if there is none.
    pub(super) fn value(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        fields.find_map(|(known, value)| (*known == name).then_some(value)).map_or("", |it| it)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }
}

impl Service {
    pub(super) fn fields(&self, call: Call, pairs: &Pairs) -> Result<Fields, Refused> {
        let known = || call.required().iter().chain(call.optional()).copied();
        if self.has(Fault::UnknownFieldIsRefused)
            && pairs.iter().any(|(name, _)| !known().any(|known| known == name))
        {
            return invalid();
        }
        let value = |name: &str| {
            let mut pairs = pairs.iter();
            pairs.find_map(|(known, value)| (known == name).then_some(value))
        };
        for name in known().filter(|name| !name.ends_with("token")) {
            let empty_is_one = name == "password" && self.has(Fault::EmptyPasswordIsOne);
            match value(name) {
                Some(Value::String(text)) if text.is_empty() && !empty_is_one => return missing(),
                None if !call.required().contains(&name) => (),
                None if self.has(Fault::MissingIsInvalid) => return invalid(),
                None => return missing(),
                Some(_) => (),
            }
        }
        if call == Call::Direct && value("company").is_none() {
            return if self.has(Fault::NoCompanyIsInvalid) { invalid() } else { missing() };
        }
        let mut fields = Vec::new();
        for name in known() {
            let text = match value(name) {
                Some(Value::String(text)) => text.clone(),
                Some(other) if self.has(Fault::ScalarsAreStrings) => other.to_string(),
                Some(_) => return invalid(),
                None => continue,
            };
            let free = ["password", "token", "_token"].contains(&name)
                || name == "ssokey" && self.has(Fault::ControlCharacterInKeyIsUnknown);
            if text.contains(char::is_control) && !free {
                return invalid();
            }
            self.bound(name, &text)?;
            fields.push((name, text));
        }
        Ok(Fields(fields))
    }

    fn bound(&self, name: &str, text: &str) -> Result<(), Refused> {
        let fits = match name {
            "email" => self.is_email(text),
            "userid" => self.is_email(text) || self.has(Fault::AnyUserid),
            "company" => is_domain(text) || self.has(Fault::AnyCompany),
            "product" => self.is_product(text),
            "password" => self.is_password(text),
            "issued_at" => self.is_time(text),
            _ => true,
        };
        if fits {
            return Ok(());
        }
        let mut refused = invalid();
        if let ("email", true, Err(Refused(.., details))) =
            (name, self.has(Fault::EmailIsEchoedEscaped), &mut refused)
        {
            *details = format!("no e-mail: {}", text.to_uppercase().replace('-', "%2d"));
        }
        refused
    }

    fn is_product(&self, product: &str) -> bool {
        let one = product == "livechat" || !self.has(Fault::OneProduct);
        PRODUCTS.contains(&product) && one || self.has(Fault::AnyProduct)
    }

    fn is_password(&self, password: &str) -> bool {
        let length = match self.fault {
            Fault::PasswordIsCountedInCharacters => password.chars().count(),
            _ => password.len(),
        };
        let longest = match self.fault {
            Fault::PasswordHas72 => 72,
            Fault::PasswordIsCut => usize::MAX,
            _ => 1024,
        };
        length <= longest && !(password.contains('\0') && self.has(Fault::NulIsRefused))
    }

    fn is_email(&self, email: &str) -> bool {
        let Some((local, domain)) = email.split_once('@') else {
            return false;
        };
        if self.has(Fault::EmailIsAnythingWithAt) {
            return !email.contains(' ');
        }
        let atom = |text: &str| {
            let lawful =
                |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
            !text.is_empty() && text.bytes().all(lawful)
        };
        let longest = if self.has(Fault::LocalPartHas63) { 63 } else { 64 };
        email.len() <= 254
            && local.len() <= longest
            && local.split('.').all(atom)
            && domain.split('.').all(is_label)
    }

    fn is_time(&self, time: &str) -> bool {
        let digits = time.bytes().all(|byte| byte.is_ascii_digit()) && !time.starts_with('0');
        let greatest =
            if self.has(Fault::IssuedAtIsInSeconds) { u64::from(u32::MAX) } else { (1 << 53) - 1 };
        let bounded = time.parse::<u64>().is_ok_and(|time| time <= greatest);
        digits && bounded || self.has(Fault::IssuedAtIsNotRead)
    }
}

fn is_label(text: &str) -> bool {
    let lawful = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let hyphen = text.starts_with('-') || text.ends_with('-');
    !text.is_empty() && text.len() < 64 && !hyphen && text.bytes().all(lawful)
}

fn is_domain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}
