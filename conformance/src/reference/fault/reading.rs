//! Faults of reading more than the format has: what frameworks do unasked.

use serde_json::Value;

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::{FORM, Incoming, JSON};
use crate::reference::pairs::{Pairs, read_json, write_json};

/// A fault that makes JSON of what is none.
macro_rules! lax_json {
    ($name:literal, $sentence:literal, [$($more:literal),*], $change:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.refuses-what-is-nearly-json" $(, $more)*],
            hooks: &[Hook::Request(|request, _| request.change_text(JSON, $change))],
        }
    };
}

/// A fault that serves more paths.
macro_rules! lax_paths {
    ($name:literal, $sentence:literal, [$($more:literal),*], $change:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.refuses-paths-of-frameworks" $(, $more)*],
            hooks: &[Hook::Request(|request, _| change_path(request, $change))],
        }
    };
}

/// A fault that reads more media types as JSON.
macro_rules! lax_types {
    ($name:literal, $sentence:literal, [$($more:literal),*], $is_json:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.refuses-media-types-of-frameworks" $(, $more)*],
            hooks: &[Hook::Request(|request, _| {
                let sent = request.header("content-type").unwrap_or_default().to_owned();
                let is_json: fn(&str) -> bool = $is_json;
                if request.method == "POST" && !sent.starts_with(JSON) && is_json(&sent) {
                    request.set_header("content-type", Some(JSON));
                }
            })],
        }
    };
}

