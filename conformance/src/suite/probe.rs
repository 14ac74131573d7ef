//! The tool of a check: fresh users, requests, and expectations that are noted when they fail.

use std::cmp::Reverse;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant, SystemTime};

use crate::format::operation::Operation;
use crate::format::product::ProductName;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::known::TELLING;
use crate::message::request::Request;
use crate::message::secret::{Credential, Kind};
use crate::record::exchange::{Exchange, Extent};
use crate::record::lacking::Lacking;
use crate::record::left_behind::DOMAIN;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::account::Accounts;
use crate::suite::carry::{self, Carried};
use crate::suite::common::Common;
use crate::suite::settings::Settings;
use crate::transport::{Carriage, Transport, TransportError};

mod expect;

/// Asks the server on behalf of one check.
pub(crate) struct Probe<'t> {
    transport: &'t mut dyn Transport,
    common: &'t Common,
    check: Option<&'static str>,
    accounts: Accounts,
    /// Whether its connection carries more than one request.
    keeps: bool,
    log: Log,
    noted: Vec<LocatedMismatch>,
}

/// A sign-on that succeeded.
pub(crate) struct SignedOn {
    /// `return.userId`, whatever its type.
    pub user: Json,
    /// The whole answer.
    pub answer: Answer,
}

impl<'t> Probe<'t> {
    /// A probe that has sent nothing yet, for the check at this place of its suite.
    pub(crate) fn new(
        transport: &'t mut dyn Transport,
        common: &'t Common,
        place: usize,
        check: Option<&'static str>,
    ) -> Self {
        let Settings { key, second_key, hidden, seed, .. } = common.settings();
        let Settings { product_secret, second_product_secret, .. } = common.settings();
        let accounts = Accounts::new(seed, place);
        let mut log = Log::default();
        for key in [Some(key), second_key.as_ref()].into_iter().flatten() {
            log.secrets.learn(Kind::Key, key.expose());
        }
        for secret in [product_secret, second_product_secret].into_iter().flatten() {
            log.secrets.learn(Kind::ProductSecret, secret.expose());
        }
        for value in hidden {
            log.secrets.learn(Kind::Header, value.expose());
        }
        log.secrets.learn(Kind::Password, accounts.mark());
        log.secrets.learn(Kind::Password, &accounts.digits(None));
        accounts.run().clone_into(&mut log.run);
        // Half of the checks show what becomes of a connection that carries more than one request.
        let keeps = check.is_some() && place % 2 == 1 && common.keeps_connections();
        transport.keep_connection(keeps);
        Self { transport, common, check, accounts, keeps, log, noted: Vec::new() }
    }

    /// The accounts of the check.
    pub(crate) fn accounts(&mut self) -> &mut Accounts {
        &mut self.accounts
    }

    /// The exchanges of the check.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Has the requests from now on go over one connection, if the server has shown no fault in that, or each over its own.
    pub(crate) fn keep_connection(&mut self, keep: bool) {
        self.keeps = keep && self.common.keeps_connections();
        self.transport.keep_connection(self.keeps);
    }

    /// The exchanges and the mismatches of the check.
    pub(crate) fn finish(mut self) -> (Log, Vec<LocatedMismatch>) {
        self.transport.keep_connection(false);
        let Carriage { stray, .. } = self.transport.carriage();
        let last = self.log.exchanges().last().map(|exchange| exchange.request.clone());
        if let Some(last) = last.filter(|_| stray > 0) {
            self.log.keep_trouble(carry::stray(stray), &last);
        }
        (self.log, self.noted)
    }

    /// The fields of a sign-on of a user whom the server cannot know, with the valid key.
    pub(crate) fn user(&mut self) -> Fields {
        let name = self.accounts.name();
        self.user_at(&format!("{name}@{DOMAIN}"))
    }

    /// The same for a given e-mail.
    pub(crate) fn user_at(&mut self, email: &str) -> Fields {
        Fields::default()
            .and("email", email)
            .and("password", &self.accounts.password())
            .and("ssokey", self.key())
            .and("product", self.product())
    }

    /// A password that no user has yet.
    pub(crate) fn password(&mut self) -> String {
        self.accounts.password()
    }

