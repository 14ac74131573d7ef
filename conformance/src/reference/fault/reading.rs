//! Faults of reading more than the format has: what frameworks do unasked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::format::operation::Operation;
use crate::reference::credentials::{KEY, PRODUCT_SECRET};
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

/// A fault that takes a credential from elsewhere.
macro_rules! lax_credentials {
    ($name:literal, $sentence:literal, [$($more:literal),*], $find:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.reads-bearer-alone" $(, $more)*],
            hooks: &[Hook::Request(|request, _| {
                let find: fn(&Incoming) -> Option<String> = $find;
                if let Some(found) = find(request).filter(|_| !request.repeats_authorization()) {
                    request.set_header("authorization", Some(&format!("Bearer {found}")));
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
        |text| text.replace('\t', "\\t").replace('\r', "\\r").replace('\n', "\\n")
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
    lax_paths!(
        "dot-segments-are-resolved",
        "Segments of dots in a path are resolved.",
        [],
        |path| { path.replace("/x/..", "").replace("/./", "/").trim_end_matches("/.").to_owned() }
    ),
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
    Fault {
        name: "method-is-overridden",
        sentence: "A POST is what its header X-HTTP-Method-Override says.",
        fails: &["routing.minds-no-override"],
        hooks: &[Hook::Request(|request, _| {
            let meant = request.header("x-http-method-override").map(str::to_owned);
            if let Some(meant) = meant.filter(|_| request.method == "POST") {
                request.method = meant;
            }
        })],
    },
    Fault {
        name: "method-is-a-field",
        sentence: "A POST is what its field _method says.",
        fails: &["routing.minds-no-override"],
        hooks: &[Hook::Request(|request, _| {
            if let Some(meant) = request.field("_method").filter(|_| request.method == "POST") {
                request.method = meant;
            }
        })],
    },
    Fault {
        name: "charset-is-minded",
        sentence: "A form whose media type names ISO 8859-1 is read so.",
        fails: &["way.ignores-charset"],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.header("content-type").unwrap_or_default();
            if sent.contains("iso-8859-1") && request.media_type() == FORM {
                request.change_texts(&["password"], |password| {
                    password.bytes().map(char::from).collect()
                });
            }
        })],
    },
    lax_credentials!("basic-is-read", "The password of the scheme Basic is a token.", [], |it| {
        let basic = it.header("authorization")?.strip_prefix("Basic ")?;
        let decoded = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
        Some(decoded.split_once(':')?.1.to_owned())
    }),
    lax_credentials!(
        "scheme-is-anything",
        "A token counts whatever its scheme is.",
        ["exchange.refuses-alike", "session.refuses-alike"],
        |it| {
            let (_, credential) = it.header("authorization")?.split_once(' ')?;
            Some(credential.trim_matches(' ').to_owned())
        }
    ),
    lax_credentials!("cookie-is-read", "A token in a cookie counts.", [], |it| {
        let cookie = it.header("cookie")?.strip_prefix("token=")?;
        Some(cookie.to_owned())
    }),
    lax_credentials!("x-auth-token-is-read", "A token in X-Auth-Token counts.", [], |it| {
        it.header("x-auth-token").map(str::to_owned)
    }),
    Fault {
        name: "access-token-is-read",
        sentence: "A token in the field access_token counts.",
        fails: &["session.reads-bearer-alone", "sign-out.reads-bearer-alone"],
        hooks: &[Hook::Request(|request, _| {
            rename(request, |name| (name == "access_token").then_some("token"));
        })],
    },
    Fault {
        name: "secret-is-a-field",
        sentence: "A product's secret in the field client_secret counts.",
        fails: &["exchange.reads-bearer-alone"],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.field("client_secret").as_deref() == Some(PRODUCT_SECRET);
            if sent && request.is_for(Operation::Exchange) {
                request.set_header("authorization", Some(&format!("Bearer {PRODUCT_SECRET}")));
            }
        })],
    },
    Fault {
        name: "key-is-a-header",
        sentence: "A key in X-API-Key counts.",
        fails: &["key.is-read-from-its-field-alone"],
        hooks: &[Hook::Request(|request, _| {
            if request.header("x-api-key") == Some(KEY) {
                request.change_fields(|fields| {
                    if !fields.iter().any(|(name, _)| name == "ssokey") {
                        fields.push(("ssokey".to_owned(), KEY.into()));
                    }
                });
            }
        })],
    },
    Fault {
        name: "origin-null-is-allowed",
        sentence: "A page without an origin may read answers.",
        fails: &["header.has-no-cors-for-any-origin"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.header("origin") == Some("null") {
                answer.add("access-control-allow-origin", "null");
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
fn rename(request: &mut Incoming, name_of: fn(&str) -> Option<&str>) {
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
