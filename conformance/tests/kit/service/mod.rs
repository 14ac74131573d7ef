//! A server over maps, written from the specification alone, with a place for each fault.

use serde_json::json;

use crate::fault::Fault;
use crate::server::{Raw, Reply};
use crate::service::decode::Pairs;
use crate::service::refused::{Refused, duplicate, refuse};
use crate::service::store::{Company, Store};

mod answer;
mod bounds;
mod call;
mod decode;
mod refused;
mod store;

/// The keys of the server's two companies, and the secret of all its products.
pub(crate) const KEY: &str = "ssok_Kit0Good1Server2Of3One4Company5Key6Number7x1yFSCl";
pub(crate) const SECOND_KEY: &str = "another key, of the shape that others give";
pub(crate) const PRODUCT_SECRET: &str = "the secret of every product";

const COMPANIES: [Company; 2] = [
    Company { id: 7, name: "Example Ltd", domain: "company.example" },
    Company { id: 8, name: "Other Inc", domain: "other.example" },
];

/// What can be asked of the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    SignOn,
    Launch,
    Exchange,
    Direct,
    Session,
    SignOut,
}

const CALLS: [(Call, &str); 6] = [
    (Call::SignOn, "/api/sso/authenticate"),
    (Call::Launch, "/api/sso/login"),
    (Call::Exchange, "/api/sso/exchange"),
    (Call::Direct, "/api/authenticate"),
    (Call::Session, "/api/session"),
    (Call::SignOut, "/api/signout"),
];

impl Call {
    fn allow(self) -> &'static str {
        match self {
            Self::SignOn | Self::Launch | Self::Direct => "GET, POST",
            Self::Exchange | Self::SignOut => "POST",
            Self::Session => "GET",
        }
    }

    fn required(self) -> &'static [&'static str] {
        match self {
            Self::SignOn | Self::Launch => &["email", "password", "ssokey", "product"],
            Self::Exchange => &["code", "product"],
            Self::Direct => &["userid", "password"],
            Self::Session | Self::SignOut => &[],
        }
    }

    fn optional(self) -> &'static [&'static str] {
        match self {
            Self::SignOn | Self::Launch => &["issued_at"],
            Self::Exchange => &[],
            Self::Direct => &["company", "product"],
            Self::Session | Self::SignOut => &["token", "_token"],
        }
    }

    fn knows(self, name: &str) -> bool {
        self.required().contains(&name) || self.optional().contains(&name)
    }
}

pub(crate) struct Service {
    fault: Fault,
    store: Store,
}

/// What goes out besides the headers of every answer.
struct Good {
    status: u16,
    body: String,
    headers: Vec<(&'static str, String)>,
}

impl Service {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, store: Store { ids: 100, ..Store::default() } }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    pub(crate) fn answer(&mut self, raw: &Raw) -> Reply {
        let call = self.call(raw);
        let decided = match call {
            Ok(call) => self.decide(call, raw),
            Err(ref path) => self.no_such(path),
        };
        let Good { status, body, headers: more } = decided.unwrap_or_else(|refused| {
            let own = raw.header("origin").is_some() && self.has(Fault::OriginHasCodeOfItsOwn);
            let Refused(status, code, name, details) = refused;
            let code = if own { 4006 } else { code };
            Good { status, body: self.error(status, code, name, &details), headers: Vec::new() }
        });
        let failed = status >= 400;
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
        if let (405, Ok(call), false) = (status, call, self.has(Fault::NoAllowHeader)) {
            add("Allow", call.allow());
        }
        let origin = raw.header("origin").is_some() && self.has(Fault::CorsForOrigins);
        if origin || self.has(Fault::CorsForAll) {
            add("Access-Control-Allow-Origin", "*");
        }
        for (name, value) in more {
            add(name, &value);
        }
        Reply { status, headers, body }
    }

