//! A server and what it takes to ask it: credentials, headers, pace, and its start and end.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::console::{Console, Exit};
use crate::credential::{
    KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET, Source, read_authorities, read_headers,
};
use crate::interrupt::{Gate, Interruptible};
use crate::options::ServerOptions;
use crate::place::Place;
use crate::process::{Server, nobody_answers, reset, wait_until_ready};
use crate::refused::Refused;
use ssokey_conformance::format::{ProductName, Profile};
use ssokey_conformance::message::Credential;
use ssokey_conformance::suite::{RunError, Seed, Settings};
use ssokey_conformance::transport::{Http, Paced, Target, Transport, Trust};

/// The longest time for each answer unless the options say otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The product to sign on to where the server has it and the options name none.
const LIVECHAT: ProductName = ProductName::LIVECHAT;

const BAD: Style = AnsiColor::Red.on_default().bold();
const INSECURE: &str = "The server's certificate was not verified (--insecure): whoever stands between could read the keys and change \
                        every answer.";

/// A server that can be asked as soon as it is up.
pub(crate) struct Access<'o> {
    options: &'o ServerOptions,
    pub(crate) place: Place,
    timeout: Duration,
    headers: Vec<(String, Credential)>,
    trust: Trust,
    pub(crate) settings: Settings,
}

/// What came of asking a server, and of taking away afterwards what that left behind.
pub(crate) struct Asked<T> {
    pub(crate) came: T,
    pub(crate) reset: Result<(), Refused>,
}

impl<'o> Access<'o> {
    /// Reads everything that the options name, before anything is started or sent.
    pub(crate) fn prepare(
        options: &'o ServerOptions,
        place: Place,
        profiles: &[Profile],
        env: impl Fn(&str) -> Option<OsString>,
        console: &mut Console<'_>,
    ) -> Result<Self, Refused> {
        let mut settings = settings(options, profiles, &place, env, console)?;
        let headers = options.headers_file.as_deref().map(read_headers).transpose()?;
        let headers = headers.unwrap_or_default();
        settings.claimed = headers.iter().map(|(name, _)| name.clone()).collect();
        settings.hidden = headers.iter().map(|(_, value)| value.clone()).collect();
        let timeout = options.timeout.map_or(TIMEOUT, |timeout| timeout.0);
        let trust = match &options.cacert {
            Some(file) => Trust::Authorities(read_authorities(file)?),
            None if options.insecure => Trust::Anyone,
            None => Trust::System,
        };
        if options.insecure && place.is_encrypted() {
            writeln!(console.err, "{BAD}warning:{BAD:#} {INSECURE}")?;
            settings.remarks.push(INSECURE.to_owned());
        }
        Ok(Self { options, place, timeout, headers, trust, settings })
    }

    /// Asks the server, once it is up; it ends afterwards if it was started for this.
    pub(crate) fn run<T>(
        self,
        ask: impl FnOnce(&mut dyn Transport, Settings) -> Result<T, RunError>,
    ) -> Result<Asked<T>, Refused> {
        let Self { options, place, timeout, headers, trust, settings } = self;
        let base = place.name();
        let ready = options.ready.as_deref().or(options.start.as_ref().map(|_| base.as_str()));
        let ready = ready.map(|url| {
            let target = Target::parse(url).map_err(|why| {
                Refused::usage(why.to_string(), "give --ready like http://127.0.0.1:8080")
            })?;
            Ok::<_, Refused>((Http::trusting(&target, timeout, trust.clone()), url))
        });
        let mut ready = ready.transpose()?;
        if let (Some((http, url)), Some(_)) = (&mut ready, &options.start) {
            nobody_answers(http, url)?;
        }
        let run = Interruptible::new(options.start.is_some());
        let start = |command| Server::start(command, &run);
        let server = options.start.as_deref().map(start).transpose()?;
        let mut wait = || {
            ready
                .as_mut()
                .map_or(Ok(()), |(http, url)| wait_until_ready(http, url, server.as_ref()))
        };
        wait()?;
        if let Some(command) = &options.reset {
            reset(command, &run.reset)?;
            wait()?;
        }
        let inner = place.transport(timeout, trust.clone(), headers)?;
        let transport = Box::new(Gate { inner, run: Arc::clone(&run) });
        let mut transport = match options.rate {
            Some(rate) => Box::new(Paced::new(transport, rate.0)),
            None => transport as Box<dyn Transport>,
        };
        if let Some(server) = &server {
            server.hide_output();
        }
        run.begin(settings.seed.prefix(), options.reset.clone());
        let came = ask(&mut *transport, settings);
        run.finish();
        let reset = options.reset.as_deref().map_or(Ok(()), |command| {
            reset(command, &run.reset).map_err(|Refused { exit, why, advice }| {
                let advice = format!("{advice}: what the run left behind may still be there");
                Refused { exit, why: format!("after the run {why}"), advice }
            })
        });
        match came {
            Ok(came) => Ok(Asked { came, reset }),
            Err(error) => {
                let mut refused = place.refuse(error);
                refused
                    .advice
                    .extend(reset.err().map(|it| format!("\n\n{}\n\n  {}", it.why, it.advice)));
                Err(refused)
            }
        }
    }
}

