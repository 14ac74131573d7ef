//! Servers that speak TLS: the certificates that are trusted, and what is said of those that are not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use ssokey_check::Exit;

use crate::program::{Ended, check, file};
use crate::reading::FORMS;
use crate::server::{reference, serve_raw, talk};

/// What each form of report says, however it writes an apostrophe.
const NOT_VERIFIED: &str = "certificate was not verified (--insecure)";
const UNKNOWN: &str =
    "its certificate is signed by an authority that is not trusted here, or by itself";
const NAME_IT: &str = "name the authority's certificate with --cacert FILE";
const HOST: &str = "127.0.0.1";

/// An authority that no system knows.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Signs a certificate for this name, changed thus.
    fn sign(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity::new(&params.signed_by(&key, &self.0).unwrap(), &key)
    }

    /// Writes its certificate to a file; returns the path.
    fn file(&self, name: &str) -> String {
        file(name, self.0.pem().as_bytes()).to_str().unwrap().to_owned()
    }
}

/// What a server proves its name with.
struct Identity(CertificateDer<'static>, PrivateKeyDer<'static>);

impl Identity {
    fn new(certificate: &Certificate, key: &KeyPair) -> Self {
        Self(certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }

    fn serve(self) -> (String, Arc<AtomicUsize>) {
        self.serve_as("good")
    }

    /// Has the reference server of this name speak TLS; returns its base URL, and the count of what it is asked.
    fn serve_as(self, name: &str) -> (String, Arc<AtomicUsize>) {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_no_client_auth().with_single_cert(vec![self.0], self.1);
        let (config, answer) = (Arc::new(config.unwrap()), reference(name));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let base = serve_raw(move |stream| {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let (mut stream, answer) = (stream.try_clone().unwrap(), answer.clone());
            let count = Arc::clone(&count);
            thread::spawn(move || {
                if !agrees(&mut connection, &mut stream) {
                    return;
                }
                let mut stream = StreamOwned::new(connection, stream);
                talk(&mut stream, &mut |raw| {
                    count.fetch_add(1, Ordering::Relaxed);
                    answer(raw)
                });
                stream.conn.send_close_notify();
                let _: Result<_, _> = stream.conn.complete_io(&mut stream.sock);
            });
        });
        (base.replace("http://", "https://"), asked)
    }
}

/// Returns whether the client accepts the certificate.
fn agrees(connection: &mut ServerConnection, stream: &mut TcpStream) -> bool {
    while connection.is_handshaking() {
        if connection.complete_io(stream).is_err() {
            return false;
        }
    }
    true
}

/// Judges a small part of the server.
fn judge(base: &str, args: &[&str]) -> Ended {
    check(&[&["run", base, "--only", "key.refuses-unknown"], args].concat())
}

#[test]
fn a_server_is_judged_whose_authority_is_named() {
    let authority = Authority::new("Staging");
    let pem = authority.file("authority.pem");
    let (base, asked) = authority.sign(HOST, |_| {}).serve();
    let ended = judge(&base, &["--cacert", &pem]);
    assert_eq!(ended.exit, Exit::Success, "{}{}", ended.err, ended.out);
    assert!(asked.load(Ordering::Relaxed) > 1);
    assert!(!ended.err.contains("warning"), "{}", ended.err);
}

#[test]
fn a_server_whose_certificate_is_not_verified_is_judged_with_a_warning_in_every_report() {
    let (base, asked) = Authority::new("Staging").sign("elsewhere.example", |_| {}).serve();
    for (form, ..) in FORMS {
        let ended = judge(&base, &["--insecure", "--report", form]);
        assert_eq!(ended.exit, Exit::Success, "{form}: {}{}", ended.err, ended.out);
        assert!(
            ended.err.contains("warning: The server's certificate was not verified (--insecure)"),
            "{}",
            ended.err
        );
        assert!(ended.out.contains(NOT_VERIFIED), "{form}: {}", ended.out);
    }
    assert!(asked.load(Ordering::Relaxed) > 1);
}

#[test]
fn each_certificate_that_is_refused_is_named_with_a_remedy_and_nothing_is_sent() {
    let authority = Authority::new("Staging");
    let pem = authority.file("authority-of-all.pem");
    let trusted = &["--cacert", pem.as_str()][..];
    let other = Authority::new("Production").file("other-authority.pem");
    let made_anew = Authority::new("Staging").file("authority-made-anew.pem");
    for (identity, args, fault, remedy) in [
        (
            authority.sign(HOST, |params| params.not_after = date_time_ymd(2020, 1, 1)),
            trusted,
            "its certificate has expired",
            "renew the certificate",
        ),
        (
            authority.sign(HOST, |params| params.not_before = date_time_ymd(4000, 1, 1)),
            trusted,
            "its certificate is not valid yet, by the clock of this machine",
            "set this machine's clock",
        ),
        (
            authority.sign("elsewhere.example", |_| {}),
            trusted,
            "its certificate is for different names than that of the URL",
            "give the URL by a name that the certificate has",
        ),
        (authority.sign(HOST, |_| {}), &["--cacert", &other], UNKNOWN, NAME_IT),
        (authority.sign(HOST, |_| {}), &["--cacert", &made_anew], UNKNOWN, NAME_IT),
        (authority.sign(HOST, |_| {}), &[], UNKNOWN, NAME_IT),
        (
            authority.sign(HOST, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
            trusted,
            "its certificate is that of an authority, which cannot stand for a server",
            "have the authority sign a certificate for the server",
        ),
    ] {
        let (base, asked) = identity.serve();
        let ended = judge(&base, args);
        assert_eq!(ended.exit, Exit::Unreachable, "{fault}: {}{}", ended.err, ended.out);
        let told = ended.err.contains(fault) && ended.err.contains(remedy);
        assert!(told && ended.err.contains("--insecure"), "{fault}: {}", ended.err);
        assert_eq!(asked.load(Ordering::Relaxed), 0, "{fault}");
    }
}

#[test]
fn a_url_of_the_wrong_scheme_is_told_the_right_one() {
    let (encrypted, asked) = Authority::new("Staging").sign(HOST, |_| {}).serve();
    let ended = judge(&encrypted.replace("https://", "http://"), &[]);
    assert_eq!(ended.exit, Exit::Unreachable, "{}", ended.out);
    assert!(ended.err.contains("it speaks TLS there, and the URL says http"), "{}", ended.err);
    assert!(ended.err.contains("write the URL with https://"), "{}", ended.err);
    assert_eq!(asked.load(Ordering::Relaxed), 0);

    // One closes the connection, one answers in plain words.
    for (answer, told, remedy) in [
        (
            &b""[..],
            "the connection was closed in its place",
            "If it does not speak TLS, write http://",
        ),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "it does not speak TLS there",
            "write the URL with http://",
        ),
    ] {
        let plain = serve_raw(move |stream| {
            assert_ne!(stream.read(&mut [0; 64]).unwrap(), 0);
            stream.write_all(answer).unwrap();
        });
        let ended = judge(&plain.replace("http://", "https://"), &[]);
        assert_eq!(ended.exit, Exit::Unreachable, "{}", ended.out);
        assert!(ended.err.contains(told) && ended.err.contains(remedy), "{}", ended.err);
    }
}

#[test]
fn the_line_that_repeats_a_failed_check_trusts_whom_the_run_trusts() {
    let authority = Authority::new("Staging");
    let pem = authority.file("authority-of-the-line.pem");
    let identity = authority.sign(HOST, |_| {});
    let (base, _) = identity.serve_as("key-is-trimmed");
    for (args, option) in
        [(&["--cacert", &pem][..], " --cacert FILE "), (&["--insecure"], " --insecure ")]
    {
        let ended = check(&[&["run", &base, "--only", "key.refuses-near-misses"], args].concat());
        assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
        assert!(ended.out.contains(option), "{}", ended.out);
    }
}
