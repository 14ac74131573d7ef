//! The settings file of a first run, and the files of the credentials that it names.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::console::{Console, Exit, Terminal};
use crate::credential::{KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET, Source};
use crate::options::CONFIG;
use crate::refused::{Refused, describe};
use ssokey_conformance::format::ProductName;
use ssokey_conformance::message::Credential;
use ssokey_conformance::transport::Target;

/// Every option of `init`.
#[derive(clap::Args)]
pub(crate) struct InitOptions {
    /// The server's base, below which /api/sso/authenticate is served
    url: Option<String>,
    /// Write the settings to this file, and credentials beside it
    #[arg(long, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// Have the key read from this file (`-`: from standard input now, into a file of its own)
    #[arg(long, value_name = "FILE")]
    ssokey_file: Option<PathBuf>,
    /// Have a second company's key read from this file
    #[arg(long, value_name = "FILE")]
    second_ssokey_file: Option<PathBuf>,
    /// Have the product's secret read from this file
    #[arg(long, value_name = "FILE")]
    product_secret_file: Option<PathBuf>,
    /// Have the secret of a second product that the company has read from this file
    #[arg(long, value_name = "FILE")]
    second_product_secret_file: Option<PathBuf>,
    /// Name the products that the server is configured with, the one to sign on to first [default: those of the document]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    products: Vec<ProductName>,
    /// Allow a server that is not on this machine, although runs create accounts there
    #[arg(long)]
    allow_remote: bool,
    /// Replace files that are there already
    #[arg(long)]
    overwrite: bool,
}

/// The settings as `run` reads them.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssokey_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_ssokey_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_secret_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_product_secret_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    products: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_remote: bool,
}

/// A credential, and where `run` will find it.
enum Kept {
    /// In a file that is there, or in the environment.
    There(Option<PathBuf>),
    /// In a file that is still to be written.
    New(&'static str, Credential),
    /// Nowhere: there is none.
    Nowhere,
}

const AGAIN: usize = 3;

pub(crate) fn init(
    options: InitOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let folder = folder(&options.config);
    let given = |file: &Option<PathBuf>| file.as_deref().is_some_and(|file| file != Path::new("-"));
    let credentials = [
        (&KEY, "ssokey-check-key.txt", &options.ssokey_file),
        (&SECOND_KEY, "ssokey-check-second-key.txt", &options.second_ssokey_file),
        (&PRODUCT_SECRET, "ssokey-check-product-secret.txt", &options.product_secret_file),
        (
            &SECOND_PRODUCT_SECRET,
            "ssokey-check-second-product-secret.txt",
            &options.second_product_secret_file,
        ),
    ];
    // Before anybody is asked for what could not be written down.
    if !options.overwrite {
        let new = credentials.iter().filter(|(.., file)| !given(file));
        let new = new.map(|(_, name, _)| folder.join(name));
        for file in [options.config.clone()].into_iter().chain(new) {
            if file.symlink_metadata().is_ok() {
                return Err(there_already(&file));
            }
        }
    }
    let Console { input, out, terminal, .. } = console;
    let target = target(options.url, lend(terminal))?;
    let allow_remote = options.allow_remote || allows(&target, lend(terminal))?;
    let mut kept = Vec::new();
    for (source, name, file) in credentials {
        kept.push(keep(source, name, file.as_deref(), folder, &env, *input, lend(terminal))?);
    }
    let products = match lend(terminal) {
        Some(terminal) if options.products.is_empty() => ask_products(terminal)?,
        Some(_) | None => options.products,
    };
    let mut paths = kept.iter().map(|kept| match kept {
        Kept::There(file) => file.clone(),
        Kept::New(name, _) => Some(PathBuf::from(name)),
        Kept::Nowhere => None,
    });
    let mut path = || paths.next().flatten();
    let settings = Settings {
        url: target.base().to_owned(),
        ssokey_file: path(),
        second_ssokey_file: path(),
        product_secret_file: path(),
        second_product_secret_file: path(),
        products: products.iter().map(ProductName::to_string).collect(),
        allow_remote,
    };
    let text = toml::to_string(&settings).map_err(|error| Refused::fault(error.to_string()))?;
    let text =
        format!("# What `ssokey-check run` is given; its --help names every setting.\n{text}");
    let mut secret = Vec::new();
    for kept in &kept {
        if let Kept::New(name, credential) = kept {
            write(
                &folder.join(name),
                &format!("{}\n", credential.expose()),
                true,
                options.overwrite,
            )?;
            writeln!(out, "written {}", folder.join(name).display())?;
            secret.push(*name);
        }
    }
    write(&options.config, &text, false, options.overwrite)?;
    writeln!(out, "written {}", options.config.display())?;
    if !secret.is_empty() {
        writeln!(out, "{}", ignore(folder, &secret)?)?;
    }
    let config = match options.config.as_path() {
        file if file == Path::new(CONFIG) => String::new(),
        file => format!(" --config {}", file.display()),
    };
    let remote = if target.is_loopback() || allow_remote { "" } else { " --allow-remote" };
    writeln!(out, "\nnext: ssokey-check run{config}{remote}")?;
    Ok(Exit::Success)
}

/// Lends the terminal for one question.
fn lend<'t>(terminal: &'t mut Option<&mut dyn Terminal>) -> Option<&'t mut dyn Terminal> {
    match terminal {
        Some(terminal) => Some(&mut **terminal),
        None => None,
    }
}

fn folder(config: &Path) -> &Path {
    config.parent().unwrap_or(Path::new(""))
}

