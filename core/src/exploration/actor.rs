//! The requests and commands that run concurrently.

use std::format;

use super::fixture::{keyed, of_company, send};
use super::run::Run;
use super::table::EMAIL;

/// A request or a command of the operator that runs concurrently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    SignOn(&'static str),
    Exchange,
    SignOut,
    RevokeKey,
    RotateKey,
    EndKey,
    SignOutUser,
    DisableUser,
    ManageUser,
    DisableCompany,
    AddUser(&'static str),
    RenameUser,
    DeleteUser,
    DeleteCompany,
}

impl Actor {
    pub(super) fn begin(self, at: u8) -> Run {
        match self {
            Self::SignOn(password) => keyed("/api/sso/authenticate", password, at).into(),
            Self::Exchange => {
                let fields = format!("code={EARLIER_CODE}&product=livechat");
                send("POST", "/api/sso/exchange", &fields, Some("Bearer s"), at).into()
            }
            Self::SignOut => {
                send("POST", "/api/signout", &format!("token={EARLIER_TOKEN}"), None, 0).into()
            }
            Self::RevokeKey => {
                of_company(r#""command":"set_key_status","keyId":5,"status":"revoked""#, at)
            }
            Self::RotateKey => of_company(r#""command":"rotate_key","keyId":5"#, at),
            Self::EndKey => of_company(r#""command":"end_key","keyId":5"#, at),
            Self::SignOutUser => {
                of_company(&format!(r#""command":"sign_out_user","userEmail":"{EMAIL}""#), at)
            }
            Self::DisableUser => of_company(
                &format!(
                    r#""command":"set_user_status","userEmail":"{EMAIL}","status":"disabled""#
                ),
                at,
            ),
            Self::ManageUser => of_company(
                &format!(
                    r#""command":"set_user_manager","userEmail":"{EMAIL}","managedBy":"local""#
                ),
                at,
            ),
            Self::DisableCompany => {
                of_company(r#""command":"set_company_status","status":"disabled""#, at)
            }
            Self::RenameUser => of_company(
                &format!(
                    r#""command":"set_user_email","userEmail":"{EMAIL}","newEmail":"ada@new.example""#
                ),
                at,
            ),
            Self::DeleteUser => {
                of_company(&format!(r#""command":"delete_user","userEmail":"{EMAIL}""#), at)
            }
            Self::DeleteCompany => of_company(r#""command":"delete_company""#, at),
            Self::AddUser(password) => of_company(
                &format!(r#""command":"add_user","userEmail":"{EMAIL}","password":"{password}""#),
                at,
            ),
        }
    }
}

/// The random bytes of the token that is signed out and of the code that is exchanged. Both were granted before.
pub(super) const EARLIER: u8 = 9;
const EARLIER_TOKEN: &str = "09090909-0909-4909-8909-090909090909";
const EARLIER_CODE: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk";
