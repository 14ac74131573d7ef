//! Every exchange of a run, for the requirements that hold for every answer.

use crate::answer::Answer;
use crate::check::Stop;
use crate::mismatch::{Deviation, Mismatch};
use crate::request::Request;
use crate::secret::{Kind, Secrets};

/// A request and its answer.
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came.
    pub answer: Answer,
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
    /// Keeps an exchange. The token in it becomes a secret.
    pub fn keep(&mut self, request: Request, answer: Answer) {
        if let Some(token) = answer.returned("token").and_then(|token| token.as_str()) {
            self.secrets.learn(Kind::Token, token);
        }
        self.exchanges.push(Exchange { request, answer });
    }

    /// How many requests were answered.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether nothing was answered yet.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Judges every exchange that the requirement is about.
    ///
    /// # Errors
    ///
    /// Nothing came that could be judged.
    pub fn judge(
        &self,
        about: impl Fn(&Exchange) -> bool,
        judge: impl FnMut(&Exchange) -> Result<(), Deviation>,
    ) -> Result<Vec<Mismatch>, Stop> {
        let relevant: Vec<_> = self.exchanges.iter().filter(|it| about(it)).collect();
        if relevant.is_empty() {
            let why = "the server gave no answer that this requirement is about";
            return Err(Stop::Blocked(why.to_owned()));
        }
        let judged = relevant.iter().copied().map(judge).zip(&relevant);
        let deviations = judged.filter_map(|(result, exchange)| {
            let deviation = result.err()?;
            Some(deviation.on(&exchange.request))
        });
        Ok(deviations.collect())
    }
}
