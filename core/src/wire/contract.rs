//! The replies that each call may have, as `spec/storage.md` lists them.

use alloc::string::String;

/// A call's name with the names of its replies, in the order of `spec/storage.md`. Any call may fail besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contract {
    pub(crate) call: &'static str,
    pub(crate) replies: &'static [&'static str],
    may_be_overloaded: bool,
}

impl Contract {
    // Of the calls that requests and the operator's commands share.
    pub(crate) const AUDIT: Self = Self::new("audit", &["done"]);
    pub(crate) const CREATE_USER: Self = Self::new("create_user", &["created", "exists"]);
    pub(crate) const FIND_USER: Self = Self::new("find_user", &["user", "none"]);
    pub(crate) const HASH_PASSWORD: Self =
        Self { may_be_overloaded: true, ..Self::new("hash_password", &["hashed"]) };
    pub(crate) const VERIFY_PASSWORD: Self = Self {
        may_be_overloaded: true,
        ..Self::new("verify_password", &["match", "no_match", "unreadable"])
    };

    pub(crate) const fn new(call: &'static str, replies: &'static [&'static str]) -> Self {
        Self { call, replies, may_be_overloaded: false }
    }

    /// Returns whether the reply of this name is an answer to the call or a failure of it.
    pub(crate) fn allows(&self, reply: &str) -> bool {
        self.replies.contains(&reply)
            || reply == "failed"
            || reply == "overloaded" && self.may_be_overloaded
    }

    /// Returns the replies that answer the call, for a person.
    pub(crate) fn expected(&self) -> String {
        let mut text = String::new();
        for (at, reply) in self.replies.iter().enumerate() {
            text.push_str(match at {
                0 => "",
                at if at + 1 == self.replies.len() => " or ",
                _ => ", ",
            });
            text.push_str(reply);
        }
        text
    }
}
