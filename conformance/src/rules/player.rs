//! Plays a sequence on a server, with names and passwords that nobody had before.

use std::collections::BTreeMap;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::left_behind::DOMAIN;
use crate::record::stop::Stop;
use crate::rules::failure::Failure;
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::{MismatchKind, broken};
use crate::rules::step::{Password, SignOn, Step, Token, User};
use crate::suite::probe::Probe;

/// The description of an answer that signs on.
const ACCEPTED: &str = "HTTP 200 with stat `ok` and a `return.userId`";

/// A sequence that is being played.
pub(crate) struct Player<'p, 't> {
    probe: &'p mut Probe<'t>,
    model: Model,
    names: BTreeMap<u8, String>,
    passwords: BTreeMap<u8, String>,
    /// `companyId` and `companyDomain` of each company, as its first answer told them.
    companies: BTreeMap<u8, (String, String)>,
    /// `userId` of each user, likewise.
    users: BTreeMap<User, String>,
    tokens: BTreeMap<Token, String>,
    /// The number of tokens that each user has or might have been given.
    given: BTreeMap<User, u8>,
    played: Vec<Step>,
    seen: Vec<Vec<Seen>>,
}

/// The results of a step, unless no conforming server has them.
type Judged = Result<Vec<Seen>, Misstep>;

/// A difference of an answer to a step: its place and its kind.
struct Misstep {
    at: usize,
    kind: MismatchKind,
    expected: String,
    actual: String,
}

