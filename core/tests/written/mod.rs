//! Expands vectors as `spec/vectors/README.md` says.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod json;

use indexmap::IndexMap;
use serde::Deserialize;

pub(crate) use json::{Json, Members};

/// The tables of which `world.json` has the records, with the kind under which it names them.
const TABLES: [(&str, &str); 3] =
    [("companies", "company"), ("keys", "key"), ("products", "product")];
/// The tables that are empty unless a vector says otherwise.
const LISTS: [&str; 3] = ["users", "tokens", "codes"];
/// The texts that may be written in parts.
const PARTED: [&str; 4] = ["query", "queryHex", "body", "bodyHex"];

/// The file `world.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct World {
    now: Json,
    entropy: Json,
    texts: IndexMap<String, String>,
    named: IndexMap<String, Members>,
    calls: IndexMap<String, Vec<Json>>,
    success: IndexMap<String, String>,
}

impl World {
    /// Returns what all vectors share, expanded.
    pub(crate) fn expanded(&self) -> Members {
        let shared = [("now", self.now.clone()), ("entropy", self.entropy.clone())];
        let shared = shared.map(|(name, value)| (name.to_owned(), value));
        shared.into_iter().chain(rows(self.records())).collect()
    }

    /// Expands a vector.
    ///
    /// # Panics
    ///
    /// If the vector uses a name that the world does not have.
    pub(crate) fn expand(&self, mut vector: Members) -> Members {
        let before = vector.shift_remove("before");
        let before = before.as_ref().map(Json::members);
        let after = vector.shift_remove("after");
        let after = after.as_ref().map(Json::members);

        let mut lists = self.lists(before);
        let mut tables = self.tables(&self.records(), before);
        if before.is_some() {
            let stored = lists.clone().into_iter().chain(rows(tables.clone()));
            vector.insert("before".into(), Json::Object(stored.collect()));
        }
        if after.is_some() {
            let mut earlier = self.records();
            earlier.extend(tables.clone());
            tables.extend(self.tables(&earlier, after));
            lists.extend(self.lists(after));
            let empty = LISTS.map(|list| (list.to_owned(), Json::List(Vec::new())));
            let stored = empty.into_iter().chain(lists).chain(rows(tables));
            vector.insert("after".into(), Json::Object(stored.collect()));
        }
        for (name, part) in &mut vector {
            *part = match name.as_str() {
                "request" => Json::Object(joined(self.record(part.members()))),
                "command" => self.value(part),
                "calls" => {
                    Json::List(self.steps(part.list()).into_iter().map(Json::Object).collect())
                }
                "response" => Json::Object(self.response(joined(self.record(part.members())))),
                _ => continue,
            };
        }
        vector
    }

    /// Puts texts and records in the place of their names, however deep they stand.
    fn value(&self, written: &Json) -> Json {
        match written {
            Json::Text(text) => Json::Text(self.text(text)),
            Json::List(list) => Json::List(list.iter().map(|part| self.value(part)).collect()),
            Json::Object(members) => Json::Object(self.record(members)),
            Json::Null | Json::Flag(_) | Json::Number(_) => written.clone(),
        }
    }

    fn values(&self, written: &Members) -> Members {
        written.iter().map(|(name, part)| (name.clone(), self.value(part))).collect()
    }

    /// Returns the record that the object names, or the object itself.
    fn record(&self, written: &Members) -> Members {
        let mut rest = written.iter().filter(|(name, _)| *name != "with" && *name != "without");
        let (Some((kind, Json::Text(name))), None) = (rest.next(), rest.next()) else {
            return self.values(written);
        };
        let Some(records) = self.named.get(kind) else {
            return self.values(written);
        };
        let mut record = self.record(found(records, name).members());
        if let Some(changes) = written.get("with") {
            record.extend(self.values(changes.members()));
        }
        for member in written.get("without").map_or(&[][..], Json::list) {
            record.shift_remove(member.text());
        }
        record
    }

    fn text(&self, written: &str) -> String {
        let Some((start, rest)) = written.split_once('{') else {
            return written.to_owned();
        };
        let named =
            rest.split_once('}').and_then(|(name, end)| Some((self.named_text(name)?, end)));
        match named {
            Some((text, end)) => format!("{start}{text}{}", self.text(end)),
            None => format!("{start}{{{}", self.text(rest)),
        }
    }

    /// Returns the text for what stands in braces, unless the braces stand for themselves.
    fn named_text(&self, name: &str) -> Option<String> {
        if name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
        {
            return Some(found(&self.texts, name).clone());
        }
        let (part, times) = name.split_once('*')?;
        let is_number = !times.is_empty() && times.chars().all(|it| it.is_ascii_digit());
        let is_repeated = !part.is_empty() && !part.contains(['{', '"']) && is_number;
        is_repeated.then(|| part.repeat(times.parse().unwrap()))
    }

