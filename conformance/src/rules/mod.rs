//! The password rules as properties: sequences of calls that a small model follows, on any transport.
//!
//! The model knows who has which password and which tokens count. It is the kit's own, holds no code of a server, and
//! where calls race it holds every state that a conforming server may be in. A sequence that goes wrong is made as short as
//! it can be.
//!
//! ```
//! # use ssokey_conformance::{message::Answer, message::Request, transport::TransportError};
//! use ssokey_conformance::suite::Seed;
//! use ssokey_conformance::rules::Rules;
//! use ssokey_conformance::message::Credential;
//! use ssokey_conformance::suite::Settings;
//!
//! # fn my_server(_: &Request) -> Answer { Answer::new(404, Vec::new(), Vec::new()) }
//! let mut transport =
//!     |request: &Request| -> Result<Answer, TransportError> { Ok(my_server(request)) };
//! let settings = Settings::new("my server", Credential::new("its key"), Seed::random()?);
//! let record = Rules::default().check(&mut transport, settings)?;
//! println!("{}, seed {}", record.verdict, record.seed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whoever tests a library without requests takes the sequences alone: [`machine::Machine`] is a reference for
//! `proptest_state_machine::prop_state_machine!`, and [`machine::sequences`] a strategy for `proptest!`:
//!
//! ```
//! use proptest::prelude::*;
//! use ssokey_conformance::rules::machine::sequences;
//! use ssokey_conformance::rules::model::{Offer, Seen};
//! use ssokey_conformance::rules::step::{Password, Step, User};
//! # use std::collections::BTreeMap;
//! # #[derive(Default)]
//! # struct Library(BTreeMap<User, Password>);
//! # impl Library {
//! #     fn sign_on(&mut self, user: User, password: Password) { self.0.insert(user, password); }
//! #     fn signs_in(&self, user: User, password: Password) -> bool { self.0.get(&user) == Some(&password) }
//! # }
//!
//! // A library that has sign-ons and direct sign-ins, without tokens.
//! let offer = Offer { session: false, sign_out: false, ..Offer::ALL };
//! proptest!(|((mut model, steps, _) in sequences(offer, 20))| {
//!     let mut library = Library::default();
//!     for step in &steps {
//!         for sign_on in step.sign_ons() {
//!             library.sign_on(sign_on.user, sign_on.password);
//!         }
//!         let seen = match step {
//!             Step::Direct(it) if !library.signs_in(it.user, it.password) => Seen::Refused,
//!             _ => Seen::Accepted,
//!         };
//!         let next = model.observe(step, &vec![seen; step.requests()]);
//!         prop_assert!(next.is_some(), "{step}");
//!         model = next.unwrap();
//!     }
//! });
//! ```

use std::cell::RefCell;
use std::sync::atomic::Ordering;

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::rules::machine::sequences;
use crate::rules::model::Offer;
use crate::rules::step::Step;
use crate::rules::table::Table;
use crate::suite::common::Common;

use crate::suite::error::RunError;
use crate::suite::runner::{find_out, make_contact};
use crate::suite::settings::Settings;
use crate::transport::Transport;

pub(crate) mod failure;
pub mod machine;
pub mod model;
mod player;
pub(crate) mod property;
pub(crate) mod record;
pub(crate) mod script;
pub(crate) mod shape;
mod simplify;
pub mod step;
pub mod strategy;
mod table;

pub use crate::rules::failure::{Failure, Script, ScriptError};
pub use crate::rules::property::Property;
pub use crate::rules::record::{LeftOut, RulesRecord};
pub use crate::rules::script::write as write_scripts;
pub use crate::rules::shape::Shape;
pub use crate::rules::table::Progress;

/// The most sequences that proptest plays to make a failure shorter.
const SHRINKS: u32 = 64;
/// The number of times that a race is tried before it counts as won.
const RACES: usize = 20;

/// The number of sequences that are played, and their length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The number of sequences.
    pub sequences: u32,
    /// The most steps of a sequence.
    pub steps: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { sequences: 32, steps: 16 }
    }
}

