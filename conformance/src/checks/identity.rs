//! Users and companies that stay who they are, in every answer of a run.

use std::collections::{BTreeMap, HashMap};

use crate::checks::documented::account;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::exchange::Exchange;
use crate::record::left_behind::DOMAIN;
use crate::record::log::{Log, Origin};
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "sign-on.tells-users-apart",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-001", "SSO-RULE-002"],
        title: "e-mails that are alike, of one domain and of several, are as many users, each the same by every way",
        judge: Judge::Active(tells_users_apart),
    },
    Check {
        id: "answer.names-one-user-per-email",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-001", "SSO-RULE-002", "SSO-RULE-003"],
        title: "in all answers of the run an e-mail of a company has one userId, and a userId one e-mail",
        judge: Judge::Passive(names_one_user_per_email),
    },
    Check {
        id: "answer.says-the-same-of-a-user",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-002", "SSO-SES-001", "SSO-EXC-001", "SSO-DIR-001"],
        title: "sign-on, direct sign-in, exchange and session say the same of a user, member by member, apart from the token",
        judge: Judge::Passive(says_the_same_of_a_user),
    },
    Check {
        id: "answer.says-the-same-of-a-company",
        profile: Profile::SignOn,
        requirements: &["SSO-TEN-003"],
        title: "every answer to a key has the same companyId, companyName and companyDomain",
        judge: Judge::Passive(says_the_same_of_a_company),
    },
    Check {
        id: "answer.gives-every-new-user-defaults",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-005"],
        title: "every user whom the run creates is named by its e-mail and has no rights",
        judge: Judge::Passive(gives_every_new_user_defaults),
    },
];

/// So many users besides those whose e-mails are alike: a `userId` that comes again after fewer users is seen.
const CROWD: usize = 40;

const COMPANY: [&str; 3] = ["companyId", "companyName", "companyDomain"];

/// E-mails that hashes, columns and sums may take for each other.
fn alike(name: &str) -> Vec<String> {
    let filled = |text: &str, length: usize| format!("{text:x<length$}");
    let long = filled(name, 63);
    let label = "x".repeat(62);
    let locals = ["", "-ab", "-ba", "-aab", "-aba", "-baa", "-1", "-01", "-10", ".a", "_a", "-a"];
    let locals = locals.iter().map(|end| format!("{name}{end}@{DOMAIN}"));
    let domains = ["a", "b", "a.b", "b.a", "ab"].map(|label| format!("{name}@{label}.{DOMAIN}"));
    let colleague = format!("{name}-ab@a.{DOMAIN}");
    let ends = ["a", "b"].into_iter();
    let ends = ends.flat_map(|end| {
        [
            format!("{long}{end}@{DOMAIN}"),
            format!("{long}x@{label}{end}.{DOMAIN}"),
            format!("{long}x@{label}x.{label}{end}.{DOMAIN}"),
        ]
    });
    locals.chain(domains).chain([colleague]).chain(ends).collect()
}

fn tells_users_apart(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let name = probe.accounts().name();
    let alike = alike(&name);
    let crowd: Vec<_> =
        (0..CROWD).map(|_| format!("{}@{DOMAIN}", probe.accounts().name())).collect();
    let mut known = BTreeMap::<String, String>::new();
    let mut again = Vec::new();
    for (email, way) in alike.iter().chain(&crowd).zip(Way::ALL.iter().cycle()) {
        let fields = probe.user_at(email);
        let request = way.request(&fields);
        let Some(new) = probe.expect_sign_on(&request)? else { continue };
        let id = new.user.to_string();
        if let Some(other) = known.get(&id) {
            let expected = format!("a different `userId` than that of `{other}`");
            probe.note(&request, Mismatch::new(expected, format!("{id} for `{email}`")));
        }
        known.entry(id).or_insert_with(|| email.clone());
        if alike.contains(email) {
            again.push((fields, new));
        }
    }
    for ((fields, before), way) in again.iter().zip(Way::ALL.iter().cycle().skip(1)) {
        probe.expect_same_user(&way.request(fields).case("the same user again"), before)?;
    }
    Ok(())
}

