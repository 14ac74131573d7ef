//! Faults of the three rules and of what they know users by.

use ssokey_core::{Call, ErrorCode, ManagedBy, NewUser, Password, Reply};

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::fault::email::is_dotted;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::{FORM, JSON};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "other-password-is-refused",
        sentence: "A password that is not the stored one is refused.",
        fails: &[
            "sign-on.keeps-user-on-other-password",
            "sign-on.replaces-by-every-way",
            "issued-at.counts-by-every-way",
            "isolation.keeps-time",
            "issued-at.lets-in-the-latest",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::FindUser { company_id, email } = call else { return None };
            let mut user = visit.store.user(*company_id, email)?.clone();
            user.managed_by = ManagedBy::Local;
            visit.is_for(Operation::SignOn).then_some(Reply::User { user })
        })],
    },
    Fault {
        name: "other-password-makes-new-user",
        sentence: "A password that is not the stored one creates the user anew.",
        fails: &[
            "sign-on.keeps-user-on-other-password",
            "launch.signs-on",
            "direct.tells-new-password-from-old",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "*.replaces-by-every-way",
            "direct.remembers-no-answer",
            "session.keeps-tokens-of-raced-sign-ons",
            "isolation.keeps-time",
            "issued-at.lets-in-the-latest",
        ],
        hooks: &[Hook::Call(make_new_user)],
    },
    Fault {
        name: "same-password-is-refused",
        sentence: "A user who is known already is refused with the same password.",
        fails: &[
            "parameter.ignores-authorization",
            "sign-on.keeps-user-on-same-password",
            "sign-on.keeps-user-on-other-password",
            "way.accepts-get",
            "way.accepts-form",
            "way.accepts-json",
            "way.all-agree",
            "email.ignores-case",
            "product.knows-listed",
            "password.accepts-any-character",
            "isolation.keeps-id",
            "sign-on.tells-users-apart",
            "*.makes-one-user-by-every-way",
            "sign-on.knows-by-every-way",
            "header.others-are-ignored",
            "issued-at.lets-in-the-latest",
            "parameter.ignores-fields-of-others",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let user = visit.user().filter(|_| visit.is_for(Operation::SignOn))?;
            let password = Password::parse(&visit.field("password")?)?;
            let same = visit.matches(&password, &user.password_hash);
            same.then_some(ErrorCode::IdentityUnavailable)
        })],
    },
    Fault {
        name: "all-users-are-one",
        sentence: "Every user of a company has the same userId.",
        fails: &[
            "sign-on.creates-one-user-per-email",
            "email.keeps-dots-and-plus",
            "answer.names-one-user-per-email",
            "sign-on.tells-users-apart",
            "sign-on.tells-emails-apart",
            "sign-on.tells-raced-users-apart",
        ],
        hooks: &[Hook::Answer(|answer, _| answer.set("userId", "101"))],
    },
    Fault {
        name: "new-user-is-creator",
        sentence: "A new user is the creator of its company.",
        fails: &["sign-on.gives-new-user-defaults", "answer.gives-every-new-user-defaults"],
        hooks: &[Hook::Answer(|answer, _| answer.set("isCreator", "true"))],
    },
    Fault {
        name: "company-domain-follows-email",
        sentence: "The answer to a sign-on takes companyDomain from the e-mail.",
        fails: &[
            "sign-on.takes-company-from-key",
            "direct.refuses-alike",
            "isolation.company-follows-key",
            "isolation.keeps-password",
            "answer.says-the-same-of-a-company",
            "answer.says-the-same-of-a-user",
            "isolation.holds-by-every-way",
            "isolation.refuses-crossed-direct",
            "direct.refuses-malformed-company",
        ],
        hooks: &[
            Hook::Call(|call, visit| {
                let Call::FindCompany { domain } = call else { return None };
                let mut company = visit.store.companies.first()?.clone();
                company.domain.clone_from(domain);
                Some(Reply::Company { company })
            }),
            Hook::Answer(|answer, visit| {
                let Some(email) = visit.email() else { return };
                let domain = email.as_str().rsplit('@').next().unwrap_or_default();
                answer.set("companyDomain", &format!("\"{domain}\""));
            }),
        ],
    },
    Fault {
        name: "get-knows-nobody",
        sentence: "A sign-on by GET always creates a user.",
        fails: &[
            "way.accepts-get",
            "way.all-agree",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "sign-on.tells-users-apart",
            "*.makes-one-user-by-every-way",
            "sign-on.knows-by-every-way",
            "sign-on.replaces-by-every-way",
            "header.others-are-ignored",
            "issued-at.counts-by-every-way",
            "session.keeps-token-through-other-calls",
        ],
        hooks: &[Hook::Call(|call, visit| {
            know_nobody(call, visit, |visit| visit.incoming.method == "GET")
        })],
    },
    Fault {
        name: "form-knows-nobody",
        sentence: "A sign-on by form always creates a user.",
        fails: &[
            "sign-on.keeps-user-on-same-password",
            "sign-on.keeps-user-on-other-password",
            "way.accepts-form",
            "way.all-agree",
            "email.ignores-case",
            "direct.tells-new-password-from-old",
            "session.keeps-token-on-same-password",
            "sign-out.ends-token",
            "isolation.keeps-id",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "session.minds-product-of-every-token",
            "sign-on.tells-users-apart",
            "*.makes-one-user-by-every-way",
            "sign-on.knows-by-every-way",
            "sign-on.replaces-by-every-way",
            "direct.remembers-no-answer",
            "header.others-are-ignored",
            "issued-at.counts-by-every-way",
            "session.keeps-token-through-other-calls",
            "session.keeps-tokens-of-raced-sign-ons",
            "isolation.keeps-time",
            "issued-at.lets-in-the-latest",
        ],
        hooks: &[Hook::Call(|call, visit| {
            know_nobody(call, visit, |visit| visit.incoming.media_type() == FORM)
        })],
    },
    Fault {
        name: "json-knows-nobody",
        sentence: "A sign-on by JSON always creates a user.",
        fails: &[
            "way.accepts-json",
            "way.all-agree",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "sign-on.tells-users-apart",
            "*.makes-one-user-by-every-way",
            "sign-on.knows-by-every-way",
            "sign-on.replaces-by-every-way",
            "header.others-are-ignored",
            "issued-at.counts-by-every-way",
            "session.keeps-token-through-other-calls",
        ],
        hooks: &[Hook::Call(|call, visit| {
            know_nobody(call, visit, |visit| visit.incoming.media_type() == JSON)
        })],
    },
    Fault {
        name: "capitals-make-another-user",
        sentence: "An e-mail with capitals names a different user.",
        fails: &[
            "email.ignores-case",
            "direct.ignores-case",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "*.keeps-email-by-every-way",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let spelled = visit.field("email").or_else(|| visit.field("userid"))?;
            let capitals = spelled.contains(|letter: char| letter.is_ascii_uppercase());
            if matches!(call, Call::FindUser { .. }) && visit.is_for(Operation::Direct) && capitals
            {
                return Some(Reply::None);
            }
            know_nobody(call, visit, |_| capitals)
        })],
    },
    Fault {
        name: "email-is-answered-as-sent",
        sentence: "The answer holds the e-mail in the case in which it was sent.",
        fails: &[
            "email.answers-lower-case",
            "direct.ignores-case",
            "answer.gives-every-new-user-defaults",
            "sign-on.tells-emails-apart",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if let Some(email) = visit.field("email").or_else(|| visit.field("userid")) {
                answer.set("email", &format!("\"{email}\""));
            }
        })],
    },
    Fault {
        name: "another-email-is-answered",
        sentence: "The answer holds an e-mail that was not sent.",
        fails: &[
            "sign-on.creates-unknown-user",
            "parameter.ignores-look-alikes",
            "encoding.reads-escaped-plus-as-plus",
            "email.answers-lower-case",
            "isolation.same-email-is-another-user",
            "answer.gives-every-new-user-defaults",
            "answer.says-the-same-of-a-user",
            "sign-on.tells-emails-apart",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            answer.body = answer.body.replace(r#""email":""#, r#""email":"x"#);
        })],
    },
    Fault {
        name: "dots-are-dropped",
        sentence: "Dots in the local part of an e-mail mean nothing.",
        fails: &[
            "email.keeps-dots-and-plus",
            "answer.names-one-user-per-email",
            "*.tells-emails-apart",
        ],
        hooks: &[
            Hook::Request(|request, _| {
                request.change_texts(&["email", "userid"], |email| {
                    let halves = email.split_once('@').filter(|(local, _)| is_dotted(local));
                    halves.map_or_else(
                        || email.to_owned(),
                        |(local, domain)| format!("{}@{domain}", local.replace('.', "")),
                    )
                });
            }),
            Hook::Answer(|answer, visit| {
                if let Some(email) = visit.email() {
                    for name in ["loginId", "email", "displayName"] {
                        answer.set(name, &format!("\"{}\"", email.as_str()));
                    }
                }
            }),
        ],
    },
];

