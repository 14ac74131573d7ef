//! The properties that hold in every sequence, and the one that an answer breaks.

use crate::format::requirement::Requirement;
use crate::rules::step::{Code, Direct, Exchange, Password, SignOn, Step, Token, User};

/// One thing that holds in every sequence.
#[derive(Debug, PartialEq, Eq)]
pub struct Property {
    /// The behaviour of a conforming server; never changes.
    pub id: &'static str,
    /// The requirement that says so.
    pub requirement: &'static str,
    /// The same in a sentence.
    pub title: &'static str,
    /// The harm otherwise, where the requirement itself does not tell it.
    why: &'static str,
}

const fn property(id: &'static str, requirement: &'static str, title: &'static str) -> Property {
    Property { id, requirement, title, why: "" }
}

const CREATES: Property =
    property("creates-unknown-user", "SSO-RULE-001", "an unknown user becomes a new one");
const KEEPS_ON_SAME: Property = property(
    "keeps-user-on-same-password",
    "SSO-RULE-002",
    "a known user with the same password stays the same user",
);
const KEEPS_ON_OTHER: Property = property(
    "keeps-user-on-other-password",
    "SSO-RULE-003",
    "a known user with a different password stays the same user",
);
const KEEPS_ON_CASE: Property = property(
    "ignores-case-of-email",
    "SSO-REQ-010",
    "a user whose e-mail is written in a different case stays the same user",
);
const ONE_USER: Property = Property {
    why: "one person would have two accounts, and land now in the one and now in the other",
    ..property(
        "creates-one-user-at-a-time",
        "SSO-TEN-005",
        "sign-ons at the same time with one e-mail are of one user",
    )
};
const ONE_PASSWORD: Property = Property {
    why: "of two passwords either both or none would open the account",
    ..property(
        "keeps-one-password-at-a-time",
        "SSO-RULE-004",
        "after sign-ons at the same time exactly one of their passwords is the user's",
    )
};
const COMPANY: Property = property(
    "takes-company-from-key",
    "SSO-TEN-003",
    "a key has its company, and no other key has",
);
const APART: Property = property(
    "keeps-companies-apart",
    "SSO-TEN-004",
    "what one company does changes nothing for the users of a different company",
);
const NEW_TOKEN: Property =
    property("gives-new-token", "SSO-TOK-002", "every sign-on gets a token never given before");
const NEW_CODE: Property =
    property("gives-new-code", "SSO-LAU-003", "every launch gets a code never given before");
const EXCHANGES: Property = property(
    "exchanges-code",
    "SSO-EXC-001",
    "a code that is valid gets the account of the user who was launched",
);
const SPENDS_CODE: Property =
    property("spends-code", "SSO-EXC-002", "a code that was exchanged is no longer valid");
const ENDS_CODES: Property = Property {
    why: "whoever kept the code would still get in after the password was changed",
    ..property(
        "ends-codes-on-replacement",
        "SSO-EXC-003",
        "a replaced password ends the codes given before",
    )
};
const REFUSES_ENDED_CODE: Property = Property {
    why: "clients could not tell that the user has to come again",
    ..property(
        "refuses-ended-code",
        "SSO-EXC-003",
        "a code that has ended is refused like every other that is not valid",
    )
};
const ACCEPTS: Property = property(
    "accepts-own-password",
    "SSO-DIR-001",
    "direct sign-in accepts the password that the user signed on with",
);
const NEW_FROM_OLD: Property = property(
    "tells-new-password-from-old",
    "SSO-DIR-008",
    "after a replacement direct sign-in accepts the new password and refuses every older one",
);
const REFUSES: Property = property(
    "refuses-wrong-password",
    "SSO-DIR-003",
    "direct sign-in refuses a user who is unknown and a password that is not the user's",
);
const TELLS_ALIKE: Property = Property {
    why: "the password that the partner hands in would not be the one that opens the account",
    ..property(
        "tells-look-alikes-apart",
        "SSO-PWD-001",
        "passwords that differ in any byte are two",
    )
};
const REPLACES_NOTHING: Property = property(
    "replaces-nothing-on-direct",
    "SSO-DIR-005",
    "a refused direct sign-in changes neither the password nor the tokens",
);
const HOLDER: Property =
    property("answers-holder", "SSO-SES-001", "a token that is valid gets its holder");
