//! The transport to a server, or a library without HTTP, that answers behind the standard streams of a child process.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use process_wrap::std::{ChildWrapper, CommandWrap};
use serde::{Deserialize, Serialize};

use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::transport::{LONGEST_TIMEOUT, Transport, TransportError};

/// A line longer than this is not an answer: there is room for a body of 1 MiB in base64.
const LONGEST_LINE: u64 = 3 << 19;
/// The time within which a driver that closes its standard output has ended, if that is why. It looks ended a little later.
const END: Duration = Duration::from_millis(500);

/// A child process, the driver, that is given one request a line and answers with one line, each a JSON object:
///
/// ```json
/// {"id":1,"method":"POST","path":"/api/sso/authenticate","query":null,"headers":[["content-type","application/json"]],"body":"{…}"}
/// {"id":1,"status":200,"headers":[["Content-Type","application/json"]],"body":"{…}"}
/// ```
///
/// `id` counts the requests from 1 and comes back in the answer, so that one that comes after its time is not taken for
/// another's. `query` is raw and without `?`; it and `body` are `null` where nothing is sent. Header names count in any case;
/// none is sent that HTTP needs for itself, such as Host. Bytes that are not UTF-8 stand in `body_base64` in place of
/// `body`, in the standard alphabet with padding; a driver may answer so as well. An answer's `status` is from 100 to 599. Its `headers` and
/// body may be absent, and the body of an answer to HEAD is dropped, as HTTP does. A line has at most 1.5 MiB.
///
/// Standard error is passed through. One request waits for the answer to the one before, and there is one driver: its state may be
/// in its memory alone, so checks run one after the other. A driver that prints anything else is ended, since nothing that
/// came after could be trusted; it is ended without further notice, and its own children with it, when this value is dropped.
pub struct Driver {
    child: Box<dyn ChildWrapper>,
    requests: Sender<Vec<u8>>,
    answers: Receiver<Vec<u8>>,
    timeout: Duration,
    /// The id of the last request.
    last: u64,
    /// The reason for which no more answers will come.
    ended: Option<String>,
}

impl Driver {
    /// Starts the driver; each of its answers may take this long, the first one with its start, and no longer than a day.
    ///
    /// # Errors
    ///
    /// The command cannot be run.
    pub fn start(mut command: Command, timeout: Duration) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut command = CommandWrap::from(command);
        // Of its own, so that the driver ends together with what it started.
        #[cfg(unix)]
        command.wrap(process_wrap::std::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::std::JobObject);
        let mut child = command.spawn()?;
        let (requests, asked) = channel();
        // What nobody waits for is left in the pipe, and fills no memory.
        let (answered, answers) = sync_channel(0);
        if let (Some(input), Some(output)) = (child.stdin().take(), child.stdout().take()) {
            // A pipe that is full blocks who writes, one that is empty who reads: neither may hold up the time-out.
            thread::spawn(move || write(input, &asked));
            thread::spawn(move || read(output, &answered));
        }
        let timeout = timeout.min(LONGEST_TIMEOUT);
        Ok(Self { child, requests, answers, timeout, last: 0, ended: None })
    }

    fn receive(&mut self, until: Instant) -> Result<AnswerLine, TransportError> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let answered = match self.answers.recv_timeout(left) {
                Ok(line) => AnswerLine::parse(&line),
                Err(RecvTimeoutError::Timeout) => return Err(TransportError::TimedOut),
                Err(RecvTimeoutError::Disconnected) => Err(self.obituary()),
            };
            match answered {
                // It took too long, and nobody waits for it any more.
                Ok(answered) if answered.id < self.last => (),
                Ok(answered) if answered.id == self.last => return Ok(answered),
                Ok(_) => return Err(self.end("its answer has an `id` that no request had".into())),
                Err(why) => return Err(self.end(why)),
            }
        }
    }

    /// Ends the driver, because of this.
    fn end(&mut self, why: String) -> TransportError {
        // It may be gone already; there is nobody to tell.
        drop(self.child.kill());
        self.ended = Some(why.clone());
        TransportError::Broken(why)
    }

    fn obituary(&mut self) -> String {
        let clock = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return format!("the driver ended: {status}"),
                Ok(None) if clock.elapsed() < END => thread::sleep(END / 100),
                Ok(None) | Err(_) => return "the driver closed its standard output".to_owned(),
            }
        }
    }
}

