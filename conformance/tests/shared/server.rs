//! A server on a loopback port that speaks just enough HTTP/1.1, one request per connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use ssokey_conformance::reference::Subject;
pub(crate) use ssokey_conformance::reference::{Incoming as Raw, Outgoing as Reply};

/// Answers as the reference server of this name does.
pub(crate) fn reference(name: &str) -> impl Fn(&Raw) -> Reply + Clone + use<> {
    let service = Subject::find(name).unwrap().service().unwrap().cheap();
    move |raw| service.answer(raw.clone())
}

/// Serves on a free port until the test ends; returns the base URL.
pub(crate) fn serve(mut answer: impl FnMut(&Raw) -> Reply + Send + 'static) -> String {
    serve_raw(move |stream| talk(stream, &mut answer))
}

/// The same with a thread for each connection.
pub(crate) fn serve_at_once(answer: impl Fn(&Raw) -> Reply + Send + Sync + 'static) -> String {
    let answer = Arc::new(answer);
    serve_raw(move |stream| {
        let (mut stream, answer) = (stream.try_clone().unwrap(), Arc::clone(&answer));
        thread::spawn(move || talk(&mut stream, &mut |raw: &Raw| answer(raw)));
    })
}

/// Answers one request.
pub(crate) fn talk(stream: &mut (impl Read + Write), answer: &mut impl FnMut(&Raw) -> Reply) {
    let raw = read(stream);
    let reply = answer(&raw);
    let body = if raw.method == "HEAD" { "" } else { &reply.body };
    let mut text = format!("HTTP/1.1 {} X\r\n", reply.status);
    for (name, value) in &reply.headers {
        text += &format!("{name}: {value}\r\n");
    }
    let length = reply.body.len();
    text += &format!("Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).unwrap();
}

/// The same with the bare connection.
pub(crate) fn serve_raw(mut talk: impl FnMut(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            talk(&mut stream.unwrap());
        }
    });
    base
}

/// Reads one request, its body by Content-Length or in chunks.
pub(crate) fn read(stream: &mut impl Read) -> Raw {
    let mut reader = BufReader::new(stream);
    let mut lines = std::iter::from_fn(|| {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_owned();
        (!line.is_empty()).then_some(line)
    });
    let start = lines.next().unwrap_or_default();
    let mut start = start.split(' ').map(str::to_owned);
    let method = start.next().unwrap_or_default();
    let target = start.next().unwrap_or_default();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    let headers = headers.collect();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut raw = Raw::new(method, path, query, headers, "").unwrap();
    if raw.header("transfer-encoding").is_some() {
        raw.body = read_chunks(&mut reader);
        return raw;
    }
    let length = raw.header("content-length").map_or(0, |it| it.parse().unwrap());
    raw.body = vec![0; length];
    reader.read_exact(&mut raw.body).unwrap();
    raw
}

/// Reads a body that comes in chunks.
fn read_chunks(reader: &mut impl BufRead) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
        // Two bytes end a chunk.
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).unwrap();
        if size == 0 {
            return body;
        }
        body.extend(chunk.drain(..size));
    }
}