/// A fault that finds fields inside of others.
macro_rules! nested {
    ($name:literal, $sentence:literal, [$($more:literal),*], $name_of:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.takes-no-nested-field" $(, $more)*],
            hooks: &[Hook::Request(|request, _| {
                let name_of: fn(&str) -> Option<&str> = $name_of;
                rename(request, name_of);
            })],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "missing-media-type-is-guessed",
        sentence: "A body without a media type is JSON if it begins with a brace, and else a form.",
        fails: &["*.refuses-media-types-of-frameworks"],
        hooks: &[Hook::Request(|request, _| {
            let has_body = request.method == "POST" && !request.body.is_empty();
            if has_body && request.header("content-type").is_none() {
                let guessed = if request.body.starts_with(b"{") { JSON } else { FORM };
                request.set_header("content-type", Some(guessed));
            }
        })],
    },
    Fault {
        name: "version-in-path-is-skipped",
        sentence: "A path with `v1` in it is served as without.",
        fails: &["*.refuses-paths-of-frameworks"],
        hooks: &[Hook::Request(|request, _| request.path = request.path.replace("/v1/", "/"))],
    },
    lax_json!("nan-is-json", "NaN and Infinity are numbers of JSON, as in Python.", [], |text| {
        text.replace(":NaN", ":0").replace(":-Infinity", ":0").replace(":Infinity", ":0")
    }),
    lax_json!("json-has-comments", "Comments in JSON are skipped.", [], |text| {
        text.replace("/* x */", "").replace("// x\n", "").replace("// x", "")
    }),
    lax_json!("numbers-begin-with-zeros", "A number of JSON may begin with zeros.", [], |text| {
        text.replace(":01}", ":1}")
    }),
    lax_json!(
        "strings-hold-control-characters",
        "A string of JSON may hold raw control characters.",
        ["encoding.refuses-broken-json"],
        |text| {
            // White space around the object is no part of a string.
            let object = text.trim();
            let escaped = object.replace('\t', "\\t").replace('\r', "\\r").replace('\n', "\\n");
            text.replace(object, &escaped)
        }
    ),
    lax_json!("arrays-end-in-commas", "An array of JSON may end in a comma.", [], |text| {
        text.replace("[1,]", "[1]")
    }),
    lax_json!("names-need-no-quotes", "A name in JSON needs no quotes.", [], |text| {
        text.replace(",note:", ",\"note\":")
    }),
    lax_json!("json-ends-at-nul", "JSON ends at NUL.", [], |text| {
        text.trim_end_matches('\0').to_owned()
    }),
    lax_json!(
        "unicode-blanks-are-json",
        "Blanks of all kinds may stand around JSON.",
        [],
        |text| { text.trim_matches(|it: char| it.is_whitespace() && !it.is_ascii()).to_owned() }
    ),
    Fault {
        name: "utf-16-is-read",
        sentence: "JSON in UTF-16 is read.",
        fails: &["*.refuses-what-is-nearly-json"],
        hooks: &[Hook::Request(|request, _| {
            let body = &request.body;
            let units = body.chunks_exact(2).filter_map(|unit| unit.try_into().ok());
            let units: Vec<_> = units.map(u16::from_le_bytes).collect();
            let text = String::from_utf16(&units).ok().filter(|text| text.starts_with('{'));
            if let Some(text) = text.filter(|_| request.media_type() == JSON) {
                request.body = text.into_bytes();
            }
        })],
    },
    lax_paths!(
        "path-parameters-are-dropped",
        "What follows on a semicolon in a path is dropped, as with `;jsessionid`.",
        [],
        |path| {
            let parts = path.split('/').map(|part| part.split(';').next().unwrap_or_default());
            parts.collect::<Vec<_>>().join("/")
        }
    ),
    lax_paths!("suffix-is-a-format", "A path may end in `.json`.", [], |path| {
        path.strip_suffix(".json").unwrap_or(path).to_owned()
    }),
    lax_paths!("escaped-slash-is-one", "An escaped slash in a path is one.", [], |path| {
        path.replace("%2F", "/")
    }),
    lax_paths!("path-is-trimmed", "Blanks and NUL at the end of a path are dropped.", [], |path| {
        path.trim_end_matches("%20").trim_end_matches("%00").to_owned()
    }),
    lax_types!(
        "structured-suffix-is-json",
        "A media type that ends in `+json` is JSON.",
        [],
        |it| { it.ends_with("+json") }
    ),
    lax_types!(
        "text-json-is-json",
        "The media type text/json is JSON.",
        ["way.refuses-other-media-types"],
        |it| it == "text/json"
    ),
    lax_types!("any-of-several-types", "Of several media types each counts.", [], |it| {
        it.split(',').any(|one| one.trim() == JSON)
    }),
    Fault {
        name: "body-of-get-is-read",
        sentence: "The form in the body of a GET is read where the query is empty.",
        fails: &["*.takes-no-field-from-the-body-of-a-get", "session.reads-bearer-alone"],
        hooks: &[Hook::Request(|request, _| {
            if request.method == "GET" && request.query.is_empty() && request.media_type() == FORM {
                request.query = std::mem::take(&mut request.body);
            }
        })],
    },
    nested!(
        "brackets-hold-fields",
        "A name in brackets is that of a field, as in PHP and Rails.",
        [],
        |name| name.strip_prefix("data[")?.strip_suffix(']')
    ),
    nested!("dots-hold-fields", "What follows on a dot is the name of a field.", [], |name| {
        name.strip_prefix("user.")
    }),
    Fault {
        name: "objects-hold-fields",
        sentence: "The members of an object named data are fields.",
        fails: &["*.takes-no-nested-field"],
        hooks: &[Hook::Request(|request, _| {
            let inner = read_json(&request.body).and_then(|members| match members.as_slice() {
                [(name, Value::Object(inner))] if name == "data" => Some(inner.clone()),
                _ => None,
            });
            if let Some(inner) = inner.filter(|_| request.media_type() == JSON) {
                request.body = write_json(&inner.into_iter().collect::<Pairs>());
            }
        })],
    },
];

/// Changes a path that leads nowhere, if it then leads somewhere.
fn change_path(request: &mut Incoming, change: impl Fn(&str) -> String) {
    let changed = change(&request.path);
    if request.operation().is_none() && Operation::at(&changed).is_some() {
        request.path = changed;
    }
}

/// Gives fields the names that are found in theirs, unless there are such fields already.
pub(super) fn rename(request: &mut Incoming, name_of: fn(&str) -> Option<&str>) {
    request.change_fields(|fields| {
        let names: Vec<_> = fields.iter().map(|(name, _)| name.clone()).collect();
        for (name, _) in fields {
            let inner = name_of(name).filter(|inner| !names.iter().any(|known| known == inner));
            if let Some(inner) = inner.map(str::to_owned) {
                *name = inner;
            }
        }
    });
}
