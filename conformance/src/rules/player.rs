//! Plays a sequence on a server, with names and passwords that nobody had before.

use std::collections::BTreeMap;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::lacking::Lacking;
use crate::record::left_behind::DOMAIN;
use crate::record::stop::Stop;
use crate::rules::failure::Failure;
use crate::rules::misstep::Misstep;
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::{MismatchKind, broken};
use crate::rules::shown_accounts::ShownAccounts;
use crate::rules::step::{
    Code, Direct, Entrance, Exchange, Password, Presented, SignOn, Step, Token, User,
};
use crate::suite::probe::Probe;

/// The description of an answer that signs on.
const ACCEPTED: &str = "HTTP 200 with stat `ok` and a `return.userId`";
/// The description of an answer that launches.
const LAUNCHED: &str = "HTTP 303 with a `Location` that ends in `?code=` or `&code=` and a code";

/// A sequence that is being played.
pub(crate) struct Player<'p, 't> {
    probe: &'p mut Probe<'t>,
    model: Model,
    names: BTreeMap<u8, String>,
    passwords: BTreeMap<u8, String>,
    shown: ShownAccounts,
    tokens: BTreeMap<Token, String>,
    codes: BTreeMap<Code, String>,
    /// The number of tokens that each user has or might have been given.
    given: BTreeMap<User, u32>,
    /// The number of codes, likewise.
    launched: BTreeMap<User, u32>,
    played: Vec<Step>,
    seen: Vec<Vec<Seen>>,
}

/// The results of a step, unless no conforming server has them.
type Judged = Result<Vec<Seen>, Misstep>;

impl<'p, 't> Player<'p, 't> {
    pub(crate) fn new(probe: &'p mut Probe<'t>, offer: Offer) -> Self {
        Self {
            probe,
            model: Model::new(offer),
            names: BTreeMap::new(),
            passwords: BTreeMap::new(),
            shown: ShownAccounts::default(),
            tokens: BTreeMap::new(),
            codes: BTreeMap::new(),
            given: BTreeMap::new(),
            launched: BTreeMap::new(),
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
            Step::Direct(Direct { user, password, way }) => {
                let fields = Fields::default()
                    .and("userid", &self.email(*user, false))
                    .and("password", &self.password(*password))
                    .and("company", self.shown.domain(user.company));
                self.ask(step, &way.to(Operation::Direct, &fields), *user)?
            }
            Step::Exchange(Exchange { code, way }) => match self.codes.get(code) {
                Some(text) => {
                    let product = self.probe.product();
                    let fields = Fields::default().and("code", text).and("product", product);
                    let request = way.to(Operation::Exchange, &fields);
                    let request = request.bearer(self.probe.product_secret()?);
                    self.ask(step, &request, code.user)?
                }
                None => {
                    self.take_place(code.user);
                    Ok(vec![Seen::Unsent])
                }
            },
            Step::Session(it) => match self.presents(Operation::Session, *it) {
                Some(request) => self.ask(step, &request, it.token.user)?,
                None => Ok(vec![Seen::Unsent]),
            },
            Step::SignOut(it) => match self.presents(Operation::SignOut, *it) {
                Some(request) => self.sign_out(step, &request)?,
                None => Ok(vec![Seen::Unsent]),
            },
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
        let expected = "one of the sign-ons to be accepted";
        Misstep::new(0, MismatchKind::AllLost, expected, Refusal::CONCURRENT.to_string())
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
            let accepted = match sign_on.entrance {
                Entrance::SignOn if self.probe.signed_on(answer)?.is_ok() => {
                    self.identify(sign_on.user, answer, at)?
                }
                Entrance::Launch if self.launched(sign_on, answer)? => {
                    self.keep_code(sign_on.user, answer, at)
                }
                Entrance::SignOn | Entrance::Launch
                    if self.may_lose(step, at) && answer.is(Refusal::CONCURRENT) =>
                {
                    match sign_on.entrance {
                        Entrance::SignOn => drop(self.take_place(sign_on.user)),
                        Entrance::Launch => drop(self.take_code_place(sign_on.user)),
                    }
                    seen.push(Seen::Lost);
                    continue;
                }
                Entrance::SignOn | Entrance::Launch => {
                    return Ok(Err(self.expected(step, at, answer.summary())));
                }
            };
            if let Err(misstep) = accepted {
                return Ok(Err(misstep));
            }
            seen.push(Seen::Accepted);
        }
        Ok(Ok(seen))
    }

