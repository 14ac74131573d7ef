//! The operator's commands: companies, keys, users and products.
//!
//! A command is stepped like a request, over calls of its own. No command ever comes over HTTP; a host's own tools begin them. A
//! command ends in the answer of `spec/README.md`:
//!
//! ```
//! use ssokey_core::Settings;
//! use ssokey_core::operator::{Call, Reply, Step, begin_json};
//!
//! let command = r#"{"command":"list_keys","companyEmail":"sso@partner.example"}"#;
//! let step = begin_json(command, 1_700_000_000_000, [7; 80], &Settings::default());
//! let Step::Call(Call::FindCompanyByEmail { email }, waiting) = step else { panic!() };
//! assert_eq!(email.as_str(), "sso@partner.example");
//!
//! // A host whose storage is empty knows no company.
//! let Step::Done(response) = waiting.step(Reply::None) else { panic!() };
//! assert_eq!(response.status, 404);
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

pub use call::{Call, CompanyMembers, UserMembers};
pub use command::Command;
pub use event::{EventFilter, EventQuery, EventWord, StoredEvent, StoredFault};
pub use key::ListedKey;
pub use name::{DisplayName, Name};
pub use page::Page;
pub use product::Overlap;
pub use reply::Reply;
pub use step::{Step, Waiting, begin, begin_json};
