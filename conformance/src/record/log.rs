//! Every exchange of a run or of a recording, for the requirements that hold for every answer.

use crate::message::json::Json;
use crate::message::known::TELLING;
use crate::message::request::{Request, form_fields};
use crate::message::secret::Kind;
use crate::message::secrets::Secrets;
use crate::record::exchange::Exchange;
use crate::record::lacking::Reason;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;

/// The origin of exchanges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// From a run.
    #[default]
    Run,
    /// From a recording that holds everything as it was.
    Recording,
    /// From a recording of a run, in which labels stand for secrets.
    Redacted,
}

/// The exchanges so far and the secrets that they hold.
#[derive(Default)]
pub(crate) struct Log {
    exchanges: Vec<Exchange>,
    /// The faults of connections: answers that did not come whole, and what came besides.
    troubles: Vec<LocatedMismatch>,
    /// The secrets sent or received so far.
    pub secrets: Secrets,
    /// The digits that every account name of the run holds; empty if the run is not the kit's.
    pub run: String,
    /// The origin of the exchanges.
    pub origin: Origin,
}

impl Log {
    /// Keeps an exchange. The token or code in it becomes a secret, also one that a redirect should not hold.
    pub(crate) fn keep(&mut self, exchange: Exchange) {
        let answer = &exchange.answer;
        if let Some(token) = answer.returned("token").and_then(Json::as_str) {
            self.secrets.learn(Kind::Token, token);
        }
        if let Some(code) = answer.code() {
            self.secrets.learn(Kind::Code, &code);
        }
        let location = answer.header("Location").unwrap_or_default();
        let query = location.split_once(['?', '#']).map_or("", |(_, query)| query);
        for (name, value) in form_fields(query).iter().filter(|(_, value)| value.len() >= TELLING) {
            if let Some(kind) = Kind::of_field(name) {
                self.secrets.learn(kind, value);
            }
        }
        self.exchanges.push(exchange);
    }

    /// Finds out whether the server of a recording had its option for legacy clients: one answer shows it for all.
    pub(crate) fn find_legacy_option(&mut self) {
        let shows = |it: &Exchange| it.has_head() && it.answer.shows_legacy_option();
        if self.exchanges.iter().any(shows) {
            for exchange in &mut self.exchanges {
                exchange.answer.set_legacy_option();
            }
        }
    }

    /// Returns whether the server had its option for legacy clients.
    pub(crate) fn has_legacy_option(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.answer.has_legacy_option())
    }

    /// Puts the exchanges of a second log behind these. A mismatch that points into the second points to
    /// [`Log::len`] further on afterwards.
    pub(crate) fn append(&mut self, other: Self) {
        let before = self.len();
        self.troubles.extend(other.troubles.into_iter().map(|mut trouble| {
            trouble.exchange = trouble.exchange.map(|place| place + before);
            trouble
        }));
        self.secrets.learn_all(&other.secrets);
        self.exchanges.extend(other.exchanges);
    }

    /// Keeps a fault of the connection that a request went over; its answer may have come all the same.
    pub(crate) fn keep_trouble(&mut self, mismatch: Mismatch, request: &Request) {
        let place = self.place(request);
        self.troubles.push(mismatch.on(request, place));
    }

    /// The faults of connections.
    pub(crate) fn troubles(&self) -> &[LocatedMismatch] {
        &self.troubles
    }

    /// The exchanges in their order.
    pub(crate) fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Returns how many requests were answered.
    pub(crate) fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// The place of the last exchange of this request.
    pub(crate) fn place(&self, request: &Request) -> Option<usize> {
        self.exchanges.iter().rposition(|exchange| exchange.request == *request)
    }

    /// Returns whether a text is but the label of what it was in a run.
    pub(crate) fn is_redacted(&self, kind: Kind, text: &str) -> bool {
        self.origin == Origin::Redacted && text == kind.label()
    }

    /// Returns whether the answer gives a token of which but the label is known.
    pub(crate) fn hides_token(&self, exchange: &Exchange) -> bool {
        let token = exchange.answer.returned("token").and_then(Json::as_str);
        token.is_some_and(|token| self.is_redacted(Kind::Token, token))
    }

    /// Returns what keeps a check of these exchanges from a verdict: a run should have had what it lacks, a recording need not.
    pub(crate) fn lacks(&self, why: Reason) -> Stop {
        match self.origin {
            Origin::Run => Stop::Blocked(why),
            Origin::Recording | Origin::Redacted => Stop::Lacking(why),
        }
    }

    /// Returns that no exchange is what a requirement is about.
    pub(crate) fn has_nothing(&self) -> Stop {
        self.lacks(match self.origin {
            Origin::Run => "the server gave no answer that this requirement is about".into(),
            Origin::Recording | Origin::Redacted => "nothing in the recording is about this".into(),
        })
    }

    /// Judges every exchange that the requirement is about.
    ///
    /// # Errors
    ///
    /// Nothing came that could be judged.
    pub(crate) fn judge(
        &self,
        about: impl Fn(&Exchange) -> bool,
        mut judge: impl FnMut(&Exchange) -> Result<(), Mismatch>,
    ) -> Result<Vec<LocatedMismatch>, Stop> {
        let exchanges = self.exchanges.iter().enumerate();
        let mut relevant = exchanges.filter(|(_, exchange)| about(exchange)).peekable();
        if relevant.peek().is_none() {
            return Err(self.has_nothing());
        }
        let mismatches = relevant.filter_map(|(place, exchange)| {
            let mismatch = judge(exchange).err()?;
            Some(mismatch.on(&exchange.request, Some(place)))
        });
        Ok(mismatches.collect())
    }
}
