//! The second description of the operator's commands, as that of the operations.

use super::flow::{Flow, Script};
use super::table::Outcome::*;

/// Finds the company, and then makes the call of the command.
fn of_company(script: &mut Script<'_>, call: &'static str) -> Flow {
    match script.ask("find_company_by_email")? {
        Found => last(script, call),
        Absent => Ok(4040),
        WrongRecord => script.wrong_record(),
        other => script.fault(other),
    }
}

/// Makes the last call of a command.
fn last(script: &mut Script<'_>, call: &'static str) -> Flow {
    match script.ask(call)? {
        Done | Created => Ok(200),
        Absent => Ok(4040),
        Exists => Ok(4093),
        WrongRecord | OutOfOrder | TooMany => script.wrong_record(),
        other => script.fault(other),
    }
}

pub(super) fn add_company(script: &mut Script<'_>) -> Flow {
    last(script, "create_company")
}

pub(super) fn list_companies(script: &mut Script<'_>) -> Flow {
    last(script, "list_companies")
}

pub(super) fn set_company_status(script: &mut Script<'_>) -> Flow {
    of_company(script, "set_company_status")
}

pub(super) fn issue_key(script: &mut Script<'_>) -> Flow {
    of_company(script, "save_key")
}

pub(super) fn rotate_key(script: &mut Script<'_>) -> Flow {
    of_company(script, "rotate_key")
}

pub(super) fn list_keys(script: &mut Script<'_>) -> Flow {
    of_company(script, "list_keys")
}

pub(super) fn set_key_status(script: &mut Script<'_>) -> Flow {
    of_company(script, "set_key_status")
}

pub(super) fn list_users(script: &mut Script<'_>) -> Flow {
    of_company(script, "list_users")
}

/// Hashes once and creates once (`SSO-OPS-010`).
pub(super) fn add_user(script: &mut Script<'_>) -> Flow {
    match script.ask("find_company_by_email")? {
        Found => {}
        Absent => return Ok(4040),
        WrongRecord => return script.wrong_record(),
        other => return script.fault(other),
    }
    match script.ask("hash_password")? {
        Hashed => last(script, "create_user"),
        other => script.fault(other),
    }
}

pub(super) fn set_user_status(script: &mut Script<'_>) -> Flow {
    change_user(script, "set_user_status")
}

pub(super) fn set_user_manager(script: &mut Script<'_>) -> Flow {
    change_user(script, "set_user_manager")
}

fn change_user(script: &mut Script<'_>, call: &'static str) -> Flow {
    match script.ask("find_company_by_email")? {
        Found => {}
        Absent => return Ok(4040),
        WrongRecord => return script.wrong_record(),
        other => return script.fault(other),
    }
    match script.ask("find_user")? {
        Found => last(script, call),
        Absent => Ok(4040),
        WrongRecord => script.wrong_record(),
        other => script.fault(other),
    }
}

pub(super) fn set_product(script: &mut Script<'_>) -> Flow {
    last(script, "save_product")
}

pub(super) fn purge(script: &mut Script<'_>) -> Flow {
    last(script, "purge")
}
