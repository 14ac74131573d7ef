//! Times the crate `argon2` in native code, for `make bench-argon2`: computes one new hash for each line that it reads, and prints
//! the milliseconds.

use std::io::{self, BufRead, Write};
use std::time::Instant;

use ssokey_core::{Behalf, Hashing, Password, Reply};

fn main() -> io::Result<()> {
    let password = Password::parse("correct horse").ok_or(io::ErrorKind::InvalidInput)?;
    let behalf = Behalf { keyed: true, company_id: None };
    let hashing = Hashing::HashPassword { password, salt: [7; 16], behalf };
    let mut out = io::stdout();
    for line in io::stdin().lock().lines() {
        line?;
        let begun = Instant::now();
        assert!(matches!(hashing.compute(), Reply::Hashed { .. }), "not enough memory");
        writeln!(out, "{}", begun.elapsed().as_secs_f64() * 1e3)?;
        out.flush()?;
    }
    Ok(())
}
