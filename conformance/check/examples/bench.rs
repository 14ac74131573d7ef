//! Measures the share of a run's time that is the server's Argon2id, which no kit can save. The rest is the kit's, and the
//! network's.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;
use std::time::Instant;

use ssokey_check::{Console, Exit, run};
use ssokey_conformance::reference::{KEY, Network, PRODUCT_SECRET, SECOND_KEY, Service};

fn main() -> Result<ExitCode, String> {
    let service = Service::good()?;
    let server = Network::start(service.clone())?;
    let mut report = Vec::new();
    let clock = Instant::now();
    let exit = run(
        ["ssokey-check", "run", server.base()].map(OsString::from),
        |name| match name {
            "SSOKEY_CHECK_KEY" => Some(KEY.into()),
            "SSOKEY_CHECK_SECOND_KEY" => Some(SECOND_KEY.into()),
            "SSOKEY_CHECK_PRODUCT_SECRET" => Some(PRODUCT_SECRET.into()),
            _ => None,
        },
        Console {
            input: &mut io::empty(),
            out: &mut report,
            err: &mut io::stderr(),
            terminal: None,
            progress: false,
        },
    );
    let (took, hashing) = (clock.elapsed(), service.hashing());
    let report = String::from_utf8_lossy(&report);
    anstream::println!("{}", report.lines().last().unwrap_or_default());
    let share = hashing.as_secs_f64() / took.as_secs_f64() * 100.0;
    println!(
        "the run took {:.2} s, of which {:.2} s, {share:.1} percent, were the server's Argon2id (two thirds are due)",
        took.as_secs_f64(),
        hashing.as_secs_f64(),
    );
    Ok(if exit == Exit::Success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
