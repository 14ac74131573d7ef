//! What each public type gives to a host in Rust: its traits, its errors, and the forms that columns of a database have.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ssokey_core::operator::{self, Overlap, Page};
use ssokey_core::{
    Attempt, Behalf, Call, Code, Company, CompanyId, CompanyStatus, Costs, CredentialVersion,
    Denial, Digest, Domain, Email, EmailDomains, ErrorCode, Event, EventId, EventKind, Failure,
    Fault, HashKind, Hashing, Holder, HostFault, Key, KeyId, KeyRefusal, KeyStatus, LaunchUrl,
    ManagedBy, NewCompany, NewKey, NewUser, OperationName, OutOfMemory, OutOfRange, ParseError,
    Password, PasswordHash, PasswordSwap, Product, ProductName, Products, Purpose, Reply, Response,
    Rule, Settings, SettingsError, SignInRefusal, SsoKey, Token, User, UserId, UserStatus, Verdict,
};

/// What is cloned, compared, printed for a developer and sent to a thread.
trait Plain: Clone + Debug + Eq + Send + Sync + 'static {}

impl<T: Clone + Debug + Eq + Send + Sync + 'static> Plain for T {}

/// The bounds of an error.
fn error<T: Plain + Error>() {}

/// The bounds of a value that may be a key of a map.
fn value<T: Plain + Hash>() {}

/// The bounds of a value that is too large for that, or has a secret.
fn record<T: Plain>() {}

/// The bounds of what JSON has.
fn json<T: Plain + Serialize + DeserializeOwned>() {}

/// The bounds of a text that is shown.
fn text<T>()
where
    T: Plain + Hash + Ord + FromStr<Err = ParseError> + Display + AsRef<str>,
    T: Serialize + DeserializeOwned,
{
}

/// The bounds of one of a few words.
fn word<T>()
where
    T: Plain + Copy + Hash + Ord + FromStr<Err = ParseError> + Display,
    T: Serialize + DeserializeOwned,
{
}

/// The bounds of an integer, from and to the types that databases have.
fn integer<T>()
where
    T: Plain + Copy + Hash + Ord + FromStr<Err = ParseError> + Display + Into<u64> + Into<i64>,
    T: TryFrom<u64, Error = OutOfRange>,
    T: TryFrom<i64, Error = OutOfRange>,
    T: TryFrom<i32, Error = OutOfRange>,
{
}

/// The bounds of a secret that is parsed.
fn secret<T: Plain + FromStr<Err = ParseError>>() {}

/// Says of a type whether it is shown: the constant of the type itself comes before that of the trait.
struct Probe<T>(PhantomData<T>);

trait Hidden {
    const IS_SHOWN: bool = false;
}

impl<T> Hidden for Probe<T> {}

impl<T: Display> Probe<T> {
    const IS_SHOWN: bool = true;
}

/// Checks each type of a kind, and returns the names of all.
macro_rules! kinds {
    ($($check:ident: $($type:ty),*;)*) => {{
        $($($check::<$type>();)*)*
        [$($(stringify!($type)),*),*]
    }};
}

/// Checks each type of words, and returns the names.
macro_rules! words {
    ($($type:ident)*) => {{
        $(
            word::<$type>();
            for each in $type::ALL.iter().copied() {
                assert_eq!(each.as_str().parse(), Ok(each));
                assert_eq!(each.to_string(), each.as_str());
                assert_eq!(serde_json::to_value(each).unwrap(), each.as_str());
                assert_eq!(serde_json::from_value::<$type>(each.as_str().into()).unwrap(), each);
            }
            let error = "Secret".parse::<$type>().unwrap_err().to_string();
            let words: Vec<_> = $type::ALL.iter().map(|each| each.as_str()).collect();
            assert_eq!(error, format!("the text must be one of {}", words.join(", ")));
        )*
        [$(stringify!($type)),*]
    }};
}

