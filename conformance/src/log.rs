//! Every exchange of a run, for the requirements that hold for every answer.

use std::time::{Duration, SystemTime};

use crate::answer::Answer;
use crate::check::Stop;
use crate::mismatch::{Deviation, Mismatch};
use crate::operation::Operation;
use crate::request::Request;
use crate::secret::{Kind, Secrets};

/// A request and its answer.
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came.
    pub answer: Answer,
    /// When it was sent.
    pub began: SystemTime,
    /// How long it took to come.
    pub took: Duration,
    /// The check that sent it; none at first contact and in a recording of others.
    pub check: Option<&'static str>,
}

impl Exchange {
    /// Whether the answer can have a body.
    pub fn has_body(&self) -> bool {
        self.request.method != "HEAD"
    }

    /// Whether the answer claims success and can say so.
    pub fn is_success(&self) -> bool {
        self.answer.is_success() && self.has_body()
    }

    /// Whether the answer claims to be the documented one with its 14 members.
    pub fn gives_account(&self) -> bool {
        let due = self.request.operation().is_some_and(Operation::answers_with_account);
        due && self.is_success()
    }

    /// Whether the answer claims a refusal and can say so.
    pub fn is_refusal(&self) -> bool {
        self.answer.is_refusal() && self.has_body()
    }
}

/// The exchanges so far and the secrets that they hold.
#[derive(Default)]
pub struct Log {
    exchanges: Vec<Exchange>,
    /// The secrets sent or received so far.
    pub secrets: Secrets,
    /// The digits that every account name of the run holds.
    pub run: String,
}

impl Log {
    /// Keeps an exchange. The token or code in it becomes a secret.
    pub fn keep(&mut self, exchange: Exchange) {
        let answer = &exchange.answer;
        if let Some(token) = answer.returned("token").and_then(|token| token.as_str()) {
            self.secrets.learn(Kind::Token, token);
        }
        if let Some(code) = answer.code() {
            self.secrets.learn(Kind::Code, &code);
        }
        self.exchanges.push(exchange);
    }

    /// Puts the exchanges of another log behind these. A mismatch that points into the other points to
    /// [`Log::len`] further on afterwards.
    pub fn append(&mut self, other: Self) {
        self.secrets.learn_all(&other.secrets);
        self.exchanges.extend(other.exchanges);
    }

    /// The exchanges in their order.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// How many requests were answered.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether nothing was answered yet.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// The place of the last exchange of this request.
    pub fn place(&self, request: &Request) -> Option<usize> {
        self.exchanges.iter().rposition(|exchange| exchange.request == *request)
    }

    /// Judges every exchange that the requirement is about.
    ///
    /// # Errors
    ///
    /// Nothing came that could be judged.
    pub fn judge(
        &self,
        about: impl Fn(&Exchange) -> bool,
        mut judge: impl FnMut(&Exchange) -> Result<(), Deviation>,
    ) -> Result<Vec<Mismatch>, Stop> {
        let exchanges = self.exchanges.iter().enumerate();
        let mut relevant = exchanges.filter(|(_, exchange)| about(exchange)).peekable();
        if relevant.peek().is_none() {
            let why = "the server gave no answer that this requirement is about";
            return Err(Stop::Blocked(why.to_owned()));
        }
        let deviations = relevant.filter_map(|(place, exchange)| {
            let deviation = judge(exchange).err()?;
            Some(deviation.on(&exchange.request, Some(place)))
        });
        Ok(deviations.collect())
    }
}
