//! The parts that the fuzz targets share: inputs as text that people can write, a host that answers by a script, and checks of answers
//! that are written from `spec/` alone.

mod answer;
mod change;
mod host;
mod key;
mod message;
mod said;
mod witness;

pub use answer::{Outcome, check_answer, plain_body};
pub use host::Script;
pub use message::Message;
pub use witness::Witness;