/// The types that are not values of a host's own: what it begins and steps, and what it hashes by and in.
const STEPS: [&str; 8] = [
    "Body",
    "Request",
    "Step",
    "Waiting",
    "Argon2id",
    "Memory",
    "operator::Step",
    "operator::Waiting",
];

/// Returns the types that a module makes public, each with this before its name.
fn public(module: &str, prefix: &str) -> Vec<String> {
    let uses = module.split("pub use ").skip(1).filter_map(|part| part.split(';').next());
    let names =
        uses.flat_map(|part| part.split(|it: char| !it.is_ascii_alphanumeric() && it != '_'));
    let is_type = |name: &&str| {
        name.starts_with(|it: char| it.is_ascii_uppercase()) && *name != name.to_uppercase()
    };
    names.filter(is_type).map(|name| format!("{prefix}{name}")).collect()
}

#[test]
fn each_public_type_has_the_traits_of_its_kind() {
    let words = words! {
        CompanyStatus KeyStatus UserStatus ManagedBy OperationName HashKind Verdict Purpose KeyRefusal Denial SignInRefusal
        HostFault Rule
    };
    let others = kinds! {
        error: ParseError, OutOfRange, SettingsError, OutOfMemory;
        text: Email, Domain, ProductName, LaunchUrl, operator::Name, operator::DisplayName, operator::EventWord;
        integer: CompanyId, KeyId, UserId, EventId, CredentialVersion, operator::Overlap;
        secret: Password, SsoKey;
        value: Digest, EmailDomains, Products, ErrorCode, EventKind, Event, Fault, Failure, Behalf, Costs, operator::Page,
            operator::EventFilter, operator::EventQuery;
        record: PasswordHash, Company, NewCompany, Key, NewKey, User, NewUser, Product, Token, Code, Holder, Attempt,
            PasswordSwap, Hashing, Call, Reply, Response, Settings, operator::ListedKey, operator::StoredEvent,
            operator::StoredFault, operator::CompanyMembers, operator::UserMembers, operator::Call, operator::Reply,
            operator::Command;
    };
    let mut checked: Vec<String> = [&words[..], &others, &STEPS]
        .concat()
        .into_iter()
        .map(|name| name.split_whitespace().collect())
        .collect();
    let mut all = public(include_str!("../src/lib.rs"), "");
    all.extend(public(include_str!("../src/operator/mod.rs"), "operator::"));
    checked.sort();
    all.sort();
    assert_eq!(checked, all);
}

#[test]
fn each_type_of_records_and_calls_is_written_and_read_as_json() {
    kinds! {
        json: CompanyId, KeyId, UserId, EventId, CredentialVersion, Digest, EmailDomains, PasswordHash, Event, Fault, Behalf,
            Company, NewCompany, Key, NewKey, User, NewUser, Product, Token, Code, Holder, Attempt, PasswordSwap, Hashing, Call,
            Reply, operator::Page, operator::EventFilter, operator::ListedKey, operator::StoredEvent, operator::StoredFault,
            operator::CompanyMembers, operator::UserMembers, operator::Call, operator::Reply;
    };
}

#[test]
fn a_secret_is_not_shown() {
    const {
        assert!(Probe::<Email>::IS_SHOWN);
        assert!(!Probe::<Password>::IS_SHOWN);
        assert!(!Probe::<SsoKey>::IS_SHOWN);
        assert!(!Probe::<PasswordHash>::IS_SHOWN);
    }
    let secret = "a secret that stays in the value";
    let (password, key) = (secret.parse::<Password>().unwrap(), secret.parse::<SsoKey>().unwrap());
    let shown = format!("{password:?} {key:?} {:?}", PasswordHash::from(String::from(secret)));
    assert!(!shown.contains("secret"), "{shown}");
    let long = secret.repeat(40);
    let errors = [long.parse::<Password>().map(drop), long.parse::<SsoKey>().map(drop)];
    let errors = errors.map(|it| it.unwrap_err().to_string());
    assert_eq!(errors[0], "the text must be a string of 1 to 1024 bytes");
    assert!(errors[1].starts_with("the text must be `ssok_`") && !errors[1].contains("secret"));
}

