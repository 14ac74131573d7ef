//! Connections written byte by byte, for servers that do with them what a library would not.

use std::io::{self, BufReader, Read, Write};
use std::mem;
use std::net::TcpStream;
use std::time::Duration;

use crate::message::request::BUFFERED;
use crate::reference::incoming::Incoming;
use crate::reference::outgoing::Outgoing;
use crate::reference::service::Service;
use crate::reference::variant::Wire;

/// A client that sends nothing for this long is gone.
const PATIENCE: Duration = Duration::from_secs(20);
/// The number of requests after which a connection is closed, where it is by number.
const FEW: usize = 3;
/// The most bytes of a body that are read, where that is bounded.
const READ: usize = 48 << 10;

/// Answers the requests of one connection, which is this one of the server's, until either side closes it.
pub(super) fn talk(
    stream: &TcpStream,
    service: &Service,
    wire: Wire,
    number: usize,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let (mut reader, mut out) = (BufReader::new(stream), stream);
    let mut head_before = None;
    for count in 1.. {
        let Some(mut incoming) = Incoming::read_head(&mut reader)? else { return Ok(()) };
        if !incoming.method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return out.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad Request");
        }
        let needless = incoming.operation().is_none() || incoming.method == "PUT";
        let length = incoming.header("content-length").and_then(|it| it.parse().ok());
        let is_long = length.is_some_and(|length: usize| length > BUFFERED);
        if wire == Wire::LongUnread && is_long {
            // What is handed over is too large as well.
            incoming.body = vec![0; BUFFERED];
        } else if wire == Wire::RestUnread && length.is_some_and(|length| length > READ) {
            incoming.body = vec![0; READ];
            reader.read_exact(&mut incoming.body)?;
        } else if !(wire == Wire::BodyUnread && needless) {
            incoming.read_body(&mut reader)?;
        }
        if wire == Wire::Dropped && incoming.method == "GET" && number % 5 == 4 {
            return Ok(());
        }
        let closes = incoming.header("connection") == Some("close")
            || matches!(wire, Wire::ClosesSilently | Wire::Http10)
            || wire == Wire::ClosesEarly && count == FEW
            || wire == Wire::LongUnread && is_long;
        let has_body = wire == Wire::HeadWithBody
            || wire == Wire::HeadElsewhereWithBody && incoming.operation().is_none();
        let is_head = incoming.method == "HEAD" && !has_body;
        let rare = incoming.header("access-control-request-method").is_some();
        let outgoing = service.answer(incoming);
        let whole = is_head.then(|| write(&outgoing, wire, false, rare));
        let written = match (wire, mem::replace(&mut head_before, whole)) {
            (Wire::Lagging, Some(before)) => before,
            _ => write(&outgoing, wire, is_head, rare),
        };
        out.write_all(&written)?;
        let cut = rare && matches!(wire, Wire::LengthLong | Wire::LastChunkMissing);
        if closes || cut {
            return Ok(());
        }
    }
    Ok(())
}

/// Returns the bytes of an answer; `rare` is true of one request of a run.
fn write(outgoing: &Outgoing, wire: Wire, is_head: bool, rare: bool) -> Vec<u8> {
    let Outgoing { status, headers, body } = outgoing;
    let version = if wire == Wire::Http10 { "1.0" } else { "1.1" };
    let mut text = match wire {
        Wire::StatusGarbage if rare => format!("HTPP {status}\r\n"),
        _ => format!("HTTP/{version} {status} Said\r\n"),
    };
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if wire == Wire::HeadLong && rare {
        text += &format!("x-long: {}\r\n", "x".repeat(40 << 10));
    }
    let length = body.len();
    match wire {
        Wire::LastChunkMissing if rare => {
            text += &format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n");
            return text.into_bytes();
        }
        Wire::LengthLong if rare => text += &format!("content-length: {}\r\n", length + 7),
        Wire::Http10 => (),
        _ => text += &format!("content-length: {length}\r\n"),
    }
    text += "\r\n";
    if !is_head {
        text += body;
    }
    if wire == Wire::LengthShort && !is_head {
        text += "\n";
    }
    text.into_bytes()
}
