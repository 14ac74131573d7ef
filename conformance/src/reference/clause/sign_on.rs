//! The clauses of the rules, the key, the companies and the request.

use super::Group;

pub(super) const GROUPS: &[Group] = &[
    (
        "SSO-RULE-001",
        &[
            (
                "the server MUST create one under that company",
                &[
                    "all-users-are-one",
                    "some-users-share-an-id",
                    "id-is-of-the-domain",
                    "number-is-taken-in-two-steps",
                ],
            ),
            ("with the password", &["new-user-has-no-password"]),
            ("answer with success", &["user-of-subdomain-is-refused"]),
        ],
    ),
    (
        "SSO-RULE-002",
        &[
            (
                "answer with success",
                &["same-password-is-refused", "cache-is-fresh", "older-time-is-refused-at-a-match"],
            ),
            ("for that same user", &["get-knows-nobody", "form-knows-nobody", "json-knows-nobody"]),
        ],
    ),
    (
        "SSO-RULE-003",
        &[
            (
                "answer with success",
                &[
                    "other-password-is-refused",
                    "equal-time-is-outdated",
                    "no-time-is-the-oldest",
                    "match-moves-the-time",
                    "time-outlives-its-password",
                ],
            ),
            ("for that same user", &["other-password-makes-new-user", "id-follows-password"]),
        ],
    ),
    (
        "SSO-KEY-001",
        &[
            (
                "A key that is unknown",
                &[
                    "key-is-trimmed",
                    "key-ignores-case",
                    "key-is-a-prefix",
                    "key-is-folded",
                    "key-is-trimmed-in-json",
                    "key-of-launch-is-unescaped-twice",
                    "secret-of-product-is-a-key",
                ],
            ),
            ("whose check characters are wrong", &["check-characters-are-not-read"]),
            ("401 and code 4010 `invalid_ssokey`", &["unknown-key-is-denied"]),
        ],
    ),
    (
        "SSO-KEY-002",
        &[
            ("identical in status", &["short-key-is-invalid"]),
            ("body", &["key-refusal-says-why"]),
            ("the headers that this format names", &["key-refusal-differs-in-a-header"]),
            ("whether or not the user exists", &["key-refusal-knows-users"]),
        ],
    ),
    (
        "SSO-TEN-003",
        &[
            ("`companyId`", &["company-id-is-0", "some-users-are-of-a-subsidiary"]),
            ("`companyName`", &["session-names-another-company"]),
            (
                "`companyDomain`",
                &["company-domain-follows-email", "exchange-spells-domain-otherwise"],
            ),
            ("those of the key's company", &["keys-are-one-company", "code-is-of-its-email"]),
        ],
    ),
    (
        "SSO-TEN-004",
        &[
            (
                "what users",
                &["others-user-is-told", "new-user-names-others", "time-is-of-the-email"],
            ),
            (
                "or traffic a different company has",
                &[
                    "password-is-shared-by-email",
                    "password-of-get-is-shared-by-email",
                    "replacement-ends-others-tokens",
                    "launch-takes-every-key-for-one",
                ],
            ),
        ],
    ),
    ("SSO-REQ-001", &[("", &["get-knows-nobody"])]),
    ("SSO-REQ-002", &[("", &["form-knows-nobody", "chunked-body-is-empty", "first-chunk-counts"])]),
    (
        "SSO-REQ-003",
        &[(
            "",
            &[
                "json-knows-nobody",
                "chunked-body-is-empty",
                "first-chunk-counts",
                "surrogate-pair-is-malformed",
                "surrogate-pair-is-replaced",
                "escaped-slash-keeps-its-backslash",
                "escaped-names-are-unknown",
            ],
        )],
    ),
    (
        "SSO-REQ-004",
        &[
            ("`email`", &["missing-email-is-invalid"]),
            ("`password`", &["missing-password-is-invalid"]),
            ("`ssokey`", &["missing-key-is-unknown"]),
            ("`product` are required", &["missing-product-is-denied"]),
            (
                "a known field other than `token` and `_token` is empty",
                &["empty-password-is-one", "product-of-session-may-be-empty"],
            ),
            ("400 and code 4001 `missing_parameter`", &["missing-is-invalid"]),
        ],
    ),
    (
        "SSO-REQ-005",
        &[
            ("percent-escape", &["broken-escape-is-text"]),
            ("UTF-8", &["broken-utf-8-is-replaced"]),
            ("JSON text of RFC 8259", &["text-after-json-is-ignored"]),
            ("without a byte order mark", &["byte-order-mark-is-skipped"]),
            ("a lone surrogate escape anywhere in it", &["lone-surrogate-is-replaced"]),
            ("JSON that is not an object", &["json-array-holds-nothing"]),
        ],
    ),
    (
        "SSO-REQ-006",
        &[
            ("in one place", &["last-duplicate-wins", "last-json-member-wins"]),
            ("in query and body together", &["body-overrides-query"]),
            ("of whatever kind", &["duplicate-of-a-different-kind-is-invalid"]),
            ("400 and code 4002 `duplicate_parameter`", &["duplicate-is-malformed"]),
        ],
    ),
    (
        "SSO-REQ-007",
        &[
            (
                "An unknown field MUST be ignored",
                &[
                    "unknown-field-is-refused",
                    "sign-on-minds-a-token",
                    "launch-minds-a-company",
                    "launch-goes-where-a-field-says",
                    "launch-goes-where-a-query-says",
                ],
            ),
            ("also when it occurs twice", &["unknown-field-may-come-once"]),
            ("names are compared after decoding, byte for byte", &["brackets-are-dropped"]),
            ("so `Email` is unknown", &["names-ignore-case"]),
        ],
    ),
    (
        "SSO-REQ-008",
        &[("as a space", &["plus-is-plus"]), ("`%2B` as a plus sign", &["escaped-plus-is-space"])],
    ),
    (
        "SSO-REQ-009",
        &[
            ("not an ASCII dot-atom", &["email-is-anything-with-at"]),
            ("of at most 64 characters", &["local-part-has-63", "email-is-cut-before-at"]),
            ("one or more labels of 1 to 63 letters", &["label-may-be-long"]),
            ("inner hyphens", &["email-may-end-in-a-hyphen"]),
            ("at most 254 characters in all", &["email-may-be-long"]),
        ],
    ),
    (
        "SSO-REQ-010",
        &[
            ("MUST name the same user", &["capitals-make-another-user"]),
            ("the answer holds the lower-case form", &["email-is-answered-as-sent"]),
        ],
    ),
    (
        "SSO-REQ-011",
        &[("Dots", &["dots-are-dropped"]), ("plus signs", &["plus-and-more-is-dropped"])],
    ),
    (
        "SSO-REQ-012",
        &[
            ("one of the server's products", &["product-is-one"]),
            ("in its spelling", &["product-ignores-case"]),
            (
                "any other is answered with 400 and code 4003 `invalid_parameter`",
                &["product-is-anything"],
            ),
        ],
    ),
    (
        "SSO-REQ-013",
        &[
            (
                "A password of 1 to 1,024 bytes of UTF-8 MUST be accepted",
                &["password-has-72-bytes"],
            ),
            (
                "a longer one answered with 400 and code 4003 `invalid_parameter`",
                &["password-is-counted-in-characters"],
            ),
            ("never cut", &["password-is-cut", "password-is-compared-to-72-bytes"]),
        ],
    ),
    (
        "SSO-REQ-014",
        &[
            ("U+0000 to U+001F", &["controls-up-to-1f-are-dropped"]),
            ("U+007F to U+009F", &["controls-from-7f-are-dropped"]),
            ("400 and code 4003 `invalid_parameter`", &["control-character-makes-unknown-key"]),
        ],
    ),
    ("SSO-REQ-015", &[("", &["numbers-are-strings"])]),
    (
        "SSO-REQ-016",
        &[
            ("A query", &["long-query-is-read"]),
            ("or body", &["long-body-is-read", "very-long-body-is-empty"]),
            ("more than 8,192 bytes", &["largest-size-is-too-large", "size-limit-is-one-too-high"]),
        ],
    ),
    (
        "SSO-REQ-017",
        &[
            (
                "neither of the two MUST be answered with 415",
                &["media-type-is-guessed", "missing-media-type-is-guessed"],
            ),
            (
                "parameters of the media type",
                &["media-type-has-no-parameters", "charset-makes-another-media-type"],
            ),
            ("its case do not matter", &["media-type-minds-case", "names-of-headers-mind-case"]),
        ],
    ),
    ("SSO-REQ-018", &[("", &["get-minds-content-type"])]),
    ("SSO-REQ-019", &[("", &["post-takes-query"])]),
    (
        "SSO-REQ-020",
        &[
            (
                "A method that a path is not served by",
                &["put-is-post", "methods-of-extensions-break-it"],
            ),
            ("HEAD always among them", &["head-is-get"]),
            ("an `Allow` header", &["allow-header-is-absent"]),
            ("has no effect", &["put-is-done-and-refused"]),
        ],
    ),
    (
        "SSO-REQ-021",
        &[
            (
                "A path at which nothing is served",
                &["paths-match-loosely", "path-is-overridden", "version-in-path-is-skipped"],
            ),
            ("compared as sent, byte for byte", &["paths-are-unescaped", "slashes-are-merged"]),
        ],
    ),
    (
        "SSO-REQ-023",
        &[
            ("a decimal integer", &["issued-at-may-be-a-date"]),
            ("without sign", &["issued-at-may-have-a-sign"]),
            ("or leading zero", &["issued-at-may-have-leading-zeros"]),
            ("1 to 9007199254740991", &["issued-at-may-be-zero"]),
            ("in milliseconds since 1970", &["issued-at-is-in-seconds"]),
            ("at most 5 minutes after the server's time", &["issued-at-may-be-in-the-future"]),
            ("400 and code 4003 `invalid_parameter`", &["issued-at-is-not-read"]),
        ],
    ),
    ("SSO-REQ-024", &[("", &["empty-body-is-decoded", "empty-body-needs-a-media-type"])]),
    (
        "SSO-REQ-027",
        &[
            ("in headers of its own", &["first-authorization-counts"]),
            ("in one header with commas between", &["authorization-is-cut-at-comma"]),
            ("an empty value included", &["empty-authorization-is-none"]),
        ],
    ),
    (
        "SSO-REQ-028",
        &[
            ("other than `identity`", &["identity-is-refused", "identity-is-a-coding-elsewhere"]),
            ("in any case", &["coding-minds-case"]),
            ("alone", &["coding-is-not-read"]),
            ("in a list", &["first-coding-counts"]),
            ("in a repeated header", &["first-coding-header-counts"]),
            ("the header `Accept-Encoding: identity`", &["coding-is-refused-without-advice"]),
            (
                "an empty body and a GET MUST NOT be refused for it",
                &["coding-without-body-is-refused"],
            ),
        ],
    ),
];