/// In place of a replacement there is a second user, who is found when the core looks again.
fn make_new_user(call: &Call, visit: &mut Visit<'_>) -> Option<Reply> {
    let Call::ReplacePassword { swap, issued_at, password_key_id } = call else { return None };
    let email = visit.store.by_id(swap.company_id, swap.user_id)?.email.clone();
    visit.store.forget(swap.company_id, &email)?;
    let hash = swap.password_hash.clone();
    let mut user = NewUser::new(swap.company_id, email, hash, ManagedBy::Partner);
    (user.issued_at, user.password_key_id) = (*issued_at, Some(*password_key_id));
    visit.store.answer(&Call::CreateUser { user, event: None });
    Some(Reply::Stale)
}

/// Finds no user for requests of some kind, and so creates it anew.
fn know_nobody(
    call: &Call,
    visit: &mut Visit<'_>,
    of_this_kind: impl Fn(&Visit<'_>) -> bool,
) -> Option<Reply> {
    if !visit.is_for(Operation::SignOn) || !of_this_kind(visit) {
        return None;
    }
    match call {
        Call::FindUser { .. } => Some(Reply::None),
        Call::CreateUser { user, .. } => {
            visit.store.forget(user.company_id, &user.email);
            None
        }
        _ => None,
    }
}
