//! The connections of the HTTP client, watched for what it does not tell of them.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, RustlsConnector, Transport,
};

/// A byte that comes after an answer is there at once or has been on its way for as long as a request.
const MOMENT: Duration = Duration::from_millis(1);
/// The most bytes of the beginning of an answer that are kept.
const LONGEST_START: usize = 8;

/// The observations of one request.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Whether a connection was opened for it.
    pub(super) opened: bool,
    /// The first bytes that came back.
    pub(super) start: Vec<u8>,
    /// The number of bytes that came after the end of an answer.
    pub(super) stray: usize,
}

/// The observations of the request that is being sent, and the spelling of its header.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    seen: Arc<Mutex<Seen>>,
    /// The names of header fields with capitals, which the client would write without.
    names: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    pub(super) fn see(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the header of the next request go out with these names as they are written.
    pub(super) fn respell<'n>(&self, names: impl Iterator<Item = &'n str>) {
        let has_capitals = |name: &&str| name.contains(|it: char| it.is_ascii_uppercase());
        *self.names() = names.filter(has_capitals).map(str::to_owned).collect();
    }

    fn names(&self) -> MutexGuard<'_, Vec<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a name in the place of the first line of the header that begins with it in lower case.
fn write_name(header: &mut [u8], name: &str) {
    let line = format!("\r\n{}:", name.to_ascii_lowercase()).into_bytes();
    let place = header.windows(line.len()).position(|part| part == line);
    let place = place.and_then(|at| header.get_mut(at + 2..)?.get_mut(..name.len()));
    if let Some(place) = place {
        place.copy_from_slice(name.as_bytes());
    }
}

/// Wraps every connection, so that it is watched.
impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Watched<In>>, Error> {
        self.see().opened = true;
        Ok(chained.map(|inner| Watched { inner, watch: self.clone() }))
    }
}

/// A connection that is watched.
#[derive(Debug)]
pub(super) struct Watched<In: Transport> {
    inner: In,
    watch: Watch,
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        // The header comes first, and in one piece.
        for name in mem::take(&mut *self.watch.names()) {
            write_name(self.inner.buffers().output().get_mut(..amount).unwrap_or_default(), &name);
        }
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let came = self.inner.await_input(timeout)?;
        let mut seen = self.watch.see();
        if seen.start.is_empty() {
            seen.start.extend(self.inner.buffers().input().iter().take(LONGEST_START));
        }
        Ok(came)
    }

    fn is_open(&mut self) -> bool {
        let open = self.inner.is_open();
        // Over TLS the byte that was looked at is not one of an answer.
        if !open && !self.inner.is_tls() {
            let moment = NextTimeout { after: MOMENT.into(), ..NextTimeout::default() };
            let more = match self.inner.await_input(moment) {
                // The look itself took a byte.
                Ok(true) | Err(Error::Timeout(_)) => 1,
                // The server has closed the connection, as it may.
                Ok(false) | Err(_) => 0,
            };
            self.watch.see().stray += more;
        }
        open
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

impl<In: Transport> Drop for Watched<In> {
    fn drop(&mut self) {
        self.watch.see().stray += self.inner.buffers().input().len();
    }
}

/// TLS with the certificates of the system read once for all connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Tls(Arc<RustlsConnector>);

impl<In: Transport> Connector<In> for Tls {
    type Out = <RustlsConnector as Connector<In>>::Out;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        self.0.connect(details, chained)
    }
}
