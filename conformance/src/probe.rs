//! What a check works with: fresh users, requests, and expectations that are noted when they fail.

use crate::account::{Accounts, DOMAIN, Seed};
use crate::answer::Answer;
use crate::check::Stop;
use crate::fields::{Fields, Way};
use crate::json::Json;
use crate::log::Log;
use crate::mismatch::{Deviation, Mismatch};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::secret::{Key, Kind, TELLING};
use crate::transport::{Transport, TransportError};

/// A server that lets this many requests in a row time out is not asked again.
const PATIENCE: u32 = 3;

/// Asks the server on behalf of one check after the other.
pub struct Probe<'t> {
    transport: &'t mut dyn Transport,
    key: Key,
    product: String,
    accounts: Accounts,
    log: Log,
    noted: Vec<Mismatch>,
    signed_on: bool,
    timed_out: u32,
}

/// A sign-on that succeeded.
pub struct SignedOn {
    /// `return.userId`, whatever its type.
    pub user: Json,
    /// The whole answer.
    pub answer: Answer,
}

impl<'t> Probe<'t> {
    /// A probe that has sent nothing yet.
    pub fn new(transport: &'t mut dyn Transport, key: Key, product: String, seed: &Seed) -> Self {
        let accounts = Accounts::new(seed);
        let mut log = Log::default();
        log.secrets.learn(Kind::Key, key.expose());
        log.secrets.learn(Kind::Password, accounts.mark());
        accounts.run().clone_into(&mut log.run);
        Self {
            transport,
            key,
            product,
            accounts,
            log,
            noted: Vec::new(),
            signed_on: false,
            timed_out: 0,
        }
    }

    /// The accounts of the run.
    pub fn accounts(&mut self) -> &mut Accounts {
        &mut self.accounts
    }

    /// The exchanges of the run.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The mismatches noted since the last call.
    pub fn take_noted(&mut self) -> Vec<Mismatch> {
        std::mem::take(&mut self.noted)
    }

    /// The fields of a sign-on of a user whom the server cannot know, with the valid key.
    pub fn user(&mut self) -> Fields {
        let name = self.accounts.name();
        self.user_at(&format!("{name}@{DOMAIN}"))
    }

    /// The same for a given e-mail.
    pub fn user_at(&mut self, email: &str) -> Fields {
        Fields::default()
            .and("email", email)
            .and("password", &self.accounts.password())
            .and("ssokey", self.key.expose())
            .and("product", &self.product)
    }

    /// A password that no user has yet.
    pub fn password(&mut self) -> String {
        self.accounts.password()
    }

    /// The valid key.
    pub fn key(&self) -> &str {
        self.key.expose()
    }

    /// Takes a text into the fields as a key. It may be near enough to the real one to give it away.
    pub fn with_key(&mut self, fields: Fields, key: &str) -> Fields {
        if key.len() >= TELLING {
            self.log.secrets.learn(Kind::Key, key);
        }
        fields.with("ssokey", key)
    }

    /// Sends a request and keeps the exchange.
    ///
    /// # Errors
    ///
    /// There was no answer.
    pub fn exchange(&mut self, request: &Request) -> Result<Answer, TransportError> {
        if self.timed_out >= PATIENCE {
            return Err(TransportError::TimedOut);
        }
        let sent = self.transport.send(request);
        self.timed_out = match sent {
            Err(TransportError::TimedOut) => self.timed_out + 1,
            Ok(_) | Err(_) => 0,
        };
        let answer = sent?;
        self.log.keep(request.clone(), answer.clone());
        let email = answer.returned("email").and_then(Json::as_str);
        if let Some(email) = email.filter(|_| answer.is_success()) {
            self.accounts.created(email);
        }
        Ok(answer)
    }

    /// Signs a user on as a step towards what the check is about.
    ///
    /// # Errors
    ///
    /// The sign-on did not succeed, so the check is blocked.
    pub fn sign_on(&mut self, fields: &Fields) -> Result<SignedOn, Stop> {
        let request = Way::Form.request(fields);
        let answer = self.answered(&request)?;
        let answer = answer.map_err(|deviation| blocked(&deviation.actual))?;
        self.signed_on(&answer)?.map_err(|deviation| blocked(&deviation.actual))
    }

