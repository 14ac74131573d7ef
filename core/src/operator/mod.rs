//! The operator's commands: companies, keys, users and products.
//!
//! A command is stepped like a request, over calls of its own. No command ever comes over HTTP; a host's own tools begin them. A
//! command is a value, so what its types rule out cannot be asked for:
//!
//! ```
//! use ssokey_core::operator::{Call, Command, Reply, Step, begin};
//! use ssokey_core::{Company, CompanyId, CompanyStatus, EmailDomains, KeyId, Settings};
//!
//! // The row of a company, which is all that this host has.
//! let company = Company::new(
//!     CompanyId::new(8272)?,
//!     "Partner Ltd".into(),
//!     "partner.example".parse()?,
//!     "sso@partner.example".parse()?,
//!     vec!["livechat".parse()?],
//!     EmailDomains::default(),
//!     CompanyStatus::Enabled,
//! );
//!
//! let command = Command::IssueKey { company_email: "sso@partner.example".parse()?, expires_at: None };
//! let mut step = begin(command, 1_700_000_000_000, [7; 80], &Settings::default());
//! let response = loop {
//!     step = match step {
//!         Step::Call(Call::FindCompanyByEmail { email }, waiting) if email == company.email => {
//!             waiting.step(Reply::Company { company: company.clone() })
//!         }
//!         // Stores the digest of the key and the event in one transaction.
//!         Step::Call(Call::SaveKey { key, event }, waiting) => {
//!             assert_eq!((key.company_id, event.kind.name()), (company.id, "key_issued"));
//!             waiting.step(Reply::SavedKey { key_id: KeyId::new(1)? })
//!         }
//!         Step::Call(_, waiting) => waiting.step(Reply::Failed),
//!         Step::Done(response) => break response,
//!     };
//! };
//! assert_eq!(response.code(), None);
//! assert!(response.body.contains(r#""ssokey":"ssok_"#)); // shown this once
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Or it comes as JSON, which `spec/README.md` lists as well as the answers:
//!
//! ```
//! use ssokey_core::operator::{Call, Reply, Step, begin_json};
//! use ssokey_core::{ErrorCode, Settings};
//!
//! let command = r#"{"command":"list_keys","companyEmail":"sso@partner.example"}"#;
//! let step = begin_json(command, 1_700_000_000_000, [7; 80], &Settings::default());
//! let Step::Call(Call::FindCompanyByEmail { email }, waiting) = step else { panic!() };
//! assert_eq!(email.as_str(), "sso@partner.example");
//!
//! // A host whose storage is empty knows no company.
//! let Step::Done(response) = waiting.step(Reply::None) else { panic!() };
//! assert_eq!(response.code(), Some(ErrorCode::NotFound));
//! ```

mod answer;
mod call;
mod command;
mod company;
mod event;
mod hash;
mod key;
mod members;
mod name;
mod page;
mod parse;
mod product;
mod refusal;
mod reply;
mod state;
mod step;
mod user;

pub use call::Call;
pub use command::Command;
pub use company::CompanyMembers;
pub use event::{EventFilter, EventQuery, EventWord, StoredEvent, StoredFault};
pub use key::ListedKey;
pub use name::{DisplayName, Name};
pub use page::Page;
pub use product::Overlap;
pub use reply::Reply;
pub use step::{Step, Waiting, begin, begin_json};
pub use user::UserMembers;
