//! The refusals of the format.

/// Status, code, name and details.
pub(super) struct Refused(
    pub(super) u16,
    pub(super) u16,
    pub(super) &'static str,
    pub(super) String,
);

pub(super) fn refuse<T>(status: u16, code: u16, name: &'static str) -> Result<T, Refused> {
    Err(Refused(status, code, name, "the request was refused".to_owned()))
}

pub(super) fn malformed<T>() -> Result<T, Refused> {
    refuse(400, 4000, "malformed_request")
}

pub(super) fn missing<T>() -> Result<T, Refused> {
    refuse(400, 4001, "missing_parameter")
}

pub(super) fn duplicate<T>() -> Result<T, Refused> {
    refuse(400, 4002, "duplicate_parameter")
}

pub(super) fn invalid<T>() -> Result<T, Refused> {
    refuse(400, 4003, "invalid_parameter")
}

pub(super) fn not_accepted<T>() -> Result<T, Refused> {
    refuse(401, 4011, "invalid_credentials")
}

pub(super) fn no_token<T>() -> Result<T, Refused> {
    refuse(401, 4012, "invalid_token")
}
