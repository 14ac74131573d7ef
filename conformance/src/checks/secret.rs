//! Secrets that come back. Every request of a run has a password of its own, so that none goes unseen.

use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::message::secret::Kind;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "secret.is-never-repeated",
    profile: Profile::SignOn,
    requirements: &["SSO-RSP-015"],
    title: "no answer repeats a key, password, code or product secret, nor gives a token or code that is somebody else's",
    judge: Judge::Passive(is_never_repeated),
}];

fn is_never_repeated(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::has_head, |Exchange { request, answer, .. }| {
        let launches = request.operation() == Some(Operation::Launch);
        let headers = answer.headers().iter();
        let headers = headers.map(|(name, value)| (format!("`{name}`"), value.clone()));
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        for (place, text) in headers.chain([("the body".to_owned(), body)]) {
            let found = log.secrets.all_in(&text).into_iter();
            // A token in the redirect of a launch, or a code that is out of place, is for the launch's own checks to find.
            let redirects = launches && place.eq_ignore_ascii_case("`location`");
            let is_launchs = |kind| redirects && matches!(kind, Kind::Token | Kind::Code);
            let mut foreign = found
                .filter(|(kind, secret)| !is_given(answer, *kind, secret) && !is_launchs(*kind));
            if let Some((kind, _)) = foreign.next() {
                let expected = "no secret but the token or code that the answer gives";
                let actual = format!("a {} in {place}", kind.label());
                return Err(Mismatch::new(expected, actual));
            }
        }
        Ok(())
    })
}

/// Returns whether the secret is what the answer is for.
fn is_given(answer: &Answer, kind: Kind, secret: &str) -> bool {
    match kind {
        Kind::Token => answer.returned("token").and_then(Json::as_str) == Some(secret),
        Kind::Code => answer.code().as_deref() == Some(secret),
        // Header fields that the user adds to requests are not the format's.
        Kind::Header | Kind::Other => true,
        Kind::Key | Kind::Password | Kind::ProductSecret => false,
    }
}