    /// What is asked for at this path; the path if nothing is served there.
    fn call(&self, raw: &Raw) -> Result<Call, String> {
        let below = self.has(Fault::AnyPathBelow);
        let path = if below { raw.path.to_ascii_lowercase() } else { raw.path.clone() };
        let path = if self.has(Fault::PathIsUnescaped) { path.replace("%65", "e") } else { path };
        let path = if self.has(Fault::SlashesAreMerged) { path.replace("//", "/") } else { path };
        let mut calls = CALLS.iter();
        let found = calls.find(|(_, known)| path == *known || below && path.starts_with(known));
        found.map(|(call, _)| *call).ok_or(path)
    }

    fn no_such(&self, path: &str) -> Result<Good, Refused> {
        let mut refused = refuse(404, 4040, "not_found");
        if let (true, Err(Refused(.., details))) = (self.has(Fault::PathIsEchoed), &mut refused) {
            *details = format!("there is no {path}");
        }
        refused
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

    fn decide(&mut self, call: Call, raw: &Raw) -> Result<Good, Refused> {
        let method = match raw.method.as_str() {
            "HEAD" if self.has(Fault::HeadIsGet) => "GET",
            "PUT" if self.has(Fault::PutIsPost) => "POST",
            other => other,
        };
        if !call.allow().split(", ").any(|allowed| allowed == method) {
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
        if query.contains(&b'@') && self.has(Fault::UnescapedAtIsMalformed) {
            return refuse(400, 4000, "malformed_request");
        }
        let (pairs, knows_nobody) = if method == "GET" {
            if raw.header("content-type") == Some("application/json")
                && self.has(Fault::GetMindsContentType)
            {
                return refuse(415, 4150, "unsupported_media_type");
            }
            (self.form(&query)?, Fault::GetKnowsNobody)
        } else {
            self.posted(call, raw, &query)?
        };
        let pairs = if self.has(Fault::BracketsAreDropped) {
            let bare = |name: String| name.trim_end_matches("[]").to_owned();
            pairs.into_iter().rev().map(|(name, value)| (bare(name), value)).collect()
        } else {
            pairs
        };
        let bearer = self.bearer(raw);
        if call == Call::Session || call == Call::SignOut {
            let fields = pairs.iter().filter(|(name, _)| call.knows(name)).count();
            let tokens = fields + usize::from(bearer.is_some());
            if tokens > 1 && !self.has(Fault::FirstTokenWins) {
                return duplicate();
            }
        }
        let fields = self.fields(call, &pairs)?;
        let by_get = knows_nobody == Fault::GetKnowsNobody;
        match call {
            Call::SignOn => self.sign_on(&fields, self.has(knows_nobody), by_get),
            Call::Launch => self.launch(&fields),
            Call::Exchange => self.exchange(&fields, bearer.as_deref()),
            Call::Direct => self.direct(&fields),
            Call::Session => self.session(&fields, bearer),
            Call::SignOut => self.sign_out(&fields, bearer),
        }
    }

    fn posted(&self, call: Call, raw: &Raw, query: &[u8]) -> Result<(Pairs, Fault), Refused> {
        let media_type = raw.header("content-type").unwrap_or_default();
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
        for (name, value) in self.form(query)? {
            let twice = body.iter().any(|(known, _)| *known == name);
            if twice && call.knows(&name) && !self.has(Fault::BodyOverridesQuery) {
                return duplicate();
            }
            if !twice && self.has(Fault::PostTakesQuery) {
                body.push((name, value));
            }
        }
        Ok((body, knows_nobody))
    }

    /// The credential of the Bearer scheme.
    fn bearer(&self, raw: &Raw) -> Option<String> {
        let (scheme, token) = raw.header("authorization")?.split_once(' ')?;
        let fits = match self.fault {
            Fault::BearerIsCaseSensitive => scheme == "Bearer",
            _ => scheme.eq_ignore_ascii_case("Bearer"),
        };
        fits.then(|| token.trim_start_matches(' ').to_owned())
    }
}

/// Whether any call knows a field of this name.
fn is_known(name: &str) -> bool {
    CALLS.iter().any(|(call, _)| call.knows(name))
}