    /// Returns the calls, each as an object of `call` and, where it is given, `reply`.
    fn steps(&self, written: &[Json]) -> Vec<Members> {
        let steps = |entry: &Json| {
            if let Json::Text(name) = entry {
                self.named_steps(name)
            } else {
                self.changed_steps(entry.members().clone())
            }
        };
        written.iter().flat_map(steps).collect()
    }

    fn named_steps(&self, name: &str) -> Vec<Members> {
        let calls: &Vec<Json> = found(&self.calls, name);
        self.steps(calls)
    }

    fn changed_steps(&self, mut entry: Members) -> Vec<Members> {
        let reply = entry.shift_remove("reply");
        let changes = entry.shift_remove("with");
        let mut steps = match entry.get("calls") {
            Some(name) => self.named_steps(name.text()),
            None => {
                let call = Json::Object(self.values(&entry));
                vec![Members::from([("call".into(), call)])]
            }
        };
        let last = steps.last_mut().unwrap();
        if let (Some(changes), Json::Object(call)) = (changes, &mut last["call"]) {
            call.extend(self.values(changes.members()));
        }
        if let Some(reply) = reply {
            let reply = if let Json::Text(_) = reply {
                Members::from([("reply".into(), reply)])
            } else {
                self.record(reply.members())
            };
            last.insert("reply".into(), Json::Object(reply));
        }
        steps
    }

    /// Puts the body in the place of `error`, `return` or `success`.
    fn response(&self, mut response: Members) -> Members {
        let error = response.shift_remove("error");
        let returned = response.shift_remove("return");
        let sources = response.shift_remove("success");
        let body = if let Some(error) = error {
            let code: u32 = found(error.members(), "code").compact().parse().unwrap();
            let error = error.compact();
            format!(r#"{{"error":{error},"status_code":{},"stat":"fail"}}"#, code / 10)
        } else if let Some(answer) = returned.or_else(|| Some(self.success(&sources?))) {
            let status = found(&response, "status").compact();
            format!(r#"{{"status_code":{status},"return":{},"stat":"ok"}}"#, answer.compact())
        } else {
            return response;
        };
        response.insert("body".into(), Json::Text(body));
        response
    }

    fn success(&self, sources: &Json) -> Json {
        let member = |path: &String| {
            path.split('.').fold(sources, |part, name| found(part.members(), name)).clone()
        };
        Json::Object(self.success.iter().map(|(name, path)| (name.clone(), member(path))).collect())
    }

    /// Returns the world's records: tables of records by their names.
    fn records(&self) -> Members {
        let table = |(table, kind): (&str, &str)| {
            (table.to_owned(), Json::Object(self.values(found(&self.named, kind))))
        };
        TABLES.map(table).into_iter().collect()
    }

    /// Returns the tables that `written` changes.
    fn tables(&self, earlier: &Members, written: Option<&Members>) -> Members {
        let table = |(table, _): (&str, &str)| {
            let mut records = found(earlier, table).members().clone();
            for (name, change) in written?.get(table)?.members() {
                if matches!(change, Json::Null) {
                    records.shift_remove(name);
                    continue;
                }
                let record =
                    records.entry(name.clone()).or_insert_with(|| Json::Object(Members::new()));
                if let Json::Object(record) = record {
                    record.extend(self.record(change.members()));
                }
            }
            Some((table.to_owned(), Json::Object(records)))
        };
        TABLES.into_iter().filter_map(table).collect()
    }

    /// Returns the lists that `written` has.
    fn lists(&self, written: Option<&Members>) -> Members {
        let list = |list: &str| Some((list.to_owned(), self.value(written?.get(list)?)));
        LISTS.into_iter().filter_map(list).collect()
    }
}

/// Turns tables of records by their names into arrays.
fn rows(tables: Members) -> impl Iterator<Item = (String, Json)> {
    tables
        .into_iter()
        .map(|(table, records)| (table, Json::List(records.members().values().cloned().collect())))
}

/// Joins a query or a body that is written in parts.
fn joined(mut written: Members) -> Members {
    for name in PARTED {
        if let Some(Json::List(parts)) = written.get(name) {
            let text = parts.iter().map(Json::text).collect();
            written.insert(name.into(), Json::Text(text));
        }
    }
    written
}

fn found<'a, T>(members: &'a IndexMap<String, T>, name: &str) -> &'a T {
    members.get(name).unwrap_or_else(|| panic!("world.json has no `{name}`"))
}
