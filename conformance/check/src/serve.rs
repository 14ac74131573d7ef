//! A reference server, until it is ended.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::console::Exit;
use crate::refused::{Refused, describe};
use ssokey_conformance::format::ProductName;
use ssokey_conformance::reference::{
    Fault, KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET, Subject, Variant, base, listen,
    serve_until_ended,
};
use ssokey_conformance::suite::nearest;

/// The options of `serve`.
#[derive(clap::Args)]
pub(crate) struct ServeOptions {
    /// Listen on this port of 127.0.0.1; 0 is any free one
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    port: u16,
    /// Break this rule
    #[arg(long, value_name = "NAME", conflicts_with = "variant")]
    fault: Option<String>,
    /// Do this otherwise than other servers, and break no rule
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Write the server's keys and its products' secrets to files in this folder
    #[arg(long, value_name = "DIR")]
    credentials: Option<PathBuf>,
    /// List the faults and variants, and serve nothing
    #[arg(long)]
    list: bool,
}

/// The files of the credentials, the option of `run` that reads each, and what it holds.
const FILES: [(&str, &str, &str); 4] = [
    ("key.txt", "--ssokey-file", KEY),
    ("second-key.txt", "--second-ssokey-file", SECOND_KEY),
    ("product-secret.txt", "--product-secret-file", PRODUCT_SECRET),
    ("second-product-secret.txt", "--second-product-secret-file", SECOND_PRODUCT_SECRET),
];

pub(crate) fn serve(options: &ServeOptions, out: &mut dyn Write) -> Result<Exit, Refused> {
    if options.list {
        return list(out).map_err(Refused::from);
    }
    let subject = match (&options.fault, &options.variant) {
        (Some(name), _) => fault(name)?,
        (None, Some(name)) => variant(name)?,
        (None, None) => Subject::Good,
    };
    let service = subject.service().map_err(Refused::fault)?;
    let listener = listen(options.port).map_err(|error| {
        let why = format!("port {} cannot be listened on: {}", options.port, describe(&error));
        Refused::usage(why, "give a different one with --port, or 0 for any that is free")
    })?;
    let base = base(&listener)?;
    let products: Vec<_> = subject.products().iter().map(ProductName::to_string).collect();
    let run = match &options.credentials {
        Some(folder) => {
            let option = if products.is_empty() { "" } else { " --products " };
            let files = write_credentials(folder, products.len() == 1)?;
            format!("ssokey-check run {base}{files}{option}{}", products.join(","))
        }
        None => "add --credentials DIR for the keys that ssokey-check run needs".to_owned(),
    };
    let name = subject.name();
    serve_until_ended(listener, &service, || {
        writeln!(out, "ready {base}\n{name}: {}\n{run}", subject.sentence())?;
        out.flush()
    })?;
    Ok(Exit::Success)
}

fn fault(name: &str) -> Result<Subject, Refused> {
    let names = Fault::all().map(|fault| fault.name);
    Fault::find(name).map(Subject::Faulty).ok_or_else(|| unknown("fault", name, names))
}

fn variant(name: &str) -> Result<Subject, Refused> {
    let names = Variant::all().iter().map(|variant| variant.name);
    Variant::find(name).map(Subject::Varied).ok_or_else(|| unknown("variant", name, names))
}

/// Refuses a name that does not exist, and says which may have been meant.
pub(crate) fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> Refused {
    let advice = match nearest(name, names) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`ssokey-check serve --list` names them all".to_owned(),
    };
    Refused::usage(format!("there is no {what} `{name}`"), advice)
}

fn list(out: &mut dyn Write) -> io::Result<Exit> {
    for subject in Subject::all() {
        let option = match subject {
            Subject::Good => "",
            Subject::Varied(_) => "--variant",
            Subject::Faulty(_) => "--fault",
        };
        writeln!(out, "{option:9} {:35} {}", subject.name(), subject.sentence())?;
    }
    Ok(Exit::Success)
}

/// Writes the credentials to files and gives the options of `run` that read them. A second product has no secret where there is
/// only one.
fn write_credentials(folder: &Path, one_product: bool) -> Result<String, Refused> {
    let refuse = |error: io::Error| {
        let why = format!("`{}` cannot be written to: {}", folder.display(), describe(&error));
        Refused::usage(why, "give a folder of your own with --credentials")
    };
    std::fs::create_dir_all(folder).map_err(refuse)?;
    let mut options = String::new();
    let number = if one_product { FILES.len() - 1 } else { FILES.len() };
    for (name, option, credential) in FILES.into_iter().take(number) {
        let file = folder.join(name);
        std::fs::write(&file, credential).map_err(refuse)?;
        options += &format!(" {option} {}", file.display());
    }
    Ok(options)
}
