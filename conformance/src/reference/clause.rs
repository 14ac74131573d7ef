//! The clauses of the requirements that a client can see: the parts of a sentence that a server can break one by one.

use crate::format::requirement::Requirement;

/// A part of a requirement that can be broken while the rest of it is kept.
#[derive(Clone, Copy)]
pub struct Clause {
    /// The id of the requirement.
    pub requirement: &'static str,
    /// The words of its sentence that the clause is; the whole sentence if it is not divided.
    pub words: &'static str,
    /// The faults that break it.
    pub faults: &'static [&'static str],
    /// The reason why no client can see it; empty if one can.
    pub unseen: &'static str,
}

/// The clauses of one requirement: words and faults. Without words it is the whole sentence.
type Group = (&'static str, &'static [(&'static str, &'static [&'static str])]);

const GROUPS: &[Group] = &[
    (
        "SSO-RULE-001",
        &[
            (
                "the server MUST create one under that company",
                &["all-users-are-one", "some-users-share-an-id", "id-is-of-the-domain"],
            ),
            ("with the password", &["new-user-has-no-password"]),
            ("answer with success", &["user-of-subdomain-is-refused"]),
        ],
    ),
    (
        "SSO-RULE-002",
        &[
            ("answer with success", &["same-password-is-refused"]),
            ("for that same user", &["get-knows-nobody", "form-knows-nobody", "json-knows-nobody"]),
        ],
    ),
    (
        "SSO-RULE-003",
        &[
            ("answer with success", &["other-password-is-refused"]),
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
            ("what users", &["others-user-is-told", "new-user-names-others"]),
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
    ("SSO-REQ-002", &[("", &["form-knows-nobody"])]),
    ("SSO-REQ-003", &[("", &["json-knows-nobody"])]),
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
            ("An unknown field MUST be ignored", &["unknown-field-is-refused"]),
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
            ("or body", &["long-body-is-read"]),
            ("more than 8,192 bytes", &["largest-size-is-too-large", "size-limit-is-one-too-high"]),
        ],
    ),
    (
        "SSO-REQ-017",
        &[
            ("neither of the two MUST be answered with 415", &["media-type-is-guessed"]),
            ("parameters of the media type", &["media-type-has-no-parameters"]),
            ("its case do not matter", &["media-type-minds-case"]),
        ],
    ),
    ("SSO-REQ-018", &[("", &["get-minds-content-type"])]),
    ("SSO-REQ-019", &[("", &["post-takes-query"])]),
    (
        "SSO-REQ-020",
        &[
            ("A method that a path is not served by", &["put-is-post"]),
            ("HEAD always among them", &["head-is-get"]),
            ("an `Allow` header", &["allow-header-is-absent"]),
            ("has no effect", &["put-is-done-and-refused"]),
        ],
    ),
    (
        "SSO-REQ-021",
        &[
            ("A path at which nothing is served", &["paths-match-loosely"]),
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
    ("SSO-REQ-024", &[("", &["empty-body-is-decoded"])]),
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
            ("other than `identity`", &["identity-is-refused"]),
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
            ("whose first member is `error`", &["error-comes-last"]),
            ("an integer `code`", &["error-code-is-text"]),
            ("a string `name`", &["error-name-is-null"]),
            ("a string `details`", &["error-details-are-an-object"]),
            ("`stat`, which is `\"fail\"`", &["error-stat-is-error"]),
            ("by `success` where SSO-RSP-014 says so", &["legacy-success-is-always-true"]),
        ],
    ),
    ("SSO-RSP-007", &[("", &["status-code-of-404-is-400", "launch-body-is-empty"])]),
    ("SSO-RSP-008", &[("", &["email-is-echoed-escaped", "path-is-echoed"])]),
    ("SSO-RSP-009", &[("", &["errors-are-text"])]),
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
    (
        "SSO-LAU-001",
        &[
            ("by GET and POST", &["launch-takes-no-get"]),
            ("checks", &["launch-minds-no-key"]),
            ("effects of sign-on", &["launch-replaces-nothing"]),
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
            ("A launch MUST NOT give a token", &["launch-gives-a-token"]),
            ("no key", &["key-is-in-location"]),
            ("password", &["password-is-in-location"]),
            ("or token may occur in `Location`", &["token-is-in-location"]),
        ],
    ),
    (
        "SSO-EXC-001",
        &[(
            "success is the documented answer of the user for whom the code was given",
            &["exchange-names-another", "exchange-gives-last-user"],
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
                &["code-outlives-password", "credential-version-comes-back"],
            ),
            ("a secret that is missing", &["exchange-needs-no-secret"]),
            (
                "or wrong",
                &[
                    "secret-ignores-case",
                    "secret-is-compared-in-part",
                    "secret-may-be-in-base64",
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
                &["wrong-password-is-told", "direct-trims-password", "direct-pads-password"],
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
            ("accept the new one", &["other-password-makes-new-user"]),
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
                &["session-names-another-company"],
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
                ],
            ),
            ("upper case included", &["token-ignores-case"]),
            ("unknown", &["unknown-token-is-not-found", "code-is-a-token"]),
            ("outdated", &["token-outlives-password"]),
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

const OPERATOR: &str = "an operator has to disable, revoke or configure something meanwhile";
const LIFETIME: &str = "a lifetime has to pass, which may be long";
const STORAGE: &str = "only the storage shows it";

/// The clauses that no client can bring about, or see: requirement, words and reason.
const UNSEEN: &[(&str, &str, &str)] = &[
    ("SSO-KEY-001", "disabled, revoked or expired", OPERATOR),
    ("SSO-EXC-003", "expired", LIFETIME),
    ("SSO-EXC-003", "whose user or company is disabled or key not usable", OPERATOR),
    ("SSO-DIR-002", "the server's configured company is meant", OPERATOR),
    ("SSO-DIR-003", "an unreadable hash", STORAGE),
    ("SSO-DIR-005", "compute a stored hash anew", STORAGE),
    ("SSO-SES-003", "expired", LIFETIME),
    ("SSO-SES-003", "whose user, company or key is not usable", OPERATOR),
];

impl Clause {
    /// Every clause, in the order of the requirements; those that no client can see come last.
    pub fn all() -> impl Iterator<Item = Self> {
        let seen = GROUPS.iter().flat_map(|(requirement, clauses)| {
            clauses.iter().map(|(words, faults)| {
                let whole = || Requirement::find(requirement).map_or("", |it| it.sentence);
                let words = if words.is_empty() { whole() } else { words };
                Self { requirement, words, faults, unseen: "" }
            })
        });
        let unseen = UNSEEN.iter().map(|(requirement, words, unseen)| Self {
            requirement,
            words,
            faults: &[],
            unseen,
        });
        seen.chain(unseen)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::format::requirement::{Level, Scope};
    use crate::reference::Fault;

    #[test]
    fn a_clause_is_quoted_from_its_requirement_and_is_there_once() {
        let mut seen = BTreeSet::new();
        for Clause { requirement, words, .. } in Clause::all() {
            let sentence = Requirement::find(requirement).unwrap().sentence;
            assert!(!words.is_empty() && sentence.contains(words), "{requirement}: {words}");
            assert!(seen.insert((requirement, words)), "{requirement}: {words}");
        }
    }

    #[test]
    fn every_requirement_that_a_client_can_see_has_a_clause_and_no_other_has() {
        let clauses: BTreeSet<_> = Clause::all().map(|clause| clause.requirement).collect();
        for requirement in Requirement::all() {
            let due = requirement.scope == Scope::Wire && requirement.level != Level::May;
            assert_eq!(clauses.contains(requirement.id), due, "{}", requirement.id);
        }
    }

    #[test]
    fn every_clause_is_broken_by_a_fault_or_says_why_no_client_sees_it() {
        for Clause { requirement, words, faults, unseen } in Clause::all() {
            assert_eq!(faults.is_empty(), !unseen.is_empty(), "{requirement}: {words}");
            for fault in faults {
                assert!(Fault::find(fault).is_some(), "{requirement}: {fault}");
            }
        }
    }
}