    /// Expects the request to sign a user on; `None` and a note if it does not.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub fn expect_sign_on(&mut self, request: &Request) -> Result<Option<SignedOn>, Stop> {
        let judged = match self.answered(request)? {
            Ok(answer) => self.signed_on(&answer)?,
            Err(deviation) => Err(deviation),
        };
        Ok(match judged {
            Ok(signed_on) => Some(signed_on),
            Err(deviation) => {
                self.note(request, deviation);
                None
            }
        })
    }

    /// Expects the request to sign on the very user who signed on before.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub fn expect_same_user(&mut self, request: &Request, before: &SignedOn) -> Result<(), Stop> {
        if let Some(now) = self.expect_sign_on(request)?
            && now.user != before.user
        {
            let expected = format!("the same `userId` as before, {}", before.user);
            self.note(request, Deviation::new(expected, now.user.to_string()));
        }
        Ok(())
    }

    /// Expects the request to sign on somebody else.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub fn expect_other_user(&mut self, request: &Request, before: &SignedOn) -> Result<(), Stop> {
        if let Some(now) = self.expect_sign_on(request)?
            && now.user == before.user
        {
            let expected = format!("a `userId` other than {}", before.user);
            self.note(request, Deviation::new(expected, now.user.to_string()));
        }
        Ok(())
    }

    /// Expects the request to be refused with this status, code and name.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub fn expect_refusal(&mut self, request: &Request, refusal: Refusal) -> Result<(), Stop> {
        let judged = match self.answered(request)? {
            Ok(answer) if is(&answer, refusal) => Ok(()),
            Ok(answer) => Err(answer.summary()),
            Err(deviation) => Err(deviation.actual),
        };
        if let Err(actual) = judged {
            self.note(request, Deviation::new(refusal.to_string(), actual));
        }
        Ok(())
    }

    /// The answer to a request that the server has to answer, or that it gave none.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer.
    pub fn answered(&mut self, request: &Request) -> Result<Result<Answer, Deviation>, Stop> {
        match self.exchange(request) {
            Ok(answer) => match excuse(&answer) {
                Some(why) => Err(Stop::Blocked(why)),
                None => Ok(Ok(answer)),
            },
            Err(TransportError::Unsendable(why)) => Err(Stop::Fault(why)),
            Err(broken @ TransportError::Broken(_)) => {
                Ok(Err(Deviation::new("an answer", broken.to_string())))
            }
            Err(silent @ (TransportError::Unreachable(_) | TransportError::TimedOut)) => {
                Err(Stop::Blocked(format!("the server went silent: {silent}")))
            }
        }
    }

    /// Notes a mismatch; the check goes on.
    pub fn note(&mut self, request: &Request, deviation: Deviation) {
        self.noted.push(deviation.on(request));
    }

    /// Reads a successful sign-on out of an answer.
    fn signed_on(&mut self, answer: &Answer) -> Result<Result<SignedOn, Deviation>, Stop> {
        let stat = answer.member("stat").and_then(Json::as_str);
        let user = answer.returned("userId");
        if let Some(user) = user.filter(|_| answer.status() == 200 && stat == Some("ok")) {
            self.signed_on = true;
            return Ok(Ok(SignedOn { user: user.clone(), answer: answer.clone() }));
        }
        // Until one sign-on has succeeded, nobody knows whether the key and the product are good.
        if !self.signed_on && is(answer, Refusal::KEY) {
            let why = "the server refuses the key: is it a key of this server, and enabled?";
            return Err(Stop::Blocked(why.to_owned()));
        }
        if !self.signed_on && is(answer, Refusal::ACCESS) {
            let why = "the server denies the company this product: choose another with --product";
            return Err(Stop::Blocked(why.to_owned()));
        }
        let expected = "HTTP 200 with stat `ok` and a `return.userId`";
        Ok(Err(Deviation::new(expected, answer.summary())))
    }
}

fn blocked(actual: &str) -> Stop {
    Stop::Blocked(format!("a sign-on that it builds on did not succeed: {actual}"))
}

/// Whether the answer is this refusal.
pub fn is(answer: &Answer, refusal: Refusal) -> bool {
    answer.status() == refusal.status
        && answer.error("code").and_then(Json::as_u64) == Some(refusal.code.into())
        && answer.error("name").and_then(Json::as_str) == Some(refusal.name)
}

/// Why a server may refuse what it would otherwise have to answer.
fn excuse(answer: &Answer) -> Option<String> {
    let summary = answer.summary();
    match answer.status() {
        429 => Some(format!("the server limits the rate: {summary}; lift its limit for the check")),
        503 => Some(format!("the server is out of service: {summary}; run again when it is back")),
        _ => None,
    }
}
