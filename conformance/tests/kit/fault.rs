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
    OtherPasswordMakesNewUser => ["sign-on.keeps-user-on-other-password"],
    SamePasswordIsRefused => [
        "sign-on.keeps-user-on-same-password",
        "sign-on.keeps-user-on-other-password",
        "way.accepts-get",
        "way.accepts-form",
        "way.accepts-json",
        "way.all-agree",
        "email.ignores-case",
        "password.accepts-any-character",
        "product.knows-documented",
    ],
    AllUsersAreOne => ["sign-on.creates-one-user-per-email", "email.keeps-dots-and-plus"],
    AnswersWithAnotherEmail => [
        "sign-on.creates-unknown-user",
        "encoding.reads-escaped-plus-as-plus",
        "email.answers-lower-case",
    ],
    NewUserIsCreator => ["sign-on.gives-new-user-defaults"],
    CompanyFollowsEmail => ["sign-on.takes-company-from-key"],
    // The three ways.
    GetKnowsNobody => ["way.accepts-get", "way.all-agree"],
    FormKnowsNobody => [
        "sign-on.keeps-user-on-same-password",
        "sign-on.keeps-user-on-other-password",
        "way.accepts-form",
        "way.all-agree",
        "email.ignores-case",
    ],
    JsonKnowsNobody => ["way.accepts-json", "way.all-agree"],
    GetNamesDifferently => ["way.all-agree"],
    GetMindsContentType => ["way.get-ignores-content-type"],
    PostTakesQuery => ["way.post-takes-no-field-from-query"],
    MediaTypeIsComparedAsText => ["way.accepts-media-type-variants"],
    MediaTypeIsGuessed => ["way.refuses-other-media-types"],
    EmptyBodyIsDecoded => ["way.empty-body-holds-no-fields"],
    // Parameters.
    MissingIsInvalid => [
        "parameter.refuses-missing",
        "way.post-takes-no-field-from-query",
        "way.empty-body-holds-no-fields",
    ],
    EmptyPasswordIsOne => ["parameter.refuses-empty"],
    DuplicateIsMalformed => ["parameter.refuses-duplicate"],
    LastDuplicateWins => ["parameter.refuses-duplicate"],
    LastJsonMemberWins => ["parameter.refuses-duplicate-json-member"],
    BodyOverridesQuery => ["parameter.refuses-query-and-body"],
    UnknownFieldIsRefused => ["parameter.ignores-unknown", "parameter.accepts-largest-size"],
    ScalarsAreStrings => ["parameter.refuses-value-that-is-no-string"],
    ControlCharacterInKeyIsUnknown => ["parameter.refuses-control-character"],
    LimitIsOneTooLow => ["parameter.accepts-largest-size"],
    LimitIsOneTooHigh => ["parameter.refuses-oversize"],
    // Decoding.
    BrokenEscapeIsText => ["encoding.refuses-broken-escape"],
    BrokenUtf8IsReplaced => ["encoding.refuses-broken-utf-8"],
    TextAfterJsonIsIgnored => ["encoding.refuses-broken-json"],
    LoneSurrogateIsReplaced => ["encoding.refuses-lone-surrogate"],
    ArrayIsEmptyObject => ["encoding.refuses-json-that-is-no-object"],
    PlusIsPlus => ["encoding.reads-plus-as-space"],
    EscapedPlusIsSpace => [
        "encoding.reads-escaped-plus-as-plus",
        "email.accepts-bounds",
        "email.keeps-dots-and-plus",
    ],
    // E-mails.
    LocalPartHas63 => ["email.accepts-bounds"],
    EmailIsAnythingWithAt => ["email.refuses-malformed"],
    EmailIsCaseSensitive => ["email.ignores-case"],
    EmailIsAnsweredAsSent => ["email.answers-lower-case"],
    DotsAreDropped => ["email.keeps-dots-and-plus"],
    // Products, passwords, times.
    OneProduct => ["product.knows-documented"],
    AnyProduct => ["product.refuses-undocumented"],
    PasswordHas72 => ["password.accepts-1-to-1024-bytes"],
    PasswordIsCut => ["password.refuses-1025-bytes"],
    PasswordIsCountedInCharacters => ["password.refuses-1025-bytes"],
    NulIsRefused => ["password.accepts-any-character"],
    IssuedAtIsInSeconds => ["issued-at.accepts-milliseconds"],
    IssuedAtIsNotRead => ["issued-at.refuses-malformed"],
    // Keys.
    UnknownKeyIsDenied => [
        "key.refuses-unknown",
        "key.refuses-near-misses",
        "key.refuses-wrong-check-characters",
        "key.refusals-hide-the-reason",
    ],
    KeyIsTrimmed => ["key.refuses-near-misses"],
    KeyIgnoresCase => ["key.refuses-near-misses"],
    CheckCharactersAreNotRead => ["key.refuses-wrong-check-characters"],
    ShortKeyIsInvalid => ["key.refuses-other-shapes", "key.refusals-hide-the-reason"],
    RefusalSaysWhy => ["key.refusals-hide-the-reason"],
    RefusalKnowsUsers => ["key.refusals-hide-users"],
    // Methods and paths.
    PutIsPost => ["routing.refuses-other-methods", "routing.names-allowed-methods"],
    HeadIsGet => ["routing.refuses-head", "routing.names-allowed-methods"],
    NoAllowHeader => ["routing.names-allowed-methods"],
    AnyPathBelow => ["routing.refuses-other-paths"],
    // Answers.
    StatusCodeIsText => ["answer.has-success-shape", "answer.status-equals-status-code"],
    FlagIsNumber => ["answer.has-documented-members"],
    MemberIsAbsent => ["answer.has-documented-members", "answer.keeps-document-order"],
    MemberIsTwice => ["answer.has-documented-members", "answer.keeps-document-order"],
    MembersAreSwapped => ["answer.keeps-document-order"],
    CompanyIdIsZero => ["answer.bounds-integers"],
    PermissionsAreNumbers => ["answer.permissions-are-strings", "sign-on.gives-new-user-defaults"],
    LineFeedAtTheEnd => ["answer.is-compact"],
    CompanyIsNamedToken => ["answer.names-token-first"],
    ErrorComesLast => ["error.has-error-shape"],
    CodeIsText => [
        "error.has-error-shape",
        "way.post-takes-no-field-from-query",
        "parameter.refuses-missing",
        "parameter.refuses-empty",
        "way.empty-body-holds-no-fields",
    ],
    KeyIsEchoed => ["error.repeats-nothing", "key.refusals-hide-the-reason"],
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
    TokenIsUpperCase => ["token.is-uuid-v4"],
    TokenIsVersion1 => ["token.is-uuid-v4"],
    TokenIsKept => ["token.is-new"],
}
