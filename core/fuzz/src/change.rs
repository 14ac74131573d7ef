//! The changes that an operator's command makes to a record of a company, each by the last of its calls.

/// A change. Its call is answered `done` or `none`, and the command then succeeds with nothing to return or ends in 4040.
pub(crate) struct Change {
    call: &'static str,
    pub(crate) event: &'static str,
    /// True if the call comes after the user was found.
    pub(crate) is_of_user: bool,
}

const CHANGES: [Change; 10] = [
    Change { call: "set_company_status", event: "company_status_set", is_of_user: false },
    Change { call: "set_company", event: "company_set", is_of_user: false },
    Change { call: "delete_company", event: "company_deleted", is_of_user: false },
    Change { call: "set_key_status", event: "key_status_set", is_of_user: false },
    Change { call: "sign_out", event: "signed_out", is_of_user: false },
    Change { call: "set_user_status", event: "user_status_set", is_of_user: true },
    Change { call: "set_user_manager", event: "user_manager_set", is_of_user: true },
    Change { call: "set_user_email", event: "user_email_set", is_of_user: true },
    Change { call: "delete_user", event: "user_deleted", is_of_user: true },
    Change { call: "set_user", event: "user_set", is_of_user: true },
];

/// Returns the change of the call of this name.
pub(crate) fn change(call: &str) -> Option<&'static Change> {
    CHANGES.iter().find(|change| change.call == call)
}