impl Rules {
    /// Plays sequences until one goes wrong, and makes that one as short as it can be.
    ///
    /// # Errors
    ///
    /// The server does not answer at all, or the kit is at fault. Everything else is in the record.
    pub fn check(
        self,
        transport: &mut dyn Transport,
        settings: Settings,
    ) -> Result<RulesRecord, RunError> {
        self.check_watched(transport, settings, &|_| ())
    }

    /// The same; `began` is told what comes next.
    ///
    /// # Errors
    ///
    /// As for [`Rules::check`].
    pub fn check_watched(
        self,
        transport: &mut dyn Transport,
        settings: Settings,
        began: &dyn Fn(Progress),
    ) -> Result<RulesRecord, RunError> {
        let mut common = Common::new(settings);
        let (offer, left_out, requests) = explore(&mut common, transport)?;
        let table = Table::new(&common, transport, offer, requests);
        let number = common.settings().seed.number();
        let mut runner = TestRunner::new(Config {
            cases: self.sequences,
            rng_seed: RngSeed::Fixed(number),
            failure_persistence: None,
            verbose: 0,
            ..Config::default()
        });
        let table = RefCell::new(table);
        let run = runner.run(&sequences(offer, self.steps), |(_, steps, counter)| {
            let mut table = table.borrow_mut();
            if table.shrinks >= SHRINKS {
                return Ok(());
            }
            began(table.progress());
            let failed = table.play(&steps, &mut || {
                if let Some(counter) = &counter {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            });
            if failed { Err(TestCaseError::fail("")) } else { Ok(()) }
        });
        let mut table = table.into_inner();
        match run {
            Err(TestError::Abort(why)) => {
                return Err(RunError::Fault(format!("no sequence can be made: {}", why.message())));
            }
            // Its text may hold a secret.
            Err(TestError::Fail(..)) if table.failure.is_none() => {
                return Err(RunError::Fault("the transport panicked".to_owned()));
            }
            // A failure is in the table.
            Ok(()) | Err(TestError::Fail(..)) => (),
        }
        while table.simplify(began) {}
        table.record(left_out)
    }
}

/// Plays one sequence again; the failure if the server still gets a step of it wrong. A race is tried several times.
///
/// # Errors
///
/// The server does not answer at all, or the kit is at fault. What stopped it otherwise is in the record.
pub fn replay(
    steps: &[Step],
    transport: &mut dyn Transport,
    settings: Settings,
) -> Result<RulesRecord, RunError> {
    let common = Common::new(settings);
    let offer = Offer { second_company: common.settings().second_key.is_some(), ..Offer::ALL };
    let (log, _) = make_contact(&common, transport, 0)?;
    let mut table = Table::new(&common, transport, offer, log.len());
    let tries = if failure::races(steps) { RACES } else { 1 };
    for _ in 0..tries {
        if table.play(steps, &mut || ()) || table.stopped.is_some() {
            break;
        }
    }
    table.record(Vec::new())
}

/// Finds out what the server offers, and says why it is not asked for the rest.
fn explore(
    common: &mut Common,
    transport: &mut dyn Transport,
) -> Result<(Offer, Vec<LeftOut>, usize), RunError> {
    let (mut log, _) = make_contact(common, transport, 0)?;
    find_out(common, transport, &mut log, 0)?;
    let settings = common.settings();
    let mut left_out = Vec::new();
    let mut offers = |operation, what| match common.why_lacking(operation) {
        Some(why) => {
            let needed =
                operation == Operation::Direct && settings.why_left_out(Profile::Direct).is_none();
            left_out.push(LeftOut { what, reason: why.clone(), needed, advice: None });
            false
        }
        None => true,
    };
    let mut offer = Offer {
        direct: offers(Operation::Direct, "direct sign-in"),
        session: offers(Operation::Session, "session"),
        sign_out: offers(Operation::SignOut, "sign-out"),
        second_company: true,
    };
    if let Some(reason) = settings.why_left_out(Profile::Isolation) {
        offer.second_company = false;
        let reason = reason.into();
        left_out.push(LeftOut { what: "a second company", reason, needed: false, advice: None });
    }
    Ok((offer, left_out, log.len()))
}
