//! A part of a list (`SSO-OPS-009`).

use alloc::borrow::Cow;
use alloc::format;
use core::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{MAX_INTEGER, OutOfRange};

/// A part of a list: the records with an id greater than `after`, at most `limit` of them. The default is the first 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Page {
    after: u64,
    limit: u32,
}

impl Page {
    /// The most records that a page may have.
    pub const MAX_LIMIT: u32 = 500;

    pub(super) const AFTER_BOUNDS: &'static str = "must be an integer from 0 to 2^53-1";

    pub(super) const LIMIT_BOUNDS: &'static str = "must be an integer from 1 to 500";

    /// Takes an id, 0 to [`MAX_INTEGER`], and a number of records, 1 to [`Self::MAX_LIMIT`].
    ///
    /// # Errors
    ///
    /// One of them is outside its bounds.
    pub fn new(after: u64, limit: u32) -> Result<Self, OutOfRange> {
        if after > MAX_INTEGER {
            return Err(OutOfRange::new(Self::AFTER_BOUNDS));
        }
        if !(1..=Self::MAX_LIMIT).contains(&limit) {
            return Err(OutOfRange::new(Self::LIMIT_BOUNDS));
        }
        Ok(Self { after, limit })
    }

    /// Returns the id after which the page begins.
    #[must_use]
    pub const fn after(self) -> u64 {
        self.after
    }

    /// Returns the most records of the page.
    #[must_use]
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// Returns the id after which the next page begins, if this one is full. Fails with the member of the reply in which the records
    /// are not those of the page (`STO-LIST`). `list` is the name of the list in the reply; each record is given by its id, and by
    /// the member in which it is a different company's.
    pub(super) fn next(
        self,
        list: &'static str,
        records: impl IntoIterator<Item = (u64, Option<&'static str>)>,
    ) -> Result<Option<u64>, Cow<'static, str>> {
        let (mut last, mut count) = (self.after, 0);
        for (id, foreign) in records {
            if let Some(member) = foreign.or((id <= last).then_some("id")) {
                return Err(format!("{list}.{count}.{member}").into());
            }
            (last, count) = (id, count + 1);
        }
        match count.cmp(&self.limit) {
            Ordering::Less => Ok(None),
            Ordering::Equal => Ok(Some(last)),
            Ordering::Greater => Err(list.into()),
        }
    }
}

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Members {
            after: u64,
            limit: u32,
        }

        let Members { after, limit } = Members::deserialize(deserializer)?;
        Self::new(after, limit).map_err(de::Error::custom)
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { after: 0, limit: Self::MAX_LIMIT }
    }
}
