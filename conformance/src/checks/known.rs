//! A user who has signed on, for checks of what comes afterwards.

use crate::format::operation::Operation;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::{Probe, SignedOn};

/// The fields with which a user has signed on, and the answer.
pub(super) struct Known {
    pub(super) fields: Fields,
    pub(super) before: SignedOn,
}

impl Known {
    /// Signs a new user on.
    pub(super) fn new(probe: &mut Probe<'_>) -> Result<Self, Stop> {
        let fields = probe.user();
        Self::with(probe, fields)
    }

    /// Signs on a user with these fields.
    pub(super) fn with(probe: &mut Probe<'_>, fields: Fields) -> Result<Self, Stop> {
        let before = probe.sign_on(&fields)?;
        Ok(Self { fields, before })
    }

    /// A member of the answer that has to be text.
    fn text(&self, name: &str) -> Result<String, Stop> {
        let text = self.before.answer.returned(name).and_then(Json::as_str);
        text.map(str::to_owned).ok_or_else(|| {
            Stop::Blocked(format!("a sign-on that it builds on gave no `{name}` of text").into())
        })
    }

    pub(super) fn token(&self) -> Result<String, Stop> {
        self.text("token")
    }

    pub(super) fn company(&self) -> Result<String, Stop> {
        self.text("companyDomain")
    }

    /// The fields of a direct sign-in of this user, with the password that it signed on with.
    pub(super) fn direct(&self) -> Result<Fields, Stop> {
        Ok(Fields::default()
            .and("userid", self.fields.value("email"))
            .and("password", self.fields.value("password"))
            .and("company", &self.company()?))
    }

    /// The direct sign-in itself.
    pub(super) fn direct_request(&self, case: &str) -> Result<Request, Stop> {
        Ok(Way::Form.to(Operation::Direct, &self.direct()?).case(case))
    }
}

/// A session asked with this token.
pub(super) fn session(token: &str) -> Request {
    Request::bare(Operation::Session).bearer(token)
}

/// Expects the documented answer of the very user who signed on before; gives its token.
pub(super) fn expect_holder(
    probe: &mut Probe<'_>,
    request: &Request,
    known: &Known,
) -> Result<Option<String>, Stop> {
    let Some(now) = probe.expect_sign_on(request)? else {
        return Ok(None);
    };
    for name in ["userId", "companyId", "email"] {
        let [was, is] = [&known.before, &now].map(|it| it.answer.returned(name));
        if was != is {
            let shown = |member: Option<&Json>| member.map_or("absent".to_owned(), Json::to_string);
            let expected = format!("`{name}` to be {} as in the sign-on", shown(was));
            probe.note(request, Mismatch::new(expected, shown(is)));
        }
    }
    Ok(now.answer.returned("token").and_then(Json::as_str).map(str::to_owned))
}

/// Expects a session to answer with the holder and with the very token that was sent.
pub(super) fn expect_token(
    probe: &mut Probe<'_>,
    request: &Request,
    known: &Known,
    token: &str,
) -> Result<(), Stop> {
    if let Some(given) = expect_holder(probe, request, known)?
        && given != token
    {
        let expected = "`return.token` to be the token that was sent";
        probe.note(request, Mismatch::new(expected, "a different token"));
    }
    Ok(())
}

/// A text of the form of a token, which nobody was given.
pub(super) fn forged_token(probe: &mut Probe<'_>) -> String {
    let digits = |probe: &mut Probe<'_>, count: usize| -> String {
        let digit =
            |_| char::from_digit(u32::try_from(probe.accounts().below(16)).unwrap_or(0), 16);
        (0..count).filter_map(digit).collect()
    };
    let [head, time, high, low, node] = [8, 4, 3, 3, 12].map(|count| digits(probe, count));
    let token = format!("{head}-{time}-4{high}-8{low}-{node}");
    probe.learn(Kind::Token, &token);
    token
}

/// A text of the form of a code, which nobody was given.
pub(super) fn forged_code(probe: &mut Probe<'_>) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digit = |_| DIGITS.get(probe.accounts().below(64)).map(|digit| char::from(*digit));
    let code: String = (0..42).filter_map(digit).collect();
    // The last of 43 digits holds four bits.
    let code = code + "A";
    probe.learn(Kind::Code, &code);
    code
}
