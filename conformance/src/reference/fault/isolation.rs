//! Faults of keeping two companies apart.

use ssokey_core::{Call, ErrorCode, Hashing, Reply, UserId};

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::store::raise;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "keys-are-one-company",
        sentence: "Every key is the first company's.",
        fails: &[
            "isolation.company-follows-key",
            "isolation.keeps-token",
            "isolation.keeps-password",
            "isolation.refusals-hide-users",
            "isolation.holds-by-every-way",
            "isolation.keeps-code",
            "isolation.refuses-crossed-direct",
            "isolation.keeps-time",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::FindKey { digest } = call else { return None };
            let company = visit.store.companies.first()?.clone();
            let mut key = visit.store.key(digest)?.clone();
            key.company_id = company.id;
            Some(Reply::Key { key, company })
        })],
    },
    Fault {
        name: "password-is-shared-by-email",
        sentence: "Users of two companies with one e-mail have one password.",
        fails: &["isolation.keeps-password", "isolation.holds-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let password_hash = match call {
                Call::CreateUser { user, .. } => &user.password_hash,
                Call::ReplacePassword { swap, .. } => &swap.password_hash,
                _ => return None,
            };
            for namesake in visit.namesakes_mut() {
                namesake.password_hash = password_hash.clone();
            }
            None
        })],
    },
    Fault {
        name: "id-moves-with-others",
        sentence: "A user gets a different userId when a second company creates the same e-mail.",
        fails: &[
            "isolation.keeps-id",
            "isolation.keeps-token",
            "isolation.keeps-password",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "isolation.holds-by-every-way",
            "isolation.keeps-code",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::CreateUser { .. } = call else { return None };
            for namesake in visit.namesakes_mut() {
                namesake.id = UserId::try_from(namesake.id.get() + 10_000).ok()?;
            }
            None
        })],
    },
    Fault {
        name: "replacement-ends-others-tokens",
        sentence: "A replaced password ends the tokens of other companies' users with the same e-mail.",
        fails: &["isolation.keeps-token"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::ReplacePassword { .. } = call else { return None };
            for namesake in visit.namesakes_mut() {
                raise(namesake)?;
            }
            None
        })],
    },
    Fault {
        name: "others-password-works",
        sentence: "A direct sign-in accepts the password of a different company's user with the same e-mail.",
        fails: &["isolation.keeps-password", "isolation.holds-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::Hashing(Hashing::VerifyPassword { password, .. }) = call else { return None };
            let theirs = visit.namesakes().filter(|_| visit.is_for(Operation::Direct));
            let mut hashes = theirs.map(|user| user.password_hash.clone());
            hashes.any(|hash| visit.matches(password, &hash)).then_some(Reply::Match)
        })],
    },
    Fault {
        name: "others-user-is-told",
        sentence: "The refusal of a direct sign-in tells that a different company has the user.",
        fails: &["direct.refuses-alike", "isolation.refusals-hide-users"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.namesakes().next().is_some() && answer.is(ErrorCode::InvalidCredentials) {
                answer.say("try the other company");
            }
        })],
    },
    Fault {
        name: "new-user-names-others",
        sentence: "The displayName of a new user tells that a different company has the e-mail.",
        fails: &[
            "isolation.same-email-is-another-user",
            "answer.gives-every-new-user-defaults",
            "answer.says-the-same-of-a-user",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.namesakes().next().is_some() && visit.is_for(Operation::SignOn) {
                answer.set("displayName", "\"one of theirs\"");
            }
        })],
    },
];
