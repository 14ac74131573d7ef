//! A server on a loopback port that speaks just enough HTTP/1.1, one request per connection.

use std::io::{Read, Write};
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
    let Some(raw) = read(stream) else { return };
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

/// Reads one request, its body by Content-Length or in chunks; none if the client closes before it.
pub(crate) fn read(stream: &mut impl Read) -> Option<Raw> {
    Raw::read(stream).unwrap()
}