    fn request(&mut self, sign_on: &SignOn) -> Result<Request, Stop> {
        let SignOn { user, password, entrance, way, upper_case } = *sign_on;
        let key = if user.company == 1 { self.probe.key() } else { self.probe.second_key()? };
        let fields = Fields::default()
            .and("email", &self.email(user, upper_case))
            .and("password", &self.password(password))
            .and("ssokey", key)
            .and("product", self.probe.product());
        let operation = match entrance {
            Entrance::SignOn => Operation::SignOn,
            Entrance::Launch => Operation::Launch,
        };
        Ok(way.to(operation, &fields))
    }

    /// Returns whether the answer is that to a launch which was accepted.
    fn launched(&mut self, sign_on: &SignOn, answer: &Answer) -> Result<bool, Stop> {
        if answer.status() == 303 && answer.code().is_some_and(|code| !code.is_empty()) {
            let email = self.email(sign_on.user, false);
            self.probe.created(&email);
            return Ok(true);
        }
        self.probe.blame_settings(answer)?;
        if answer.is(Refusal::ACCESS) {
            return Err(Stop::Blocked(Lacking::LaunchUrl.into()));
        }
        Ok(false)
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
        if let Err(misstep) = self.shown.recognise(user, answer, at) {
            return Ok(Err(misstep));
        }
        let token = self.keep_token(user, answer)?;
        let text = self.tokens.get(&token);
        let mut others = self.tokens.iter().filter(|(other, _)| **other != token);
        if let Some((earlier, _)) = others.find(|(_, other)| Some(*other) == text) {
            let (kind, expected) = (MismatchKind::Token(*earlier), "a token never given before");
            return Ok(Err(Misstep::new(at, kind, expected, format!("{earlier}"))));
        }
        Ok(Ok(()))
    }

    /// Asks for a user by its own password, by a code or by a token.
    fn ask(&mut self, step: &Step, request: &Request, user: User) -> Result<Judged, Stop> {
        let answer = match self.probe.answered(request)? {
            Ok(answer) => answer,
            Err(mismatch) => return Ok(Err(self.expected(step, 0, mismatch.actual))),
        };
        let gives = matches!(step, Step::Direct(_) | Step::Exchange(_));
        let refused = step.refusal().is_some_and(|refusal| answer.is(refusal));
        if refused && self.may(step, Seen::Refused) {
            if gives && self.model.users().contains(&user) {
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
        if let Err(misstep) = self.shown.recognise(user, &answer, 0) {
            return Ok(Err(misstep));
        }
        if gives {
            self.keep_token(user, &answer)?;
        }
        Ok(Ok(vec![Seen::Accepted]))
    }

    /// Returns the request that brings a token, if there is such a token.
    fn presents(
        &self,
        operation: Operation,
        Presented { token, carrier }: Presented,
    ) -> Option<Request> {
        let text = self.tokens.get(&token)?;
        Some(match carrier.way() {
            None => Request::bare(operation).bearer(text),
            Some(way) => way.to(operation, &Fields::default().and("token", text)),
        })
    }

    fn sign_out(&mut self, step: &Step, request: &Request) -> Result<Judged, Stop> {
        let answer = match self.probe.answered(request)? {
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
        let launches = step.sign_ons().get(at).is_some_and(|it| it.entrance == Entrance::Launch);
        let accepted = match step {
            Step::SignOut(_) => "HTTP 200 with stat `ok`",
            Step::SignOn(_) | Step::Together(_) if launches => LAUNCHED,
            Step::SignOn(_)
            | Step::Together(_)
            | Step::Direct(_)
            | Step::Exchange(_)
            | Step::Session(_) => ACCEPTED,
        };
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
        Misstep::new(at, kind, expected.join(", or "), actual)
    }

    /// Keeps the code that an answer gives the user, and expects it to be new.
    fn keep_code(&mut self, user: User, answer: &Answer, at: usize) -> Result<(), Misstep> {
        let code = self.take_code_place(user);
        let text = answer.code().unwrap_or_default();
        let earlier = self.codes.iter().find_map(|(code, known)| (*known == text).then_some(*code));
        self.codes.insert(code, text);
        match earlier {
            Some(earlier) => {
                let (kind, expected) = (MismatchKind::Code(earlier), "a code never given before");
                Err(Misstep::new(at, kind, expected, format!("{earlier}")))
            }
            None => Ok(()),
        }
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

    /// The place of the user's next code, likewise.
    fn take_code_place(&mut self, user: User) -> Code {
        let launched = self.launched.entry(user).or_default();
        *launched = launched.saturating_add(1);
        Code { user, number: *launched }
    }

    /// Blames a refusal on the second key, as long as nobody knows whether it is good.
    fn blame_second_key(&self, user: User, answer: &Answer) -> Result<(), Stop> {
        let unproven = user.company == 2 && !self.shown.has_company(2);
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
}
