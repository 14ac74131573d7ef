//! The accounts of a run: names that no other run has, and passwords that nobody can guess.

use std::collections::{BTreeMap, BTreeSet};

use crate::message::secrets::Secrets;
use crate::record::left_behind::{DOMAIN, LeftBehind, prefix};
use crate::suite::error::EntropyError;

/// The source of everything that differs from run to run. Passwords come from it: it is a secret, but for its number.
#[derive(Clone)]
pub struct Seed {
    run: [u8; 5],
    mark: [u8; 16],
    number: u64,
}

impl Seed {
    /// A seed from the system's entropy.
    ///
    /// # Errors
    ///
    /// The system has none to give.
    pub fn random() -> Result<Self, EntropyError> {
        let (mut seed, mut number) = (Self::fixed(0), [0; 8]);
        for part in [&mut seed.run[..], &mut seed.mark, &mut number] {
            getrandom::fill(part)
                .map_err(|error| EntropyError(format!("no random bytes: {error}")))?;
        }
        Ok(seed.with_number(u64::from_le_bytes(number)))
    }

    /// The same names and passwords on every run.
    pub fn fixed(byte: u8) -> Self {
        Self { run: [byte; 5], mark: [byte; 16], number: u64::from_le_bytes([byte; 8]) }
    }

    /// The same seed with this number, from which all choices of a run are made. Names and passwords are others
    /// in every run, so that its users are new to the server.
    #[must_use]
    pub fn with_number(self, number: u64) -> Self {
        Self { number, ..self }
    }

    /// The number that makes a run choose as this one did.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns what every e-mail of the run begins with.
    pub fn prefix(&self) -> String {
        prefix(&hex(&self.run))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hands out the names, passwords and random digits of one check.
pub(crate) struct Accounts {
    run: String,
    mark: String,
    /// The place of the check, which tells its names from those of others: they do not depend on which checks run, nor in which order.
    place: usize,
    names: u32,
    passwords: u32,
    digits: u64,
}

impl Accounts {
    /// The accounts of the check at this place of its suite. Their names begin with [`Seed::prefix`].
    pub(crate) fn new(seed: &Seed, place: usize) -> Self {
        let mixed = u64::try_from(place).unwrap_or(0).wrapping_mul(0xd134_2543_de82_ef95);
        Self {
            run: hex(&seed.run),
            mark: hex(&seed.mark),
            place,
            names: 0,
            passwords: 0,
            digits: seed.number ^ mixed,
        }
    }

    /// The digits that every name of the run holds and nothing else does.
    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    /// The part that every password of the run holds and nothing else does.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// A local part that was not handed out before.
    pub(crate) fn name(&mut self) -> String {
        self.names += 1;
        format!("{}{}-{}", prefix(&self.run), self.place, self.names)
    }

    /// A password that was not handed out before.
    pub(crate) fn password(&mut self) -> String {
        self.passwords += 1;
        format!("{}-{}-{}", self.mark, self.place, self.passwords)
    }

    /// Digits of this number, or of enough that nobody guesses them: the same ones in every password of the run, the first not `0`.
    pub(crate) fn digits(&self, length: Option<usize>) -> String {
        let mark = u128::from_str_radix(&self.mark, 16).unwrap_or(0);
        let digits = format!("7{mark:039}");
        let length = length.unwrap_or(digits.len());
        digits.chars().cycle().take(length).collect()
    }

    /// A random number below `bound`, or 0 (SplitMix64). Good for keys that must not exist, not for secrets.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.digits = self.digits.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.digits;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let chosen = mixed.checked_rem(bound).unwrap_or(0);
        usize::try_from(chosen).unwrap_or(0)
    }
}

/// The accounts that came to be: of each e-mail, the companies under which it was answered.
#[derive(Default)]
pub(crate) struct Ledger {
    companies: BTreeMap<String, BTreeSet<String>>,
    /// Requests on their way that may yet create one each.
    pending: usize,
}

impl Ledger {
    /// Makes room for one more account, unless there are `most` with those on their way.
    pub(crate) fn reserve(&mut self, most: Option<usize>) -> bool {
        let room = most.is_none_or(|most| self.len() + self.pending < most);
        self.pending += usize::from(room);
        room
    }

    /// Gives back the room that was reserved.
    pub(crate) fn release(&mut self) {
        self.pending = self.pending.saturating_sub(1);
    }

    /// Enters an account, with its company where the answer told. The server may have folded the case of its e-mail.
    pub(crate) fn created(&mut self, email: &str, company: Option<String>) {
        self.companies.entry(email.to_ascii_lowercase()).or_default().extend(company);
    }

    /// Returns how many accounts there are.
    pub(crate) fn len(&self) -> usize {
        self.companies.values().map(|companies| companies.len().max(1)).sum()
    }

    /// Returns the accounts, which stay on the server, without what a report must not show of their e-mails.
    pub(crate) fn left_behind(&self, seed: &Seed, secrets: &Secrets) -> LeftBehind {
        LeftBehind {
            prefix: seed.prefix(),
            domain: DOMAIN,
            left_behind: self.len(),
            emails: self.companies.keys().map(|email| secrets.excerpt(email)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_never_handed_out_twice() {
        let mut accounts = Accounts::new(&Seed::fixed(7), 3);
        insta::assert_snapshot!(accounts.name(), @"check-0707070707-3-1");
        insta::assert_snapshot!(accounts.name(), @"check-0707070707-3-2");
        assert_ne!(accounts.password(), accounts.password());
        assert!(accounts.password().starts_with(accounts.mark()));
    }

    #[test]
    fn digits_are_those_of_the_run_and_as_many_as_asked_for() {
        let accounts = Accounts::new(&Seed::fixed(7), 3);
        let digits = accounts.digits(None);
        assert_eq!(digits.len(), 40);
        assert_eq!(Some(accounts.digits(Some(8)).as_str()), digits.get(..8));
        let more = digits.get(..20).unwrap();
        assert_eq!(accounts.digits(Some(100)), format!("{digits}{digits}{more}"));
        assert_ne!(Accounts::new(&Seed::fixed(8), 3).digits(None), digits);
    }

    #[test]
    fn two_runs_share_no_name() {
        let names = || Accounts::new(&Seed::random().unwrap(), 0).name();
        assert_ne!(names(), names());
    }

    #[test]
    fn two_checks_share_no_name_and_no_choice() {
        let [mut one, mut other] = [0, 1].map(|place| Accounts::new(&Seed::fixed(7), place));
        assert_ne!(one.name(), other.name());
        assert_ne!(one.password(), other.password());
        assert_ne!(one.below(usize::MAX), other.below(usize::MAX));
    }

    #[test]
    fn an_account_counts_once_for_each_company_and_room_is_kept_for_those_on_their_way() {
        let mut ledger = Ledger::default();
        ledger.created("A@x", None);
        ledger.created("a@x", Some("1".to_owned()));
        ledger.created("a@x", Some("2".to_owned()));
        assert_eq!(ledger.len(), 2);
        assert!(ledger.reserve(Some(3)) && !ledger.reserve(Some(3)));
        ledger.release();
        assert!(ledger.reserve(Some(3)) && ledger.reserve(None));
    }
}
