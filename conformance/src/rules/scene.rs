//! A short sequence as it is written: who comes in by which door, and what is asked after it.

use crate::format::way::Way;
use crate::rules::model::{Model, Offer};
use crate::rules::shape::Shape;
use crate::rules::step::{
    Carrier, Code, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, Token, User,
};

/// A way in: the call by which a partner signs on, and how its fields are sent.
pub(super) type Door = (Entrance, Way);

const USER: User = User { company: 1, name: 1 };
const OTHER: User = User { company: 1, name: 2 };
const NOBODY: User = User { company: 1, name: 3 };
const NAMESAKE: User = User { company: 2, name: 1 };
const FIRST: Password = plain(1);
const SECOND: Password = plain(2);
const THIRD: Password = plain(3);

const fn plain(number: u8) -> Password {
    Password { number, shape: Shape::PLAIN }
}

/// A sequence that is being written. A step that the server does not offer is left out.
pub(super) struct Scene<'a> {
    model: Model,
    doors: &'a [Door],
    /// The number of the first door; also turns the ways of all other calls.
    at: usize,
    turn: usize,
    pub(super) steps: Vec<Step>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(offer: Offer, doors: &'a [Door], at: usize) -> Self {
        Self { model: Model::new(offer), doors, at, turn: at, steps: Vec::new() }
    }

    fn take(&mut self, step: Step) {
        if self.model.allows(&step) {
            self.model = self.model.clone().after(&step);
            self.steps.push(step);
        }
    }

    /// The door that is this many doors on.
    fn door(&self, on: usize) -> Door {
        let place = (self.at + on).checked_rem(self.doors.len()).unwrap_or(0);
        self.doors.get(place).copied().unwrap_or((Entrance::SignOn, Way::Form))
    }

    fn next<T: Copy>(&mut self, all: &[T], otherwise: T) -> T {
        self.turn += 1;
        let place = self.turn.checked_rem(all.len()).unwrap_or(0);
        all.get(place).copied().unwrap_or(otherwise)
    }

    fn enter(&mut self, on: usize, user: User, password: Password, upper_case: bool) {
        let (entrance, way) = self.door(on);
        self.take(Step::SignOn(SignOn { user, password, entrance, way, upper_case }));
    }

    /// Enters and gives the token: that of the sign-on, or that of the exchange.
    fn enter_for_token(&mut self, on: usize, user: User, password: Password) -> Token {
        self.enter(on, user, password, false);
        if self.door(on).0 == Entrance::Launch {
            let code = self.last_code(user);
            self.exchange(code);
        }
        self.last_token(user)
    }

    fn last_token(&self, user: User) -> Token {
        let tokens = self.model.tokens();
        let last = tokens.into_iter().rfind(|token| token.user == user);
        last.unwrap_or(Token { user, number: 0 })
    }

    fn last_code(&self, user: User) -> Code {
        let codes = self.model.codes();
        let last = codes.into_iter().rfind(|code| code.user == user);
        last.unwrap_or(Code { user, number: 0 })
    }

    fn direct(&mut self, user: User, password: Password) {
        let way = self.next(&Way::ALL, Way::Form);
        self.take(Step::Direct(Direct { user, password, way }));
    }

    fn exchange(&mut self, code: Code) {
        let way = self.next(&[Way::Form, Way::Json], Way::Form);
        self.take(Step::Exchange(Exchange { code, way }));
    }

    fn session(&mut self, token: Token) {
        let carrier = self.next(&Carrier::OF_SESSION, Carrier::Bearer);
        self.take(Step::Session(Presented { token, carrier }));
    }

    fn sign_out(&mut self, token: Token) {
        let carrier = self.next(&Carrier::OF_SIGN_OUT, Carrier::Bearer);
        self.take(Step::SignOut(Presented { token, carrier }));
    }

    /// Sees to it that the domain of a company is known, by which a direct sign-in names it.
    fn show_company(&mut self, user: User) {
        if !self.model.companies().contains(&user.company) {
            let (entrance, way, password) = (Entrance::SignOn, self.door(0).1, THIRD);
            self.take(Step::SignOn(SignOn { user, password, entrance, way, upper_case: false }));
        }
    }

    /// One door makes a user and gives tokens, and a different one replaces the password, twice and back again.
    pub(super) fn replaced(mut self, shift: usize) -> Self {
        let first = self.enter_for_token(0, USER, FIRST);
        self.show_company(OTHER);
        self.direct(USER, FIRST);
        let direct = self.last_token(USER);
        // The same password keeps the user and the tokens, in whatever case the e-mail is.
        self.enter(shift, USER, FIRST, true);
        let code = self.last_code(USER);
        self.session(first);
        self.enter(shift, USER, SECOND, false);
        self.session(first);
        self.session(direct);
        self.exchange(code);
        self.direct(USER, FIRST);
        self.direct(USER, SECOND);
        let second = self.last_token(USER);
        self.enter(shift, USER, THIRD, true);
        self.direct(USER, FIRST);
        self.direct(USER, SECOND);
        self.session(second);
        let last = self.enter_for_token(shift + 1, USER, FIRST);
        // What ended does not come back with the password.
        self.session(first);
        self.exchange(code);
        self.direct(USER, FIRST);
        self.session(last);
        self
    }

    /// What happens to one user changes nothing for those with the same password or the same e-mail.
    pub(super) fn with_others(mut self) -> Self {
        self.show_company(OTHER);
        self.show_company(User { company: 2, ..OTHER });
        let namesake = self.enter_for_token(1, NAMESAKE, FIRST);
        let other = self.enter_for_token(2, OTHER, FIRST);
        let own = self.enter_for_token(0, USER, FIRST);
        self.enter(1, NAMESAKE, FIRST, false);
        let code = self.last_code(NAMESAKE);
        self.enter(0, USER, SECOND, false);
        self.session(own);
        for (user, token) in [(NAMESAKE, namesake), (OTHER, other)] {
            self.session(token);
            self.direct(user, SECOND);
            self.direct(user, FIRST);
        }
        self.exchange(code);
        self.direct(USER, FIRST);
        let own = self.enter_for_token(0, USER, SECOND);
        self.sign_out(own);
        self.session(namesake);
        self.session(other);
        self.enter(0, NAMESAKE, THIRD, false);
        self.direct(USER, THIRD);
        self.direct(USER, SECOND);
        self
    }

    /// A direct sign-in changes nothing, whether it is accepted or refused, and a sign-out ends one token.
    pub(super) fn directly(mut self) -> Self {
        let first = self.enter_for_token(0, USER, FIRST);
        let second = self.enter_for_token(1, USER, FIRST);
        self.show_company(OTHER);
        self.direct(USER, SECOND);
        self.session(first);
        self.direct(USER, FIRST);
        let direct = self.last_token(USER);
        self.session(direct);
        self.sign_out(direct);
        self.session(direct);
        self.session(first);
        self.direct(USER, SECOND);
        self.sign_out(first);
        self.session(first);
        self.sign_out(first);
        self.session(second);
        // Nobody comes to be by a direct sign-in.
        self.direct(NOBODY, FIRST);
        self.direct(NOBODY, FIRST);
        self.enter(2, NOBODY, SECOND, false);
        self.direct(NOBODY, FIRST);
        self.direct(NOBODY, SECOND);
        self
    }

    /// A code is exchanged once, until the password is replaced.
    pub(super) fn with_codes(mut self) -> Self {
        let way = self.next(&Way::ALL, Way::Form);
        let launch = |scene: &mut Self, password| {
            let (user, entrance) = (USER, Entrance::Launch);
            let launch = SignOn { user, password, entrance, way, upper_case: false };
            scene.take(Step::SignOn(launch));
            scene.last_code(USER)
        };
        let untried = launch(&mut self, FIRST);
        let first = launch(&mut self, FIRST);
        let second = launch(&mut self, FIRST);
        self.exchange(first);
        let token = self.last_token(USER);
        self.exchange(first);
        self.exchange(first);
        self.session(token);
        self.enter(0, USER, FIRST, false);
        let kept = launch(&mut self, FIRST);
        self.exchange(second);
        self.sign_out(token);
        let outdated = launch(&mut self, FIRST);
        let new = launch(&mut self, SECOND);
        self.exchange(outdated);
        self.exchange(kept);
        self.exchange(new);
        self.session(self.last_token(USER));
        let new = launch(&mut self, SECOND);
        self.enter(1, USER, THIRD, false);
        self.exchange(new);
        self.direct(USER, SECOND);
        self.direct(USER, THIRD);
        // What ended does not come back with the password.
        let back = launch(&mut self, FIRST);
        self.exchange(untried);
        self.exchange(back);
        self
    }

    /// Calls at the same time are of one user, and leave one password.
    pub(super) fn raced(mut self, kinds: &[Entrance], known: bool, same: bool) -> Self {
        self.show_company(OTHER);
        if known {
            self.enter(0, USER, FIRST, false);
        }
        let passwords = if same { [SECOND, SECOND] } else { [SECOND, THIRD] };
        let racers = kinds.iter().zip(passwords).map(|(entrance, password)| {
            let way = self.next(&Way::ALL, Way::Form);
            SignOn { user: USER, password, entrance: *entrance, way, upper_case: false }
        });
        let racers: Vec<_> = racers.collect();
        if !self.model.allows(&Step::Together(racers.clone())) {
            self.steps.clear();
            return self;
        }
        self.take(Step::Together(racers));
        self.direct(USER, SECOND);
        if !same {
            self.direct(USER, THIRD);
        }
        for code in self.model.codes() {
            self.exchange(code);
        }
        for token in self.model.tokens() {
            self.session(token);
        }
        self.enter(2, USER, FIRST, false);
        self.direct(USER, SECOND);
        self.direct(USER, FIRST);
        self
    }

    /// One password is not the other, whichever is stored and whichever door it comes through. Each pair has a user of its own.
    pub(super) fn look_alikes(mut self, pairs: &[(Shape, Shape)]) -> Self {
        for (user, (one, other)) in [USER, NOBODY].into_iter().zip(pairs) {
            let one = Password { number: 1, shape: *one };
            let other = Password { number: 1, shape: *other };
            let token = self.enter_for_token(0, user, one);
            self.show_company(OTHER);
            self.direct(user, other);
            self.enter(1, user, one, false);
            self.direct(user, other);
            self.session(token);
            self.direct(user, one);
            self.enter(2, user, other, false);
            self.direct(user, one);
            self.session(token);
            self.direct(user, other);
        }
        self
    }
}