/// Returns the code of a run whose report is there and that ends with this one: a reset that failed leaves it incomplete.
pub(crate) fn end(exit: Exit, reset: Result<(), Refused>) -> Result<Exit, Refused> {
    let exit_then = if exit == Exit::Success { Exit::Incomplete } else { exit };
    reset.map(|()| exit).map_err(|refused| Refused { exit: exit_then, ..refused })
}

fn settings(
    options: &ServerOptions,
    profiles: &[Profile],
    place: &Place,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Settings, Refused> {
    let mut read =
        |source: &Source, file: &Option<_>| source.read(file.as_deref(), &env, console.input);
    let key = read(&KEY, &options.ssokey_file)?.ok_or_else(|| KEY.missing())?;
    let second_key = read(&SECOND_KEY, &options.second_ssokey_file)?;
    let product_secret = read(&PRODUCT_SECRET, &options.product_secret_file)?;
    let second_product_secret = read(&SECOND_PRODUCT_SECRET, &options.second_product_secret_file)?;
    if options.without.contains(&Profile::SignOn) {
        let why = "the profile sign-on is what a server is judged by, and cannot be left out";
        return Err(Refused::usage(why, "name other profiles in --without"));
    }
    let clash = profiles.iter().find(|profile| options.without.contains(profile));
    if let Some(profile) = clash {
        let why = format!("--profile asks for {profile} and --without leaves it out");
        return Err(Refused::usage(why, "name it in one of them"));
    }
    if profiles.contains(&Profile::Isolation) && second_key.is_none() {
        return Err(SECOND_KEY.missing());
    }
    if second_key.as_ref().map(Credential::expose) == Some(key.expose()) {
        let why = "the two keys are the same";
        return Err(Refused::usage(why, "give the key of a different company as the second one"));
    }
    let seed = Seed::random().map_err(|error| Refused::fault(error.to_string()))?;
    let seed = match options.seed {
        Some(number) => seed.with_number(number),
        None => seed,
    };
    let mut settings = Settings::new(place.name(), key, seed);
    settings.second_key = second_key;
    settings.product_secret = product_secret;
    settings.second_product_secret = second_product_secret;
    settings.profiles = profiles.to_vec();
    settings.without.clone_from(&options.without);
    settings.max_requests = options.max_requests.map(Into::into);
    settings.max_accounts = options.max_accounts.map(Into::into);
    (settings.products, settings.product) = products(options)?;
    settings.second_product = second_product(options, &settings)?;
    if let Some(patience) = options.patience {
        settings.patience = patience.0;
    }
    Ok(settings)
}

/// Returns the second product, if one is named.
fn second_product(
    options: &ServerOptions,
    settings: &Settings,
) -> Result<Option<ProductName>, Refused> {
    match &options.second_product {
        Some(second) if *second == settings.product => {
            let why = "the two products are the same";
            Err(Refused::usage(why, "name a different one in --second-product"))
        }
        Some(second) if !settings.products.contains(second) => {
            let why = "the second product is not one of the server's";
            Err(Refused::usage(why, "name the server's products in --products"))
        }
        second => Ok(second.clone()),
    }
}

/// Returns the products of the server, and the one to sign on to.
fn products(options: &ServerOptions) -> Result<(Vec<ProductName>, ProductName), Refused> {
    let mut products = options.products.clone();
    if products.is_empty() {
        products = ProductName::documented().to_vec();
    }
    let mut sorted = products.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() < products.len() {
        return Err(Refused::usage("--products names a product twice", "name each once"));
    }
    let listed = |product: &ProductName| products.contains(product);
    let product = match &options.product {
        Some(product) if !listed(product) => {
            let why = "the product to sign on to is not one of the server's";
            return Err(Refused::usage(why, "name the server's products in --products"));
        }
        Some(product) => product.clone(),
        None => products.first().filter(|_| !listed(&LIVECHAT)).cloned().unwrap_or(LIVECHAT),
    };
    Ok((products, product))
}
