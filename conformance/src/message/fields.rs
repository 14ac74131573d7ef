//! The fields of a call.

use crate::format::operation::Operation;
use crate::format::way::Way;
use crate::message::escape::{escape, json_member};
use crate::message::request::Request;

/// Names and values in the order in which they are sent. They hold secrets and are not printed.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of the first field of this name; empty if there is none.
    pub(crate) fn value(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        let found = fields.find_map(|(known, value)| (known == name).then_some(value));
        found.map_or("", String::as_str)
    }

    /// The same fields with this value in place of that field's; at the end if there was none.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let mut fields = self.0.iter_mut();
        if let Some((_, old)) = fields.find(|(known, _)| known == name) {
            value.clone_into(old);
            self
        } else {
            self.and(name, value)
        }
    }

    /// The same fields and one more at the end, whether or not there is one of this name.
    #[must_use]
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same fields but this one.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// `application/x-www-form-urlencoded`, a space as `%20`.
    pub(crate) fn form(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            let separator = if text.is_empty() { "" } else { "&" };
            text += separator;
            text += &escape(name);
            text += "=";
            text += &escape(value);
        }
        text
    }

    /// A compact JSON object of strings.
    pub(crate) fn json(&self) -> String {
        let members: Vec<_> = self.0.iter().map(|(n, v)| json_member(n, v)).collect();
        format!("{{{}}}", members.join(","))
    }
}

impl Way {
    /// The sign-on that sends these fields in this way.
    pub(crate) fn request(self, fields: &Fields) -> Request {
        self.to(Operation::SignOn, fields)
    }

    /// The call that sends these fields in this way.
    pub(crate) fn to(self, operation: Operation, fields: &Fields) -> Request {
        let request = match self {
            Self::Get => Request::get(fields.form()),
            Self::Form => Request::form(fields.form()),
            Self::Json => Request::json(fields.json()),
        };
        request.to(operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_in_both_encodings() {
        let fields = Fields::default().and("b", "x y+\0ü").and("a", "1").and("a", "\"");
        insta::assert_snapshot!(fields.form(), @"b=x%20y%2B%00%C3%BC&a=1&a=%22");
        insta::assert_snapshot!(fields.json(), @r#"{"b":"x y+\u0000ü","a":"1","a":"\""}"#);
        let fields = fields.with("a", "2").without("b");
        insta::assert_snapshot!(fields.form(), @"a=2&a=%22");
    }
}
