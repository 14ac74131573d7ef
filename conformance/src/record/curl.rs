//! A request as a line for curl, with variables of the shell in place of its secrets.

use crate::message::secret::Kind;
use crate::record::transcript::Sent;

/// A line that is longer is of no use to people.
const LONGEST: usize = 2000;

/// The variables whose value is exactly what the request held.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variables {
    /// That of the key.
    pub(crate) key: Option<&'static str>,
    /// That of the product's secret.
    pub(crate) product_secret: Option<&'static str>,
}

/// Returns the line that sends the same to this base; none if there is none, as for a body that is not shown as it was sent.
pub(crate) fn line(base: &str, sent: &Sent, variables: Variables) -> Option<String> {
    if !base.starts_with("http") {
        return None;
    }
    let Sent { method, path, query, headers, body, .. } = sent;
    let query = query.as_deref().map_or_else(String::new, |query| format!("?{query}"));
    let quote = |text: &str| quote(text, variables);
    let mut line = match method.as_str() {
        "HEAD" => "curl -sS -I --path-as-is".to_owned(),
        "GET" if body.is_none() => "curl -sS -i --path-as-is".to_owned(),
        "POST" if body.is_some() => "curl -sS -i --path-as-is".to_owned(),
        method => format!("curl -sS -i --path-as-is -X {}", quote(method)),
    };
    line += &format!(" {}", quote(&format!("{base}{path}{query}")));
    for (name, value) in headers {
        // Without a value, curl would send no such field.
        let field = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        line += &format!(" -H {}", quote(&field));
    }
    if let Some(body) = body {
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            line += " -H 'content-type:'";
        }
        line += &format!(" --data-raw {}", quote(body));
    }
    // A word in brackets that is left stands for something that is not shown.
    let is_word = |rest: &str| rest.starts_with(|it: char| it.is_ascii_alphanumeric());
    let hidden = line.split('[').skip(1).any(is_word);
    let shown = !hidden && !line.contains(|it: char| it.is_control() || it == '\u{fffd}');
    (shown && line.len() <= LONGEST).then_some(line)
}

/// A word of the shell in which nothing but our variables stands for anything.
fn quote(text: &str, variables: Variables) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '\\' | '"' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    for kind in Kind::ALL {
        let name = match kind {
            Kind::Key => variables.key.unwrap_or("KEY"),
            Kind::ProductSecret => variables.product_secret.unwrap_or("PRODUCT_SECRET"),
            Kind::Password => "PASSWORD",
            Kind::Token => "TOKEN",
            Kind::Code => "CODE",
            Kind::Header | Kind::Other => continue,
        };
        escaped = escaped.replace(kind.label(), &format!("${{{name}}}"));
    }
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_.:/".contains(it);
    if escaped.chars().all(plain) && !escaped.is_empty() {
        escaped
    } else {
        format!("\"{escaped}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::request::Request;

    fn sent(request: &Request) -> Sent {
        let headers = request.headers.iter();
        Sent {
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: headers.map(|(name, value)| (name.to_string(), value.clone())).collect(),
            body: request.body.clone().map(|body| String::from_utf8_lossy(&body).into_owned()),
            case: None,
        }
    }

    fn check(request: &Request, key: Option<&'static str>) -> String {
        let variables = Variables { key, product_secret: None };
        line("http://h:1", &sent(request), variables).unwrap_or_default()
    }

    #[test]
    fn a_line_holds_the_request_byte_for_byte_and_variables_for_its_secrets() {
        insta::assert_snapshot!(
            check(&Request::get("email=a%40b&ssokey=[key]&$x=`"), Some("SSOKEY_CHECK_KEY")),
            @r#"curl -sS -i --path-as-is "http://h:1/api/sso/authenticate?email=a%40b&ssokey=${SSOKEY_CHECK_KEY}&\$x=\`""#
        );
        insta::assert_snapshot!(
            check(&Request::json(r#"{"password":"[password]","ssokey":"[key]"}"#), None),
            @r#"curl -sS -i --path-as-is http://h:1/api/sso/authenticate -H "content-type: application/json" --data-raw "{\"password\":\"${PASSWORD}\",\"ssokey\":\"${KEY}\"}""#
        );
        insta::assert_snapshot!(
            check(&Request::get("").method("HEAD").bearer("[token]").header("origin", ""), None),
            @r#"curl -sS -I --path-as-is "http://h:1/api/sso/authenticate?" -H "authorization: Bearer ${TOKEN}" -H "origin;""#
        );
        insta::assert_snapshot!(
            check(&Request { query: None, ..Request::form("") }.method("PUT"), None),
            @r#"curl -sS -i --path-as-is -X PUT http://h:1/api/sso/authenticate -H "content-type: application/x-www-form-urlencoded" --data-raw """#
        );
    }

    #[test]
    fn what_is_not_shown_as_it_was_sent_has_no_line() {
        assert_eq!(check(&Request::form(b"a=\xff".to_vec()), None), "");
        assert_eq!(check(&Request::form("a\n"), None), "");
        assert_eq!(check(&Request::form("x".repeat(3000)), None), "");
        assert_eq!(line("in process", &sent(&Request::get("")), Variables::default()), None);
    }
}