impl<'p, 't> Player<'p, 't> {
    pub(crate) fn new(probe: &'p mut Probe<'t>, offer: Offer) -> Self {
        Self {
            probe,
            model: Model::new(offer),
            names: BTreeMap::new(),
            passwords: BTreeMap::new(),
            companies: BTreeMap::new(),
            users: BTreeMap::new(),
            tokens: BTreeMap::new(),
            given: BTreeMap::new(),
            played: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Takes one step more; the failure if the server gets it wrong.
    ///
    /// # Errors
    ///
    /// The server is lawfully unable to answer, or the kit is at fault.
    pub(crate) fn play(&mut self, step: &Step) -> Result<Option<Failure>, Stop> {
        self.played.push(step.clone());
        let judged = match step {
            Step::SignOn(sign_on) => self.sign_on(step, std::slice::from_ref(sign_on))?,
            Step::Together(sign_ons) => self.sign_on(step, sign_ons)?,
            Step::Direct(direct) => {
                let fields = Fields::default()
                    .and("userid", &self.email(direct.user, false))
                    .and("password", &self.password(direct.password))
                    .and("company", self.domain(direct.user.company));
                let request = direct.way.to(Operation::Direct, &fields);
                self.ask(step, &request, direct.user)?
            }
            Step::Session(token) => match self.tokens.get(token) {
                Some(text) => {
                    let request = Request::bare(Operation::Session).bearer(text);
                    self.ask(step, &request, token.user)?
                }
                None => Ok(vec![Seen::Unsent]),
            },
            Step::SignOut(token) => self.sign_out(step, *token)?,
        };
        let misstep = match judged {
            Ok(seen) => match self.model.observe(step, &seen) {
                Some(model) => {
                    self.model = model;
                    self.seen.push(seen);
                    return Ok(None);
                }
                None => Self::all_lost(),
            },
            Err(misstep) => misstep,
        };
        let Misstep { at, kind, expected, actual } = misstep;
        Ok(Some(Failure {
            property: broken(&self.played, at, kind),
            steps: std::mem::take(&mut self.played),
            seen: std::mem::take(&mut self.seen),
            at,
            kind,
            expected,
            actual,
        }))
    }

    /// Sign-ons that all say that a different one was faster.
    fn all_lost() -> Misstep {
        Misstep {
            at: 0,
            kind: MismatchKind::AllLost,
            expected: "one of the sign-ons to be accepted".to_owned(),
            actual: Refusal::CONCURRENT.to_string(),
        }
    }

    fn sign_on(&mut self, step: &Step, sign_ons: &[SignOn]) -> Result<Judged, Stop> {
        let requests: Vec<_> =
            sign_ons.iter().map(|it| self.request(it)).collect::<Result<_, _>>()?;
        let answers = match requests.as_slice() {
            [request] => self.probe.answered(request)?.map(|answer| vec![answer]),
            requests => self.probe.answered_together(requests)?,
        };
        let answers = match answers {
            Ok(answers) => answers,
            Err(mismatch) => return Ok(Err(self.expected(step, 0, mismatch.actual))),
        };
        let mut seen = Vec::new();
        for (at, (sign_on, answer)) in sign_ons.iter().zip(&answers).enumerate() {
            self.blame_second_key(sign_on.user, answer)?;
            let accepted = self.probe.signed_on(answer)?;
            let lost = self.may_lose(step, at) && answer.is(Refusal::CONCURRENT);
            match accepted {
                Ok(_) => {
                    if let Err(misstep) = self.identify(sign_on.user, answer, at)? {
                        return Ok(Err(misstep));
                    }
                    seen.push(Seen::Accepted);
                }
                Err(_) if lost => {
                    self.take_place(sign_on.user);
                    seen.push(Seen::Lost);
                }
                Err(mismatch) => return Ok(Err(self.expected(step, at, mismatch.actual))),
            }
        }
        Ok(Ok(seen))
    }

    fn request(&mut self, sign_on: &SignOn) -> Result<Request, Stop> {
        let SignOn { user, password, way, upper_case } = *sign_on;
        let key = if user.company == 1 { self.probe.key() } else { self.probe.second_key()? };
        let fields = Fields::default()
            .and("email", &self.email(user, upper_case))
            .and("password", &self.password(password))
            .and("ssokey", key)
            .and("product", self.probe.product());
        Ok(way.request(&fields))
    }

    /// Returns whether a sign-on of this step may be told that others were faster.
    fn may_lose(&self, step: &Step, at: usize) -> bool {
        self.model.legal(step).iter().any(|seen| seen.get(at) == Some(&Seen::Lost))
    }

    /// Expects the user and its company to be those who they were, and the token to be new.
    fn identify(
        &mut self,
        user: User,
        answer: &Answer,
        at: usize,
    ) -> Result<Result<(), Misstep>, Stop> {
        let shown = |name: &str| answer.returned(name).map_or("absent".to_owned(), Json::to_string);
        let (company, id) = (shown("companyId"), shown("userId"));
        let misstep =
            |kind, expected, actual: String| Ok(Err(Misstep { at, kind, expected, actual }));
        match self.companies.get(&user.company) {
            Some((known, _)) if *known != company => {
                let expected = format!("the `companyId` {known} of the key, as before");
                return misstep(MismatchKind::Company, expected, company);
            }
            Some(_) => (),
            None => {
                if self.companies.values().any(|(other, _)| *other == company) {
                    let expected = format!("a `companyId` other than {company} of the other key");
                    return misstep(MismatchKind::OtherCompany, expected, company);
                }
                let domain = answer.returned("companyDomain").and_then(Json::as_str);
                let domain = domain.unwrap_or_default().to_owned();
                self.companies.insert(user.company, (company, domain));
            }
        }
        match self.users.get(&user) {
            Some(known) if *known != id => {
                let expected = format!("the `userId` {known}, as before");
                return misstep(MismatchKind::User, expected, id);
            }
            Some(_) => (),
            None => {
                let mut others = self.users.iter();
                let same = others.find(|(it, known)| it.company == user.company && **known == id);
                if let Some((other, _)) = same {
                    let expected = format!("a `userId` other than {id}, which is {other}");
                    return misstep(MismatchKind::OtherUser(*other), expected, id);
                }
                self.users.insert(user, id);
            }
        }
        let token = self.keep_token(user, answer)?;
        let text = self.tokens.get(&token);
        let mut others = self.tokens.iter().filter(|(other, _)| **other != token);
        if let Some((earlier, _)) = others.find(|(_, other)| Some(*other) == text) {
            let expected = "a token never given before".to_owned();
            return misstep(MismatchKind::Token(*earlier), expected, format!("{earlier}"));
        }
        Ok(Ok(()))
    }

    /// Asks for a user by its own password or by a token.
    fn ask(&mut self, step: &Step, request: &Request, user: User) -> Result<Judged, Stop> {
        let answer = match self.probe.answered(request)? {
            Ok(answer) => answer,
            Err(mismatch) => return Ok(Err(self.expected(step, 0, mismatch.actual))),
        };
        let direct = matches!(step, Step::Direct(_));
        let refused = step.refusal().is_some_and(|refusal| answer.is(refusal));
        if refused && self.may(step, Seen::Refused) {
            if direct && self.users.contains_key(&user) {
                self.take_place(user);
            }
            return Ok(Ok(vec![Seen::Refused]));
        }
        let accepted = self.probe.signed_on(&answer)?.is_ok();
        if !accepted || !self.may(step, Seen::Accepted) {
            let mut misstep = self.expected(step, 0, answer.summary());
            if accepted {
                misstep.kind = MismatchKind::Accepted;
            }
            return Ok(Err(misstep));
        }
        let id = answer.returned("userId").map(Json::to_string);
        let known = self.users.get(&user);
        if id.as_ref() != known {
            let shown = |id: Option<&String>| id.map_or("absent".to_owned(), String::clone);
            return Ok(Err(Misstep {
                at: 0,
                kind: MismatchKind::User,
                expected: format!("the `userId` {} of the sign-on", shown(known)),
                actual: shown(id.as_ref()),
            }));
        }
        if direct {
            self.keep_token(user, &answer)?;
        }
        Ok(Ok(vec![Seen::Accepted]))
    }

    fn sign_out(&mut self, step: &Step, token: Token) -> Result<Judged, Stop> {
        let Some(text) = self.tokens.get(&token) else { return Ok(Ok(vec![Seen::Unsent])) };
        let request = Request::bare(Operation::SignOut).bearer(text);
        let answer = match self.probe.answered(&request)? {
            Ok(answer) => answer,
            Err(mismatch) => return Ok(Err(self.expected(step, 0, mismatch.actual))),
        };
        let stat = answer.member("stat").and_then(Json::as_str);
        if answer.status() == 200 && stat == Some("ok") {
            return Ok(Ok(vec![Seen::Accepted]));
        }
        Ok(Err(self.expected(step, 0, answer.summary())))
    }

    fn may(&self, step: &Step, seen: Seen) -> bool {
        self.model.legal(step).contains(&vec![seen])
    }

    /// That a request of this step came to something else than it may.
    fn expected(&self, step: &Step, at: usize, actual: String) -> Misstep {
        let legal = self.model.legal(step);
        let may = |seen| legal.iter().any(|legal| legal.get(at) == Some(&seen));
        let accepted =
            if matches!(step, Step::SignOut(_)) { "HTTP 200 with stat `ok`" } else { ACCEPTED };
        let mut expected = Vec::new();
        if may(Seen::Accepted) {
            expected.push(accepted.to_owned());
        }
        if let Some(refusal) = step.refusal().filter(|_| may(Seen::Refused)) {
            expected.push(refusal.to_string());
        }
        if may(Seen::Lost) {
            expected.push(Refusal::CONCURRENT.to_string());
        }
        let accept = may(Seen::Accepted);
        let kind = if accept { MismatchKind::NotAccepted } else { MismatchKind::NotRefused };
        Misstep { at, kind, expected: expected.join(", or "), actual }
    }

    /// Keeps the token that an answer gives the user.
    fn keep_token(&mut self, user: User, answer: &Answer) -> Result<Token, Stop> {
        let token = self.take_place(user);
        let text = answer.returned("token").and_then(Json::as_str).ok_or_else(|| {
            let why = "an answer gives no `token` of text: see what `ssokey-check run` says of it";
            Stop::Blocked(why.into())
        })?;
        self.tokens.insert(token, text.to_owned());
        Ok(token)
    }

    /// The place of the user's next token, whether or not there comes to be one.
    fn take_place(&mut self, user: User) -> Token {
        let given = self.given.entry(user).or_default();
        *given = given.saturating_add(1);
        Token { user, number: *given }
    }

    /// Blames a refusal on the second key, as long as nobody knows whether it is good.
    fn blame_second_key(&self, user: User, answer: &Answer) -> Result<(), Stop> {
        let unproven = user.company == 2 && !self.companies.contains_key(&2);
        if unproven && (answer.is(Refusal::KEY) || answer.is(Refusal::ACCESS)) {
            let why = "the server refuses the second key: is it a key of this server, enabled, and for this product?";
            return Err(Stop::Blocked(why.into()));
        }
        Ok(())
    }

    fn email(&mut self, user: User, upper_case: bool) -> String {
        let accounts = self.probe.accounts();
        let name = self.names.entry(user.name).or_insert_with(|| accounts.name());
        let email = format!("{name}@{DOMAIN}");
        if upper_case { email.to_ascii_uppercase() } else { email }
    }

    fn password(&mut self, password: Password) -> String {
        let accounts = self.probe.accounts();
        let own = self.passwords.entry(password.number).or_insert_with(|| accounts.password());
        password.shape.around(own)
    }

    fn domain(&self, company: u8) -> &str {
        self.companies.get(&company).map_or("", |(_, domain)| domain)
    }
}
