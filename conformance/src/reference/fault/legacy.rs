//! Faults of the option for legacy clients.

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::outgoing::Outgoing;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "legacy-success-is-absent",
        sentence: "With the option for legacy clients errors have HTTP status 200, and success is never said.",
        fails: &["legacy.ends-with-success"],
        hooks: &[Hook::Legacy, Hook::Answer(|answer, _| take_success(answer).map_or((), drop))],
    },
    Fault {
        name: "legacy-success-is-never-false",
        sentence: "With the option for legacy clients success is said in answers that are one, and errors say nothing.",
        fails: &["legacy.ends-with-success"],
        hooks: &[
            Hook::Legacy,
            Hook::Answer(|answer, _| {
                if answer.body.ends_with("false}") {
                    take_success(answer);
                }
            }),
        ],
    },
    Fault {
        name: "legacy-success-is-always-true",
        sentence: "With the option for legacy clients success is true in errors too.",
        fails: &["legacy.ends-with-success"],
        hooks: &[Hook::Legacy, Hook::Answer(|answer, _| answer.set("success", "true"))],
    },
    Fault {
        name: "legacy-success-is-text",
        sentence: "With the option for legacy clients success is a string.",
        fails: &["legacy.ends-with-success"],
        hooks: &[
            Hook::Legacy,
            Hook::Answer(|answer, _| {
                let success = answer.value("success").map(|value| format!("\"{value}\""));
                answer.set("success", &success.unwrap_or_default());
            }),
        ],
    },
    Fault {
        name: "legacy-success-is-before-stat",
        sentence: "With the option for legacy clients success comes before stat.",
        fails: &["legacy.ends-with-success"],
        hooks: &[
            Hook::Legacy,
            Hook::Answer(|answer, _| {
                if let Some(success) = take_success(answer) {
                    let stat = format!("{success},\"stat\":");
                    answer.body = answer.body.replace(",\"stat\":", &stat);
                }
            }),
        ],
    },
    Fault {
        name: "legacy-launch-says-no-success",
        sentence: "With the option for legacy clients a launch does not say success.",
        fails: &["legacy.ends-with-success"],
        hooks: &[
            Hook::Legacy,
            Hook::Answer(|answer, _| {
                if answer.status == 303 {
                    take_success(answer);
                }
            }),
        ],
    },
    Fault {
        name: "legacy-sign-out-says-no-success",
        sentence: "With the option for legacy clients a sign-out does not say success.",
        fails: &["legacy.ends-with-success"],
        hooks: &[
            Hook::Legacy,
            Hook::Answer(|answer, visit| {
                if visit.is_for(Operation::SignOut) && answer.body.ends_with("true}") {
                    take_success(answer);
                }
            }),
        ],
    },
    Fault {
        name: "legacy-errors-keep-status",
        sentence: "With the option for legacy clients success is said, and errors have the status of their code.",
        fails: &["legacy.sends-errors-with-200"],
        hooks: &[
            Hook::Legacy,
            Hook::Answer(|answer, _| {
                if answer.body.starts_with("{\"error\"") {
                    let status = answer.value("status_code").and_then(|status| status.parse().ok());
                    answer.status = status.unwrap_or(answer.status);
                }
            }),
        ],
    },
];

/// Takes the member `success` away, and returns it with the comma before it.
fn take_success(answer: &mut Outgoing) -> Option<String> {
    let start = answer.body.rfind(",\"success\":")?;
    let end = answer.body.rfind('}')?;
    let success = answer.body.get(start..end)?.to_owned();
    answer.body.replace_range(start..end, "");
    Some(success)
}
