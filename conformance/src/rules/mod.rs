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
//! Whoever tests a library without requests implements [`store::PasswordStore`] and needs one function more. Or takes the sequences alone: [`machine::Machine`] is a reference for
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
//! let offer = Offer { direct: true, second_company: true, ..Offer::SIGN_ON };
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

use std::time::Duration;

use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::record::lacking::Lacking;
use crate::record::sequences::{LeftOut, Sequences};
use crate::rules::model::Offer;
use crate::rules::property::PROPERTIES;
use crate::rules::search::{Ground, Next, SearchError};
use crate::rules::step::Step;
use crate::rules::table::{Outcomes, Table};
use crate::suite::common::Common;
use crate::suite::error::RunError;
use crate::suite::playing::{Played, Playing};
use crate::suite::progress::Progress;
use crate::suite::runner::{find_out, make_contact};
use crate::suite::settings::Settings;
use crate::suite::trial::Given;
use crate::transport::Transport;

mod cover;
pub(crate) mod failure;
pub mod machine;
mod misstep;
pub mod model;
mod player;
pub(crate) mod property;
pub(crate) mod record;
mod scene;
pub(crate) mod script;
mod search;
pub(crate) mod shape;
mod shown_accounts;
mod simplify;
pub mod step;
pub mod store;
pub mod strategy;
mod table;
mod world;

pub use crate::rules::failure::{Failure, Script, ScriptError};
pub use crate::rules::property::Property;
pub use crate::rules::record::RulesRecord;
pub use crate::rules::script::write as write_scripts;
pub use crate::rules::search::Rules;
pub use crate::rules::shape::Shape;

/// The number of times that a race is tried before it counts as won.
const RACES: usize = 20;

/// The sequences of a run of checks.
pub(crate) const IN_RUN: Playing = Playing {
    number: 96,
    within: Duration::from_secs(600),
    play: play_in_run,
    properties: || PROPERTIES.iter().map(|property| property.id).collect(),
};

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
        began: &dyn Fn(Progress<'_>),
    ) -> Result<RulesRecord, RunError> {
        let mut common = Common::new(settings)?;
        let (mut log, _) = make_contact(&common, transport, 0)?;
        find_out(&mut common, transport, &mut log, 0)?;
        let mut outcomes = self.play(&common, transport, 0, began)?;
        outcomes.requests += log.len();
        Ok(RulesRecord::new(&common, outcomes))
    }

    /// Plays sequences on a server of which it is known what it offers.
    fn play(
        self,
        common: &Common,
        transport: &mut dyn Transport,
        place: usize,
        began: &dyn Fn(Progress<'_>),
    ) -> Result<Outcomes, RunError> {
        let (offer, left_out) = explore(common);
        let mut table = Table::new(common, transport, offer, place);
        let seed = common.settings().seed.number();
        let began = |next| match next {
            Next::Play => began(Progress::Sequence),
            Next::Shrink => began(Progress::Shrink),
        };
        self.search(offer, seed, &mut table, &began).map_err(|error| {
            RunError::Fault(match error {
                SearchError::NoSequence(why) => format!("no sequence can be made: {why}"),
                SearchError::Panicked(_) => "the transport panicked".to_owned(),
            })
        })?;
        table.finish(left_out)
    }
}

fn play_in_run(
    playing: Playing,
    common: &Common,
    transport: &mut dyn Transport,
    place: usize,
    began: &dyn Fn(Progress<'_>),
) -> Result<Played, RunError> {
    let Playing { number: planned, within, .. } = playing;
    let rules = Rules { sequences: planned, within, ..Rules::default() };
    let outcomes = rules.play(common, transport, place, began)?;
    let Outcomes { sequences, steps, shrinks, requests, stopped, failure, left_out, secrets } =
        outcomes;
    let sequences = Sequences {
        planned,
        played: sequences,
        steps,
        shrinks,
        requests,
        left_out,
        stopped,
        failure: failure.map(Into::into),
        again: None,
        known: None,
    };
    Ok(Played { sequences, secrets })
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
    let common = Common::new(settings)?;
    let Settings { second_key, product_secret, .. } = common.settings();
    let (second_company, exchange) = (second_key.is_some(), product_secret.is_some());
    let offer = Offer { second_company, exchange, ..Offer::ALL };
    let (log, _) = make_contact(&common, transport, 0)?;
    let mut table = Table::new(&common, transport, offer, 0);
    let tries = if failure::races(steps) { RACES } else { 1 };
    for _ in 0..tries {
        if table.play(steps, &mut || ()) || table.is_over() {
            break;
        }
    }
    let mut outcomes = table.finish(Vec::new())?;
    outcomes.requests += log.len();
    Ok(RulesRecord::new(&common, outcomes))
}

/// Returns what the server is known to offer, and why it is not asked for the rest.
fn explore(common: &Common) -> (Offer, Vec<LeftOut>) {
    let settings = common.settings();
    let mut left_out = Vec::new();
    let mut leave_out = |what, reason, needed| {
        left_out.push(LeftOut { what, reason, needed, advice: None });
    };
    let mut offers = |operation, what| match common.why_lacking(operation) {
        Some(why) => {
            let direct = operation == Operation::Direct;
            let needed = direct && settings.why_left_out(Profile::Direct).is_none();
            leave_out(what, why.clone(), needed);
            false
        }
        None => true,
    };
    let mut offer = Offer {
        direct: offers(Operation::Direct, "direct sign-in"),
        session: offers(Operation::Session, "session"),
        sign_out: offers(Operation::SignOut, "sign-out"),
        launch: offers(Operation::Launch, "launch"),
        exchange: offers(Operation::Exchange, "exchange"),
        second_company: true,
    };
    if offer.exchange && settings.product_secret.is_none() {
        offer.exchange = false;
        leave_out("exchange", Lacking::ProductSecret.into(), false);
    }
    if offer.exchange && common.trials().refused().contains(&Given::ProductSecret) {
        offer.exchange = false;
        leave_out("exchange", Given::ProductSecret.why().into(), true);
    }
    if let Some(reason) = settings.why_left_out(Profile::Isolation) {
        offer.second_company = false;
        leave_out("a second company", reason.into(), false);
    }
    (offer, left_out)
}
