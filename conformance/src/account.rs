//! The accounts of a run: names that no other run has, and passwords that nobody can guess.

use std::collections::BTreeSet;

/// Under this reserved domain (RFC 2606) no real user can exist.
pub const DOMAIN: &str = "ssokey-check.example";

/// What makes one run differ from every other. Passwords come from it: it is a secret.
#[derive(Clone)]
pub struct Seed {
    run: [u8; 5],
    mark: [u8; 16],
    digits: [u8; 8],
}

impl Seed {
    /// A seed from the system's entropy.
    ///
    /// # Errors
    ///
    /// The system has none to give.
    pub fn random() -> Result<Self, String> {
        let mut seed = Self::fixed(0);
        for part in [&mut seed.run[..], &mut seed.mark, &mut seed.digits] {
            getrandom::fill(part).map_err(|error| format!("no random bytes: {error}"))?;
        }
        Ok(seed)
    }

    /// The same names and passwords on every run.
    pub fn fixed(byte: u8) -> Self {
        Self { run: [byte; 5], mark: [byte; 16], digits: [byte; 8] }
    }
}

/// Hands out names, passwords and random digits, and keeps a ledger of the accounts that came to be.
pub struct Accounts {
    run: String,
    mark: String,
    names: u32,
    passwords: u32,
    digits: u64,
    created: BTreeSet<String>,
}

impl Accounts {
    /// Accounts whose names are found by [`Accounts::prefix`].
    pub fn new(seed: &Seed) -> Self {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            run: hex(&seed.run),
            mark: hex(&seed.mark),
            names: 0,
            passwords: 0,
            digits: u64::from_le_bytes(seed.digits),
            created: BTreeSet::new(),
        }
    }

    /// The digits that every name of the run holds and nothing else does.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// What every e-mail of the run begins with.
    pub fn prefix(&self) -> String {
        format!("check-{}-", self.run)
    }

    /// The part that every password of the run holds and nothing else does.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// A local part that was not handed out before.
    pub fn name(&mut self) -> String {
        self.names += 1;
        format!("{}{}", self.prefix(), self.names)
    }

    /// A password that was not handed out before.
    pub fn password(&mut self) -> String {
        self.passwords += 1;
        format!("{}-{}", self.mark, self.passwords)
    }

    /// A random number below `bound`, or 0 (SplitMix64). Good for keys that must not exist, not for secrets.
    pub fn below(&mut self, bound: usize) -> usize {
        self.digits = self.digits.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.digits;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let chosen = mixed.checked_rem(bound).unwrap_or(0);
        usize::try_from(chosen).unwrap_or(0)
    }

    /// Enters an account into the ledger. The server may have folded the case of its e-mail.
    pub fn created(&mut self, email: &str) {
        self.created.insert(email.to_ascii_lowercase());
    }

    /// How many accounts came to be.
    pub fn left_behind(&self) -> usize {
        self.created.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_never_handed_out_twice() {
        let mut accounts = Accounts::new(&Seed::fixed(7));
        insta::assert_snapshot!(accounts.name(), @"check-0707070707-1");
        insta::assert_snapshot!(accounts.name(), @"check-0707070707-2");
        assert_ne!(accounts.password(), accounts.password());
        assert!(accounts.password().starts_with(accounts.mark()));
    }

    #[test]
    fn two_runs_share_no_name() {
        let names = || Accounts::new(&Seed::random().unwrap()).name();
        assert_ne!(names(), names());
    }
}
