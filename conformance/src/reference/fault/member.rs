//! Faults of single members and headers of answers.

use ssokey_core::ErrorCode;

use crate::format::operation::Operation;
use crate::message::escape::json_string;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;

/// A fault by which this member of every account is null.
macro_rules! null {
    ($name:literal, $member:literal, $fails:expr) => {
        Fault {
            name: $name,
            sentence: concat!("The member ", $member, " is null."),
            fails: $fails,
            hooks: &[Hook::Answer(|answer, _| answer.set($member, "null"))],
        }
    };
}

const SHAPE: &[&str] = &["answer.has-documented-members"];
const NEW_USER: &[&str] = &[
    "answer.gives-every-new-user-defaults",
    "answer.has-documented-members",
    "sign-on.gives-new-user-defaults",
];

pub(super) const FAULTS: &[Fault] = &[
    null!(
        "login-id-is-null",
        "loginId",
        &[
            "answer.gives-every-new-user-defaults",
            "answer.has-documented-members",
            "sign-on.gives-new-user-defaults",
            "isolation.same-email-is-another-user"
        ]
    ),
    null!("company-name-is-null", "companyName", SHAPE),
    null!("is-creator-is-null", "isCreator", NEW_USER),
    null!("domain-ownership-is-null", "domainOwnershipVerified", SHAPE),
    null!("is-company-admin-is-null", "isCompanyAdmin", NEW_USER),
    null!("account-type-is-null", "accountType", SHAPE),
    null!("domain-mx-is-null", "domainMxVerified", SHAPE),
    null!(
        "display-name-is-null",
        "displayName",
        &[
            "answer.gives-every-new-user-defaults",
            "answer.has-documented-members",
            "sign-on.gives-new-user-defaults",
            "isolation.same-email-is-another-user"
        ]
    ),
    null!(
        "permissions-are-null",
        "permissions",
        &[
            "answer.gives-every-new-user-defaults",
            "answer.has-documented-members",
            "sign-on.gives-new-user-defaults",
            "answer.permissions-are-strings"
        ]
    ),
    null!(
        "email-is-null",
        "email",
        &[
            "answer.has-documented-members",
            "answer.gives-every-new-user-defaults",
            "answer.says-the-same-of-a-user",
            "email.answers-lower-case",
            "encoding.reads-escaped-plus-as-plus",
            "isolation.same-email-is-another-user",
            "parameter.ignores-look-alikes",
            "sign-on.creates-unknown-user",
            "sign-on.tells-emails-apart"
        ]
    ),
    null!(
        "user-id-is-null",
        "userId",
        &[
            "answer.has-documented-members",
            "answer.bounds-integers",
            "answer.names-one-user-per-email",
            "email.keeps-dots-and-plus",
            "sign-on.creates-one-user-per-email",
            "sign-on.tells-emails-apart",
            "sign-on.tells-users-apart"
        ]
    ),
    null!(
        "token-is-null",
        "token",
        &[
            "answer.has-documented-members",
            "answer.names-token-first",
            "legacy.takes-cut-token",
            "token.is-new",
            "token.is-uuid-v4"
        ]
    ),
    null!(
        "company-id-is-null",
        "companyId",
        &[
            "answer.has-documented-members",
            "answer.bounds-integers",
            "answer.names-one-user-per-email",
            "isolation.company-follows-key",
            "isolation.holds-by-every-way"
        ]
    ),
    null!(
        "company-domain-is-null",
        "companyDomain",
        &[
            "answer.has-documented-members",
            "isolation.company-follows-key",
            "isolation.holds-by-every-way"
        ]
    ),
    Fault {
        name: "user-id-is-too-large",
        sentence: "A userId is larger than a double holds exactly.",
        fails: &["answer.bounds-integers"],
        hooks: &[Hook::Answer(|answer, _| {
            if let Some(id) = answer.value("userId").and_then(|id| id.parse::<u64>().ok()) {
                answer.set("userId", &(id + (1 << 53)).to_string());
            }
        })],
    },
    Fault {
        name: "new-user-has-local-part-for-login",
        sentence: "The loginId of a user is what its e-mail has before the at sign.",
        fails: &[
            "answer.gives-every-new-user-defaults",
            "sign-on.gives-new-user-defaults",
            "isolation.same-email-is-another-user",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            let email = answer.value("email").unwrap_or_default().trim_matches('"').to_owned();
            if let Some((local, _)) = email.split_once('@') {
                answer.set("loginId", &json_string(local));
            }
        })],
    },
    Fault {
        name: "new-user-has-local-part-for-name",
        sentence: "The displayName of a user is what its e-mail has before the at sign.",
        fails: &[
            "answer.gives-every-new-user-defaults",
            "sign-on.gives-new-user-defaults",
            "isolation.same-email-is-another-user",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            let email = answer.value("email").unwrap_or_default().trim_matches('"').to_owned();
            if let Some((local, _)) = email.split_once('@') {
                answer.set("displayName", &json_string(local));
            }
        })],
    },
    Fault {
        name: "new-user-has-permissions",
        sentence: "A new user may do something.",
        fails: &["answer.gives-every-new-user-defaults", "sign-on.gives-new-user-defaults"],
        hooks: &[Hook::Answer(|answer, _| answer.set("permissions", r#"["sign-on"]"#))],
    },
    Fault {
        name: "new-user-is-admin",
        sentence: "A new user administers its company.",
        fails: &["answer.gives-every-new-user-defaults", "sign-on.gives-new-user-defaults"],
        hooks: &[Hook::Answer(|answer, _| answer.set("isCompanyAdmin", "true"))],
    },
    Fault {
        name: "sign-out-is-created",
        sentence: "A sign-out is answered with 201.",
        fails: &[
            "answer.has-success-shape",
            "answer.status-equals-status-code",
            "sign-out.answers-ok",
            "sign-out.can-be-repeated",
            "sign-out.refuses-two-tokens",
            "sign-out.needs-no-body",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::SignOut) && answer.status == 200 {
                answer.status = 201;
            }
        })],
    },
    Fault {
        name: "stat-is-in-capitals",
        sentence: "The stat of an account is OK, in capitals.",
        fails: &[
            "answer.has-success-shape",
            "coding.accepts-identity",
            "coding.ignores-it-without-body",
            "email.accepts-bounds",
            "email.answers-lower-case",
            "encoding.reads-escaped-plus-as-plus",
            "exchange.refuses-alike",
            "exchange.refuses-code-near-misses",
            "exchange.refuses-secret-near-misses",
            "issued-at.accepts-milliseconds",
            "parameter.accepts-largest-size",
            "parameter.ignores-look-alikes",
            "parameter.ignores-unknown",
            "password.accepts-1-to-1024-bytes",
            "password.accepts-any-character",
            "sign-on.creates-unknown-user",
            "sign-on.gives-new-user-defaults",
            "sign-on.tells-users-apart",
            "way.accepts-form",
            "way.accepts-get",
            "way.accepts-json",
            "way.accepts-media-type-variants",
            "way.get-ignores-content-type",
            "launch.makes-one-user-by-every-way",
            "routing.minds-no-override",
            "sign-on.makes-one-user-by-every-way",
            "way.ignores-charset",
            "issued-at.counts-by-every-way",
            "encoding.reads-json-escapes",
            "way.accepts-chunked-body",
            "sign-on.tells-raced-users-apart",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.value("userId").is_some() {
                answer.set("stat", "\"OK\"");
            }
        })],
    },
    Fault {
        name: "error-name-is-null",
        sentence: "The error of a path that is not served has no name.",
        fails: &[
            "error.has-error-shape",
            "direct.refuses-other-paths",
            "exchange.refuses-other-paths",
            "launch.refuses-other-paths",
            "routing.refuses-other-paths",
            "session.refuses-other-paths",
            "sign-out.refuses-other-paths",
            "direct.refuses-paths-of-frameworks",
            "exchange.refuses-paths-of-frameworks",
            "launch.refuses-paths-of-frameworks",
            "session.refuses-paths-of-frameworks",
            "sign-on.refuses-paths-of-frameworks",
            "sign-out.refuses-paths-of-frameworks",
            "routing.minds-no-override",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.is(ErrorCode::NotFound) {
                answer.set("name", "null");
            }
        })],
    },
    Fault {
        name: "error-details-are-an-object",
        sentence: "The details of a field that is missing are an object.",
        fails: &["error.has-error-shape"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.is(ErrorCode::MissingParameter) {
                answer.set("details", r#"{"reason":"missing"}"#);
            }
        })],
    },
    Fault {
        name: "error-stat-is-error",
        sentence: "The stat of an error is error.",
        fails: &["error.has-error-shape"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.code().is_some() {
                answer.set("stat", "\"error\"");
            }
        })],
    },
    Fault {
        name: "launch-answers-302",
        sentence: "A launch is answered with 302.",
        fails: &[
            "launch.answers-303",
            "answer.status-equals-status-code",
            "launch.creates-by-every-way",
            "launch.keeps-email-by-every-way",
            "launch.keeps-password-by-every-way",
            "launch.knows-by-every-way",
            "launch.makes-one-user-by-every-way",
            "launch.replaces-by-every-way",
            "launch.tells-emails-apart",
            "password.tells-pairs-apart",
            "issued-at.counts-by-every-way",
            "launch.gives-no-usable-token",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status == 303 {
                answer.status = 302;
            }
        })],
    },
    Fault {
        name: "code-comes-after-second-question-mark",
        sentence: "A code is appended by a question mark to a URL that has one.",
        fails: &["launch.appends-code"],
        hooks: &[Hook::Answer(|answer, _| {
            if let Some(location) = answer.header("location") {
                *location = location.replace("&code=", "?code=");
            }
        })],
    },
    Fault {
        name: "key-is-in-location",
        sentence: "The URL of a launch holds the key.",
        fails: &["launch.gives-no-token", "secret.is-never-repeated"],
        hooks: &[Hook::Answer(|answer, visit| {
            let key = visit.field("ssokey").unwrap_or_default();
            if let Some(location) = answer.header("location") {
                *location = location.replace("&code=", &format!("&by={key}&code="));
            }
        })],
    },
    Fault {
        name: "password-is-in-location",
        sentence: "The URL of a launch holds the password.",
        fails: &["launch.gives-no-token", "launch.appends-code", "secret.is-never-repeated"],
        hooks: &[Hook::Answer(|answer, visit| {
            let password = visit.field("password").unwrap_or_default();
            if let Some(location) = answer.header("location") {
                *location = location.replace("&code=", &format!("&with={password}&code="));
            }
        })],
    },
    Fault {
        name: "launch-gives-a-token",
        sentence: "The body of a launch holds a token.",
        fails: &["launch.gives-no-token"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status == 303 {
                let token = r#"{},"token":"0f8c3a52-61d7-4b9e-8a14-c5d2e7f60b93""#;
                answer.body = answer.body.replace("{}", token);
            }
        })],
    },
    Fault {
        name: "code-is-echoed",
        sentence: "The refusal of a code quotes it.",
        fails: &[
            "secret.is-never-repeated",
            "error.repeats-nothing",
            "exchange.refuses-alike",
            "exchange.refuses-code-near-misses",
            "exchange.refuses-other-credentials",
            "exchange.refuses-other-products",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if let Some(code) = visit.field("code").filter(|_| answer.is(ErrorCode::InvalidToken)) {
                answer.say(&format!("{code} is not a code"));
            }
        })],
    },
    Fault {
        name: "token-is-echoed",
        sentence: "The refusal of a token as Bearer quotes it.",
        fails: &[
            "secret.is-never-repeated",
            "error.repeats-nothing",
            "session.refuses-alike",
            "session.refuses-other-credentials",
            "session.refuses-token-near-misses",
            "sign-out.refuses-token-near-misses",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let token = visit.incoming.bearer().filter(|_| !visit.is_for(Operation::Exchange));
            if let Some(token) = token.filter(|_| answer.is(ErrorCode::InvalidToken)) {
                answer.say(&format!("{token} is not a token"));
            }
        })],
    },
    Fault {
        name: "secret-is-in-header",
        sentence: "A header of an exchange's answer quotes the product's secret.",
        fails: &["secret.is-never-repeated"],
        hooks: &[Hook::Answer(|answer, visit| {
            if let Some(secret) =
                visit.incoming.bearer().filter(|_| visit.is_for(Operation::Exchange))
            {
                answer.add("x-by", secret);
            }
        })],
    },
];