impl Transport for Driver {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        if let Some(why) = &self.ended {
            return Err(TransportError::Unreachable(format!("the driver was ended: {why}")));
        }
        self.last += 1;
        let until = Instant::now() + self.timeout;
        // A driver that is gone is noticed where its answer is waited for.
        drop(self.requests.send(RequestLine::new(self.last, request).line()?));
        let answered = self.receive(until)?;
        let (status, headers) = (answered.status, answered.headers);
        let body = match (answered.body, answered.body_base64) {
            _ if request.method == "HEAD" => Vec::new(),
            (None, None) => Vec::new(),
            (Some(text), None) => text.into_bytes(),
            (None, Some(coded)) => match BASE64_STANDARD.decode(coded) {
                Ok(bytes) => bytes,
                Err(_) => return Err(self.end("its `body_base64` is not base64".to_owned())),
            },
            (Some(_), Some(_)) => {
                return Err(self.end("its answer has both `body` and `body_base64`".to_owned()));
            }
        };
        Ok(Answer::new(status, headers, body))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may be gone already; there is nobody to tell.
        drop(self.child.kill());
    }
}

/// A request as a line.
#[derive(Serialize)]
struct RequestLine<'a> {
    id: u64,
    method: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    headers: &'a [(Cow<'static, str>, String)],
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl<'a> RequestLine<'a> {
    fn new(id: u64, request: &'a Request) -> Self {
        let Request { method, path, query, headers, body, .. } = request;
        let (body, body_base64) = match body.as_deref().map(|bytes| (bytes, str::from_utf8(bytes)))
        {
            None => (None, None),
            Some((_, Ok(text))) => (Some(text), None),
            Some((bytes, Err(_))) => (None, Some(BASE64_STANDARD.encode(bytes))),
        };
        Self { id, method, path, query: query.as_deref(), headers, body, body_base64 }
    }

    fn line(&self) -> Result<Vec<u8>, TransportError> {
        let mut line = serde_json::to_vec(self)
            .map_err(|_| TransportError::Unsendable("the request is not JSON".to_owned()))?;
        line.push(b'\n');
        Ok(line)
    }
}

/// An answer as a line.
#[derive(Deserialize)]
struct AnswerLine {
    id: u64,
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
}

impl AnswerLine {
    /// Parses a line. The error says what is wrong with it without quoting it.
    fn parse(line: &[u8]) -> Result<Self, String> {
        if u64::try_from(line.len()).is_ok_and(|length| length > LONGEST_LINE) {
            return Err("its answer is longer than 1.5 MiB".to_owned());
        }
        let answer: Self = serde_json::from_slice(line).map_err(|error| {
            let column = error.column();
            if error.is_data() {
                let due = "`id`, `status`, and perhaps `headers` and `body` or `body_base64`";
                format!("its JSON is not an answer, which has {due}: column {column} of the line")
            } else {
                let advice = "standard output is for answers alone";
                format!("it printed a line that is not JSON, in column {column}: {advice}")
            }
        })?;
        if !(100..=599).contains(&answer.status) {
            return Err("its `status` is not one of HTTP, from 100 to 599".to_owned());
        }
        Ok(answer)
    }
}

fn write(mut input: impl Write, requests: &Receiver<Vec<u8>>) {
    for line in requests {
        if input.write_all(&line).and_then(|()| input.flush()).is_err() {
            return;
        }
    }
}

fn read(output: impl Read, answers: &SyncSender<Vec<u8>>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let read = output.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line);
        if read.is_err() || line.is_empty() || answers.send(line).is_err() {
            return;
        }
    }
}
