//! The machine that requests and the operator's commands are run by: it awaits one reply at a time, and tells a host its faults.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::context::{Context, Principals};
use crate::wire::contract::Contract;
use crate::wire::event::{EventKind, Fault, HostFault};
use crate::wire::json::{Misfit, Object};
use crate::{Error, Event, Response};

/// A state: it awaits the reply to one call, and holds what is proven by then.
pub(crate) trait State: Sized {
    type Call;
    type Reply;

    /// Returns the call that records an event.
    fn audit(event: Event) -> Self::Call;

    fn contract(call: &Self::Call) -> Contract;

    /// Reads the members of the reply of this name. None if there is no such reply.
    fn read(name: &str, members: &Object<'_>) -> Result<Option<Self::Reply>, Misfit>;

    /// Returns the way on after the reply.
    fn step(self, context: &Context, reply: Self::Reply) -> Result<Transition<Self>, Error>;
}

/// The way on from one state.
pub(crate) enum Transition<S: State> {
    /// The host makes a call, and the state awaits the reply.
    Call(S::Call, S),
    /// The reply holds a record that was not asked for (`SSO-TEN-002`).
    WrongRecord(WrongRecord),
    /// The host sends an answer.
    Done(Response),
}

/// A record that was not asked for, by its member that differs.
pub(crate) struct WrongRecord {
    principals: Principals,
    member: Cow<'static, str>,
}

/// A call with the progress that awaits its reply, or the answer.
pub(crate) enum Next<S: State> {
    Call(S::Call, Progress<S>),
    Done(Response),
}

/// A request or command that waits for a reply.
#[derive(Clone, Debug)]
pub(crate) struct Progress<S> {
    context: Context,
    /// Of the call whose reply is awaited.
    contract: Contract,
    awaited: Awaited<S>,
}

/// The reply that is awaited.
#[derive(Clone, Debug)]
enum Awaited<S> {
    /// The one that the state is about.
    State(S),
    /// The one to the event of a host's fault, which is not judged.
    Fault,
}

impl<S: State> Transition<S> {
    pub(crate) fn wrong_record(
        principals: Principals,
        member: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::WrongRecord(WrongRecord { principals, member: member.into() })
    }
}

impl<S: State> Next<S> {
    /// Returns what comes first.
    pub(crate) fn first(context: Context, transition: Result<Transition<S>, Error>) -> Self {
        Self::new(context, "", transition)
    }

    /// Returns what comes next, after the reply to `call`.
    fn new(context: Context, call: &'static str, transition: Result<Transition<S>, Error>) -> Self {
        match transition {
            Ok(Transition::Call(call, state)) => Self::after(context, call, Awaited::State(state)),
            Ok(Transition::WrongRecord(WrongRecord { principals, member })) => {
                let expected = Cow::Borrowed("the one asked for");
                let fault = Fault { call: Cow::Borrowed(call), member, expected };
                Self::fault(context, HostFault::WrongRecord, principals, fault)
            }
            Ok(Transition::Done(response)) => Self::answer(&context, response),
            Err(error) => Self::answer(&context, Response::error(&error)),
        }
    }

    fn answer(context: &Context, response: Response) -> Self {
        Self::Done(if context.legacy_status { response.for_legacy_clients() } else { response })
    }

    fn after(context: Context, call: S::Call, awaited: Awaited<S>) -> Self {
        let contract = S::contract(&call);
        Self::Call(call, Progress { context, contract, awaited })
    }

    /// Tells the host its fault, before 5000 follows.
    fn fault(context: Context, kind: HostFault, principals: Principals, fault: Fault) -> Self {
        let event = context.event(EventKind::HostFault(kind), principals, None);
        let event = Event { fault: Some(fault), ..event };
        Self::after(context, S::audit(event), Awaited::Fault)
    }
}

impl<S: State> Progress<S> {
    /// Returns what follows the reply.
    pub(crate) fn step(self, reply: S::Reply) -> Next<S> {
        let Self { context, contract, awaited } = self;
        let transition = match awaited {
            Awaited::State(state) => state.step(&context, reply),
            Awaited::Fault => Err(Error::Internal),
        };
        match transition {
            Err(Error::UnfitReply) => Self::unfit(context, contract, None),
            transition => Next::new(context, contract.call, transition),
        }
    }

    /// Returns what follows a reply in JSON.
    pub(crate) fn step_json(self, text: &str) -> Next<S> {
        match self.read(text) {
            Ok(Some(reply)) => self.step(reply),
            Ok(None) => self.unfit_json(None),
            Err(misfit) => self.unfit_json(Some(misfit)),
        }
    }

    /// Reads a reply. None if it is not one that the call has.
    fn read(&self, text: &str) -> Result<Option<S::Reply>, Misfit> {
        let Some(object) = Object::parse(text) else { return Ok(None) };
        match object.member::<String>("reply") {
            Ok(name) if self.contract.allows(&name) => S::read(&name, &object),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    fn unfit_json(self, misfit: Option<Misfit>) -> Next<S> {
        let Self { context, contract, awaited } = self;
        match awaited {
            Awaited::State(_) => Self::unfit(context, contract, misfit),
            Awaited::Fault => Next::new(context, contract.call, Err(Error::Internal)),
        }
    }

    /// Tells the host of a reply that does not fit its call: the wrong member, or else the reply as a whole.
    fn unfit(context: Context, contract: Contract, misfit: Option<Misfit>) -> Next<S> {
        let (member, expected) = match misfit {
            Some(misfit) => {
                let (member, expected) = misfit.into_parts();
                (Cow::Owned(member), expected)
            }
            None => (Cow::Borrowed("reply"), contract.expected()),
        };
        let call = Cow::Borrowed(contract.call);
        let fault = Fault { call, member, expected: Cow::Owned(expected) };
        Next::fault(context, HostFault::UnfitReply, Principals::default(), fault)
    }
}
