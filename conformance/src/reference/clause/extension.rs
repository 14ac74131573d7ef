//! The clauses of launch, exchange, direct sign-in, session and sign-out.

use super::Group;

pub(super) const GROUPS: &[Group] = &[
    (
        "SSO-LAU-001",
        &[
            ("by GET and POST", &["launch-takes-no-get"]),
            ("checks", &["launch-minds-no-key"]),
            ("effects of sign-on", &["launch-replaces-nothing", "launch-minds-no-issued-at"]),
            ("success is status 303", &["launch-answers-302"]),
            (
                "the body `{\"status_code\":303,\"return\":{},\"stat\":\"ok\"}`",
                &["launch-body-is-empty"],
            ),
            ("with `success` where SSO-RSP-014 says so", &["legacy-launch-says-no-success"]),
        ],
    ),
    (
        "SSO-LAU-002",
        &[
            (
                "the product's registered URL",
                &[
                    "launch-goes-to-one-product",
                    "launch-by-get-goes-to-one-product",
                    "launch-url-follows-user",
                    "launch-goes-where-a-field-says",
                    "launch-goes-where-a-query-says",
                    "launch-goes-to-the-forwarded-host",
                    "launch-goes-by-the-forwarded-scheme",
                ],
            ),
            (
                "or `&code=` where the URL has a `?` already",
                &["code-comes-after-second-question-mark"],
            ),
        ],
    ),
    (
        "SSO-LAU-003",
        &[
            ("256 random bits", &["code-ends-in-a-count", "code-is-in-letters-and-digits"]),
            ("43 base64url digits without padding", &["code-has-a-digit-more"]),
            ("never given before", &["code-is-the-time"]),
        ],
    ),
    (
        "SSO-LAU-006",
        &[
            (
                "A launch MUST NOT give a token",
                &["launch-gives-a-token", "launch-sets-a-cookie-with-a-token"],
            ),
            ("no key", &["key-is-in-location"]),
            ("password", &["password-is-in-location"]),
            ("or token may occur in `Location`", &["token-is-in-location"]),
        ],
    ),
    (
        "SSO-EXC-001",
        &[(
            "success is the documented answer of the user for whom the code was given",
            &["exchange-names-another", "exchange-gives-last-user", "code-by-get-is-for-livechat"],
        )],
    ),
    (
        "SSO-EXC-002",
        &[("at most once", &["code-is-kept"]), ("whatever is concurrent", &["code-is-taken-late"])],
    ),
    (
        "SSO-EXC-003",
        &[
            (
                "unknown",
                &[
                    "unknown-code-is-not-found",
                    "code-is-trimmed",
                    "code-is-unescaped-twice",
                    "token-is-a-code",
                ],
            ),
            ("malformed", &["malformed-code-is-invalid", "code-is-its-bytes"]),
            ("used", &["code-is-kept"]),
            (
                "of a different product",
                &[
                    "code-is-of-any-product",
                    "exchange-reads-no-product",
                    "secret-opens-every-product",
                ],
            ),
            (
                "of an older credential version",
                &[
                    "code-outlives-password",
                    "credential-version-comes-back",
                    "exchange-by-json-minds-no-version",
                ],
            ),
            ("a secret that is missing", &["exchange-needs-no-secret"]),
            (
                "or wrong",
                &[
                    "secret-ignores-case",
                    "secret-is-compared-in-part",
                    "secret-may-be-in-base64",
                    "secret-has-a-character-that-does-not-count",
                    "key-is-a-secret-of-product",
                ],
            ),
            ("byte for byte the same", &["wrong-product-secret-is-told"]),
        ],
    ),
    (
        "SSO-DIR-001",
        &[
            ("by GET and POST", &["direct-by-get-is-refused"]),
            ("`userid` (an e-mail)", &["userid-is-anything"]),
            ("optionally `company` (a domain) and `product`", &["direct-knows-no-product"]),
            ("`sourceSite` and `platform` are ignored", &["unknown-field-is-refused"]),
            ("success is the documented answer", &["direct-names-user-otherwise"]),
        ],
    ),
    (
        "SSO-DIR-002",
        &[(
            "where none is configured, the answer is 400 and code 4001 `missing_parameter`",
            &["no-company-is-invalid"],
        )],
    ),
    (
        "SSO-DIR-003",
        &[
            ("An unknown or disabled company", &["unknown-company-is-told"]),
            ("an unknown or disabled user", &["unknown-user-is-told", "others-user-is-told"]),
            (
                "a wrong password",
                &[
                    "wrong-password-is-told",
                    "direct-trims-password",
                    "direct-pads-password",
                    "password-is-its-hash-code",
                    "number-sign-ends-password",
                    "html-numbers-are-unescaped",
                ],
            ),
        ],
    ),
    (
        "SSO-DIR-005",
        &[
            ("create a user", &["direct-creates"]),
            ("replace a password", &["wrong-password-is-stored"]),
        ],
    ),
    (
        "SSO-DIR-008",
        &[
            (
                "accept the new one",
                &["other-password-makes-new-user", "refused-password-stays-refused"],
            ),
            ("refuse the old one", &["old-password-works"]),
        ],
    ),
    (
        "SSO-DIR-009",
        &[
            ("A `company` that is not a domain name", &["company-is-anything"]),
            ("its case does not matter", &["company-minds-case"]),
        ],
    ),
    (
        "SSO-DIR-010",
        &[
            (
                "MUST be treated as absent",
                &["direct-refuses-unlisted-product", "direct-denies-unlisted-product"],
            ),
            ("so that the token bears none", &["unlisted-product-is-on-token"]),
            (
                "unless it is not 1 to 32 lower-case letters, digits and hyphens",
                &["direct-takes-malformed-product"],
            ),
        ],
    ),
    (
        "SSO-SES-001",
        &[
            ("as `Authorization: Bearer`", &["bearer-minds-case"]),
            ("or as `token`", &["session-reads-no-token-field"]),
            ("or `_token` in the query", &["session-reads-no-second-token-field"]),
            (
                "success is the documented answer of the token's holder",
                &["session-names-another-company", "direct-ends-tokens", "swap-minds-no-version"],
            ),
            ("with that token", &["session-gives-a-different-token"]),
        ],
    ),
    (
        "SSO-SES-002",
        &[
            ("More than one token in a request", &["first-token-wins"]),
            ("an empty one included", &["empty-token-is-none"]),
            ("a sign-out does not read a token from its query", &["post-takes-query"]),
        ],
    ),
    (
        "SSO-SES-003",
        &[
            ("missing", &["missing-token-is-told"]),
            (
                "malformed",
                &[
                    "malformed-token-is-invalid",
                    "token-is-parsed-as-uuid",
                    "token-is-trimmed",
                    "token-may-follow-its-scheme",
                    "token-is-cut-after-36",
                    "token-is-the-first-word",
                ],
            ),
            ("upper case included", &["token-ignores-case"]),
            ("unknown", &["unknown-token-is-not-found", "code-is-a-token"]),
            (
                "outdated",
                &[
                    "token-outlives-password",
                    "session-is-remembered",
                    "token-in-query-outlives-password",
                ],
            ),
            ("signed out", &["sign-out-ends-nothing"]),
            ("byte for byte the same", &["outdated-token-is-told"]),
        ],
    ),
    (
        "SSO-SES-005",
        &[(
            "",
            &[
                "token-outlives-password",
                "launch-by-json-ends-no-token",
                "token-of-direct-outlives-password",
                "credential-version-comes-back",
            ],
        )],
    ),
    (
        "SSO-SES-007",
        &[
            (
                "a token that was given for a different one",
                &[
                    "session-minds-no-product",
                    "token-is-for-every-product",
                    "token-of-exchange-bears-no-product",
                    "token-in-query-is-for-every-product",
                ],
            ),
            ("valid for each product of its company", &["token-without-product-is-for-none"]),
            ("and for no other", &["token-without-product-is-for-all"]),
        ],
    ),
    (
        "SSO-OUT-001",
        &[
            ("as `token` or `_token` in the body", &["sign-out-reads-no-form"]),
            (
                "the answer is `{\"status_code\":200,\"return\":{},\"stat\":\"ok\"}`",
                &["status-code-is-text"],
            ),
            ("with `success` where SSO-RSP-014 says so", &["legacy-sign-out-says-no-success"]),
            ("for any well-formed token, also when repeated", &["sign-out-minds-unknown-token"]),
        ],
    ),
    (
        "SSO-OUT-002",
        &[(
            "",
            &[
                "sign-out-ends-nothing",
                "sign-out-by-json-ends-nothing",
                "sign-out-ends-all",
                "sign-out-ends-the-company",
            ],
        )],
    ),
    (
        "SSO-OUT-003",
        &[
            ("Without a token", &["sign-out-needs-no-token"]),
            ("or with a malformed one", &["token-ignores-case", "token-is-parsed-as-uuid"]),
        ],
    ),
];