#[test]
fn an_integer_is_read_from_signed_columns_and_texts_within_its_bounds() {
    const MOST: i64 = (1 << 53) - 1;
    let error = Err("the number must be an integer from 1 to 2^53-1".to_owned());
    let id = |column: i64| KeyId::try_from(column).map_err(|it| it.to_string()).map(i64::from);
    assert_eq!([1, MOST].map(id), [Ok(1), Ok(MOST)]);
    for column in [i64::MIN, -1, 0, MOST + 1, i64::MAX] {
        assert_eq!(id(column), error);
    }
    assert_eq!(UserId::try_from(-1_i32).map_err(|it| it.to_string()).map(i64::from), error);
    assert_eq!(UserId::try_from(7_i32).map(u64::from), Ok(7));
    assert_eq!("7".parse(), Ok(CompanyId::new(7).unwrap()));
    let error = Err("the text must be an integer from 1 to 2^53-1".to_owned());
    for text in ["", "0", "-1", "1.0", " 1", "9007199254740992"] {
        assert_eq!(text.parse::<KeyId>().map_err(|it| it.to_string()), error, "{text}");
    }
    let overlap = |time: i64| Overlap::try_from(time).map_err(|it| it.to_string()).map(u64::from);
    let error = Err("the number must be 0 to 2592000000 milliseconds".to_owned());
    assert_eq!([0, 2_592_000_000].map(overlap), [Ok(0), Ok(2_592_000_000)]);
    assert_eq!([-1, 2_592_000_001].map(overlap), [error.clone(), error]);
}