/// Judges the exchanges of a run; in what somebody recorded nobody knows what an operator changed meanwhile.
fn judge_run(
    log: &Log,
    mut judge: impl FnMut(&Exchange) -> Result<(), Mismatch>,
) -> Result<Vec<LocatedMismatch>, Stop> {
    if log.origin != Origin::Run {
        return Err(Stop::Lacking(
            "it takes a run, in which nobody changes users meanwhile".into(),
        ));
    }
    let mut any = false;
    let mut mismatches = Vec::new();
    for (place, exchange) in log.exchanges().iter().enumerate() {
        any |= exchange.gives_account();
        if let Err(mismatch) = judge(exchange) {
            mismatches.push(mismatch.on(&exchange.request, Some(place)));
        }
    }
    if any { Ok(mismatches) } else { Err(log.has_nothing()) }
}

fn shown(member: Option<&Json>) -> String {
    member.map_or("absent".to_owned(), Json::to_string)
}

fn names_one_user_per_email(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let (mut ids, mut emails) = (HashMap::new(), HashMap::new());
    judge_run(log, |exchange| {
        let answer = &exchange.answer;
        let Some(email) = answer.returned("email").and_then(Json::as_str) else { return Ok(()) };
        if !exchange.gives_account() {
            return Ok(());
        }
        let (company, email) = (shown(answer.returned("companyId")), email.to_ascii_lowercase());
        let id = shown(answer.returned("userId"));
        let own = ids.entry((company.clone(), email.clone())).or_insert_with(|| id.clone());
        if *own != id {
            let expected = format!("the `userId` that `{email}` had before, {own}");
            return Err(Mismatch::new(expected, id));
        }
        let holder = emails.entry((company, id.clone())).or_insert_with(|| email.clone());
        if *holder != email {
            let expected = format!("a different `userId` than that of `{holder}`");
            return Err(Mismatch::new(expected, format!("{id} for `{email}`")));
        }
        Ok(())
    })
}

/// A user by whom a request names: the key of its company, and its e-mail in lower case.
type Subject = (String, String);

/// The users whom requests name directly, or by what was given to them before.
#[derive(Default)]
struct Subjects {
    tokens: HashMap<String, Subject>,
    codes: HashMap<String, Subject>,
    /// The key of each company's domain.
    keys: HashMap<String, String>,
}

impl Subjects {
    /// Returns whom a request is about, if it names one user, and remembers what the answer gives.
    fn of(&mut self, Exchange { request, answer, .. }: &Exchange) -> Option<Subject> {
        let operation = request.operation()?;
        let subject = match operation {
            Operation::SignOn | Operation::Launch => {
                (only(request, "ssokey")?, only(request, "email")?.to_ascii_lowercase())
            }
            Operation::Direct => {
                let key = self.keys.get(&only(request, "company")?.to_ascii_lowercase())?;
                (key.clone(), only(request, "userid")?.to_ascii_lowercase())
            }
            Operation::Exchange => self.codes.get(&only(request, "code")?)?.clone(),
            Operation::Session | Operation::SignOut => self.tokens.get(&token(request)?)?.clone(),
        };
        if let Some(code) = answer.code().filter(|_| operation == Operation::Launch) {
            self.codes.insert(code, subject.clone());
        }
        let token = answer.returned("token").and_then(Json::as_str);
        if let Some(token) = token.filter(|_| operation != Operation::Session) {
            self.tokens.insert(token.to_owned(), subject.clone());
        }
        let domain = answer.returned("companyDomain").and_then(Json::as_str);
        if let Some(domain) = domain.filter(|_| operation == Operation::SignOn) {
            self.keys.entry(domain.to_ascii_lowercase()).or_insert_with(|| subject.0.clone());
        }
        Some(subject)
    }
}

/// The value of a field that occurs once.
fn only(request: &Request, name: &str) -> Option<String> {
    let fields = request.fields().into_iter();
    let mut values = fields.filter(|(known, _)| known == name).map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// The only token of a request, wherever it stands.
fn token(request: &Request) -> Option<String> {
    let bearer = request.header_value("authorization").and_then(|it| it.split_once(' '));
    let bearer = bearer.map(|(_, token)| token.trim().to_owned());
    let fields = [only(request, "token"), only(request, "_token")];
    let mut tokens = [bearer].into_iter().chain(fields).flatten();
    let token = tokens.next()?;
    tokens.next().is_none().then_some(token)
}

/// Compares members with what an earlier answer had.
fn same<'n>(
    names: impl Iterator<Item = &'n str>,
    before: &Answer,
    by: Operation,
    now: &Answer,
) -> Result<(), Mismatch> {
    for name in names {
        let [was, is] = [before, now].map(|it| it.returned(name));
        if was != is {
            let expected = format!("`{name}` to be {} as in a {} before", shown(was), by.name());
            return Err(Mismatch::new(expected, shown(is)));
        }
    }
    Ok(())
}

