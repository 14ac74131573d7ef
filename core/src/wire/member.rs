//! Deserializes members of records that need more than their type says.

use serde::{Deserialize, Deserializer};

use crate::MAX_INTEGER;
use crate::value::text::unexpected;

/// Reads a member that may be `null` but must be there. Otherwise a member that a host forgets would count as "without an end".
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Reads a time: milliseconds since 1970, 0 to [`MAX_INTEGER`].
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    bounded(deserializer, "a time")
}

/// Reads a time that may be `null` but must be there.
pub(crate) fn nullable_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Time(#[serde(deserialize_with = "time")] u64);
    Ok(nullable::<Time, D>(deserializer)?.map(|time| time.0))
}

/// Reads a number of records, 0 to [`MAX_INTEGER`].
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    bounded(deserializer, "an integer from 0 to 2^53-1")
}

/// A number of records, 0 to [`MAX_INTEGER`].
pub(crate) struct Count(pub(crate) u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        count(deserializer).map(Self)
    }
}

fn bounded<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<u64, D::Error> {
    u64::deserialize(deserializer)
        .ok()
        .filter(|number| *number <= MAX_INTEGER)
        .ok_or_else(|| unexpected(expected))
}
