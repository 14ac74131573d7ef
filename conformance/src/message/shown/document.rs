//! JSON as it was sent, with the names of the format alone, and a label in place of every secret.

use std::collections::HashMap;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::message::escape::json_string;
use crate::message::json::Json;
use crate::message::secret::Kind;
use crate::message::secrets::{Secrets, hidden};
use crate::message::shown::field_text;
use crate::message::shown::name::{ACCOUNT, ends_hidden, is_field};

/// What a document is.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// The fields of a request to this operation.
    Request(Option<Operation>),
    /// An answer.
    Answer,
}

/// What is known of a value by its place.
#[derive(Clone, Copy)]
enum Place {
    /// The whole document.
    Root(Form),
    /// The member `return` of an answer.
    Return,
    /// The member `error` of an answer.
    Error,
    /// A field of a request.
    Field,
    /// A member of the format's.
    Known,
    /// The name of a refusal, or `stat`.
    Word,
    /// A secret.
    Secret(Kind),
    /// A part that the format does not have.
    Unknown,
}

/// The document, or nothing if it is not a JSON object. A quiet one shows no text in which what was sent may be quoted.
pub(super) fn document(body: &[u8], form: Form, secrets: &Secrets, quiet: bool) -> Option<String> {
    let text = str::from_utf8(body).ok()?;
    if !matches!(Json::parse(body), Ok(Json::Object(_))) {
        return None;
    }
    let names = HashMap::new();
    let mut walk = Walk { text, at: 0, shown: String::new(), names, secrets, quiet };
    walk.space();
    walk.value(Place::Root(form), "")?;
    walk.space();
    Some(walk.shown)
}

/// A walk through the text of a document that was parsed before.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    shown: String,
    /// The names so far that are not the format's, with their numbers.
    names: HashMap<String, usize>,
    secrets: &'t Secrets,
    quiet: bool,
}

