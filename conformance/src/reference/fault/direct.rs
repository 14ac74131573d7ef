//! Faults of direct sign-in.

use ssokey_core::{Call, Email, ErrorCode, Hashing, PasswordHash, ProductName, Products, Reply};

use crate::format::operation::Operation;
use crate::message::fields::Fields;
use crate::reference::credentials::KEY;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::{FORM, Incoming};

/// Between a hash and the one before it. No PHC string holds it.
const BEFORE: char = '|';

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "direct-knows-no-product",
        sentence: "A direct sign-in to a product is invalid.",
        fails: &["direct.ignores-unlisted-product", "direct.accepts-password"],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("product").filter(|_| visit.is_for(Operation::Direct))?;
            Some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "direct-refuses-unlisted-product",
        sentence: "A direct sign-in to a product that is not the server's is invalid.",
        fails: &["direct.ignores-unlisted-product"],
        hooks: &[Hook::Refusal(|visit| {
            unlisted_product(visit).map(|_| ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "direct-denies-unlisted-product",
        sentence: "A direct sign-in to a product that is not the server's is denied as one that the company does not have.",
        fails: &["direct.ignores-unlisted-product"],
        hooks: &[Hook::Refusal(|visit| unlisted_product(visit).map(|_| ErrorCode::AccessDenied))],
    },
    Fault {
        name: "unlisted-product-is-on-token",
        sentence: "The token of a direct sign-in bears a product that is not the server's.",
        fails: &["direct.ignores-unlisted-product"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveToken { token, event } = call else { return None };
            let (mut token, event) = (token.clone(), event.clone());
            token.product = Some(unlisted_product(visit)?);
            Some(visit.store.answer(&Call::SaveToken { token, event }))
        })],
    },
    Fault {
        name: "direct-takes-malformed-product",
        sentence: "A direct sign-in ignores a product that cannot be the name of one.",
        fails: &["direct.refuses-malformed-product"],
        hooks: &[Hook::Request(|request, _| {
            let product = request.field("product").filter(|_| request.is_for(Operation::Direct));
            let is_odd = |name: &String| {
                !name.is_empty()
                    && !name.contains(char::is_control)
                    && ProductName::parse(name).is_none()
            };
            if product.as_ref().is_some_and(is_odd) {
                request.change_fields(|fields| fields.retain(|(name, _)| name != "product"));
            }
        })],
    },
    Fault {
        name: "company-minds-case",
        sentence: "A company in capitals is unknown.",
        fails: &["direct.ignores-case"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::FindCompany { .. } = call else { return None };
            let capitals =
                visit.field("company")?.contains(|letter: char| letter.is_ascii_uppercase());
            capitals.then_some(Reply::None)
        })],
    },
    Fault {
        name: "no-company-is-invalid",
        sentence: "A direct sign-in without a company is called invalid.",
        fails: &["direct.asks-for-company"],
        hooks: &[Hook::Answer(|answer, visit| {
            let names = visit.field("userid").is_some() && visit.field("password").is_some();
            let nowhere = names && visit.field("company").is_none();
            if nowhere && answer.is(ErrorCode::MissingParameter) {
                answer.refuse(ErrorCode::InvalidParameter);
            }
        })],
    },
    Fault {
        name: "company-is-anything",
        sentence: "A company that is not a domain is merely unknown.",
        fails: &["direct.refuses-malformed-company"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["company"], |company| {
                let known = company.is_empty() || Email::parse(&format!("x@{company}")).is_some();
                let odd = !known && !company.contains(char::is_control);
                if odd { "unknown.example".to_owned() } else { company.to_owned() }
            });
        })],
    },
    Fault {
        name: "userid-is-anything",
        sentence: "A user who is named by no e-mail is merely unknown.",
        fails: &["direct.refuses-malformed-user", "direct.refuses-emails-like-others"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["userid"], |userid| {
                let known = userid.is_empty() || Email::parse(userid).is_some();
                let odd = !known && !userid.contains(char::is_control);
                if odd { "nobody@unknown.example".to_owned() } else { userid.to_owned() }
            });
        })],
    },
    Fault {
        name: "unknown-user-is-told",
        sentence: "The refusal of a direct sign-in tells that there is no such user.",
        fails: &["direct.refuses-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.user().is_none() && answer.is(ErrorCode::InvalidCredentials) {
                answer.say("there is no such user");
            }
        })],
    },
    Fault {
        name: "direct-trims-password",
        sentence: "A direct sign-in ignores spaces around the password.",
        fails: &[
            "direct.refuses-near-misses",
            "*.keeps-password-by-every-way",
            "password.tells-pairs-apart",
            "encoding.reads-json-escapes",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Direct) {
                request.change_texts(&["password"], |password| password.trim().to_owned());
            }
        })],
    },
    Fault {
        name: "direct-pads-password",
        sentence: "A direct sign-in takes a password for the same with NUL after it.",
        fails: &[
            "direct.refuses-near-misses",
            "*.keeps-password-by-every-way",
            "password.tells-pairs-apart",
            "encoding.reads-json-escapes",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Direct) {
                request.change_texts(&["password"], |it| it.trim_end_matches('\0').to_owned());
            }
        })],
    },
    Fault {
        name: "direct-creates",
        sentence: "A direct sign-in creates a user who is unknown.",
        fails: &[
            "direct.refuses-alike",
            "direct.creates-nobody",
            "isolation.refusals-hide-users",
            "isolation.refuses-crossed-direct",
        ],
        hooks: &[Hook::Request(|request, visit| {
            let company = visit.company().filter(|_| visit.user().is_none());
            let first = visit.store.companies.first().map(|company| company.id);
            if company.is_some() && company == first && request.is_for(Operation::Direct) {
                sign_on_instead(request);
            }
        })],
    },
    Fault {
        name: "wrong-password-is-stored",
        sentence: "A direct sign-in with a wrong password stores it.",
        fails: &[
            "issued-at.refuses-without-effect",
            "direct.replaces-nothing",
            "direct.refuses-alike",
            "direct.remembers-no-answer",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let hashing = verification(call, visit)?;
            let reply = (visit.hash)(hashing);
            if let (Hashing::VerifyPassword { password, password_hash, behalf }, Reply::NoMatch) =
                (hashing, &reply)
            {
                let (password, salt, behalf) = (password.clone(), [7; 16], *behalf);
                let hash = Hashing::HashPassword { password, salt, behalf };
                let hash = (visit.hash)(&hash);
                let user = visit.store.users_mut().find(|it| it.password_hash == *password_hash);
                if let (Reply::Hashed { password_hash }, Some(user)) = (hash, user) {
                    user.password_hash = password_hash;
                }
            }
            Some(reply)
        })],
    },
    Fault {
        name: "old-password-works",
        sentence: "A direct sign-in accepts the password before the last one as well.",
        fails: &[
            "direct.tells-new-password-from-old",
            "*.replaces-by-every-way",
            "direct.remembers-no-answer",
        ],
        hooks: &[Hook::Call(keep_old_password)],
    },
];

