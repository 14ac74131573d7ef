//! The way of a request to the server: over a kept connection or one of its own, and once more where that does no harm.

use std::sync::atomic::Ordering;

use crate::format::operation::Operation;
use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::suite::common::Common;
use crate::transport::{Carriage, Transport, TransportError};

/// What came of a request, and what was wrong with the way in which it came.
pub(crate) struct Carried {
    pub(crate) answer: Result<Answer, TransportError>,
    pub(crate) trouble: Option<Mismatch>,
}

impl Common {
    /// Returns whether connections may carry more than one request: as long as the server does so without fault.
    pub(crate) fn keeps_connections(&self) -> bool {
        self.keeps.load(Ordering::Relaxed)
    }

    /// Has each request from now on go over a connection of its own.
    pub(crate) fn keep_no_connections(&self) {
        self.keeps.store(false, Ordering::Relaxed);
    }

    /// Sends a request and, where HTTP lets a client do so, sends it once more over a fresh connection.
    /// `keep` is what the transport was told of connections.
    pub(super) fn carry(
        &self,
        transport: &mut dyn Transport,
        request: &Request,
        keep: bool,
    ) -> Carried {
        let alone = keep && !may_repeat(request);
        if alone {
            // The server may close the connection at this very moment, and nobody could ask again.
            transport.keep_connection(false);
        }
        let before = if alone { transport.carriage().stray } else { 0 };
        let first = self.spend().and_then(|()| transport.send(request));
        let mut carriage = transport.carriage();
        carriage.stray += before;
        if alone {
            transport.keep_connection(true);
        }
        if carriage.stray > 0 {
            self.keep_no_connections();
            return Carried { answer: first, trouble: Some(stray(carriage.stray)) };
        }
        let once = |answer| Carried { answer, trouble: None };
        if !may_repeat(request) || !is_doubtful(request, &first, carriage) {
            return once(first);
        }
        if carriage.reused && !matches!(first, Err(TransportError::Dropped)) {
            transport.keep_connection(false);
        } else {
            // A server may close a connection at any time: the next one is as good.
            transport.keep_connection(carriage.reused);
        }
        let again = self.spend().and_then(|()| transport.send(request));
        let Some(trouble) = difference(&first, &again, carriage) else { return once(first) };
        if carriage.reused && trouble.is_some() {
            self.keep_no_connections();
        }
        Carried { answer: again, trouble }
    }
}

/// Returns whether a request is sent twice: the format allows it of all but a code, and of what the server need not read nothing would follow.
fn may_repeat(request: &Request) -> bool {
    request.operation() != Some(Operation::Exchange) && !request.may_be_left_unread()
}

/// Returns whether it may be the connection, and not the request, that led to this.
fn is_doubtful(
    request: &Request,
    sent: &Result<Answer, TransportError>,
    carriage: Carriage,
) -> bool {
    match sent {
        Err(TransportError::Dropped) => true,
        Err(TransportError::Broken(_) | TransportError::Unfinished(_)) => carriage.reused,
        Ok(answer) if request.method == "HEAD" => carriage.reused && answer.status() == 400,
        Ok(answer) => carriage.reused && answer.json().is_err(),
        Err(_) => false,
    }
}

/// Returns what the second attempt shows of the first, if it came to more: perhaps nothing to blame the server for.
fn difference(
    first: &Result<Answer, TransportError>,
    again: &Result<Answer, TransportError>,
    carriage: Carriage,
) -> Option<Option<Mismatch>> {
    let answer = again.as_ref().ok()?;
    Some(match first {
        Err(TransportError::Dropped) if carriage.reused => None,
        Err(TransportError::Dropped) => {
            let actual = "the connection was closed in its place; asked again, the server gave one";
            Some(Mismatch::new("an answer", actual))
        }
        Err(error) => Some(reused(answer, &error.to_string())),
        Ok(before) if before.summary() == answer.summary() => return None,
        Ok(before) => Some(reused(answer, &before.summary())),
    })
}

fn reused(fresh: &Answer, actual: &str) -> Mismatch {
    let expected = format!("{}, as over a connection of its own", fresh.summary());
    Mismatch::new(expected, format!("over a connection that has carried others: {actual}"))
}