#[test]
fn a_page_says_which_of_its_members_is_out_of_bounds() {
    let page = |after, limit| Page::new(after, limit).map_err(|it| it.to_string()).map(drop);
    assert_eq!([page(0, 1), page((1 << 53) - 1, 500)], [Ok(()), Ok(())]);
    let after = Err("the number must be an integer from 0 to 2^53-1".to_owned());
    let limit = Err("the number must be an integer from 1 to 500".to_owned());
    assert_eq!(page(1 << 53, 1), after);
    assert_eq!([page(0, 0), page(0, 501)], [limit.clone(), limit]);
    let read = |json: &str| serde_json::from_str::<Page>(json).ok();
    assert_eq!(read(r#"{"after":1,"limit":2}"#), Page::new(1, 2).ok());
    assert_eq!(read(r#"{"after":1,"limit":501}"#), None);
}

#[test]
fn a_digest_is_read_from_bytes_and_from_digits() {
    // SHA-256 of nothing, as FIPS 180-4 has it.
    let digits = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let digest = digits.parse::<Digest>().unwrap();
    assert_eq!((digest, digest.to_string()), (Digest::of(b""), digits.into()));
    let bytes = *digest.as_bytes();
    assert_eq!([Digest::from_bytes(bytes), bytes.into()], [digest; 2]);
    assert_eq!(Digest::try_from(bytes.as_slice()), Ok(digest));
    for bytes in [&bytes[1..], &[0; 33], &[]] {
        let error = Digest::try_from(bytes).unwrap_err();
        assert_eq!(error.to_string(), "the value must have 32 bytes");
    }
    for bad in ["", &digits[1..], &digits.to_uppercase(), &format!("{digits}0"), &"g".repeat(64)] {
        let error = bad.parse::<Digest>().unwrap_err().to_string();
        assert_eq!(error, "the text must be 64 lower-case hexadecimal digits");
    }
}

#[test]
fn an_error_code_is_found_by_its_name_and_its_number() {
    for code in ErrorCode::ALL.iter().copied() {
        assert_eq!(code.to_string().parse(), Ok(code));
        assert_eq!(ErrorCode::try_from(code.code()), Ok(code));
    }
    let error = "secret".parse::<ErrorCode>().unwrap_err();
    assert_eq!(error.to_string(), "the text must be the name of an error code");
    let error = ErrorCode::try_from(4014).unwrap_err();
    assert_eq!(error.to_string(), "the number must be an error code");
}

#[test]
fn each_event_of_the_contract_is_read_back() {
    let contract = include_str!("../../spec/storage.md");
    let rows = contract.lines().skip_while(|line| !line.starts_with("| event |")).skip(2);
    let mut count = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').collect();
        let name = cells[1].split('`').nth(1).unwrap();
        let reasons: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
        let reasons = match reasons.is_empty() {
            true => vec![None],
            false => reasons.into_iter().map(Some).collect(),
        };
        for reason in reasons {
            let kind =
                EventKind::parse(name, reason).unwrap_or_else(|| panic!("{name} {reason:?}"));
            assert_eq!((kind.name(), kind.reason()), (name, reason));
            let event = Event::new(kind, 1);
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
            assert_eq!(ssokey_core::from_json::<Event>(&json), Some(event));
            count += 1;
        }
        assert_eq!(EventKind::parse(name, Some("secret")), None);
    }
    assert!(count > 50, "{count}");
    assert_eq!(EventKind::parse("rate_limited", None), None);
    assert_eq!(EventKind::parse("secret", None), None);
}

#[test]
fn a_list_says_its_bounds() {
    let error = Products::new(Vec::new()).unwrap_err().to_string();
    assert!(error.starts_with("the list must be 1 to 64 different names"), "{error}");
    let domains = vec!["a.example".parse().unwrap(); 101];
    let error = EmailDomains::new(domains).unwrap_err().to_string();
    assert!(error.starts_with("the list must be at most 100 domain names"), "{error}");
}

#[test]
fn a_record_that_is_made_has_the_first_values_of_the_contract() {
    let digest = Digest::of(b"a key");
    let email: Email = "ada@partner.example".parse().unwrap();
    let company = NewCompany::new(
        "Partner Ltd".into(),
        "partner.example".parse().unwrap(),
        "sso@partner.example".parse().unwrap(),
        vec!["livechat".parse().unwrap()],
        EmailDomains::default(),
    );
    let company = company.with_id(CompanyId::new(8272).unwrap());
    let key = NewKey::new(digest, company.id, None).with_id(KeyId::new(1).unwrap());
    let hash = PasswordHash::new("!".into());
    let user = NewUser::new(company.id, email, hash, ManagedBy::Partner);
    let user = user.with_id(UserId::new(11).unwrap());
    let holder = Holder::new(user, company, Some(key));
    let expected = serde_json::json!({
        "user": {
            "id": 11, "companyId": 8272, "email": "ada@partner.example", "loginId": "ada@partner.example",
            "displayName": "ada@partner.example", "isCreator": false, "isCompanyAdmin": false, "permissions": [],
            "passwordHash": "!", "credentialVersion": 1, "managedBy": "partner", "status": "enabled", "issuedAt": null,
            "passwordKeyId": null,
        },
        "company": {
            "id": 8272, "name": "Partner Ltd", "domain": "partner.example", "email": "sso@partner.example",
            "products": ["livechat"], "emailDomains": [], "accountType": "ENTERPRISE", "domainOwnershipVerified": false,
            "domainMxVerified": false, "status": "enabled",
        },
        "key": {
            "id": 1, "digest": digest.to_string(), "companyId": 8272, "status": "enabled", "expiresAt": null,
        },
    });
    assert_eq!(serde_json::to_value(&holder).unwrap(), expected);
}

#[test]
fn an_event_is_stored_with_its_members() {
    let mut event = Event::new(EventKind::KeyRefused(KeyRefusal::Expired), 7);
    event.key_id = KeyId::new(1).ok();
    event.product = "livechat".parse().ok();
    let mut members = serde_json::to_value(&event).unwrap();
    members["id"] = 3.into();
    members["userEmail"] = serde_json::Value::Null;
    let stored = operator::StoredEvent::of(EventId::new(3).unwrap(), event);
    assert_eq!(serde_json::to_value(&stored).unwrap(), members);
}
