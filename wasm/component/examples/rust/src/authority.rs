//! One instance, in which any number of requests are on their way.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use wasmtime::Trap;
use wasmtime::component::ResourceAny;

use crate::component::exports::ssokey::sso::decision::{Input, Pending, Step};
use crate::component::exports::ssokey::sso::server::Failure;
use crate::component::ssokey::sso::calls::{Call, Reply};
use crate::component::ssokey::sso::http::{Moment, Request, Response, Settings};
use crate::component::{Compiled, Instance};

/// The settings of this server: those of the format.
const SETTINGS: Settings = Settings {
    legacy_status: None,
    company: None,
    products: None,
    token_lifetime: None,
    code_lifetime: None,
    operations: None,
};

/// What decides. A clone is the same.
#[derive(Clone)]
pub(crate) struct Authority(Arc<Shared>);

struct Shared {
    compiled: Compiled,
    current: Mutex<Current>,
}

/// The instance of now, and how many there were before it.
struct Current {
    instance: Instance,
    number: u64,
}

/// A request is lost: its instance was destroyed, or it could not be begun.
#[derive(Debug)]
pub(crate) struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the request is lost")
    }
}

impl Error for Lost {}

/// What comes next for a request.
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
pub(crate) enum Next {
    Call(Call, Progress),
    Done(Response),
}

/// A request on its way in one of the instances. One that is dropped, since its client has gone, ends there.
pub(crate) struct Progress {
    authority: Authority,
    number: u64,
    resource: Option<ResourceAny>,
}

impl Authority {
    pub(crate) fn new(compiled: Compiled) -> wasmtime::Result<Self> {
        let current = Current { instance: compiled.instantiate()?, number: 0 };
        Ok(Self(Arc::new(Shared { compiled, current: Mutex::new(current) })))
    }

    /// Decides a request, whose calls `answer` carries out.
    pub(crate) async fn decide<Answer: Future<Output = Reply>>(
        &self,
        request: Request,
        answer: impl Fn(Call) -> Answer,
    ) -> Result<Response, Lost> {
        let mut next = self.begin(request)?;
        loop {
            next = match next {
                Next::Call(call, progress) => progress.next(Some(&answer(call).await))?,
                Next::Done(response) => return Ok(response),
            };
        }
    }

    /// Begins a request.
    pub(crate) fn begin(&self, request: Request) -> Result<Next, Lost> {
        let mut entropy = vec![0; 80];
        getrandom::fill(&mut entropy).map_err(|_| Lost)?;
        let now =
            SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Lost)?.as_millis() as u64;
        let (input, moment) = (Input::Request(request), Moment { now, entropy });
        let (begun, number) = self.enter(None, |Instance { store, stepped }| {
            stepped.ssokey_sso_decision().call_begin(store, &input, &SETTINGS, &moment)
        })?;
        // The moment and the settings are right.
        let resource = Some(begun.map_err(|_| Lost)?);
        Progress { authority: self.clone(), number, resource }.next(None)
    }

    /// Returns the most bytes that a body may have.
    pub(crate) fn body_limit(&self) -> Result<usize, Lost> {
        let (limit, _) = self.enter(None, |Instance { store, stepped }| {
            stepped.ssokey_sso_server().call_body_limit(store)
        })?;
        Ok(limit as usize)
    }

    /// Returns the answer to what keeps a request from being decided.
    pub(crate) fn failure(&self, failure: Failure) -> Result<Response, Lost> {
        let (response, _) = self.enter(None, |Instance { store, stepped }| {
            stepped.ssokey_sso_server().call_failure_response(store, failure, &SETTINGS)
        })?;
        response.map_err(|_| Lost)
    }

    /// Calls the instance of this number, or whichever there is. After a trap there is a new one.
    fn enter<T>(
        &self,
        number: Option<u64>,
        call: impl FnOnce(&mut Instance) -> wasmtime::Result<T>,
    ) -> Result<(T, u64), Lost> {
        let mut current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
        if number.is_some_and(|number| number != current.number) {
            return Err(Lost);
        }
        call(&mut current.instance).map(|value| (value, current.number)).map_err(|error| {
            // The words of a trap are fixed; those of a different error may hold a value.
            eprintln!("a new instance after {:?}", error.downcast_ref::<Trap>());
            match self.0.compiled.instantiate() {
                Ok(instance) => *current = Current { instance, number: current.number + 1 },
                Err(_) => eprintln!("there is no new instance; the next call tries again"),
            }
            Lost
        })
    }
}

impl Progress {
    /// Goes on with the reply to the call before, of which there is none at first.
    pub(crate) fn next(mut self, reply: Option<&Reply>) -> Result<Next, Lost> {
        let resource = self.resource.take().ok_or(Lost)?;
        let (step, number) =
            self.authority.enter(Some(self.number), |Instance { store, stepped }| {
                stepped.ssokey_sso_decision().call_next(store, resource, reply)
            })?;
        Ok(match step {
            Step::Call(Pending { call, progress }) => Next::Call(
                call,
                Self { authority: self.authority.clone(), number, resource: Some(progress) },
            ),
            Step::Done(response) => Next::Done(response),
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(resource) = self.resource.take() {
            // An instance that was destroyed has forgotten it already.
            drop(
                self.authority.enter(Some(self.number), |instance| {
                    resource.resource_drop(&mut instance.store)
                }),
            );
        }
    }
}