pub(super) fn stray(count: usize) -> Mismatch {
    let actual = if count == 1 { "1 byte more".to_owned() } else { format!("{count} bytes more") };
    Mismatch::new("nothing on the connection after the end of an answer", actual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::secret::Credential;
    use crate::suite::account::Seed;
    use crate::suite::settings::Settings;

    /// A server that answers so, once each.
    struct Script(Vec<(Result<Answer, TransportError>, Carriage)>, Carriage);

    impl Transport for Script {
        fn send(&mut self, _: &Request) -> Result<Answer, TransportError> {
            let (answer, carriage) = self.0.remove(0);
            self.1 = carriage;
            answer
        }

        fn carriage(&mut self) -> Carriage {
            self.1
        }
    }

    fn answer(body: &str) -> Result<Answer, TransportError> {
        Ok(Answer::new(400, Vec::new(), body.into()))
    }

    const FRESH: Carriage = Carriage { reused: false, stray: 0 };
    const REUSED: Carriage = Carriage { reused: true, stray: 0 };

    /// Sends one request, and returns what came, what was wrong with it, and how often it was sent.
    fn check(
        request: &Request,
        script: Vec<(Result<Answer, TransportError>, Carriage)>,
    ) -> (Result<String, TransportError>, Option<String>, usize) {
        let common = Common::new(Settings::new("", Credential::new("k"), Seed::fixed(1))).unwrap();
        let due = script.len();
        let mut script = Script(script, FRESH);
        let Carried { answer, trouble } = common.carry(&mut script, request, false);
        let answer = answer.map(|it| String::from_utf8_lossy(it.body()).into_owned());
        (answer, trouble.map(|it| it.actual), due - script.0.len())
    }

    #[test]
    fn a_dropped_answer_is_asked_for_again_and_blamed_on_a_fresh_connection_only() {
        let sign_on = Request::get("");
        let dropped = || Err(TransportError::Dropped);
        let (came, trouble, times) =
            check(&sign_on, vec![(dropped(), REUSED), (answer("{}"), FRESH)]);
        assert_eq!((came, trouble, times), (Ok("{}".to_owned()), None, 2));
        let (came, trouble, _) = check(&sign_on, vec![(dropped(), FRESH), (answer("{}"), FRESH)]);
        assert_eq!(came, Ok("{}".to_owned()));
        assert!(trouble.unwrap().starts_with("the connection was closed"));
        let (came, trouble, _) = check(&sign_on, vec![(dropped(), FRESH), (dropped(), FRESH)]);
        assert_eq!((came, trouble), (Err(TransportError::Dropped), None));
    }

    #[test]
    fn an_exchange_is_never_sent_twice() {
        let exchange = Request::form("code=x").to(Operation::Exchange);
        let script = vec![(Err(TransportError::Dropped), REUSED), (answer("{}"), FRESH)];
        assert_eq!(check(&exchange, script), (Err(TransportError::Dropped), None, 1));
    }

    #[test]
    fn the_answer_to_a_long_body_may_be_lost() {
        let long = Request::form("x".repeat(100_000));
        let script = vec![(Err(TransportError::Dropped), FRESH), (answer("{}"), FRESH)];
        assert_eq!(check(&long, script), (Err(TransportError::Dropped), None, 1));
    }

    #[test]
    fn what_a_kept_connection_alone_spoils_is_blamed_on_it() {
        let sign_on = Request::get("");
        let broken = || Err(TransportError::Broken("it is not HTTP".to_owned()));
        for first in [broken(), answer("Bad Request")] {
            let script = vec![(first, REUSED), (answer("{}"), FRESH)];
            let (came, trouble, _) = check(&sign_on, script);
            assert_eq!(came, Ok("{}".to_owned()));
            assert!(trouble.unwrap().starts_with("over a connection that has carried others"));
        }
        // What a fresh connection gives as well is not the connection's.
        let script = vec![(answer("<p>"), REUSED), (answer("<p>"), FRESH)];
        assert_eq!(check(&sign_on, script), (Ok("<p>".to_owned()), None, 2));
        assert_eq!(check(&sign_on, vec![(answer("<p>"), FRESH)]).2, 1);
    }
}