    /// The valid key.
    pub(crate) fn key(&self) -> &'t str {
        self.common.settings().key.expose()
    }

    /// The product of all sign-ons.
    pub(crate) fn product(&self) -> &'t str {
        self.common.settings().product.as_str()
    }

    /// The products of the server.
    pub(crate) fn products(&self) -> &'t [ProductName] {
        &self.common.settings().products
    }

    /// The second product: the one that the run was given, or the first that is not the one of all sign-ons.
    pub(crate) fn other_product(&self) -> Option<&'t str> {
        if let Some(second) = &self.common.settings().second_product {
            return Some(second.as_str());
        }
        self.products().iter().map(ProductName::as_str).find(|name| *name != self.product())
    }

    /// A text that is none of the server's products, and differs from the one of all sign-ons in its spelling.
    pub(crate) fn misspelt_product(&self) -> String {
        let product = self.product();
        let capital = product.get(..1).unwrap_or_default().to_ascii_uppercase();
        let misspelt = capital + product.get(1..).unwrap_or_default();
        if misspelt == product { format!("{product}_") } else { misspelt }
    }

    /// Names that a product may have and none of the server's has.
    pub(crate) fn unlisted_products(&self) -> Vec<String> {
        let is_listed = |name: &String| self.products().iter().any(|it| it.as_str() == name);
        let longest = "x".repeat(ProductName::MAX_LENGTH);
        let names = ["conference", "chat", "-", &longest].map(str::to_owned);
        names.into_iter().filter(|name| !is_listed(name)).collect()
    }

    /// The key of a second company.
    ///
    /// # Errors
    ///
    /// The run was given none.
    pub(crate) fn second_key(&self) -> Result<&'t str, Stop> {
        let key = self.common.settings().second_key.as_ref();
        key.map(Credential::expose).ok_or_else(|| Stop::Lacking(Lacking::SecondKey.into()))
    }

    /// The secret with which the product turns a code into a token.
    ///
    /// # Errors
    ///
    /// The run was given none.
    pub(crate) fn product_secret(&self) -> Result<&'t str, Stop> {
        let secret = self.common.settings().product_secret.as_ref();
        secret.map(Credential::expose).ok_or_else(|| Stop::Lacking(Lacking::ProductSecret.into()))
    }

    /// The second product, and the secret with which it turns a code into a token.
    ///
    /// # Errors
    ///
    /// The run was given no secret, or one without a product.
    pub(crate) fn second_product(&self) -> Result<(&'t str, &'t str), Stop> {
        let secret = self.common.settings().second_product_secret.as_ref();
        let secret = secret.ok_or_else(|| Stop::Lacking(Lacking::SecondProduct.into()))?;
        let second = self.other_product();
        let second = second.ok_or_else(|| Stop::Blocked(Lacking::SecondProductName.into()))?;
        Ok((second, secret.expose()))
    }

    /// Asks for an operation whose profile is not the check's.
    ///
    /// # Errors
    ///
    /// The server does not offer it, or the user has left it out.
    pub(crate) fn needs(&self, operation: Operation) -> Result<(), Stop> {
        match self.common.why_lacking(operation) {
            Some(why) => Err(Stop::Lacking(why.clone())),
            None => Ok(()),
        }
    }

    /// Takes a text into the fields as a key. It may be near enough to the real one to give it away.
    pub(crate) fn with_key(&mut self, fields: Fields, key: &str) -> Fields {
        self.learn(Kind::Key, key);
        fields.with("ssokey", key)
    }

    /// Makes a text that is sent a secret, if it is long enough to be told from others.
    pub(crate) fn learn(&mut self, kind: Kind, text: &str) {
        if text.len() >= TELLING {
            self.log.secrets.learn(kind, text);
        }
    }

    /// Enters an account into the ledger whose e-mail no answer tells.
    pub(crate) fn created(&self, email: &str) {
        self.common.ledger().created(email, None);
    }

    /// Sends a request and keeps the exchange. A server that asks to be asked later is asked later.
    ///
    /// # Errors
    ///
    /// There was no answer.
    pub(crate) fn exchange(&mut self, request: &Request) -> Result<Answer, TransportError> {
        loop {
            let answer = self.send(request)?;
            let Some(wait) = self.common.may_wait(retry_after(&answer)) else { return Ok(answer) };
            self.transport.wait(wait);
        }
    }

    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        let common = self.common;
        let (began, carried) = (Instant::now(), common.send(self.transport, request, self.keeps));
        self.keep(request, carried, began)
    }

    /// Sends requests at the same time, as far as the transport can; the answers come in the order of the requests, and to the same request
    /// several times in an order that does not show which was first. What the server wants to be asked later is asked when all have been answered.
    ///
    /// # Errors
    ///
    /// One of them got no answer.
    pub(crate) fn exchange_together(
        &mut self,
        requests: &[Request],
    ) -> Result<Vec<Answer>, TransportError> {
        let common = self.common;
        let began = Instant::now();
        let forks: Option<Vec<_>> = requests.iter().map(|_| self.transport.fork()).collect();
        let Some(forks) = forks else {
            return requests.iter().map(|request| self.exchange(request)).collect();
        };
        let sent: Vec<_> = std::thread::scope(|scope| {
            let send = |(mut fork, request): (Box<dyn Transport + Send>, _)| {
                scope.spawn(move || common.send(&mut *fork, request, false))
            };
            let threads: Vec<_> = forks.into_iter().zip(requests).map(send).collect();
            threads.into_iter().map(ScopedJoinHandle::join).collect()
        });
        let crashed = || TransportError::Unsendable("a thread of the kit failed".to_owned());
        let sent = sent
            .into_iter()
            .map(|sent| sent.unwrap_or_else(|_| Carried { answer: Err(crashed()), trouble: None }));
        let mut sent: Vec<_> = sent.collect();
        let mut rest = sent.as_mut_slice();
        for same in requests.chunk_by(PartialEq::eq) {
            let (raced, others) = rest.split_at_mut(same.len());
            raced.sort_by_cached_key(rank);
            rest = others;
        }
        let answers = sent.into_iter().zip(requests).map(|(sent, request)| {
            let answer = self.keep(request, sent, began)?;
            match common.may_wait(retry_after(&answer)) {
                Some(wait) => {
                    self.transport.wait(wait);
                    self.exchange(request)
                }
                None => Ok(answer),
            }
        });
        answers.collect()
    }

    fn keep(
        &mut self,
        request: &Request,
        Carried { answer, trouble }: Carried,
        began: Instant,
    ) -> Result<Answer, TransportError> {
        if let Err(
            error @ (TransportError::Broken(_)
            | TransportError::Unfinished(_)
            | TransportError::Dropped),
        ) = &answer
            && !request.may_be_left_unread()
        {
            let mismatch = Mismatch::new("one whole answer", error.to_string());
            self.log.keep_trouble(mismatch, request);
        }
        let answer = answer?;
        let took = began.elapsed();
        self.log.keep(Exchange {
            request: request.clone(),
            answer: answer.clone(),
            began: SystemTime::now().checked_sub(took).unwrap_or(SystemTime::UNIX_EPOCH),
            took,
            check: self.check,
            extent: Extent::Whole,
        });
        if let Some(trouble) = trouble {
            self.log.keep_trouble(trouble, request);
        }
        Ok(answer)
    }
}

/// The place of an answer among those to the same request: by all but the token, which is new each time, and successes last.
fn rank(Carried { answer, .. }: &Carried) -> Option<(Reverse<u16>, String)> {
    let answer = answer.as_ref().ok()?;
    let body = String::from_utf8_lossy(answer.body());
    let token = answer.returned("token").and_then(Json::as_str).filter(|it| !it.is_empty());
    let body = token.map_or_else(|| body.to_string(), |token| body.replace(token, ""));
    Some((Reverse(answer.plain_status()), body))
}

/// The time after which a server over its limits wants to be asked again: at least a second, so that it ends.
fn retry_after(answer: &Answer) -> Option<Duration> {
    if !matches!(answer.plain_status(), 429 | 503) {
        return None;
    }
    let seconds: u64 = answer.header("Retry-After")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.max(1)))
}
