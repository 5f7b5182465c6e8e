//! Whose certificates are believed: the operating system's authorities, and those that the operator adds.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::ConfigError;

/// Certificate authorities. Cheap to clone.
#[derive(Clone)]
pub struct Trust {
    roots: Arc<Vec<CertificateDer<'static>>>,
}

impl Trust {
    /// The authorities that the operating system trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` are heeded). Where there
    /// are none, every https call fails, and the log says why.
    #[must_use]
    pub fn system() -> Trust {
        let found = rustls_native_certs::load_native_certs();
        // A system's list may hold old certificates that cannot be read: they are left out.
        let roots: Vec<_> = found.certs.into_iter().filter(is_readable).collect();
        if roots.is_empty() {
            tracing::warn!(errors = ?found.errors, "this system has no certificate authorities: https calls will fail");
        }
        Trust { roots: Arc::new(roots) }
    }

    /// Besides, the authorities in a PEM file, such as a company's own.
    pub fn and_pem(self, pem: &[u8]) -> Result<Trust, ConfigError> {
        let wrong = |why: &str| ConfigError::wrong("certificate authorities", why);
        let mut roots = self.roots.as_ref().clone();
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| wrong("the file is not PEM"))?;
            if !is_readable(&certificate) {
                return Err(wrong("the file holds something else than a certificate"));
            }
            roots.push(certificate);
        }
        if roots.len() == before {
            return Err(wrong("the file holds no certificate"));
        }
        Ok(Trust { roots: Arc::new(roots) })
    }

    /// TLS 1.2 and 1.3 with these authorities.
    pub(crate) fn tls(&self) -> Result<rustls::ClientConfig, ConfigError> {
        let mut store = rustls::RootCertStore::empty();
        store.add_parsable_certificates(self.roots.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError::wrong("TLS", error.to_string()))?;
        Ok(builder.with_root_certificates(store).with_no_client_auth())
    }

    pub(crate) fn roots(&self) -> &[CertificateDer<'static>] {
        &self.roots
    }
}

fn is_readable(certificate: &CertificateDer<'static>) -> bool {
    rustls::RootCertStore::empty().add(certificate.clone()).is_ok()
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trust({} authorities)", self.roots.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_an_error() {
        for pem in [
            "",
            "hello",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            assert!(Trust::system().and_pem(pem.as_bytes()).is_err(), "{pem}");
        }
    }
}