fn says_the_same_of_a_user(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let mut subjects = Subjects::default();
    let mut accounts = HashMap::<Subject, (Operation, Answer)>::new();
    judge_run(log, |exchange| {
        let (Some(subject), Some(operation)) =
            (subjects.of(exchange), exchange.request.operation())
        else {
            return Ok(());
        };
        if !exchange.gives_account() {
            return Ok(());
        }
        let answer = &exchange.answer;
        let email = answer.returned("email").and_then(Json::as_str).unwrap_or_default();
        if !email.eq_ignore_ascii_case(&subject.1) {
            let expected = format!("`email` to be `{}`", subject.1);
            return Err(Mismatch::new(expected, format!("`{email}`")));
        }
        let Some((by, before)) = accounts.get(&subject) else {
            accounts.insert(subject, (operation, answer.clone()));
            return Ok(());
        };
        let names = account().iter().map(|(name, _)| name.as_str());
        same(names.filter(|name| !["token", "email"].contains(name)), before, *by, answer)
    })
}

fn says_the_same_of_a_company(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let mut subjects = Subjects::default();
    let mut companies = HashMap::<String, (Operation, Answer)>::new();
    judge_run(log, |exchange| {
        let (Some((key, _)), Some(operation)) =
            (subjects.of(exchange), exchange.request.operation())
        else {
            return Ok(());
        };
        if !exchange.gives_account() {
            return Ok(());
        }
        let Some((by, before)) = companies.get(&key) else {
            companies.insert(key, (operation, exchange.answer.clone()));
            return Ok(());
        };
        same(COMPANY.into_iter(), before, *by, &exchange.answer)
    })
}

fn gives_every_new_user_defaults(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let mut subjects = Subjects::default();
    let mut seen = HashMap::new();
    judge_run(log, |exchange| {
        let Some(subject) = subjects.of(exchange) else { return Ok(()) };
        let signs_on = exchange.request.operation() == Some(Operation::SignOn);
        if !signs_on || !exchange.gives_account() || seen.insert(subject, ()).is_some() {
            return Ok(());
        }
        let answer = &exchange.answer;
        let email = answer.returned("email");
        let (no, nothing) = (Json::Bool(false), Json::Array(Vec::new()));
        for (name, default) in [
            ("loginId", email),
            ("displayName", email),
            ("isCreator", Some(&no)),
            ("isCompanyAdmin", Some(&no)),
            ("permissions", Some(&nothing)),
        ] {
            let given = answer.returned(name);
            if given != default {
                let expected = format!("`{name}` to be {} for a new user", shown(default));
                return Err(Mismatch::new(expected, shown(given)));
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn e_mails_that_are_alike_are_different_and_within_their_bounds() {
        let emails = alike("check-0707070707-103-1");
        let different: BTreeSet<_> = emails.iter().collect();
        assert_eq!(different.len(), emails.len());
        for email in &emails {
            let (local, domain) = email.split_once('@').unwrap();
            assert!(local.len() <= 64 && email.len() <= 254, "{email}");
            assert!(domain.split('.').all(|label| label.len() <= 63), "{email}");
            assert!(email.starts_with("check-0707070707-103-1"), "{email}");
        }
        assert!(emails.iter().any(|email| email.len() > 200));
    }

    #[test]
    fn a_request_is_about_the_one_token_that_it_brings() {
        let request = Request::bare(Operation::Session);
        assert_eq!(token(&request.clone().bearer("a")).as_deref(), Some("a"));
        assert_eq!(token(&request.clone().query("_token=b")).as_deref(), Some("b"));
        assert_eq!(token(&request.clone().query("_token=b").bearer("a")), None);
        assert_eq!(token(&request.query("token=b&token=b")), None);
    }
}
