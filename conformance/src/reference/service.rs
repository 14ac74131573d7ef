//! The host loop: raw bytes in, an answer out, with a place for each fault around the core.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ssokey_core::{
    Body, Call, Domain, ErrorCode, ProductName, Products, Reply, Request as CoreRequest, Settings,
    Step, begin,
};

use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::Incoming;
use crate::reference::outgoing::Outgoing;
use crate::reference::pool::{Hash, cheap, pooled};
use crate::reference::store::Store;
use crate::reference::variant::{Variant, Wire};
use crate::transport::{Transport, TransportError};

/// The time that a slow server takes besides.
const SLOWNESS: Duration = Duration::from_millis(10);

/// A server in this process. A clone is the same server.
#[derive(Clone)]
pub struct Service {
    hooks: &'static [Hook],
    hash: Hash,
    /// The form in which its answers go over a network.
    pub(crate) wire: Option<Wire>,
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    store: Mutex<Store>,
    /// The nanoseconds that were spent in Argon2id.
    hashing: AtomicU64,
}

impl Service {
    /// A server that breaks no rule and has nobody yet. It hashes as the core does.
    ///
    /// # Errors
    ///
    /// Its records cannot be read, which is the kit's own fault.
    pub fn good() -> Result<Self, String> {
        Self::with(&[], None)
    }

    /// A server with this fault and no other.
    ///
    /// # Errors
    ///
    /// As for [`Service::good`].
    pub fn faulty(fault: &Fault) -> Result<Self, String> {
        Self::with(fault.hooks, None)
    }

    /// A server that breaks no rule and has this peculiarity.
    ///
    /// # Errors
    ///
    /// As for [`Service::good`].
    pub fn varied(variant: &Variant) -> Result<Self, String> {
        Self::with(variant.hooks, variant.wire)
    }

    fn with(hooks: &'static [Hook], wire: Option<Wire>) -> Result<Self, String> {
        let wire = wire.or_else(|| {
            hooks.iter().find_map(|hook| match hook {
                Hook::Wire(wire) => Some(*wire),
                _ => None,
            })
        });
        let settings = settings(hooks)?;
        let store = Mutex::new(Store::new(settings.products())?);
        let shared = Arc::new(Shared { settings, store, hashing: AtomicU64::new(0) });
        Ok(Self { hooks, hash: pooled, wire, shared })
    }

    /// The same server with Argon2id at its cheapest, so that a hundred of them can be judged in a minute. Its hashes still claim
    /// the format's costs.
    #[must_use]
    pub fn cheap(self) -> Self {
        Self { hash: cheap, ..self }
    }

    /// Returns how long it has computed Argon2id so far.
    pub fn hashing(&self) -> Duration {
        Duration::from_nanos(self.shared.hashing.load(Ordering::Relaxed))
    }

    /// Answers a request.
    pub fn answer(&self, mut incoming: Incoming) -> Outgoing {
        let sent = incoming.clone();
        for hook in self.hooks {
            if let Hook::Request(change) = hook {
                change(&mut incoming, &self.visit(&sent, &mut self.store()));
            }
        }
        let mut outgoing = self.decide(&incoming);
        for hook in self.hooks {
            if let Hook::Answer(change) = hook {
                change(&mut outgoing, &self.visit(&sent, &mut self.store()));
            }
        }
        outgoing
    }

    fn decide(&self, incoming: &Incoming) -> Outgoing {
        let authorization = incoming.header_values("authorization");
        let content_encoding = incoming.header_values("content-encoding");
        let request = read(incoming, &authorization, &content_encoding);
        let mut step = begin(&request, &self.shared.settings);
        if let (Step::Call(..), Some(code)) = (&step, self.refusal(incoming)) {
            return refused(step, code);
        }
        loop {
            step = match step {
                Step::Call(call, waiting) => waiting.step(self.reply(&call, incoming)),
                Step::Done(response) => return response.into(),
            };
        }
    }

    fn refusal(&self, incoming: &Incoming) -> Option<ErrorCode> {
        self.hooks.iter().find_map(|hook| match hook {
            Hook::Refusal(refuse) => refuse(&self.visit(incoming, &mut self.store())),
            _ => None,
        })
    }

    fn reply(&self, call: &Call, incoming: &Incoming) -> Reply {
        for hook in self.hooks {
            if let Hook::Pause(pause) = hook {
                thread::sleep(pause(call, incoming));
            }
        }
        let replied = self.hooks.iter().find_map(|hook| match hook {
            Hook::Call(reply) => reply(call, &mut self.visit(incoming, &mut self.store())),
            _ => None,
        });
        if let Some(reply) = replied {
            return reply;
        }
        let Call::Hashing(hashing) = call else { return self.store().answer(call) };
        let slow = |hook: &Hook| matches!(hook, Hook::Slow(it) if incoming.is_for(*it));
        if self.hooks.iter().any(slow) {
            thread::sleep(SLOWNESS);
        }
        let clock = Instant::now();
        let reply = (self.hash)(hashing);
        let took = u64::try_from(clock.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.shared.hashing.fetch_add(took, Ordering::Relaxed);
        reply
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.shared.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visit<'a>(&self, incoming: &'a Incoming, store: &'a mut Store) -> Visit<'a> {
        Visit { incoming, store, hash: self.hash }
    }
}

/// In process: what HTTP would make of a request and its answer is done here.
impl Transport for Service {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        let incoming = Incoming::from_request(request).map_err(TransportError::Broken)?;
        let mut outgoing = self.answer(incoming);
        if request.method == "HEAD" {
            outgoing.body.clear();
        }
        Ok(outgoing.into())
    }

    /// A reference server that asks for time needs none.
    fn wait(&mut self, _: Duration) {}

    fn fork(&self) -> Option<Box<dyn Transport + Send>> {
        Some(Box::new(self.clone()))
    }
}

/// Reads the settings of a server with these hooks.
fn settings(hooks: &[Hook]) -> Result<Settings, String> {
    hooks.iter().try_fold(Settings::default(), |settings, hook| match hook {
        Hook::Company(domain) => Ok(settings.with_company(Domain::parse(domain))),
        Hook::Legacy => Ok(settings.with_legacy_status(true)),
        Hook::Products(names) => {
            let names: Option<_> = names.iter().map(|name| ProductName::parse(name)).collect();
            let products =
                names.and_then(|names| Products::new(names).ok()).ok_or("a product is not one")?;
            Ok(settings.with_products(products))
        }
        _ => Ok(settings),
    })
}

fn read<'a>(
    incoming: &'a Incoming,
    authorization: &'a [&'a str],
    content_encoding: &'a [&'a str],
) -> CoreRequest<'a> {
    CoreRequest {
        method: &incoming.method,
        path: &incoming.path,
        query: &incoming.query,
        content_type: incoming.header("content-type"),
        content_encoding,
        authorization,
        body: Body::Bytes(&incoming.body),
        source: None,
        now: ssokey_host::now(),
        entropy: incoming.entropy,
    }
}

/// Ends a request without any effect: the core gives up when its first call fails, with the headers of every answer.
fn refused(step: Step, code: ErrorCode) -> Outgoing {
    let response = match step {
        Step::Call(_, waiting) => return refused(waiting.step(Reply::Failed), code),
        Step::Done(response) => response,
    };
    let mut outgoing = Outgoing::from(response);
    outgoing.refuse(code);
    outgoing
}
