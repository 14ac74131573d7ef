//! Prints the peak memory of the example server under 200 sign-ons at once, for `make bench-host`, and fails if it is over the bound: 19 MiB for
//! each thread that hashes and once more, and 60 MB. Who is told to try again later does, so that all sign on. Linux alone tells the peak.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ssokey_host::PoolSettings;

type Failed = Box<dyn Error + Send + Sync>;

const SIGN_ONS: usize = 200;
const TIMEOUT: Duration = Duration::from_secs(60);
const COMPANY: &str = r#"{"command":"add_company","name":"Partner","domain":"partner.example","email":"it@partner.example"}"#;
const KEY: &str = r#"{"command":"issue_key","companyEmail":"it@partner.example"}"#;

fn main() -> Result<ExitCode, Failed> {
    let program = env::current_exe()?.with_file_name("server");
    let folder = tempfile::tempdir()?;
    let server = |argument: &str| {
        let mut command = Command::new(&program);
        command.arg(folder.path().join("sso.db")).arg(argument).stdout(Stdio::piped());
        command
    };
    server(COMPANY).output()?;
    let issued: serde_json::Value = serde_json::from_slice(&server(KEY).output()?.stdout)?;
    let key = issued.pointer("/return/ssokey").and_then(serde_json::Value::as_str);
    let key = key.ok_or("no key was issued")?.to_owned();

    let mut serving = server("127.0.0.1:0").spawn()?;
    let measured = measure(&mut serving, &key);
    serving.kill()?;
    serving.wait()?;
    let (peak, refused, took) = measured?;

    let threads = PoolSettings::default().threads.get();
    let bound = (threads + 1) * 19 * 1024 * 1024 + 60_000_000;
    let megabytes = |bytes: usize| bytes.div_ceil(1_000_000);
    println!(
        "{SIGN_ONS} sign-ons at once, {threads} threads that hash: peak {} MB of at most {} MB; {refused} times told to wait; {took:.1} s",
        megabytes(peak),
        megabytes(bound),
    );
    Ok(if peak <= bound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the peak of the server's memory in bytes, the number of refusals, and the seconds until all had signed on.
fn measure(serving: &mut std::process::Child, key: &str) -> Result<(usize, usize, f64), Failed> {
    let mut line = String::new();
    BufReader::new(serving.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let address = line.trim().strip_prefix("http://").ok_or("the server does not listen")?;
    let clock = Instant::now();
    let refused = thread::scope(|scope| {
        let clients: Vec<_> = (0..SIGN_ONS)
            .map(|number| scope.spawn(move || sign_on(address, key, number)))
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or(Err("a client has died".into())))
            .sum::<Result<usize, Failed>>()
    })?;
    let took = clock.elapsed().as_secs_f64();
    let status = fs::read_to_string(format!("/proc/{}/status", serving.id()))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|line| line.split_whitespace().next()).ok_or("no peak")?;
    Ok((kibibytes.parse::<usize>()? * 1024, refused, took))
}

/// Signs a user on and returns how often that was refused for a time.
fn sign_on(address: &str, key: &str, number: usize) -> Result<usize, Failed> {
    let body = format!(
        "email=user{number}%40partner.example&password=correct+horse&product=livechat&ssokey={key}"
    );
    let request = format!(
        "POST /api/sso/authenticate HTTP/1.1\r\nHost: sso.example\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    );
    let clock = Instant::now();
    for refused in 0.. {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        match answer.split(' ').nth(1) {
            Some("200") => return Ok(refused),
            Some("503") if clock.elapsed() < TIMEOUT => thread::sleep(Duration::from_secs(1)),
            _ => return Err(format!("the server answers {answer}").into()),
        }
    }
    Err("nobody asks that often".into())
}
