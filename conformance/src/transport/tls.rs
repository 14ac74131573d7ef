//! The certificates that a client trusts, and what is wrong with those of a server.

use std::fmt;

use rustls::{CertificateError, Error as RustlsError};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// The servers whose certificate is accepted.
#[derive(Clone, Default)]
pub enum Trust {
    /// Those that an authority of the system has signed.
    #[default]
    System,
    /// Those that one of these authorities has signed, in place of the system's.
    Authorities(Authorities),
    /// All of them: whoever is between can read and change everything.
    Anyone,
}

/// Certificates of authorities.
#[derive(Clone)]
pub struct Authorities(Vec<Certificate<'static>>);

impl Authorities {
    /// Reads the certificates of a PEM file; none if there is none in it, or one that cannot be read.
    pub fn parse(pem: &[u8]) -> Option<Self> {
        let items: Result<Vec<_>, _> = parse_pem(pem).collect();
        let certificates = items.ok()?.into_iter().filter_map(|item| {
            if let PemItem::Certificate(certificate) = item { Some(certificate) } else { None }
        });
        let certificates: Vec<_> = certificates.collect();
        (!certificates.is_empty()).then_some(Self(certificates))
    }
}

impl Trust {
    pub(super) fn config(self) -> TlsConfig {
        let config = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        match self {
            Self::System => config,
            Self::Authorities(Authorities(certificates)) => {
                config.root_certs(RootCerts::from(certificates))
            }
            Self::Anyone => config.disable_verification(true),
        }
        .build()
    }
}

/// The reason for which TLS could not be agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFault {
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate is for different names than that of the URL.
    WrongName,
    /// The certificate is signed by an authority that is not trusted, or by itself.
    UnknownIssuer,
    /// The certificate of an authority stands for the server itself.
    Authority,
    /// The server does not speak TLS there.
    Plain,
    /// The server speaks TLS, and the URL says http.
    NotPlain,
    /// The two could not agree, for this reason.
    Other(String),
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet, by the clock of this machine",
            Self::WrongName => "its certificate is for different names than that of the URL",
            Self::UnknownIssuer => {
                "its certificate is signed by an authority that is not trusted here, or by itself"
            }
            Self::Authority => {
                "its certificate is that of an authority, which cannot stand for a server"
            }
            Self::Plain => "it does not speak TLS there",
            Self::NotPlain => "it speaks TLS there, and the URL says http",
            Self::Other(why) => return write!(f, "TLS could not be agreed on: {why}"),
        })
    }
}

impl TlsFault {
    /// Returns whether a record of TLS begins like this: an alert, or a handshake.
    pub(super) fn begins_record(start: &[u8]) -> bool {
        matches!(start, [0x15 | 0x16, 0x03, ..])
    }

    pub(super) fn new(error: &RustlsError) -> Self {
        use CertificateError as Fault;
        if matches!(error, RustlsError::InvalidMessage(_)) {
            return Self::Plain;
        }
        let RustlsError::InvalidCertificate(fault) = error else {
            return Self::Other(error.to_string());
        };
        if matches!(fault, Fault::Expired | Fault::ExpiredContext { .. }) {
            Self::Expired
        } else if matches!(fault, Fault::NotValidYet | Fault::NotValidYetContext { .. }) {
            Self::NotYetValid
        } else if matches!(fault, Fault::NotValidForName | Fault::NotValidForNameContext { .. }) {
            Self::WrongName
        } else if matches!(fault, Fault::UnknownIssuer | Fault::BadSignature) {
            // The signature is that of an authority of the same name with a different key.
            Self::UnknownIssuer
        } else if fault.to_string().contains("CaUsedAsEndEntity") {
            // The library has no value for it.
            Self::Authority
        } else {
            Self::Other(fault.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_certificate_has_words_of_its_own() {
        use CertificateError as Fault;
        for (fault, told) in [
            (Fault::Expired, TlsFault::Expired),
            (Fault::NotValidYet, TlsFault::NotYetValid),
            (Fault::NotValidForName, TlsFault::WrongName),
            (Fault::UnknownIssuer, TlsFault::UnknownIssuer),
            (Fault::BadSignature, TlsFault::UnknownIssuer),
        ] {
            assert_eq!(TlsFault::new(&RustlsError::InvalidCertificate(fault)), told);
        }
        let bad = TlsFault::new(&RustlsError::InvalidCertificate(Fault::BadEncoding));
        assert!(matches!(bad, TlsFault::Other(_)), "{bad}");
        let plain = rustls::InvalidMessage::InvalidContentType;
        assert_eq!(TlsFault::new(&RustlsError::InvalidMessage(plain)), TlsFault::Plain);
    }

    #[test]
    fn a_file_without_a_certificate_names_no_authority() {
        for pem in
            ["", "no certificate", "-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n"]
        {
            assert!(Authorities::parse(pem.as_bytes()).is_none(), "{pem}");
        }
    }
}
