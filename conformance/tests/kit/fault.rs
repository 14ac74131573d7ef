//! What can be wrong with a server, one rule at a time.

/// A fault, and the checks that it makes fail.
macro_rules! faults {
    ($($(#[doc = $doc:literal])* $name:ident => [$($check:literal),+ $(,)?],)+) => {
        /// One broken rule; `None` of them is the good server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fault {
            None,
            $($(#[doc = $doc])* $name,)+
        }

        /// Each fault with exactly the checks that fail on it.
        pub(crate) const FAULTS: &[(Fault, &[&str])] = &[$((Fault::$name, &[$($check),+]),)+];
    };
}

faults! {
    // The three rules.
    OtherPasswordIsRefused => ["sign-on.keeps-user-on-other-password"],
    OtherPasswordMakesNewUser => ["sign-on.keeps-user-on-other-password", "launch.signs-on", "exchange.refuses-outdated-code", "direct.tells-new-password-from-old", "session.ends-on-replacement", "session.refuses-alike"],
    SamePasswordIsRefused => ["sign-on.keeps-user-on-same-password", "sign-on.keeps-user-on-other-password", "way.accepts-get", "way.accepts-form", "way.accepts-json", "way.all-agree", "email.ignores-case", "password.accepts-any-character", "product.knows-documented", "isolation.keeps-id"],
    AllUsersAreOne => ["sign-on.creates-one-user-per-email", "email.keeps-dots-and-plus"],
    AnswersWithAnotherEmail => ["sign-on.creates-unknown-user", "encoding.reads-escaped-plus-as-plus", "email.answers-lower-case", "isolation.same-email-is-another-user", "parameter.ignores-look-alikes"],
    NewUserIsCreator => ["sign-on.gives-new-user-defaults"],
    CompanyFollowsEmail => ["sign-on.takes-company-from-key", "direct.refuses-alike", "isolation.company-follows-key", "isolation.keeps-password"],
    // The three ways.
    GetKnowsNobody => ["way.accepts-get", "way.all-agree"],
    FormKnowsNobody => ["sign-on.keeps-user-on-same-password", "sign-on.keeps-user-on-other-password", "way.accepts-form", "way.all-agree", "email.ignores-case", "direct.tells-new-password-from-old", "exchange.refuses-outdated-code", "isolation.keeps-id", "session.ends-on-replacement", "session.keeps-token-on-same-password", "session.refuses-alike", "sign-out.ends-token"],
    JsonKnowsNobody => ["way.accepts-json", "way.all-agree"],
    GetNamesDifferently => ["way.all-agree"],
    GetMindsContentType => ["way.get-ignores-content-type", "legacy.get-ignores-content-type", "legacy.takes-cut-token"],
    PostTakesQuery => ["way.post-takes-no-field-from-query", "*.takes-no-field-from-query", "sign-out.refuses-two-tokens"],
    MediaTypeIsComparedAsText => ["way.accepts-media-type-variants"],
    MediaTypeIsGuessed => ["way.refuses-other-media-types", "*.refuses-other-media-types"],
    EmptyBodyIsDecoded => ["way.empty-body-holds-no-fields"],
    // Parameters.
    MissingIsInvalid => ["*.refuses-missing", "way.post-takes-no-field-from-query", "launch.takes-no-field-from-query", "exchange.takes-no-field-from-query", "direct.takes-no-field-from-query", "way.empty-body-holds-no-fields"],
    EmptyPasswordIsOne => ["parameter.refuses-empty", "launch.refuses-missing", "direct.refuses-missing"],
    DuplicateIsMalformed => ["*.refuses-duplicate", "session.refuses-two-tokens"],
    LastDuplicateWins => ["*.refuses-duplicate", "session.refuses-two-tokens"],
    LastJsonMemberWins => ["parameter.refuses-duplicate-json-member", "launch.refuses-duplicate", "exchange.refuses-duplicate", "direct.refuses-duplicate", "sign-out.refuses-duplicate"],
    BodyOverridesQuery => ["parameter.refuses-query-and-body", "launch.refuses-duplicate", "exchange.refuses-duplicate", "direct.refuses-duplicate", "sign-out.refuses-duplicate"],
    UnknownFieldIsRefused => ["parameter.ignores-unknown", "parameter.accepts-largest-size", "parameter.ignores-look-alikes", "legacy.ignores-source-and-platform", "legacy.get-ignores-content-type", "legacy.takes-cut-token"],
    FieldsAreCounted => ["parameter.ignores-unknown"],
    NulInNameIsMalformed => ["parameter.ignores-look-alikes"],
    ScalarsAreStrings => ["parameter.refuses-value-that-is-no-string", "*.refuses-invalid"],
    ControlCharacterInKeyIsUnknown => ["parameter.refuses-control-character", "launch.refuses-invalid"],
    LimitIsOneTooLow => ["parameter.accepts-largest-size"],
    LimitIsOneTooHigh => ["*.refuses-oversize"],
    // Decoding.
    BrokenEscapeIsText => ["encoding.refuses-broken-escape", "launch.refuses-malformed", "exchange.refuses-malformed", "direct.refuses-malformed", "session.refuses-malformed", "sign-out.refuses-malformed"],
    BrokenUtf8IsReplaced => ["encoding.refuses-broken-utf-8", "launch.refuses-malformed", "exchange.refuses-malformed", "direct.refuses-malformed", "session.refuses-malformed", "sign-out.refuses-malformed"],
    TextAfterJsonIsIgnored => ["encoding.refuses-broken-json"],
    ByteOrderMarkIsSkipped => ["encoding.refuses-broken-json"],
    LoneSurrogateIsReplaced => ["encoding.refuses-lone-surrogate", "launch.refuses-malformed", "exchange.refuses-malformed", "direct.refuses-malformed", "sign-out.refuses-malformed"],
    ArrayIsEmptyObject => ["encoding.refuses-json-that-is-no-object", "launch.refuses-malformed", "exchange.refuses-malformed", "direct.refuses-malformed", "sign-out.refuses-malformed"],
    PlusIsPlus => ["encoding.reads-plus-as-space"],
    EscapedPlusIsSpace => [
        "encoding.reads-escaped-plus-as-plus",
        "email.accepts-bounds",
        "email.keeps-dots-and-plus",
    ],
    // E-mails.
    LocalPartHas63 => ["email.accepts-bounds"],
    EmailIsAnythingWithAt => ["email.refuses-malformed", "direct.refuses-malformed-user"],
    EmailIsCaseSensitive => ["email.ignores-case", "direct.ignores-case"],
    EmailIsAnsweredAsSent => ["email.answers-lower-case", "direct.ignores-case"],
    DotsAreDropped => ["email.keeps-dots-and-plus"],
    // Products, passwords, times.
    OneProduct => ["product.knows-documented", "exchange.refuses-alike"],
    AnyProduct => ["product.refuses-undocumented", "direct.refuses-malformed-user", "launch.checks-as-sign-on"],
    PasswordHas72 => ["password.accepts-1-to-1024-bytes"],
    PasswordIsCut => ["password.refuses-1025-bytes"],
    PasswordIsCountedInCharacters => ["password.refuses-1025-bytes"],
    NulIsRefused => ["password.accepts-any-character"],
    IssuedAtIsInSeconds => ["issued-at.accepts-milliseconds"],
    IssuedAtIsNotRead => ["issued-at.refuses-malformed", "launch.checks-as-sign-on"],
    // Keys.
    UnknownKeyIsDenied => ["key.refuses-unknown", "key.refuses-near-misses", "key.refuses-wrong-check-characters", "key.refusals-hide-the-reason", "launch.checks-as-sign-on"],
    KeyIsTrimmed => ["key.refuses-near-misses"],
    KeyIgnoresCase => ["key.refuses-near-misses"],
    CheckCharactersAreNotRead => ["key.refuses-wrong-check-characters"],
    ShortKeyIsInvalid => ["key.refuses-other-shapes", "key.refusals-hide-the-reason"],
    RefusalSaysWhy => ["key.refusals-hide-the-reason"],
    RefusalKnowsUsers => ["key.refusals-hide-users"],
    // Methods and paths.
    PutIsPost => ["routing.refuses-other-methods", "routing.names-allowed-methods", "launch.refuses-other-methods", "exchange.refuses-other-methods", "direct.refuses-other-methods", "sign-out.refuses-other-methods", "direct.shows-that-refused-methods-do-nothing"],
    HeadIsGet => ["routing.refuses-head", "routing.names-allowed-methods", "launch.refuses-other-methods", "direct.refuses-other-methods", "session.refuses-other-methods", "direct.shows-that-refused-methods-do-nothing"],
    NoAllowHeader => ["routing.names-allowed-methods", "launch.refuses-other-methods", "exchange.refuses-other-methods", "direct.refuses-other-methods", "session.refuses-other-methods", "sign-out.refuses-other-methods"],
    AnyPathBelow => ["*.refuses-other-paths"],
    PathIsUnescaped => ["routing.refuses-other-paths"],
    SlashesAreMerged => ["routing.refuses-other-paths"],
    // Answers.
    StatusCodeIsText => ["answer.has-success-shape", "answer.status-equals-status-code", "sign-out.answers-ok", "sign-out.can-be-repeated", "sign-out.refuses-two-tokens"],
    FlagIsNumber => ["answer.has-documented-members"],
    MemberIsAbsent => ["answer.has-documented-members", "answer.keeps-document-order"],
    MemberIsTwice => ["answer.has-documented-members", "answer.keeps-document-order"],
    MembersAreSwapped => ["answer.keeps-document-order"],
    CompanyIdIsZero => ["answer.bounds-integers", "isolation.company-follows-key"],
    PermissionsAreNumbers => ["answer.permissions-are-strings", "sign-on.gives-new-user-defaults"],
    LineFeedAtTheEnd => ["answer.is-compact"],
    CompanyIsNamedToken => ["answer.names-token-first", "legacy.takes-cut-token"],
    ErrorComesLast => ["error.has-error-shape", "legacy.error-begins-text"],
    CodeIsText => ["error.has-error-shape", "way.post-takes-no-field-from-query", "parameter.refuses-missing", "parameter.refuses-empty", "way.empty-body-holds-no-fields", "launch.refuses-missing", "exchange.refuses-missing", "direct.refuses-missing", "direct.asks-for-company", "launch.takes-no-field-from-query", "exchange.takes-no-field-from-query", "direct.takes-no-field-from-query"],
    OriginHasCodeOfItsOwn => ["error.is-documented"],
    KeyIsEchoed => ["error.repeats-nothing", "key.refusals-hide-the-reason", "secret.is-never-repeated"],
    EmailIsEchoedEscaped => ["error.repeats-nothing"],
    PathIsEchoed => ["error.repeats-nothing"],
    StatusCodeOf404Is400 => ["answer.status-equals-status-code"],
    // Headers and tokens.
    ErrorsAreText => ["header.content-type-is-json"],
    ErrorsAreStored => ["header.forbids-storing"],
    NoReferrerPolicy => ["header.forbids-referrer"],
    NoNosniff => ["header.forbids-sniffing"],
    CorsForAll => ["header.has-no-cors", "header.has-no-cors-for-browsers"],
    CorsForOrigins => ["header.has-no-cors-for-browsers"],
    TokenIsUpperCase => ["token.is-uuid-v4", "session.refuses-alike", "sign-out.can-be-repeated", "sign-out.refuses-missing-or-malformed"],
    TokenIsVersion1 => ["token.is-uuid-v4"],
    TokenIsKept => ["token.is-new", "session.ends-on-replacement", "session.refuses-alike", "sign-out.ends-token"],
    // Launch and exchange.
    LaunchBodyIsEmpty => ["launch.answers-303", "answer.status-equals-status-code"],
    LaunchUrlFollowsUser => ["launch.appends-code"],
    TokenIsInLocation => ["launch.appends-code", "launch.gives-no-token"],
    LaunchReplacesNothing => ["launch.signs-on"],
    LaunchMindsNoKey => ["launch.checks-as-sign-on"],
    CodeIsShort => ["launch.code-is-random"],
    CodeIsCounted => ["launch.code-is-random"],
    ExchangeNamesAnother => ["exchange.gives-account", "exchange.spends-code"],
    CodeIsKept => ["exchange.spends-code", "exchange.refuses-alike"],
    WrongSecretIsTold => ["exchange.refuses-alike"],
    CodeOutlivesPassword => ["exchange.refuses-outdated-code"],
    // Direct sign-in.
    DirectKnowsNoProduct => ["direct.accepts-password"],
    CompanyMindsCase => ["direct.ignores-case"],
    NoCompanyIsInvalid => ["direct.asks-for-company"],
    AnyCompany => ["direct.refuses-malformed-company"],
    AnyUserid => ["direct.refuses-malformed-user"],
    UnknownUserIsTold => ["direct.refuses-alike"],
    PasswordIsTrimmed => ["direct.refuses-near-misses"],
    PasswordIsComparedTo72 => ["direct.never-cuts-password"],
    DirectCreates => ["direct.creates-nobody", "direct.refuses-alike", "isolation.refusals-hide-users"],
    WrongPasswordIsStored => ["direct.replaces-nothing"],
    OldPasswordWorks => ["direct.tells-new-password-from-old"],
    // Session and sign-out.
    SessionTakesNoToken => ["session.answers-holder"],
    BearerIsCaseSensitive => ["session.reads-bearer-in-any-case"],
    OneTokenPerUser => ["session.keeps-token-on-same-password"],
    FirstTokenWins => ["session.refuses-two-tokens", "sign-out.refuses-two-tokens"],
    TokenIgnoresCase => ["session.refuses-alike", "sign-out.refuses-missing-or-malformed"],
    OutdatedTokenIsTold => ["session.refuses-alike"],
    TokenOutlivesPassword => ["session.ends-on-replacement", "session.refuses-alike"],
    SignOutMindsTokens => ["sign-out.answers-ok", "sign-out.can-be-repeated"],
    SignOutEndsNothing => ["sign-out.ends-token", "session.refuses-alike"],
    SignOutEndsAll => ["sign-out.ends-token"],
    SignOutNeedsNoToken => ["sign-out.refuses-missing-or-malformed", "sign-out.refuses-two-tokens", "sign-out.takes-no-field-from-query"],
    // Two companies.
    KeysAreOneCompany => ["isolation.company-follows-key", "isolation.keeps-password", "isolation.keeps-token", "isolation.refusals-hide-users"],
    UsersAreByEmail => ["isolation.keeps-password", "isolation.keeps-token", "isolation.refusals-hide-users"],
    IdMovesWithOthers => ["isolation.keeps-id", "isolation.keeps-password", "isolation.keeps-token"],
    OthersReplacementEndsTokens => ["isolation.keeps-token"],
    OthersPasswordWorks => ["isolation.keeps-password"],
    OthersUserIsTold => ["isolation.refusals-hide-users"],
    NewUserNamesOthers => ["isolation.same-email-is-another-user"],
    // Old clients, and secrets.
    UnescapedAtIsMalformed => ["legacy.accepts-unescaped"],
    PasswordIsInHeader => ["secret.is-never-repeated"],
    BracketsAreDropped => ["parameter.ignores-look-alikes"],
}