impl Walk<'_> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the bytes that are of a kind.
    fn take(&mut self, is_one: impl Fn(u8) -> bool) -> &str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().position(|byte| !is_one(byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn space(&mut self) {
        let space = self.take(|byte| b" \t\r\n".contains(&byte)).to_owned();
        self.shown += &space;
    }

    /// Shows a character of the structure.
    fn mark(&mut self) -> Option<u8> {
        let mark = self.next()?;
        self.at += 1;
        self.shown.push(char::from(mark));
        Some(mark)
    }

    /// Takes a string; gives it as it is written, and as it reads.
    fn string(&mut self) -> Option<(String, String)> {
        let rest = self.text.get(self.at..)?;
        let mut escaped = false;
        let end = rest.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        let written = rest.get(..end + 2)?.to_owned();
        self.at += written.len();
        let reading = serde_json::from_str(&written).ok()?;
        Some((written, reading))
    }

    fn value(&mut self, place: Place, name: &str) -> Option<()> {
        match self.next()? {
            b'{' => self.object(place),
            b'[' => self.array(place, name),
            b'"' => {
                let (written, reading) = self.string()?;
                let shown = self.text_at(place, name, &reading);
                self.shown += &if shown == reading { written } else { json_string(&shown) };
                Some(())
            }
            b't' | b'f' | b'n' => {
                let word = self.take(|byte| byte.is_ascii_lowercase()).to_owned();
                self.shown += &word;
                Some(())
            }
            _ => {
                let number =
                    self.take(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                let number = number.to_owned();
                let shown = match place {
                    Place::Secret(kind) => json_string(kind.label()),
                    Place::Unknown | Place::Root(_) => json_string(NUMBER),
                    Place::Return | Place::Error | Place::Field | Place::Known | Place::Word => {
                        let shown = self.secrets.redact(&number);
                        if shown == number { number } else { json_string(&shown) }
                    }
                };
                self.shown += &shown;
                Some(())
            }
        }
    }

    fn object(&mut self, place: Place) -> Option<()> {
        self.mark()?;
        self.space();
        while self.next()? == b'"' {
            let (written, name) = self.string()?;
            let inside = member(place, &name);
            let shown = if matches!(inside, Place::Unknown) {
                json_string(&self.number_of(name.clone()))
            } else {
                written
            };
            self.shown += &shown;
            self.space();
            self.mark()?;
            self.space();
            self.value(inside, &name)?;
            self.space();
            if self.next()? == b',' {
                self.mark()?;
                self.space();
            }
        }
        self.mark().map(|_| ())
    }

    fn array(&mut self, place: Place, name: &str) -> Option<()> {
        self.mark()?;
        self.space();
        while self.next()? != b']' {
            self.value(place, name)?;
            self.space();
            if self.next()? == b',' {
                self.mark()?;
                self.space();
            }
        }
        self.mark().map(|_| ())
    }

    /// Numbers a name that is not the format's, so that one that comes twice is seen to.
    fn number_of(&mut self, name: String) -> String {
        let next = self.names.len() + 1;
        let number = self.names.entry(name).or_insert(next);
        format!("[name {number}]")
    }

    fn text_at(&self, place: Place, name: &str, text: &str) -> String {
        let hide = || {
            let is_hidden = text.strip_prefix("[text").is_some_and(ends_hidden);
            if text.is_empty() || text == NUMBER || is_hidden {
                text.to_owned()
            } else {
                hidden("text", &self.secrets.labels_in(text))
            }
        };
        match place {
            Place::Secret(_) if text.is_empty() => String::new(),
            Place::Secret(kind) => kind.label().to_owned(),
            Place::Field => field_text(name, text, self.secrets),
            Place::Word if matches!(text, "ok" | "fail") || Refusal::is_listed(text) => {
                text.to_owned()
            }
            Place::Known | Place::Word if !self.quiet => self.secrets.redact_free(text),
            Place::Known
            | Place::Word
            | Place::Root(_)
            | Place::Return
            | Place::Error
            | Place::Unknown => hide(),
        }
    }
}

/// What stands for a number that is not shown.
const NUMBER: &str = "[number]";

/// What is known of a member of what stands at this place.
fn member(place: Place, name: &str) -> Place {
    match (place, name) {
        (Place::Error, "code" | "details") => Place::Known,
        (Place::Error, "name") => Place::Word,
        (Place::Root(Form::Answer), "return") => Place::Return,
        (Place::Root(Form::Answer), "error") => Place::Error,
        (Place::Root(Form::Answer), "stat") => Place::Word,
        (Place::Root(Form::Answer), "status_code" | "success") => Place::Known,
        (_, name) if Kind::of_field(name).is_some() => {
            Kind::of_field(name).map_or(Place::Unknown, Place::Secret)
        }
        (Place::Root(Form::Request(operation)), name) if is_field(name, operation) => Place::Field,
        (Place::Return, name) if ACCOUNT.contains(&name) => Place::Known,
        _ => Place::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, quiet: bool) -> String {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Password, "correct horse");
        let show = |text: &str| document(text.as_bytes(), Form::Answer, &secrets, quiet);
        let shown = show(text).unwrap();
        assert_eq!(show(&shown).unwrap(), shown, "read again");
        shown
    }

    #[test]
    fn an_answer_is_shown_as_it_was_sent_but_for_secrets() {
        insta::assert_snapshot!(
            shown(r#" {"status_code" : 200,"return":{"\u0074oken":"abc","userId":7,"permissions":["a","correct\u0020horse"],"email":"\u0061@b"},"stat":"ok"}"#, false),
            @r#" {"status_code" : 200,"return":{"\u0074oken":"[token]","userId":7,"permissions":["a","[password]"],"email":"\u0061@b"},"stat":"ok"}"#
        );
        insta::assert_snapshot!(
            shown(r#"{"error":{"code":4010,"name":"invalid_ssokey","details":"no correct horse"},"status_code":401,"stat":"fail"}"#, false),
            @r#"{"error":{"code":4010,"name":"invalid_ssokey","details":"no [password]"},"status_code":401,"stat":"fail"}"#
        );
    }

    #[test]
    fn what_is_not_the_formats_is_counted_wherever_it_stands() {
        insta::assert_snapshot!(
            shown(r#"{"stat":"x","data":{"token":"a","stat":"b","n":[1,true,{"password":{"c":"d"}}]},"data":"correct horse","token":[1,""],"return":["e",{"email":"f"}]}"#, false),
            @r#"{"stat":"x","[name 1]":{"token":"[token]","[name 2]":"[text]","[name 3]":["[number]",true,{"password":{"[name 4]":"[text]"}}]},"[name 1]":"[text, with [password]]","token":["[token]",""],"return":["[text]",{"email":"f"}]}"#
        );
    }

    #[test]
    fn a_quiet_answer_quotes_nothing() {
        insta::assert_snapshot!(
            shown(r#"{"error":{"code":4000,"name":"malformed_request","details":"unexpected hunter2"},"status_code":400,"stat":"fail"}"#, true),
            @r#"{"error":{"code":4000,"name":"malformed_request","details":"[text]"},"status_code":400,"stat":"fail"}"#
        );
    }

    #[test]
    fn what_is_not_an_object_is_not_shown() {
        let secrets = Secrets::default();
        for text in ["", "{", "[]", "\"{}\"", "{} {}", "\u{feff}{}", "<br>{}", ")]}'{}"] {
            assert!(document(text.as_bytes(), Form::Answer, &secrets, false).is_none(), "{text}");
        }
    }
}
