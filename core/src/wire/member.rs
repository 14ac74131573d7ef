//! Deserializes members of records that need more than their type says.

use serde::{Deserialize, Deserializer, de};

use crate::MAX_INTEGER;

/// Reads a member that may be `null` but must be there. Otherwise a member that a host forgets would count as "without an end".
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Reads a time: milliseconds since 1970, 0 to [`MAX_INTEGER`].
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let time = u64::deserialize(deserializer)?;
    if time <= MAX_INTEGER { Ok(time) } else { Err(de::Error::custom("a time was expected")) }
}

/// Reads a time that may be `null` but must be there.
pub(crate) fn nullable_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Time(#[serde(deserialize_with = "time")] u64);
    Ok(nullable::<Time, D>(deserializer)?.map(|time| time.0))
}