const ENDS_ON_REPLACEMENT: Property = property(
    "ends-tokens-on-replacement",
    "SSO-SES-005",
    "a replaced password ends the tokens given before",
);
const ENDS_ON_SIGN_OUT: Property = property(
    "ends-token-on-sign-out",
    "SSO-OUT-002",
    "a token that was signed out is no longer valid",
);
const REFUSES_ENDED: Property = property(
    "refuses-ended-token",
    "SSO-SES-003",
    "a token that has ended is refused like every other that is not valid",
);
const SIGNS_OUT: Property =
    property("signs-out-any-token", "SSO-OUT-001", "any token can be signed out, also again");

/// All of them.
pub(crate) const PROPERTIES: [&Property; 24] = [
    &CREATES,
    &KEEPS_ON_SAME,
    &KEEPS_ON_OTHER,
    &KEEPS_ON_CASE,
    &ONE_USER,
    &ONE_PASSWORD,
    &COMPANY,
    &APART,
    &NEW_TOKEN,
    &NEW_CODE,
    &EXCHANGES,
    &SPENDS_CODE,
    &ENDS_CODES,
    &REFUSES_ENDED_CODE,
    &ACCEPTS,
    &NEW_FROM_OLD,
    &REFUSES,
    &TELLS_ALIKE,
    &REPLACES_NOTHING,
    &HOLDER,
    &ENDS_ON_REPLACEMENT,
    &ENDS_ON_SIGN_OUT,
    &REFUSES_ENDED,
    &SIGNS_OUT,
];

impl Property {
    /// The requirement as the specification words it.
    pub fn sentence(&self) -> &'static str {
        Requirement::find(self.requirement).map_or("", |it| it.sentence)
    }

    /// Returns the harm when a server breaks it: who suffers, and how.
    pub fn why(&self) -> &'static str {
        let why = Requirement::find(self.requirement).map_or("", Requirement::why);
        if why.is_empty() { self.why } else { why }
    }
}

/// In what way an answer is not what it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MismatchKind {
    /// It is not a success, and had to be one.
    NotAccepted,
    /// It is a success, and had to be refused.
    Accepted,
    /// It is refused otherwise than it has to be.
    NotRefused,
    /// It names a different user than it has to.
    User,
    /// It names this user, who is a different one.
    OtherUser(User),
    /// It names a company that is not the key's.
    Company,
    /// It names the company of the other key.
    OtherCompany,
    /// All the sign-ons of the step say that a different one was faster.
    AllLost,
    /// Its token is one that was given before, this one.
    Token(Token),
    /// Its code is one that was given before, this one.
    Code(Code),
}

/// The property that this kind breaks in the last of these steps.
pub(crate) fn broken(steps: &[Step], at: usize, kind: MismatchKind) -> &'static Property {
    let Some((last, before)) = steps.split_last() else { return &CREATES };
    let past = |user| Past { user, before };
    match last {
        _ if matches!(kind, MismatchKind::Company | MismatchKind::OtherCompany) => &COMPANY,
        _ if matches!(kind, MismatchKind::Token(_)) => &NEW_TOKEN,
        _ if matches!(kind, MismatchKind::Code(_)) => &NEW_CODE,
        Step::SignOn(sign_on) => past(sign_on.user).sign_on(sign_on, false),
        Step::Together(sign_ons) => match sign_ons.get(at) {
            Some(sign_on) => past(sign_on.user).sign_on(sign_on, kind == MismatchKind::User),
            None => &ONE_USER,
        },
        Step::Direct(_) if kind == MismatchKind::NotRefused => &REFUSES,
        Step::Direct(Direct { user, password, .. }) if kind == MismatchKind::Accepted => {
            past(*user).wrongly_accepted(*password)
        }
        Step::Direct(Direct { user, .. }) => past(*user).wrongly_refused(kind),
        Step::Exchange(_) if kind == MismatchKind::NotRefused => &REFUSES_ENDED_CODE,
        Step::Exchange(Exchange { code, .. }) if kind == MismatchKind::Accepted => {
            let spends = |step: &Step| matches!(step, Step::Exchange(it) if it.code == *code);
            if before.iter().any(spends) { &SPENDS_CODE } else { &ENDS_CODES }
        }
        Step::Exchange(Exchange { code, .. }) => past(code.user).wrongly_ended(kind, &EXCHANGES),
        Step::Session(_) if kind == MismatchKind::NotRefused => &REFUSES_ENDED,
        Step::Session(session) if kind == MismatchKind::Accepted => {
            let ends = |step: &Step| matches!(step, Step::SignOut(it) if it.token == session.token);
            if before.iter().any(ends) { &ENDS_ON_SIGN_OUT } else { &ENDS_ON_REPLACEMENT }
        }
        Step::Session(session) => past(session.token.user).wrongly_ended(kind, &HOLDER),
        Step::SignOut(_) => &SIGNS_OUT,
    }
}

