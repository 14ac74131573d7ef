//! The clauses of the answer and the token.

use super::Group;

pub(super) const GROUPS: &[Group] = &[
    (
        "SSO-RSP-001",
        &[
            ("status 200", &["sign-out-is-created"]),
            ("`status_code` 200", &["status-code-is-text"]),
            ("`stat` `\"ok\"`", &["stat-is-in-capitals"]),
            ("after them `success`", &["legacy-success-is-before-stat"]),
        ],
    ),
    (
        "SSO-RSP-002",
        &[
            ("hold the 14 documented members", &["member-is-absent", "member-is-twice"]),
            ("each with its documented type", &["flag-is-number"]),
            ("`loginId`", &["login-id-is-null"]),
            ("`companyName`", &["company-name-is-null"]),
            ("`isCreator`", &["is-creator-is-null"]),
            ("`domainOwnershipVerified`", &["domain-ownership-is-null"]),
            ("`token`", &["token-is-null"]),
            ("`email`", &["email-is-null"]),
            ("`userId`", &["user-id-is-null"]),
            ("`permissions`", &["permissions-are-null"]),
            ("`isCompanyAdmin`", &["is-company-admin-is-null"]),
            ("`accountType`", &["account-type-is-null"]),
            ("`domainMxVerified`", &["domain-mx-is-null"]),
            ("`companyId`", &["company-id-is-null"]),
            ("`displayName`", &["display-name-is-null"]),
            ("`companyDomain`", &["company-domain-is-null"]),
        ],
    ),
    ("SSO-RSP-003", &[("", &["members-are-swapped"])]),
    (
        "SSO-RSP-004",
        &[("`userId`", &["user-id-is-too-large"]), ("`companyId`", &["company-id-is-0"])],
    ),
    (
        "SSO-RSP-005",
        &[
            ("`loginId`", &["new-user-has-local-part-for-login"]),
            ("`displayName`", &["new-user-has-local-part-for-name"]),
            ("`isCreator`", &["new-user-is-creator"]),
            ("`isCompanyAdmin` be false", &["new-user-is-admin", "some-new-users-have-rights"]),
            ("`permissions` be an empty array", &["new-user-has-permissions"]),
        ],
    ),
    (
        "SSO-RSP-006",
        &[
            (
                "whose first member is `error`",
                &["error-comes-last", "errors-are-pages-for-browsers"],
            ),
            ("an integer `code`", &["error-code-is-text"]),
            ("a string `name`", &["error-name-is-null"]),
            ("a string `details`", &["error-details-are-an-object"]),
            ("`stat`, which is `\"fail\"`", &["error-stat-is-error"]),
            ("by `success` where SSO-RSP-014 says so", &["legacy-success-is-always-true"]),
        ],
    ),
    ("SSO-RSP-007", &[("", &["status-code-of-404-is-400", "launch-body-is-empty"])]),
    ("SSO-RSP-008", &[("", &["email-is-echoed-escaped", "path-is-echoed"])]),
    (
        "SSO-RSP-009",
        &[("", &["errors-are-text", "html-is-for-browsers", "errors-are-pages-for-browsers"])],
    ),
    (
        "SSO-RSP-010",
        &[
            ("`Cache-Control: no-store`", &["errors-are-stored"]),
            ("`Referrer-Policy: no-referrer`", &["referrer-policy-is-absent"]),
            ("`X-Content-Type-Options: nosniff`", &["nosniff-is-absent"]),
        ],
    ),
    ("SSO-RSP-011", &[("", &["cors-is-for-all", "cors-is-for-origins"])]),
    (
        "SSO-RSP-012",
        &[
            ("The JSON SHOULD be compact", &["body-ends-in-line-feed"]),
            (
                "the text `token` SHOULD first occur as the member's name",
                &["company-is-named-token"],
            ),
        ],
    ),
    ("SSO-RSP-013", &[("", &["permissions-are-numbers"])]),
    (
        "SSO-RSP-014",
        &[
            ("every error MUST be sent with HTTP status 200", &["legacy-errors-keep-status"]),
            (
                "`success` as the last member",
                &["legacy-success-is-before-stat", "legacy-success-is-absent"],
            ),
            (
                "`true` in a success",
                &[
                    "legacy-success-is-text",
                    "legacy-launch-says-no-success",
                    "legacy-sign-out-says-no-success",
                ],
            ),
            (
                "`false` in an error",
                &["legacy-success-is-always-true", "legacy-success-is-never-false"],
            ),
        ],
    ),
    (
        "SSO-RSP-015",
        &[
            ("a key", &["key-is-echoed"]),
            ("password", &["password-is-in-header"]),
            ("code", &["code-is-echoed"]),
            ("product secret", &["secret-is-in-header"]),
            ("nor a token other than the one that a session was asked for", &["token-is-echoed"]),
        ],
    ),
    (
        "SSO-RSP-016",
        &[
            (
                "MUST get one whole answer as HTTP frames it",
                &[
                    "length-is-long",
                    "last-chunk-is-missing",
                    "answer-is-dropped",
                    "status-line-is-garbage",
                    "head-is-too-long",
                ],
            ),
            (
                "with nothing after it",
                &["head-has-body", "head-elsewhere-has-body", "length-is-short"],
            ),
            (
                "over a connection that has carried others the same answer as over one of its own",
                &[
                    "answer-lags",
                    "body-is-left-unread",
                    "rest-of-long-body-is-left-unread",
                    "token-stays-with-connection",
                    "key-stays-with-connection",
                ],
            ),
        ],
    ),
    (
        "SSO-TOK-001",
        &[
            ("a UUID of version 4", &["token-is-version-1"]),
            ("in its lower-case text form", &["token-is-in-capitals"]),
        ],
    ),
    ("SSO-TOK-002", &[("", &["token-is-kept", "token-comes-of-a-small-seed"])]),
    (
        "SSO-TOK-006",
        &[
            (
                "MUST be random",
                &[
                    "token-is-of-its-code",
                    "token-counts-up",
                    "token-counts-down",
                    "token-is-half-fixed",
                    "token-names-its-process",
                    "token-steps-through-all",
                    "token-counts-behind-a-constant",
                    "token-holds-its-user",
                    "token-repeats-its-bytes",
                ],
            ),
            ("from a source fit for secrets", &["half-a-token-comes-of-a-small-seed"]),
        ],
    ),
];
