//! The known fields of a request: decoded, counted, and each parsed once.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::request::decode::{form, json};
use crate::{
    Body, Domain, Email, Error, MAX_REQUEST_BYTES, Password, ProductName, Products, Request,
};

/// A field that the format knows. All others are ignored (`SSO-REQ-007`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `email`
    Email,
    /// `password`
    Password,
    /// `ssokey`
    Ssokey,
    /// `product`
    Product,
    /// `issued_at`
    IssuedAt,
    /// `userid`, the e-mail address of a direct sign-in
    Userid,
    /// `company`, the domain of a direct sign-in
    Company,
    /// `code`
    Code,
    /// `token`
    Token,
    /// `_token`, as old clients write it
    LegacyToken,
}

impl Field {
    /// Returns the name on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password => "password",
            Self::Ssokey => "ssokey",
            Self::Product => "product",
            Self::IssuedAt => "issued_at",
            Self::Userid => "userid",
            Self::Company => "company",
            Self::Code => "code",
            Self::Token => "token",
            Self::LegacyToken => "_token",
        }
    }

    const fn is_token(self) -> bool {
        matches!(self, Self::Token | Self::LegacyToken)
    }

    /// Returns the bounds of the value, for a person. Those of a product are the server's list.
    pub(crate) const fn bounds(self) -> &'static str {
        match self {
            Self::Email | Self::Userid => Email::BOUNDS,
            Self::Password => Password::BOUNDS,
            Self::Ssokey | Self::Code => "must be a string without control characters",
            Self::Product => ProductName::BOUNDS,
            Self::IssuedAt => {
                "must be the digits of an integer from 1 to 2^53-1, at most 5 minutes ahead"
            }
            Self::Company => Domain::BOUNDS,
            Self::Token | Self::LegacyToken => "must be a string",
        }
    }
}

/// The fields of a request that its operation knows, each at most once.
pub(crate) struct Fields {
    known: &'static [Field],
    found: Vec<(Field, Value)>,
}

/// A field's value.
pub(crate) enum Value {
    Text(Zeroizing<String>),
    /// A JSON value that is not a string.
    NotText,
}

impl Fields {
    /// Decodes the query of a GET and the body of a POST. Size, content type and coding, decoding and duplicates are checked, in this
    /// order (`SSO-REQ-022`).
    pub(crate) fn decode(request: &Request<'_>, known: &'static [Field]) -> Result<Self, Error> {
        let body = match request.body {
            Body::Bytes(bytes) if request.query.len().max(bytes.len()) <= MAX_REQUEST_BYTES => {
                bytes
            }
            Body::Bytes(_) | Body::TooLarge => return Err(Error::TooLarge),
        };
        let mut fields = Self { known, found: Vec::new() };
        if request.method == "POST" {
            fields.decode_post(request, body)?;
        } else {
            form(request.query, &mut fields)?;
            fields.refuse_duplicates()?;
        }
        Ok(fields)
    }

    /// Decodes a body. The query is decoded and counted for duplicates too, but no field is taken from it (`SSO-REQ-019`). An
    /// empty body holds no fields and may have any type.
    fn decode_post(&mut self, request: &Request<'_>, body: &[u8]) -> Result<(), Error> {
        let decode = match body {
            [] => None,
            _ => {
                request.refuse_coding()?;
                Some(body_decoder(request.content_type)?)
            }
        };
        form(request.query, self)?;
        let in_query = self.found.len();
        if let Some(decode) = decode {
            decode(body, self)?;
        }
        self.refuse_duplicates()?;
        self.found.drain(..in_query);
        Ok(())
    }

    fn refuse_duplicates(&self) -> Result<(), Error> {
        let occurs_twice =
            |field: &Field| self.found.iter().filter(|(name, _)| name == field).count() > 1;
        self.known
            .iter()
            .copied()
            .find(occurs_twice)
            .map_or(Ok(()), |field| Err(Error::Duplicate(field.name())))
    }

    /// Adds a decoded field, unless it is unknown (`SSO-REQ-007`).
    pub(crate) fn push(&mut self, name: &str, value: Value) {
        if let Some(field) = self.known.iter().find(|field| field.name() == name) {
            self.found.push((*field, value));
        }
    }

    /// Fails if one of `required` is missing or a known field other than a token is empty (`SSO-REQ-004`).
    pub(crate) fn require(&self, required: &[Field]) -> Result<(), Error> {
        for field in self.known {
            match self.value(*field) {
                None if required.contains(field) => return Err(Error::Missing(*field)),
                Some(Value::Text(text)) if text.is_empty() && !field.is_token() => {
                    return Err(Error::Missing(*field));
                }
                None | Some(_) => {}
            }
        }
        Ok(())
    }

    /// Parses a required field's text.
    pub(crate) fn parse<T>(
        &self,
        field: Field,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        self.parse_optional(field, parse)?.ok_or(Error::Missing(field))
    }

    /// Parses a field's text, if the field is there. Fails on a control character, except in a password (`SSO-REQ-014`).
    pub(crate) fn parse_optional<T>(
        &self,
        field: Field,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        if field != Field::Password && text.chars().any(char::is_control) {
            return Err(Error::Invalid(field));
        }
        parse(text).map(Some).ok_or(Error::Invalid(field))
    }

    /// Parses a required product, one of the server's (`SSO-REQ-012`).
    pub(crate) fn product(&self, products: &Products) -> Result<ProductName, Error> {
        self.optional_product(products)?.ok_or(Error::Missing(Field::Product))
    }

    /// Parses a product, one of the server's, if the field is there.
    pub(crate) fn optional_product(
        &self,
        products: &Products,
    ) -> Result<Option<ProductName>, Error> {
        self.parse_optional(Field::Product, |name| products.find(name).cloned())
            .map_err(|_| Error::UnknownProduct { products: products.to_string() })
    }

    /// Returns a field's text as it came, if the field is there.
    pub(crate) fn text(&self, field: Field) -> Result<Option<&str>, Error> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::NotText) => Err(Error::Invalid(field)),
        }
    }

    /// Returns whether the field is there, as text or not.
    pub(crate) fn contains(&self, field: Field) -> bool {
        self.value(field).is_some()
    }

    fn value(&self, field: Field) -> Option<&Value> {
        self.found.iter().find_map(|(name, value)| (*name == field).then_some(value))
    }
}

type Decode = fn(&[u8], &mut Fields) -> Result<(), Error>;

fn body_decoder(content_type: Option<&str>) -> Result<Decode, Error> {
    let media_type = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim_matches([' ', '\t']);
    if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Ok(form)
    } else if media_type.eq_ignore_ascii_case("application/json") {
        Ok(json)
    } else {
        Err(Error::UnsupportedMediaType)
    }
}