fn target(url: Option<String>, terminal: Option<&mut dyn Terminal>) -> Result<Target, Refused> {
    const LIKE: &str = "give it like http://127.0.0.1:8080";
    let parse = |url: &str| Target::parse(url).map_err(|why| Refused::usage(why.to_string(), LIKE));
    match (url, terminal) {
        (Some(url), _) => parse(&url),
        (None, Some(terminal)) => until_right(terminal, |terminal| {
            let question = "URL of the server, below which /api/sso/authenticate is served: ";
            Ok(parse(terminal.ask(question)?.trim()))
        }),
        (None, None) => Err(Refused::usage("there is no URL", LIKE)),
    }
}

fn allows(target: &Target, terminal: Option<&mut dyn Terminal>) -> Result<bool, Refused> {
    match terminal {
        Some(terminal) if !target.is_loopback() => {
            let question = "The server is not on this machine, and runs create accounts that stay there. Allow them? [y/N] ";
            Ok(matches!(terminal.ask(question)?.trim(), "y" | "Y" | "yes"))
        }
        Some(_) | None => Ok(false),
    }
}

fn ask_products(terminal: &mut dyn Terminal) -> Result<Vec<ProductName>, Refused> {
    until_right(terminal, |terminal| {
        let question = "Products of the server if they are not the document's, the one to sign on to first, like chat,help-desk: ";
        let answer = terminal.ask(question)?;
        let names = answer.split(',').map(str::trim).filter(|name| !name.is_empty());
        let parse = |name: &str| {
            let why = |_| {
                Refused::usage(
                    "that is not the name of a product",
                    "leave it empty for those of the document",
                )
            };
            name.parse().map_err(why)
        };
        Ok(names.map(parse).collect())
    })
}

/// Finds a credential, or asks for it.
fn keep(
    source: &Source,
    name: &'static str,
    file: Option<&Path>,
    folder: &Path,
    env: impl Fn(&str) -> Option<OsString>,
    input: &mut dyn Read,
    terminal: Option<&mut dyn Terminal>,
) -> Result<Kept, Refused> {
    let is_key = source.option == KEY.option;
    match (source.read(file, env, input)?, file, terminal) {
        (Some(credential), Some(file), _) if file == Path::new("-") => {
            Ok(Kept::New(name, credential))
        }
        (Some(_), Some(file), _) if folder == Path::new("") => {
            Ok(Kept::There(Some(file.to_owned())))
        }
        (Some(_), Some(file), _) => Ok(Kept::There(Some(std::path::absolute(file)?))),
        (Some(_), None, _) => Ok(Kept::There(None)),
        (None, _, Some(terminal)) => until_right(terminal, |terminal| {
            let empty = if is_key { "" } else { ", or nothing if there is none" };
            let question = format!("The {}{empty} (what you type is not shown): ", source.what);
            let typed = terminal.ask_secret(&question)?;
            Ok(match typed.as_str() {
                "" if !is_key => Ok(Kept::Nowhere),
                _ => {
                    source.parse(typed.into_bytes(), "what was typed").map(|it| Kept::New(name, it))
                }
            })
        }),
        (None, _, None) if is_key => Err(source.missing()),
        (None, _, None) => Ok(Kept::Nowhere),
    }
}

/// Asks again, a few times, while the answer is refused.
fn until_right<T>(
    terminal: &mut dyn Terminal,
    mut ask: impl FnMut(&mut dyn Terminal) -> Result<Result<T, Refused>, Refused>,
) -> Result<T, Refused> {
    for _ in 1..AGAIN {
        match ask(terminal)? {
            Ok(answer) => return Ok(answer),
            Err(Refused { why, advice, .. }) => terminal.say(&format!("{why}: {advice}"))?,
        }
    }
    ask(terminal)?
}

/// Writes a file as a whole; a secret one is for its owner alone.
fn write(path: &Path, text: &str, is_secret: bool, overwrite: bool) -> Result<(), Refused> {
    let refuse = |error: io::Error| {
        let why = format!("`{}` cannot be written: {}", path.display(), describe(&error));
        Refused::usage(why, "give --config a file in a folder in which files can be written")
    };
    let mut whole = tempfile::Builder::new();
    whole.prefix(".ssokey-check-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if is_secret { 0o600 } else { 0o666 };
        whole.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    let folder = match folder(path) {
        folder if folder == Path::new("") => Path::new("."),
        folder => folder,
    };
    let mut file = whole.tempfile_in(folder).map_err(refuse)?;
    file.write_all(text.as_bytes()).map_err(refuse)?;
    let persisted = if overwrite { file.persist(path) } else { file.persist_noclobber(path) };
    match persisted {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(there_already(path))
        }
        Err(error) => Err(refuse(error.error)),
    }
}

fn there_already(path: &Path) -> Refused {
    let why = format!("`{}` is there already", path.display());
    Refused::usage(why, "add --overwrite to replace it, or give a different --config")
}

/// Keeps credentials out of version control where the folder says what stays out of it. Returns what was done, or is to be done.
fn ignore(folder: &Path, names: &[&str]) -> Result<String, Refused> {
    let path = folder.join(".gitignore");
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(format!("keep out of version control: {}", names.join(", ")));
    };
    let is_listed =
        |name: &str| text.lines().any(|line| line.trim().trim_start_matches('/') == name);
    let new: Vec<_> = names.iter().filter(|name| !is_listed(name)).copied().collect();
    if new.is_empty() {
        return Ok(format!("{} has them", path.display()));
    }
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let lines: String = new.iter().map(|name| format!("/{name}\n")).collect();
    let added = fs::OpenOptions::new().append(true).open(&path);
    added.and_then(|mut file| write!(file, "{end}{lines}")).map_err(|error| {
        let why = format!("`{}` cannot be written: {}", path.display(), describe(&error));
        Refused::usage(why, format!("add to it by hand: {}", new.join(", ")))
    })?;
    Ok(format!("added to {}: {}", path.display(), new.join(", ")))
}
