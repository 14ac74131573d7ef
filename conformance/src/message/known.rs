//! The secrets that are known, to be found in any case of ASCII letters. A search takes as long for very many as for one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::message::secret::Kind;

/// A text of this length is not found by chance.
pub(crate) const TELLING: usize = 8;
/// A part of this length of any of very many tokens is not found by chance, among names and numbers with digits of their own.
const PART: usize = 12;

/// Secrets of at least [`TELLING`] bytes.
#[derive(Default)]
pub(crate) struct Known {
    /// Each in lower case, a space as `+`.
    forms: HashMap<Vec<u8>, Kind>,
    /// The lengths of those that begin with these 8 bytes, the longest first.
    lengths: HashMap<u64, Vec<usize>>,
    /// The first 8 bytes of those that have common words after them.
    starts: HashSet<u64>,
    /// The first and the last 8 bytes of tokens and codes.
    firsts: HashSet<u64>,
    lasts: HashSet<u64>,
    /// The parts of tokens and codes.
    parts: HashSet<[u8; PART]>,
    sieve: Sieve,
}

impl Known {
    /// Adds the [canonical] form of a secret, unless it is shorter than [`TELLING`] or known already.
    pub(crate) fn add(&mut self, form: &[u8], kind: Kind) {
        if let Some(start) = form.first_chunk()
            && !self.forms.contains_key(form)
        {
            let start = u64::from_be_bytes(*start);
            self.sieve.add(start);
            match kind {
                Kind::Token | Kind::Code => {
                    self.firsts.insert(start);
                    self.lasts.extend(form.last_chunk().map(|last| u64::from_be_bytes(*last)));
                    self.parts.extend(form.windows(PART).filter_map(<[u8]>::first_chunk));
                }
                Kind::Key | Kind::Other => _ = self.starts.insert(start),
                Kind::Password | Kind::ProductSecret | Kind::Header => (),
            }
            let lengths = self.lengths.entry(start).or_default();
            if let Err(place) = lengths.binary_search_by(|length| form.len().cmp(length)) {
                lengths.insert(place, form.len());
            }
            self.forms.insert(form.to_owned(), kind);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Adds all that others know.
    pub(crate) fn add_all(&mut self, others: &Self) {
        for (form, kind) in &others.forms {
            self.add(form, *kind);
        }
    }

    /// Returns whether the [canonical] text has [`PART`] bytes of a token or code, a word that begins or ends as one does by [`TELLING`] bytes, or the
    /// first so many of a key, which may have common words after them. Passwords and secrets of products do not count: those that a run makes up begin
    /// with its digits, as the names of its accounts do. Nor do headers, which begin with common words.
    pub(crate) fn has_part_in(&self, text: &[u8]) -> bool {
        let windows = text.windows(TELLING).filter_map(<[u8]>::first_chunk);
        let mut ends =
            windows.map(|part| u64::from_be_bytes(*part)).enumerate().map(|(at, part)| {
                self.starts.contains(&part)
                    || self.firsts.contains(&part) && !is_in_word(text, at.wrapping_sub(1))
                    || self.lasts.contains(&part) && !is_in_word(text, at + TELLING)
            });
        ends.any(|found| found) || text.windows(PART).any(|part| self.parts.contains(part))
    }

    /// The places of the secrets that are written in the text as they are; of two that begin at one place, the longer.
    pub(crate) fn places_in(&self, text: &[u8]) -> Vec<(Range<usize>, Kind)> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        let text = canonical(text);
        let (mut window, mut next) = (0_u64, 0);
        for (at, byte) in text.iter().enumerate() {
            window = window << 8 | u64::from(*byte);
            let Some(start) = (at + 1).checked_sub(TELLING).filter(|start| *start >= next) else {
                continue;
            };
            if !self.sieve.may_have(window) {
                continue;
            }
            let lengths = self.lengths.get(&window).into_iter().flatten();
            let mut known = lengths.filter_map(|length| {
                let range = start..start + length;
                Some((range.clone(), *self.forms.get(text.get(range)?)?))
            });
            if let Some((range, kind)) = known.next() {
                next = range.end;
                found.push((range, kind));
            }
        }
        found
    }
}

/// Returns whether a letter or digit stands there.
pub(crate) fn is_in_word(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(u8::is_ascii_alphanumeric)
}

/// The text in lower case, and a space as forms write it.
pub(crate) fn canonical(text: &[u8]) -> Vec<u8> {
    let lower = text.iter().map(u8::to_ascii_lowercase);
    lower.map(|byte| if byte == b' ' { b'+' } else { byte }).collect()
}

/// Tells quickly of most 8 bytes that no secret begins with them.
#[derive(Default)]
struct Sieve(Vec<u64>);

impl Sieve {
    const BITS: u32 = 20;

    fn place(start: u64) -> (usize, u64) {
        let mixed = start.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        (usize::try_from(mixed >> 6).unwrap_or(0), 1 << (mixed & 63))
    }

    fn add(&mut self, start: u64) {
        self.0.resize(1 << (Self::BITS - 6), 0);
        let (word, bit) = Self::place(start);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_have(&self, start: u64) -> bool {
        let (word, bit) = Self::place(start);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}
