//! Runs each vector of `spec/vectors` natively, and compares the calls in order, the answer byte for byte, and the records afterwards.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../src/exploration/store.rs"]
mod store;
mod written;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use libtest_mimic::{Arguments, Trial};
use serde::Deserialize;
use serde_json::Value;
use ssokey_core::{
    Body, Call, Code, Company, Costs, Key, OutOfMemory, Product, Request, Response, Settings, Step,
    Token, User, argon2id, begin, operator,
};
use store::Store;

#[derive(Deserialize)]
struct World {
    now: u64,
    entropy: String,
    companies: Vec<Company>,
    keys: Vec<Key>,
    products: Vec<Product>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    #[serde(rename = "title")]
    _title: String,
    proves: Vec<String>,
    request: Option<VectorRequest>,
    command: Option<Value>,
    /// Ignored: this face takes raw bytes, so every vector runs on it.
    #[serde(rename = "faces")]
    _faces: Option<Vec<String>>,
    #[serde(default)]
    settings: serde_json::Map<String, Value>,
    now: Option<u64>,
    entropy: Option<String>,
    #[serde(default)]
    before: Rows,
    calls: Vec<VectorCall>,
    response: VectorResponse,
    after: Option<Rows>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct VectorRequest {
    method: String,
    path: String,
    query: Option<String>,
    query_hex: Option<String>,
    content_type: Option<String>,
    #[serde(default)]
    content_encoding: Values,
    #[serde(default)]
    authorization: Values,
    body: Option<String>,
    body_hex: Option<String>,
    #[serde(default)]
    body_too_large: bool,
    source: Option<String>,
}

/// The values of a header: one as a string, several as an array.
#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Several(Vec<String>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Values {
    fn all(&self) -> Vec<&str> {
        match self {
            Self::One(value) => vec![value],
            Self::Several(values) => values.iter().map(String::as_str).collect(),
        }
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rows {
    users: Vec<User>,
    tokens: Vec<Token>,
    codes: Vec<Code>,
    /// The world's companies, keys and products, where they are absent.
    companies: Option<Vec<Company>>,
    keys: Option<Vec<Key>>,
    products: Option<Vec<Product>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorCall {
    call: Value,
    reply: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorResponse {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: String,
}

/// The example of how names are expanded.
#[derive(Deserialize)]
struct Expansion {
    world: written::World,
    written: Vec<written::Members>,
    expanded: Expanded,
}

#[derive(Deserialize)]
struct Expanded {
    world: Value,
    vectors: Vec<Value>,
}

impl Expansion {
    fn check(self) {
        assert_eq!(typed::<Value>(self.world.expanded()), self.expanded.world);
        let vectors = self.written.into_iter().map(|vector| typed(self.world.expand(vector)));
        assert_eq!(vectors.collect::<Vec<Value>>(), self.expanded.vectors);
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let vectors = spec.join("vectors");
    let written: written::World = read(&vectors.join("world.json"));
    let world: &World = Box::leak(Box::new(typed(written.expanded())));
    let files = fs::read_dir(&vectors).unwrap().map(|entry| entry.unwrap().path());
    let is_vectors = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "json") && !path.ends_with("world.json")
    };
    let trials: Vec<Trial> = files
        .filter(is_vectors)
        .flat_map(|path| read::<Vec<written::Members>>(&path))
        .map(|vector| {
            let vector: Vector = typed(written.expand(vector));
            Trial::test(vector.id.clone(), move || {
                check(world, vector);
                Ok(())
            })
        })
        .collect();
    assert!(!trials.is_empty(), "no vectors were found");
    let example: Expansion = read(&spec.join("expansion.json"));
    let expansion = Trial::test("expansion", move || {
        example.check();
        Ok(())
    });
    libtest_mimic::run(&arguments, trials.into_iter().chain([expansion]).collect()).exit();
}

fn check(world: &World, vector: Vector) {
    let id = &vector.id;
    assert!(!vector.proves.is_empty(), "{id}: proves nothing");
    let mut store = world.store(&vector.before);
    let mut expected = vector.calls.iter();
    let mut next = |call: &Value| {
        let next = expected.next().unwrap_or_else(|| panic!("{id}: surplus call {call}"));
        assert_eq!(*call, next.call, "{id}: call");
        next.reply.as_ref().map(Value::to_string)
    };
    let response = match first_step(world, &vector) {
        First::OfRequest(mut step) => loop {
            let (call, waiting) = match step {
                Step::Done(response) => break response,
                Step::Call(call, waiting) => (call, waiting),
            };
            step = match (next(&serde_json::to_value(&call).unwrap()), &call) {
                (Some(reply), _) => waiting.step_json(&reply),
                (None, Call::Hashing(hashing)) => waiting.step(hashing.compute_by(argon2id_once)),
                (None, _) => waiting.step(store.answer(&call)),
            };
        },
        First::OfCommand(mut step) => loop {
            let (call, waiting) = match step {
                operator::Step::Done(response) => break response,
                operator::Step::Call(call, waiting) => (call, waiting),
            };
            step = match (next(&serde_json::to_value(&call).unwrap()), &call) {
                (Some(reply), _) => waiting.step_json(&reply),
                // A reply of a hasher is the same in both, and so is its JSON.
                (None, operator::Call::Hashing(hashing)) => waiting
                    .step_json(&serde_json::to_string(&hashing.compute_by(argon2id_once)).unwrap()),
                (None, _) => waiting.step(store.answer_operator(&call)),
            };
        },
    };
    assert_eq!(expected.count(), 0, "{id}: calls are missing");
    check_response(id, &response, &vector.response);
    let after = world.store(vector.after.as_ref().unwrap_or(&vector.before));
    assert_eq!(store.users, after.users, "{id}: users");
    assert_eq!(store.tokens, after.tokens, "{id}: tokens");
    assert_eq!(store.codes, after.codes, "{id}: codes");
    assert_eq!(store.companies, after.companies, "{id}: companies");
    assert_eq!(store.keys, after.keys, "{id}: keys");
    assert_eq!(store.products, after.products, "{id}: products");
}

impl World {
    fn store(&self, rows: &Rows) -> Store {
        Store {
            companies: rows.companies.as_ref().unwrap_or(&self.companies).clone(),
            keys: rows.keys.as_ref().unwrap_or(&self.keys).clone(),
            products: rows.products.as_ref().unwrap_or(&self.products).clone(),
            users: rows.users.clone(),
            tokens: rows.tokens.clone(),
            codes: rows.codes.clone(),
            ..Store::default()
        }
    }
}

#[expect(clippy::large_enum_variant, reason = "made once per vector")]
enum First {
    OfRequest(Step),
    OfCommand(operator::Step),
}

fn first_step(world: &World, vector: &Vector) -> First {
    let now = vector.now.unwrap_or(world.now);
    let entropy = unhex(vector.entropy.as_ref().unwrap_or(&world.entropy)).try_into().unwrap();
    let settings = Value::Object(vector.settings.clone()).to_string();
    let settings = Settings::from_json(&settings).unwrap();
    let request = match (&vector.request, &vector.command) {
        (Some(request), None) => request,
        (None, Some(command)) => {
            let text = command.as_str().map_or_else(|| command.to_string(), str::to_owned);
            return First::OfCommand(operator::begin_json(&text, now, entropy, &settings));
        }
        _ => panic!("{}: one of request and command was expected", vector.id),
    };
    let body = bytes(&request.body, &request.body_hex);
    let request = Request {
        method: &request.method,
        path: &request.path,
        query: &bytes(&request.query, &request.query_hex),
        content_type: request.content_type.as_deref(),
        content_encoding: &request.content_encoding.all(),
        authorization: &request.authorization.all(),
        body: if request.body_too_large { Body::TooLarge } else { Body::Bytes(&body) },
        source: request.source.as_deref(),
        now,
        entropy,
    };
    First::OfRequest(begin(&request, &settings))
}

/// Computes Argon2id, but each password with a salt once for all vectors.
fn argon2id_once(
    password: &[u8],
    salt: &[u8],
    costs: Costs,
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    static TAGS: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let name = format!("{password:?} {salt:?} {costs:?} {}", tag.len());
    let mut tags = TAGS.lock().unwrap();
    if let Some(computed) = tags.get(&name) {
        tag.copy_from_slice(computed);
        return Ok(());
    }
    argon2id(password, salt, costs, tag)?;
    tags.insert(name, tag.to_vec());
    Ok(())
}

fn check_response(id: &str, response: &Response, expected: &VectorResponse) {
    assert_eq!(response.body, expected.body, "{id}: body");
    assert_eq!(response.status, expected.status, "{id}: status");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let code = response.code().map(|code| u64::from(code.code()));
    assert_eq!(code, body.pointer("/error/code").and_then(Value::as_u64), "{id}: code");
    let mut headers = expected.headers.clone();
    for (name, value) in [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        headers.insert(name.into(), value.into());
    }
    let sent = response.headers.iter().map(|(name, value)| ((*name).into(), value.clone()));
    assert_eq!(sent.collect::<BTreeMap<_, _>>(), headers, "{id}: headers");
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn typed<T: for<'de> Deserialize<'de>>(expanded: written::Members) -> T {
    let text = serde_json::to_string(&expanded).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn bytes(text: &Option<String>, hex: &Option<String>) -> Vec<u8> {
    match (text, hex) {
        (Some(text), None) => text.clone().into_bytes(),
        (None, Some(hex)) => unhex(hex),
        (None, None) => Vec::new(),
        (Some(_), Some(_)) => panic!("text and hex at once"),
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
