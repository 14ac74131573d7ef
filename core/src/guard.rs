//! The guards of the design's invariants, each of which a test can break to see that the breach is caught.

/// A guard, by the invariant that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// 1: a create that finds the user there creates none. The host's to keep: a store in the tests breaks it.
    #[cfg(test)]
    OneUserPerEmail,
    /// 2: a record of another company or e-mail is not taken for the one asked for.
    OwnTenantOnly,
    /// 3: a key that may not be used is refused.
    KeyFirst,
    /// 4: a token is shown only once it is stored.
    DurableToken,
    /// 5: a token counts only for the credential version that it was given for.
    CurrentVersion,
    /// 6: a password is not printed.
    NoSecretInDebug,
    /// 7: the hash of the password sent is computed once.
    OneHash,
    /// 8: a swap that came too late has swapped nothing.
    StaleIsNoSwap,
    /// 9: the decision agrees with what is told a second time; here, that an older password is the one with the smaller time.
    OlderIsLess,
    /// 10: no sum overflows.
    NoOverflow,
}

impl Guard {
    /// Whether the guard is in force: always, except in a test that breaks it.
    #[cfg(not(test))]
    pub(crate) const fn stands(self) -> bool {
        true
    }

    /// Whether the guard is in force on this thread.
    #[cfg(test)]
    pub(crate) fn stands(self) -> bool {
        BROKEN.get() != Some(self)
    }

    /// Breaks this guard alone while `run` runs.
    #[cfg(test)]
    pub(crate) fn broken<T>(self, run: impl FnOnce() -> T) -> T {
        BROKEN.set(Some(self));
        let result = run();
        BROKEN.set(None);
        result
    }

    #[cfg(test)]
    pub(crate) const ALL: [Self; 10] = [
        Self::OneUserPerEmail,
        Self::OwnTenantOnly,
        Self::KeyFirst,
        Self::DurableToken,
        Self::CurrentVersion,
        Self::NoSecretInDebug,
        Self::OneHash,
        Self::StaleIsNoSwap,
        Self::OlderIsLess,
        Self::NoOverflow,
    ];
}

#[cfg(test)]
std::thread_local! {
    static BROKEN: core::cell::Cell<Option<Guard>> = const { core::cell::Cell::new(None) };
}
