//! A credential, and the kinds of secrets.

/// A partner's key or a product's secret. It has no `Debug`, no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct Credential(String);

impl Credential {
    /// Any text; the server decides what a credential is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The credential itself, to be sent and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The kind of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key, or a text so near to it that it gives it away.
    Key,
    /// A password, or the part that all passwords of the run have in common.
    Password,
    /// A token that the server gave.
    Token,
    /// A code that the server gave.
    Code,
    /// A product's secret, or a text so near to it that it gives it away.
    ProductSecret,
    /// The value of a header that the user adds to every request.
    Header,
    /// A part of traffic that nobody could decode, so that it may be any of these.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Key,
        Self::Password,
        Self::Token,
        Self::Code,
        Self::ProductSecret,
        Self::Header,
        Self::Other,
    ];

    /// Returns what stands in a report in the secret's place.
    pub fn label(self) -> &'static str {
        match self {
            Self::Key => "[key]",
            Self::Password => "[password]",
            Self::Token => "[token]",
            Self::Code => "[code]",
            Self::ProductSecret => "[product secret]",
            Self::Header => "[header]",
            Self::Other => "[hidden]",
        }
    }

    /// The kind of secret that a field of this name holds, in any case: one that is misspelt holds it all the same.
    pub(crate) fn of_field(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "password" => Some(Self::Password),
            "ssokey" => Some(Self::Key),
            "token" | "_token" => Some(Self::Token),
            "code" => Some(Self::Code),
            _ => None,
        }
    }
}
