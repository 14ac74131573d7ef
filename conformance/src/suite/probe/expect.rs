//! The expectations of a check, and the answers that stop it.

use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::lacking::Lacking;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::{Probe, SignedOn};
use crate::suite::trial::Given;
use crate::transport::TransportError;

impl Probe<'_> {
    /// Signs a user on as a step towards what the check is about.
    ///
    /// # Errors
    ///
    /// The sign-on did not succeed, so the check is blocked.
    pub(crate) fn sign_on(&mut self, fields: &Fields) -> Result<SignedOn, Stop> {
        let request = Way::Form.request(fields);
        let answer = self.answered(&request)?;
        let answer = answer.map_err(|mismatch| blocked(&mismatch.actual))?;
        self.signed_on(&answer)?.map_err(|mismatch| blocked(&mismatch.actual))
    }

    /// Expects the request to sign a user on; `None` and a note if it does not.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub(crate) fn expect_sign_on(&mut self, request: &Request) -> Result<Option<SignedOn>, Stop> {
        let judged = match self.answered(request)? {
            Ok(answer) => self.signed_on(&answer)?,
            Err(mismatch) => Err(mismatch),
        };
        Ok(match judged {
            Ok(signed_on) => Some(signed_on),
            Err(mismatch) => {
                self.note(request, mismatch);
                None
            }
        })
    }

    /// Expects the request to sign on the very user who signed on before.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub(crate) fn expect_same_user(
        &mut self,
        request: &Request,
        before: &SignedOn,
    ) -> Result<(), Stop> {
        if let Some(now) = self.expect_sign_on(request)?
            && now.user != before.user
        {
            let expected = format!("the same `userId` as before, {}", before.user);
            self.note(request, Mismatch::new(expected, now.user.to_string()));
        }
        Ok(())
    }

    /// Expects the request to sign on somebody else.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub(crate) fn expect_other_user(
        &mut self,
        request: &Request,
        before: &SignedOn,
    ) -> Result<(), Stop> {
        if let Some(now) = self.expect_sign_on(request)?
            && now.user == before.user
        {
            let expected = format!("a `userId` other than {}", before.user);
            self.note(request, Mismatch::new(expected, now.user.to_string()));
        }
        Ok(())
    }

    /// Expects the request to be refused with this status, code and name.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub(crate) fn expect_refusal(
        &mut self,
        request: &Request,
        refusal: Refusal,
    ) -> Result<(), Stop> {
        let judged = match self.answered(request)? {
            Ok(answer) if answer.is(refusal) => Ok(()),
            Ok(answer) => Err(answer.summary()),
            Err(mismatch) => Err(mismatch.actual),
        };
        if let Err(actual) = judged {
            self.note(request, Mismatch::new(refusal.to_string(), actual));
        }
        Ok(())
    }

    /// The answer to a request that the server has to answer, or that it gave none.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub(crate) fn answered(&mut self, request: &Request) -> Result<Result<Answer, Mismatch>, Stop> {
        match self.exchange(request) {
            Ok(answer) => excused(&answer).map(|()| Ok(answer)),
            Err(error) => unanswered(error).map(Err),
        }
    }

    /// The answers to requests sent at the same time, or that one of them got none.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer one of them.
    pub(crate) fn answered_together(
        &mut self,
        requests: &[Request],
    ) -> Result<Result<Vec<Answer>, Mismatch>, Stop> {
        match self.exchange_together(requests) {
            Ok(answers) => answers.iter().try_for_each(excused).map(|()| Ok(answers)),
            Err(error) => unanswered(error).map(Err),
        }
    }

    /// Notes a mismatch; the check goes on.
    pub(crate) fn note(&mut self, request: &Request, mismatch: Mismatch) {
        let exchange = self.log.place(request);
        self.noted.push(mismatch.on(request, exchange));
    }

    /// Blames a refusal on the key or the product that the run was given. Until one sign-on has succeeded, nobody
    /// knows whether they are good.
    ///
    /// # Errors
    ///
    /// It may be that they are not.
    pub(crate) fn blame_settings(&self, answer: &Answer) -> Result<(), Stop> {
        if self.common.settings_are_proven() {
            return Ok(());
        }
        let why = if answer.is(Refusal::KEY) {
            Given::Key.why().into()
        } else if answer.is(Refusal::ACCESS) {
            Lacking::EnabledProduct.into()
        } else {
            return Ok(());
        };
        Err(Stop::Blocked(why))
    }

    /// Reads a successful sign-on out of an answer.
    pub(crate) fn signed_on(
        &mut self,
        answer: &Answer,
    ) -> Result<Result<SignedOn, Mismatch>, Stop> {
        let stat = answer.member("stat").and_then(Json::as_str);
        let user = answer.returned("userId");
        if let Some(user) = user.filter(|_| answer.status() == 200 && stat == Some("ok")) {
            self.common.prove_settings();
            return Ok(Ok(SignedOn { user: user.clone(), answer: answer.clone() }));
        }
        self.blame_settings(answer)?;
        let expected = "HTTP 200 with stat `ok` and a `return.userId`";
        Ok(Err(Mismatch::new(expected, answer.summary())))
    }
}

fn blocked(actual: &str) -> Stop {
    Stop::Blocked(format!("a sign-on that it builds on did not succeed: {actual}").into())
}

/// Stops where a server may refuse what it would otherwise have to answer.
fn excused(answer: &Answer) -> Result<(), Stop> {
    let summary = answer.summary();
    let why = match answer.plain_status() {
        429 => format!("the server limits the rate: {summary}; lift its limit for the check"),
        503 => format!("the server is out of service: {summary}; run again when it is back"),
        _ => return Ok(()),
    };
    Err(Stop::Blocked(why.into()))
}

/// Returns what it means that there was no answer.
fn unanswered(error: TransportError) -> Result<Mismatch, Stop> {
    match error {
        TransportError::Unsendable(why) => Err(Stop::Fault(why)),
        TransportError::Broken(_) | TransportError::Unfinished(_) | TransportError::Dropped => {
            Ok(Mismatch::new("an answer", error.to_string()))
        }
        TransportError::Claimed(name) => Err(Stop::Lacking(Lacking::Header(name).into())),
        TransportError::Unreachable(_) | TransportError::TimedOut => {
            Err(Stop::Blocked(format!("the server went silent: {error}").into()))
        }
        #[cfg(feature = "http")]
        TransportError::Tls(_) => {
            Err(Stop::Blocked(format!("the server went silent: {error}").into()))
        }
        TransportError::OverBudget(budget) => Err(Stop::Blocked(Lacking::Budget(budget).into())),
    }
}