/// The product of a direct sign-in, if it is a name that is not the server's.
fn unlisted_product(visit: &Visit<'_>) -> Option<ProductName> {
    let name = visit.field("product").filter(|_| visit.is_for(Operation::Direct))?;
    ProductName::parse(&name).filter(|name| Products::default().find(name.as_str()).is_none())
}

/// The comparison of a password in a direct sign-in.
fn verification<'a>(call: &'a Call, visit: &Visit<'_>) -> Option<&'a Hashing> {
    match call {
        Call::Hashing(hashing @ Hashing::VerifyPassword { .. })
            if visit.is_for(Operation::Direct) =>
        {
            Some(hashing)
        }
        _ => None,
    }
}

/// Makes it a sign-on of the first company's.
fn sign_on_instead(request: &mut Incoming) {
    let text = |name: &str| request.field(name).unwrap_or_default();
    let fields = Fields::default()
        .and("email", &text("userid"))
        .and("password", &text("password"))
        .and("ssokey", KEY)
        .and("product", "livechat");
    request.body = fields.form().into_bytes();
    request.query.clear();
    "POST".clone_into(&mut request.method);
    Operation::SignOn.path().clone_into(&mut request.path);
    request.set_header("content-type", Some(FORM));
}

/// Stores a hash together with the one before it, and compares with both where it should not.
fn keep_old_password(call: &Call, visit: &mut Visit<'_>) -> Option<Reply> {
    match call {
        Call::ReplacePassword { swap, issued_at, password_key_id } => {
            let old = visit.store.by_id(swap.company_id, swap.user_id)?;
            let (old, new) = (first(&old.password_hash), swap.password_hash.as_str());
            let mut swap = swap.clone();
            swap.password_hash = PasswordHash::new(format!("{new}{BEFORE}{old}"));
            let (issued_at, password_key_id) = (*issued_at, *password_key_id);
            Some(visit.store.answer(&Call::ReplacePassword { swap, issued_at, password_key_id }))
        }
        Call::Hashing(Hashing::VerifyPassword { password, password_hash, .. }) => {
            let hashes = password_hash.as_str().split(BEFORE);
            let many = if visit.is_for(Operation::Direct) { 2 } else { 1 };
            let mut hashes = hashes.take(many).map(|hash| PasswordHash::new(hash.to_owned()));
            let matches = hashes.any(|hash| visit.matches(password, &hash));
            Some(if matches { Reply::Match } else { Reply::NoMatch })
        }
        _ => None,
    }
}

fn first(hash: &PasswordHash) -> &str {
    hash.as_str().split(BEFORE).next().unwrap_or_default()
}
