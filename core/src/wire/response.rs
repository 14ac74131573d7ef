//! The answer to the client.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;

use crate::value::token::TokenText;
use crate::{Company, CompanyId, Domain, Email, Error, ErrorCode, User, UserId};

/// An HTTP answer, which the host sends as it is.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header names in lower case, with their values.
    pub headers: Vec<(&'static str, String)>,
    /// Compact JSON. The body of a success may hold a token or key.
    pub body: String,
    #[serde(skip)]
    code: Option<ErrorCode>,
}

/// The body and the headers may hold a secret, so they are not printed.
impl core::fmt::Debug for Response {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// The members of the documented success in the document's order (`SSO-RSP-002`, `SSO-RSP-003`), without the first two, `loginId`
/// and `companyName`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Return<'a> {
    is_creator: bool,
    domain_ownership_verified: bool,
    token: &'a str,
    email: &'a Email,
    user_id: UserId,
    permissions: &'a [String],
    is_company_admin: bool,
    account_type: &'a str,
    domain_mx_verified: bool,
    company_id: CompanyId,
    display_name: &'a str,
    company_domain: &'a Domain,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorMember<'a>,
    status_code: u16,
    stat: &'static str,
}

#[derive(Serialize)]
struct ErrorMember<'a> {
    code: u16,
    name: &'a str,
    details: &'a str,
}

impl Response {
    /// Returns the error that the answer tells of; none if it is a success. It is that of the body, also where legacy clients get
    /// errors with status 200.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        self.code
    }

    /// Returns the documented success.
    pub(crate) fn success(
        company: &Company,
        user: &User,
        token: &TokenText,
    ) -> Result<Self, Error> {
        let rest = json(&Return {
            is_creator: user.is_creator,
            domain_ownership_verified: company.domain_ownership_verified,
            token: token.expose(),
            email: &user.email,
            user_id: user.id,
            permissions: &user.permissions,
            is_company_admin: user.is_company_admin,
            account_type: &company.account_type,
            domain_mx_verified: company.domain_mx_verified,
            company_id: company.id,
            display_name: &user.display_name,
            company_domain: &company.domain,
        })?;
        let login_id = without_the_word_token(&user.login_id)?;
        let company_name = without_the_word_token(&company.name)?;
        let rest = rest.strip_prefix('{').ok_or(Error::Internal)?;
        let json = format!(r#"{{"loginId":{login_id},"companyName":{company_name},{rest}"#);
        Ok(Self::with_return(200, &json))
    }

    /// Returns the redirect of a launch. Its body says no more than the status (`SSO-LAU-001`).
    pub(crate) fn launch(location: String) -> Self {
        let mut response = Self::with_return(303, "{}");
        response.headers.push(("location", location));
        response
    }

    /// Returns a success that holds nothing (`SSO-OUT-001`).
    pub(crate) fn empty() -> Self {
        Self::with_return(200, "{}")
    }

    /// Returns a success of a command.
    pub(crate) fn of_command(value: &impl Serialize) -> Result<Self, Error> {
        json(value).map(|json| Self::with_return(200, &json))
    }

    fn with_return(status: u16, json: &str) -> Self {
        let body = format!(r#"{{"status_code":{status},"return":{json},"stat":"ok"}}"#);
        Self { status, headers: headers(), body, code: None }
    }

    /// Returns the documented error.
    pub(crate) fn error(error: &Error) -> Self {
        let (code, details) = (error.code(), error.details());
        let mut headers = headers();
        if let Error::RateLimited { seconds } | Error::Overloaded { seconds } = error {
            headers.push(("retry-after", seconds.to_string()));
        }
        if let Error::MethodNotAllowed { allow } = error {
            headers.push(("allow", (*allow).into()));
        }
        if *error == Error::Encoded {
            headers.push(("accept-encoding", "identity".into()));
        }
        let error = ErrorBody {
            error: ErrorMember { code: code.code(), name: code.as_str(), details: &details },
            status_code: code.status(),
            stat: "fail",
        };
        let body = json(&error).unwrap_or_default();
        Self { status: code.status(), headers, body, code: Some(code) }
    }

    /// Returns the answer for legacy clients: an error has status 200, and the last member of the body is `success`
    /// (`SSO-RSP-014`).
    pub(crate) fn for_legacy_clients(self) -> Self {
        let success = self.code.is_none();
        let body = self.body.strip_suffix('}').unwrap_or_default();
        Self {
            status: if success { self.status } else { 200 },
            body: format!(r#"{body},"success":{success}}}"#),
            ..self
        }
    }
}

/// Returns the headers of every answer (`SSO-RSP-009`, `SSO-RSP-010`).
fn headers() -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "application/json".into()),
        ("cache-control", "no-store".into()),
        ("referrer-policy", "no-referrer".into()),
        ("x-content-type-options", "nosniff".into()),
    ]
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|_| Error::Internal)
}

/// Writes `text` as a JSON string that does not contain the word `token`. Old clients search the answer for the first `token`, so
/// the members before it must not contain the word (`SSO-RSP-012`). The value is the same.
///
/// A tab is written as `\u0009`, because `\t` before `oken` would make the word.
fn without_the_word_token(text: &str) -> Result<String, Error> {
    let mut out = String::from("\"");
    for (at, character) in text.char_indices() {
        match character {
            '\t' => out.push_str("\\u0009"),
            't' if text.get(at..).is_some_and(|rest| rest.starts_with("token")) => {
                out.push_str("\\u0074");
            }
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..='\x1f' => out.push_str(json(&character)?.trim_matches('"')),
            _ => out.push(character),
        }
    }
    out.push('"');
    Ok(out)
}
