//! One request and its answer.

use std::time::{Duration, SystemTime};

use crate::format::operation::Operation;
use crate::message::answer::Answer;
use crate::message::request::Request;

/// A request and its answer.
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
    /// The time at which it was sent.
    pub began: SystemTime,
    /// The time that it took to come.
    pub took: Duration,
    /// The check that sent it; none at first contact and in a recording of others.
    pub check: Option<&'static str>,
    /// The part of it that is known.
    pub extent: Extent,
}

/// The part of an exchange that is known: in a run all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// All but the header fields of the answer.
    Headless,
    /// All but the body of the answer.
    Head,
    /// The body of the answer alone.
    Body,
}

impl Exchange {
    /// Returns whether the answer can have a body, and it is known.
    pub fn has_body(&self) -> bool {
        self.request.method != "HEAD" && self.extent != Extent::Head
    }

    /// Returns whether request and status are known.
    pub fn has_head(&self) -> bool {
        self.extent != Extent::Body
    }

    /// Returns whether the header fields of the answer are known.
    pub fn has_headers(&self) -> bool {
        matches!(self.extent, Extent::Whole | Extent::Head)
    }

    /// Returns whether the answer claims success and can say so.
    pub fn is_success(&self) -> bool {
        self.answer.is_success() && self.has_body()
    }

    /// Returns whether the answer claims to be the documented one with its 14 members.
    pub fn gives_account(&self) -> bool {
        let due = match self.extent {
            // The success of what gives none has an empty `return`.
            Extent::Body => self.answer.member("return").is_some_and(|it| !it.members().is_empty()),
            Extent::Whole | Extent::Headless | Extent::Head => {
                self.request.operation().is_some_and(Operation::answers_with_account)
            }
        };
        due && self.is_success()
    }

    /// Returns whether the answer claims a refusal and can say so.
    pub fn is_refusal(&self) -> bool {
        self.answer.is_refusal() && self.has_body()
    }
}
