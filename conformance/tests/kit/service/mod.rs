//! A sign-on server over a map, written from the specification alone, with a place for each fault.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::fault::Fault;
use crate::server::{Raw, Reply};

/// The key of the server's one company.
pub(crate) const KEY: &str = "ssok_Kit0Good1Server2Of3One4Company5Key6Number7x1yFSCl";

const PATH: &str = "/api/sso/authenticate";
const KNOWN: [&str; 5] = ["email", "password", "ssokey", "product", "issued_at"];
const PRODUCTS: [&str; 6] = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"];

/// The users by canonical e-mail: id and password.
pub(crate) struct SignOn {
    fault: Fault,
    users: HashMap<String, (u64, String)>,
    ids: u64,
    tokens: u64,
}

struct Refused(u16, u16, &'static str, String);

type Pairs = Vec<(String, Value)>;

fn refuse<T>(status: u16, code: u16, name: &'static str) -> Result<T, Refused> {
    Err(Refused(status, code, name, "the request was refused".to_owned()))
}

fn malformed<T>() -> Result<T, Refused> {
    refuse(400, 4000, "malformed_request")
}

fn missing<T>() -> Result<T, Refused> {
    refuse(400, 4001, "missing_parameter")
}

fn duplicate<T>() -> Result<T, Refused> {
    refuse(400, 4002, "duplicate_parameter")
}

fn invalid<T>() -> Result<T, Refused> {
    refuse(400, 4003, "invalid_parameter")
}

impl SignOn {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, users: HashMap::new(), ids: 100, tokens: 0 }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    pub(crate) fn answer(&mut self, raw: &Raw) -> Reply {
        let (status, body) = match self.decide(raw) {
            Ok(body) => (200, body),
            Err(Refused(status, code, name, details)) => {
                (status, self.error(status, code, name, &details))
            }
        };
        let failed = status != 200;
        let mut headers = Vec::new();
        let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        let text = failed && self.has(Fault::ErrorsAreText);
        add("content-type", if text { "text/html" } else { "application/json" });
        if !(failed && self.has(Fault::ErrorsAreStored)) {
            add("cache-control", "no-store");
        }
        if !self.has(Fault::NoReferrerPolicy) {
            add("Referrer-Policy", "no-referrer");
        }
        if !self.has(Fault::NoNosniff) {
            add("X-Content-Type-Options", "nosniff");
        }
        if status == 405 && !self.has(Fault::NoAllowHeader) {
            add("Allow", "GET, POST");
        }
        let origin = raw.header("origin").is_some() && self.has(Fault::CorsForOrigins);
        if origin || self.has(Fault::CorsForAll) {
            add("Access-Control-Allow-Origin", "*");
        }
        Reply { status, headers, body }
    }

    fn error(&self, status: u16, code: u16, name: &str, details: &str) -> String {
        let details = json!(details);
        let shown =
            if status == 404 && self.has(Fault::StatusCodeOf404Is400) { 400 } else { status };
        let code =
            if code == 4001 && self.has(Fault::CodeIsText) { json!("4001") } else { json!(code) };
        let error = format!(r#""error":{{"code":{code},"name":"{name}","details":{details}}}"#);
        let rest = format!(r#""status_code":{shown},"stat":"fail""#);
        let end = if self.has(Fault::LineFeedAtTheEnd) { "\n" } else { "" };
        if self.has(Fault::ErrorComesLast) {
            format!("{{{rest},{error}}}{end}")
        } else {
            format!("{{{error},{rest}}}{end}")
        }
    }

    fn decide(&mut self, raw: &Raw) -> Result<String, Refused> {
        let below = raw.path.starts_with(PATH) && self.has(Fault::AnyPathBelow);
        if raw.path != PATH && !below {
            let mut refused = refuse(404, 4040, "not_found");
            if let (true, Err(Refused(.., details))) = (self.has(Fault::PathIsEchoed), &mut refused)
            {
                *details = format!("there is no {}", raw.path);
            }
            return refused;
        }
        let get = raw.method == "GET" || raw.method == "HEAD" && self.has(Fault::HeadIsGet);
        let post = raw.method == "POST" || raw.method == "PUT" && self.has(Fault::PutIsPost);
        if !get && !post {
            return refuse(405, 4050, "method_not_allowed");
        }
        let limit = match self.fault {
            Fault::LimitIsOneTooLow => 8191,
            Fault::LimitIsOneTooHigh => 8193,
            _ => 8192,
        };
        let query = raw.query.clone().unwrap_or_default();
        if query.len() > limit || raw.body.len() > limit {
            return refuse(413, 4130, "too_large");
        }
        let media_type = raw.header("content-type").unwrap_or_default();
        if get {
            if media_type == "application/json" && self.has(Fault::GetMindsContentType) {
                return refuse(415, 4150, "unsupported_media_type");
            }
            let fields = self.form(&query)?;
            return self.sign_on(Fault::GetKnowsNobody, fields);
        }
        let essence = media_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        let essence =
            if self.has(Fault::MediaTypeIsComparedAsText) { media_type } else { &essence };
        let guessed = self.has(Fault::MediaTypeIsGuessed);
        let decodes_nothing = raw.body.is_empty() && !self.has(Fault::EmptyBodyIsDecoded);
        let (knows_nobody, mut body) = match essence {
            _ if decodes_nothing => (Fault::FormKnowsNobody, Pairs::new()),
            "application/x-www-form-urlencoded" => (Fault::FormKnowsNobody, self.form(&raw.body)?),
            "application/json" => (Fault::JsonKnowsNobody, self.json(&raw.body)?),
            _ if guessed && raw.body.starts_with(b"{") => {
                (Fault::JsonKnowsNobody, self.json(&raw.body)?)
            }
            _ if guessed => (Fault::FormKnowsNobody, self.form(&raw.body)?),
            _ => return refuse(415, 4150, "unsupported_media_type"),
        };
        for (name, value) in self.form(&query)? {
            let twice = body.iter().any(|(known, _)| *known == name);
            if twice && KNOWN.contains(&name.as_str()) && !self.has(Fault::BodyOverridesQuery) {
                return duplicate();
            }
            if !twice && self.has(Fault::PostTakesQuery) {
                body.push((name, value));
            }
        }
        self.sign_on(knows_nobody, body)
    }

    fn form(&self, text: &[u8]) -> Result<Pairs, Refused> {
        let mut pairs = Pairs::new();
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = self.decode(halves.next().unwrap_or_default())?;
            let value = self.decode(halves.next().unwrap_or_default())?;
            if KNOWN.contains(&name.as_str()) && pairs.iter().any(|(known, _)| *known == name) {
                match self.fault {
                    Fault::DuplicateIsMalformed => return malformed(),
                    Fault::LastDuplicateWins => pairs.retain(|(known, _)| *known != name),
                    _ => return duplicate(),
                }
            }
            pairs.push((name, value.into()));
        }
        Ok(pairs)
    }

    fn decode(&self, text: &[u8]) -> Result<String, Refused> {
        let mut decoded = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let escaped = text.get(at + 1..at + 3).and_then(|digits| {
                let digits = std::str::from_utf8(digits).ok()?;
                let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                hex.then(|| u8::from_str_radix(digits, 16).unwrap())
            });
            match (text[at], escaped) {
                (b'%', Some(b'+')) if self.has(Fault::EscapedPlusIsSpace) => decoded.push(b' '),
                (b'%', Some(byte)) => decoded.push(byte),
                (b'%', None) if !self.has(Fault::BrokenEscapeIsText) => return malformed(),
                (b'+', _) if !self.has(Fault::PlusIsPlus) => decoded.push(b' '),
                (byte, _) => decoded.push(byte),
            }
            at += if text[at] == b'%' && escaped.is_some() { 3 } else { 1 };
        }
        if self.has(Fault::BrokenUtf8IsReplaced) {
            return Ok(String::from_utf8_lossy(&decoded).into_owned());
        }
        String::from_utf8(decoded).or_else(|_| malformed())
    }

    fn json(&self, body: &[u8]) -> Result<Pairs, Refused> {
        let Ok(text) = std::str::from_utf8(body) else {
            return malformed();
        };
        let text = if self.has(Fault::LoneSurrogateIsReplaced) {
            text.replace(r"\ud800", r"\ufffd").replace(r"\udc00", r"\ufffd")
        } else {
            text.to_owned()
        };
        if text.starts_with('[') && self.has(Fault::ArrayIsEmptyObject) {
            return Ok(Pairs::new());
        }
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Members>();
        let Some(Ok(Members(mut pairs))) = values.next() else {
            return malformed();
        };
        if values.next().is_some() && !self.has(Fault::TextAfterJsonIsIgnored) {
            return malformed();
        }
        for name in KNOWN {
            let twice = pairs.iter().filter(|(known, _)| known == name).count() > 1;
            if twice && !self.has(Fault::LastJsonMemberWins) {
                return duplicate();
            }
            if twice {
                let first = pairs.iter().position(|(known, _)| known == name).unwrap();
                pairs.remove(first);
            }
        }
        Ok(pairs)
    }

    fn sign_on(&mut self, knows_nobody: Fault, pairs: Pairs) -> Result<String, Refused> {
        let by_get = knows_nobody == Fault::GetKnowsNobody;
        if self.has(Fault::UnknownFieldIsRefused)
            && pairs.iter().any(|(name, _)| !KNOWN.contains(&name.as_str()))
        {
            return invalid();
        }
        let value = |name: &str| {
            let mut pairs = pairs.iter();
            pairs.find_map(|(known, value)| (known == name).then_some(value))
        };
        for name in &KNOWN[..4] {
            let empty_is_one = *name == "password" && self.has(Fault::EmptyPasswordIsOne);
            match value(name) {
                Some(Value::String(text)) if text.is_empty() && !empty_is_one => return missing(),
                None if self.has(Fault::MissingIsInvalid) => return invalid(),
                None => return missing(),
                Some(_) => (),
            }
        }
        let mut texts = HashMap::new();
        for name in KNOWN {
            let text = match value(name) {
                Some(Value::String(text)) => text.clone(),
                Some(other) if self.has(Fault::ScalarsAreStrings) => other.to_string(),
                Some(_) => return invalid(),
                None => continue,
            };
            let unknown_key = name == "ssokey" && self.has(Fault::ControlCharacterInKeyIsUnknown);
            if name != "password" && text.contains(char::is_control) && !unknown_key {
                return invalid();
            }
            texts.insert(name, text);
        }
        let [email, password, key, product] =
            ["email", "password", "ssokey", "product"].map(|it| &texts[it]);
        if !self.is_email(email) {
            let mut refused = invalid();
            if let (true, Err(Refused(.., details))) =
                (self.has(Fault::EmailIsEchoedEscaped), &mut refused)
            {
                *details = format!("no e-mail: {}", email.to_uppercase().replace('-', "%2d"));
            }
            return refused;
        }
        let one = product == "livechat" || !self.has(Fault::OneProduct);
        let known = PRODUCTS.contains(&product.as_str()) && one;
        if !known && !self.has(Fault::AnyProduct) {
            return invalid();
        }
        let length = match self.fault {
            Fault::PasswordIsCountedInCharacters => password.chars().count(),
            _ => password.len(),
        };
        let longest = match self.fault {
            Fault::PasswordHas72 => 72,
            Fault::PasswordIsCut => usize::MAX,
            _ => 1024,
        };
        if length > longest || password.contains('\0') && self.has(Fault::NulIsRefused) {
            return invalid();
        }
        if texts.get("issued_at").is_some_and(|time| !self.is_time(time)) {
            return invalid();
        }
        self.admit(key, email)?;
        let id = self.user(email, password, self.has(knows_nobody))?;
        Ok(self.success(id, email, by_get))
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
        let label = |text: &str| {
            let lawful = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let hyphen = text.starts_with('-') || text.ends_with('-');
            !text.is_empty() && text.len() < 64 && !hyphen && text.bytes().all(lawful)
        };
        let longest = if self.has(Fault::LocalPartHas63) { 63 } else { 64 };
        email.len() <= 254
            && local.len() <= longest
            && local.split('.').all(atom)
            && domain.split('.').all(label)
    }

    fn is_time(&self, time: &str) -> bool {
        let digits = time.bytes().all(|byte| byte.is_ascii_digit()) && !time.starts_with('0');
        let greatest =
            if self.has(Fault::IssuedAtIsInSeconds) { u64::from(u32::MAX) } else { (1 << 53) - 1 };
        let bounded = time.parse::<u64>().is_ok_and(|time| time <= greatest);
        digits && bounded || self.has(Fault::IssuedAtIsNotRead)
    }

    fn admit(&self, key: &str, email: &str) -> Result<(), Refused> {
        let key = if self.has(Fault::KeyIsTrimmed) { key.trim() } else { key };
        let right = match self.fault {
            Fault::KeyIgnoresCase => key.eq_ignore_ascii_case(KEY),
            Fault::CheckCharactersAreNotRead => {
                key.len() == KEY.len() && key.starts_with(&KEY[..48])
            }
            _ => key == KEY,
        };
        if right {
            return Ok(());
        }
        if key.len() == KEY.len() && key.is_ascii() && self.has(Fault::UnknownKeyIsDenied) {
            return refuse(403, 4030, "access_denied");
        }
        if key.len() < 22 && self.has(Fault::ShortKeyIsInvalid) {
            return invalid();
        }
        let known = self.users.contains_key(&email.to_ascii_lowercase());
        let details = match self.fault {
            Fault::RefusalSaysWhy if !key.is_ascii() => "no ASCII".to_owned(),
            Fault::RefusalKnowsUsers if known => "the user will be sad".to_owned(),
            Fault::KeyIsEchoed => format!("{key} is no key"),
            _ => "the key is not accepted".to_owned(),
        };
        Err(Refused(401, 4010, "invalid_ssokey", details))
    }

    fn user(&mut self, email: &str, password: &str, knows_nobody: bool) -> Result<u64, Refused> {
        let mut name = match self.fault {
            Fault::EmailIsCaseSensitive => email.to_owned(),
            _ => email.to_ascii_lowercase(),
        };
        if self.has(Fault::DotsAreDropped) {
            name = name.replace('.', "");
        }
        let known = self.users.get(&name).cloned().filter(|_| !knows_nobody);
        if let Some((id, stored)) = known {
            if stored == password && self.has(Fault::SamePasswordIsRefused) {
                return refuse(409, 4090, "identity_unavailable");
            }
            if stored == password || !self.has(Fault::OtherPasswordMakesNewUser) {
                if stored != password && self.has(Fault::OtherPasswordIsRefused) {
                    return refuse(401, 4011, "invalid_credentials");
                }
                self.users.insert(name, (id, password.to_owned()));
                return Ok(id);
            }
        }
        if !self.has(Fault::AllUsersAreOne) {
            self.ids += 1;
        }
        self.users.insert(name, (self.ids, password.to_owned()));
        Ok(self.ids)
    }

    fn success(&mut self, id: u64, email: &str, by_get: bool) -> String {
        self.tokens += 1;
        let serial = if self.has(Fault::TokenIsKept) { id } else { self.tokens };
        let version = if self.has(Fault::TokenIsVersion1) { 1 } else { 4 };
        let mut token = format!("abcdef00-0000-{version}000-8000-{serial:012}");
        if self.has(Fault::TokenIsUpperCase) {
            token = token.to_ascii_uppercase();
        }
        let email = match self.fault {
            Fault::EmailIsAnsweredAsSent => email.to_owned(),
            Fault::AnswersWithAnotherEmail => format!("x{}", email.to_ascii_lowercase()),
            _ => email.to_ascii_lowercase(),
        };
        let name = if by_get && self.has(Fault::GetNamesDifferently) { "somebody" } else { &email };
        let login = if self.has(Fault::AnswersWithAnotherEmail) { &email[1..] } else { &email };
        let name = if self.has(Fault::AnswersWithAnotherEmail) { login } else { name };
        let domain = email.split_once('@').unwrap().1;
        let if_has =
            |fault: Fault, then: Value, other: Value| if self.has(fault) { then } else { other };
        let mut members = vec![
            ("loginId", json!(login)),
            (
                "companyName",
                if_has(Fault::CompanyIsNamedToken, json!("token Ltd"), json!("Example Ltd")),
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
            ("companyId", if_has(Fault::CompanyIdIsZero, json!(0), json!(7))),
            ("displayName", json!(name)),
            (
                "companyDomain",
                if_has(Fault::CompanyFollowsEmail, json!(domain), json!("company.example")),
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

/// An object whose members may occur twice.
struct Members(Pairs);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut from: A,
            ) -> Result<Members, A::Error> {
                let mut pairs = Pairs::new();
                while let Some(pair) = from.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Members(pairs))
            }
        }
        from.deserialize_map(Visitor)
    }
}
