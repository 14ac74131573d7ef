//! Faults of who a user or a company is said to be.

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::outgoing::Outgoing;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "some-users-share-an-id",
        sentence: "Every eighth user has the same userId.",
        fails: &["answer.names-one-user-per-email", "sign-on.tells-users-apart"],
        hooks: &[Hook::Answer(|answer, _| {
            change_id(answer, |id| if id % 8 == 0 { 96 } else { id });
        })],
    },
    Fault {
        name: "ids-begin-again",
        sentence: "A userId has seven bits.",
        fails: &["answer.names-one-user-per-email"],
        hooks: &[Hook::Answer(|answer, _| change_id(answer, |id| id % 128 + 1))],
    },
    Fault {
        name: "id-is-of-the-domain",
        sentence: "Users with e-mails of a domain that is not the company's have one userId.",
        fails: &[
            "answer.names-one-user-per-email",
            "sign-on.tells-users-apart",
            "sign-on.tells-emails-apart",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            let domain = domain_length(answer);
            change_id(answer, |id| if domain > 20 && domain < 24 { 20 + domain } else { id });
        })],
    },
    Fault {
        name: "ids-follow-the-length-of-a-long-email",
        sentence: "Of an e-mail 100 characters count.",
        fails: &[
            "answer.names-one-user-per-email",
            "sign-on.tells-users-apart",
            "sign-on.tells-emails-apart",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            let length = answer.value("email").map_or(0, |email| email.len() - 2);
            change_id(answer, |id| if length > 100 { 50 } else { id });
        })],
    },
    Fault {
        name: "id-follows-password",
        sentence: "A userId changes with the password.",
        fails: &[
            "issued-at.refuses-without-effect",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "direct.tells-new-password-from-old",
            "launch.signs-on",
            "session.ends-on-replacement",
            "sign-on.keeps-user-on-other-password",
            "launch.replaces-by-every-way",
            "sign-on.replaces-by-every-way",
            "direct.remembers-no-answer",
            "isolation.keeps-time",
            "issued-at.lets-in-the-latest",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let version = visit.user().map_or(1, |user| user.credential_version.get());
            change_id(answer, |id| id + 100_000 * (version - 1));
        })],
    },
    Fault {
        name: "session-names-another-company",
        sentence: "A session answers with the name of a different company.",
        fails: &["answer.says-the-same-of-a-company", "answer.says-the-same-of-a-user"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::Session) {
                answer.set("companyName", "\"Somebody Else plc\"");
            }
        })],
    },
    Fault {
        name: "exchange-spells-domain-otherwise",
        sentence: "An exchange answers with the company's domain in capitals.",
        fails: &["answer.says-the-same-of-a-company", "answer.says-the-same-of-a-user"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::Exchange) {
                let domain = answer.value("companyDomain").map(str::to_ascii_uppercase);
                answer.set("companyDomain", &domain.unwrap_or_default());
            }
        })],
    },
    Fault {
        name: "direct-names-user-otherwise",
        sentence: "A direct sign-in answers with a different displayName than a sign-on.",
        fails: &["answer.says-the-same-of-a-user"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::Direct) {
                answer.set("displayName", "\"A User\"");
            }
        })],
    },
    Fault {
        name: "some-users-are-of-a-subsidiary",
        sentence: "The answers of every user after the hundredth have a companyId of their own.",
        fails: &["answer.says-the-same-of-a-company"],
        hooks: &[Hook::Answer(|answer, _| {
            let company = answer.value("companyId").map(str::to_owned);
            if let (true, Some(company)) = (is_late(answer), company) {
                answer.set("companyId", &format!("{company}0"));
            }
        })],
    },
    Fault {
        name: "some-new-users-have-rights",
        sentence: "Every new user after the hundredth administers its company.",
        fails: &["answer.gives-every-new-user-defaults"],
        hooks: &[Hook::Answer(|answer, _| {
            if is_late(answer) {
                answer.set("isCompanyAdmin", "true");
            }
        })],
    },
];

fn id(answer: &Outgoing) -> Option<u64> {
    answer.value("userId")?.parse().ok()
}

/// Returns whether the answer is about a user after the hundredth: ids begin at 101.
fn is_late(answer: &Outgoing) -> bool {
    id(answer).is_some_and(|id| id > 200)
}

fn change_id(answer: &mut Outgoing, change: impl Fn(u64) -> u64) {
    if let Some(id) = id(answer) {
        answer.set("userId", &change(id).to_string());
    }
}

/// The number of characters of the e-mail's domain.
fn domain_length(answer: &Outgoing) -> u64 {
    let email = answer.value("email").unwrap_or_default().trim_matches('"');
    let domain = email.split_once('@').map_or("", |(_, domain)| domain);
    u64::try_from(domain.len()).unwrap_or(0)
}
