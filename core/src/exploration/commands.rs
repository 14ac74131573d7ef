//! The operator's commands that are walked, one entry for each. Its flow, written from the spec, is a second description of the
//! command.

use alloc::string::String;
use std::format;

use super::flow::{Flow, Script};
use super::run::Run;
use super::table::{EMAIL, NOW, Outcome::*};
use crate::{Settings, operator};

/// A command of the operator.
pub(super) struct Command {
    pub(super) name: &'static str,
    /// The members besides those that name the subject.
    members: &'static str,
    pub(super) subject: Subject,
    /// The last call.
    pub(super) call: &'static str,
    /// The code with which a repeated command may be refused because the first one was applied.
    pub(super) refusal: Option<u16>,
}

/// The record that a command is about, and so the calls before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Server,
    /// A company, which is looked up.
    Company,
    /// A user, who is looked up after the company.
    User,
    /// The users of a page of the company, whose passwords are disabled one after the other.
    Hashes,
    /// A user whose password is hashed after the company is looked up (`SSO-OPS-010`).
    NewUser,
}

pub(super) const COMMANDS: &[Command] = &[
    Command {
        refusal: Some(4093),
        ..command(
            "add_company",
            r#","name":"Partner","domain":"new.example","email":"sso@new.example""#,
            Subject::Server,
            "create_company",
        )
    },
    command("list_companies", r#","limit":2"#, Subject::Server, "list_companies"),
    command("set_company_status", DISABLED, Subject::Company, "set_company_status"),
    command("set_company", r#","domainMxVerified":true"#, Subject::Company, "set_company"),
    command("sign_out_company", "", Subject::Company, "sign_out"),
    Command {
        refusal: Some(4040),
        ..command("delete_company", "", Subject::Company, "delete_company")
    },
    command("issue_key", r#","expiresAt":null"#, Subject::Company, "save_key"),
    Command {
        refusal: Some(4040),
        ..command("rotate_key", r#","keyId":5"#, Subject::Company, "rotate_key")
    },
    command("list_keys", r#","limit":2"#, Subject::Company, "list_keys"),
    command(
        "set_key_status",
        r#","keyId":5,"status":"disabled""#,
        Subject::Company,
        "set_key_status",
    ),
    command("end_key", r#","keyId":5"#, Subject::Company, "end_key"),
    Command {
        refusal: Some(4093),
        ..command("add_user", r#","password":"Passwort-0815""#, Subject::NewUser, "create_user")
    },
    command("list_users", r#","limit":2"#, Subject::Company, "list_users"),
    command("show_user", USER, Subject::Company, "find_user"),
    command("set_user_status", DISABLED, Subject::User, "set_user_status"),
    command("set_user_manager", r#","managedBy":"local""#, Subject::User, "set_user_manager"),
    command("set_user", r#","permissions":["read"]"#, Subject::User, "set_user"),
    Command {
        refusal: Some(4040),
        ..command(
            "set_user_email",
            r#","newEmail":"ada@new.example""#,
            Subject::User,
            "set_user_email",
        )
    },
    command("sign_out_user", "", Subject::User, "sign_out"),
    Command { refusal: Some(4040), ..command("delete_user", "", Subject::User, "delete_user") },
    command("count_hashes", r#","limit":2"#, Subject::Company, "list_users"),
    command("disable_hashes", r#","kind":"current","limit":2"#, Subject::Hashes, "list_users"),
    command("list_products", "", Subject::Server, "list_products"),
    command(
        "set_product",
        r#","name":"livechat","launchUrl":"https://chat.example/""#,
        Subject::Server,
        "save_product",
    ),
    command(
        "rotate_product",
        r#","name":"livechat","overlap":1"#,
        Subject::Server,
        "rotate_product",
    ),
    command("list_events", r#","limit":2"#, Subject::Server, "list_events"),
    command("list_events", r#","limit":2"#, Subject::Company, "list_events"),
    command("list_events", r#","limit":2"#, Subject::User, "list_events"),
    command("purge", "", Subject::Server, "purge"),
    command("purge_events", r#","before":1"#, Subject::Server, "purge_events"),
];

const DISABLED: &str = r#","status":"disabled""#;

const USER: &str = r#","userEmail":"ada@partner.example""#;

const fn command(
    name: &'static str,
    members: &'static str,
    subject: Subject,
    call: &'static str,
) -> Command {
    Command { name, members, subject, call, refusal: None }
}

/// Returns the command of this name.
pub(super) fn named(name: &str) -> &'static Command {
    COMMANDS.iter().find(|command| command.name == name).unwrap()
}

impl Command {
    /// Begins the command with random bytes that are all the same.
    pub(super) fn begin(&self, entropy: u8) -> Run {
        let company = r#","companyEmail":"sso@partner.example""#;
        let subject = match self.subject {
            Subject::Server => String::new(),
            Subject::Company | Subject::Hashes => company.into(),
            Subject::User | Subject::NewUser => format!(r#"{company},"userEmail":"{EMAIL}""#),
        };
        let text = format!(r#"{{"command":"{}"{}{subject}}}"#, self.name, self.members);
        operator::begin_json(&text, NOW, [entropy; 80], &Settings::default()).into()
    }

    /// Counts the calls when nothing goes wrong, by the spec.
    pub(super) fn calls(&self) -> usize {
        match self.subject {
            Subject::Server => 1,
            Subject::Company => 2,
            // The store has one user of the company.
            Subject::Hashes | Subject::User | Subject::NewUser => 3,
        }
    }

    pub(super) fn flow(&self, script: &mut Script<'_>) -> Flow {
        if self.subject != Subject::Server {
            match script.ask("find_company_by_email")? {
                Found => {}
                Absent => return Ok(4040),
                WrongRecord => return script.wrong_record(),
                other => return script.fault(other),
            }
        }
        let before = match self.subject {
            Subject::Server | Subject::Company | Subject::Hashes => Found,
            Subject::User => script.ask("find_user")?,
            Subject::NewUser => script.ask("hash_password")?,
        };
        match before {
            Found | Hashed => {}
            Absent => return Ok(4040),
            WrongRecord => return script.wrong_record(),
            other => return script.fault(other),
        }
        match script.ask(self.call)? {
            Done if self.subject == Subject::Hashes => disable(script, 2),
            Done | Created | Found => Ok(200),
            // The product keeps its secret (`SSO-OPS-025`).
            Exists if self.call == "save_product" => Ok(200),
            Absent => Ok(4040),
            Exists => Ok(4093),
            WrongRecord | OutOfOrder | TooMany => script.wrong_record(),
            other => script.fault(other),
        }
    }
}

/// Disables the passwords of a page's users (`SSO-OPS-020`).
fn disable(script: &mut Script<'_>, users: usize) -> Flow {
    for _ in 0..users {
        match script.ask("disable_password")? {
            Done | Stale => {}
            other => return script.fault(other),
        }
    }
    Ok(200)
}