/// The steps before the answer in question, seen by one user.
struct Past<'a> {
    user: User,
    before: &'a [Step],
}

impl Past<'_> {
    /// The user's own sign-ons.
    fn sign_ons(&self) -> impl Iterator<Item = &SignOn> {
        let all = self.before.iter().flat_map(Step::sign_ons);
        all.filter(|sign_on| sign_on.user == self.user)
    }

    fn signs_on(&self, step: &Step) -> bool {
        step.sign_ons().iter().any(|sign_on| sign_on.user == self.user)
    }

    /// Returns what came after the user's last sign-on.
    fn since(&self) -> &[Step] {
        let last = self.before.iter().rposition(|step| self.signs_on(step));
        last.and_then(|at| self.before.get(at + 1..)).unwrap_or(self.before)
    }

    /// Returns whether users of the same e-mail in a different company did anything since.
    fn met_others(&self) -> bool {
        self.since().iter().filter_map(Step::user).any(|user| self.is_other(user))
    }

    fn is_other(&self, user: User) -> bool {
        user.name == self.user.name && user.company != self.user.company
    }

    fn raced(&self) -> bool {
        let last = self.before.iter().rfind(|step| self.signs_on(step));
        matches!(last, Some(Step::Together(_)))
    }

    fn sign_on(&self, sign_on: &SignOn, raced: bool) -> &'static Property {
        let Some(last) = self.sign_ons().last() else {
            return if raced { &ONE_USER } else { &CREATES };
        };
        if self.sign_ons().any(|it| it.upper_case != sign_on.upper_case) {
            &KEEPS_ON_CASE
        } else if self.met_others() {
            &APART
        } else if last.password == sign_on.password && !self.raced() {
            &KEEPS_ON_SAME
        } else {
            &KEEPS_ON_OTHER
        }
    }

    fn wrongly_accepted(&self, password: Password) -> &'static Property {
        let theirs = self.before.iter().flat_map(Step::sign_ons);
        let mut theirs = theirs.filter(|sign_on| self.is_other(sign_on.user));
        if self.raced() {
            &ONE_PASSWORD
        } else if self.sign_ons().any(|sign_on| sign_on.password == password) {
            &NEW_FROM_OLD
        } else if self.sign_ons().any(|sign_on| sign_on.password.number == password.number) {
            &TELLS_ALIKE
        } else if theirs.any(|sign_on| sign_on.password == password) {
            &APART
        } else {
            &REFUSES
        }
    }

    fn wrongly_refused(&self, kind: MismatchKind) -> &'static Property {
        if self.met_others() {
            &APART
        } else if self.tried_directly() {
            &REPLACES_NOTHING
        } else if self.raced() {
            self.lost_race(kind)
        } else if self.sign_ons().count() > 1 {
            &NEW_FROM_OLD
        } else {
            &ACCEPTS
        }
    }

    /// Returns what is broken when a token or code that is valid does not get its user; `otherwise`, if nothing else explains it.
    fn wrongly_ended(&self, kind: MismatchKind, otherwise: &'static Property) -> &'static Property {
        if self.met_others() {
            &APART
        } else if self.tried_directly() {
            &REPLACES_NOTHING
        } else if self.raced() && kind == MismatchKind::User {
            self.lost_race(kind)
        } else {
            otherwise
        }
    }

    fn lost_race(&self, kind: MismatchKind) -> &'static Property {
        if kind == MismatchKind::User { &ONE_USER } else { &ONE_PASSWORD }
    }

    /// Returns whether somebody tried to sign in directly as the user, with a password that is not that of the last sign-on.
    fn tried_directly(&self) -> bool {
        let own = self.sign_ons().last().map(|sign_on| sign_on.password);
        let tries = |it: &Direct| it.user == self.user && Some(it.password) != own;
        self.since().iter().any(|step| matches!(step, Step::Direct(direct) if tries(direct)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_has_a_requirement_a_reason_and_a_name_of_its_own() {
        let ids: std::collections::BTreeSet<_> = PROPERTIES.iter().map(|it| it.id).collect();
        assert_eq!(ids.len(), PROPERTIES.len());
        for property in PROPERTIES {
            assert!(!property.sentence().is_empty() && !property.why().is_empty(), "{property:?}");
        }
    }
}
