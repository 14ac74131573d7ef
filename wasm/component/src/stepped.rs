//! The world `stepped`.

use alloc::string::String;

use ssokey_core::Verdict;

use crate::bindings::calls::{HashPassword, Reply, VerifyPassword};
use crate::bindings::http::{Mistake, Moment, Response, Settings};
use crate::bindings::stepped::exports::ssokey::sso::{decision, server};
use crate::hash::{self, Trouble};
use crate::server::server;
use crate::step::{self, Step, Waiting};

pub(crate) struct Stepped;

server!(Stepped: server);

impl decision::Guest for Stepped {
    type Progress = Progress;

    fn begin(
        input: decision::Input,
        settings: Settings,
        moment: Moment,
    ) -> Result<decision::Progress, Mistake> {
        let step = match input {
            decision::Input::Request(request) => step::begin(&request, &settings, &moment)?,
            decision::Input::Command(command) => step::begin_command(&command, &settings, &moment)?,
        };
        Ok(decision::Progress::new(Progress::Begun(step)))
    }

    fn next(progress: decision::Progress, reply: Option<Reply>) -> decision::Step {
        match progress.into_inner::<Progress>() {
            Progress::Begun(step) => step,
            Progress::Waiting(waiting) => waiting.resume(reply.as_ref()),
        }
        .into()
    }

    fn compute_verification(call: VerifyPassword) -> Result<decision::Verdict, decision::Trouble> {
        Ok(match hash::verify(call)? {
            Verdict::Match => decision::Verdict::Match,
            Verdict::NoMatch => decision::Verdict::NoMatch,
            Verdict::Unreadable => decision::Verdict::Unreadable,
        })
    }

    fn compute_hash(call: HashPassword) -> Result<String, decision::Trouble> {
        Ok(hash::hash(&call)?)
    }
}

impl From<Trouble> for decision::Trouble {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Overloaded => Self::Overloaded,
            Trouble::Failed => Self::Failed,
        }
    }
}

/// What the resource holds.
#[expect(clippy::large_enum_variant, reason = "a request has one at a time")]
pub(crate) enum Progress {
    Begun(Step),
    Waiting(Waiting),
}

impl decision::GuestProgress for Progress {}

impl From<Step> for decision::Step {
    fn from(step: Step) -> Self {
        match step {
            Step::Call(call, waiting) => {
                let progress = decision::Progress::new(Progress::Waiting(waiting));
                Self::Call(decision::Pending { call, progress })
            }
            Step::Done(response) => Self::Done(response),
        }
    }
}
