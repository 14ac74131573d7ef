//! Times the crate argon2 in native code, for `make bench-argon2`: computes one hash of today's costs for each line that it reads,
//! and prints how many milliseconds that took.

use std::io::{self, BufRead, Write};
use std::time::Instant;

use ssokey_core::{Hashing, Password, Reply};

fn main() -> io::Result<()> {
    let password = Password::parse("correct horse").ok_or(io::ErrorKind::InvalidInput)?;
    let hashing = Hashing::HashPassword { password, salt: [7; 16] };
    let mut out = io::stdout();
    for line in io::stdin().lock().lines() {
        line?;
        let begun = Instant::now();
        assert!(matches!(hashing.compute(), Reply::Hashed { .. }), "memory lacks");
        writeln!(out, "{}", begun.elapsed().as_secs_f64() * 1e3)?;
        out.flush()?;
    }
    Ok(())
}
