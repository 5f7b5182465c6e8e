//! How the operator names a mail server.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::mail::Sender;
use crate::config::{ConfigError, Environment, secret};
use crate::signed_http::SignedHttpConfig;
use crate::trust::Trust;

const WHAT: &str = "the mail server";
const TIMEOUT_MS_DEFAULT: u64 = 30_000;
/// Shorter than the lease of a job, so that the same message is never under way twice.
const TIMEOUT_MS_MAX: u64 = 90_000;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// Not at all: for a mail server on the same machine.
    None,
    /// TLS is asked for, and nothing is sent without it.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    pub host: String,
    /// 25, 587 or 465 unless given, after the protection.
    pub port: Option<u16>,
    pub tls: Protection,
    pub user: Option<String>,
    /// One of `password` and `password_env` is needed where there is a user.
    pub password: Option<SecretString>,
    pub password_env: Option<String>,
    /// `Name <address>` or an address.
    pub from: String,
    /// For a whole message, in milliseconds; 30,000 unless given, at most 90,000.
    pub timeout_ms: Option<u64>,
    /// Where text messages go.
    pub sms: Option<SignedHttpConfig>,
}

impl SmtpConfig {
    pub(super) fn timeout(&self) -> Result<Duration, ConfigError> {
        match self.timeout_ms.unwrap_or(TIMEOUT_MS_DEFAULT) {
            timeout_ms @ 1..=TIMEOUT_MS_MAX => Ok(Duration::from_millis(timeout_ms)),
            _ => Err(ConfigError::wrong(WHAT, "timeout_ms must be from 1 to 90000")),
        }
    }

    pub(super) fn transport(
        &self,
        environment: Environment<'_>,
        trust: &Trust,
        sender: &Sender,
    ) -> Result<AsyncSmtpTransport<Tokio1Executor>, ConfigError> {
        if self.host.is_empty() {
            return Err(ConfigError::wrong(WHAT, "host is missing"));
        }
        let (tls, port) = match self.tls {
            Protection::None => (Tls::None, 25),
            Protection::Starttls => (Tls::Required(self.parameters(trust)?), 587),
            Protection::Tls => (Tls::Wrapper(self.parameters(trust)?), 465),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port.unwrap_or(port))
            .tls(tls)
            .hello_name(ClientId::Domain(sender.domain().to_owned()))
            .timeout(Some(self.timeout()?));
        Ok(match self.credentials(environment)? {
            Some(credentials) => {
                builder.credentials(credentials).authentication(vec![Mechanism::Plain, Mechanism::Login]).build()
            }
            None => builder.build(),
        })
    }

    fn credentials(&self, environment: Environment<'_>) -> Result<Option<Credentials>, ConfigError> {
        let password =
            secret("the mail server's password", self.password.as_ref(), self.password_env.as_deref(), environment)?;
        match (&self.user, password) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) if self.tls == Protection::None => {
                Err(ConfigError::wrong(WHAT, "a password is not sent over a connection without TLS"))
            }
            (Some(user), Some(password)) => {
                Ok(Some(Credentials::new(user.clone(), password.expose_secret().to_owned())))
            }
            _ => Err(ConfigError::wrong(WHAT, "user and password belong together")),
        }
    }

    fn parameters(&self, trust: &Trust) -> Result<TlsParameters, ConfigError> {
        let wrong = |error: lettre::transport::smtp::Error| ConfigError::wrong(WHAT, error.to_string());
        let mut builder = TlsParameters::builder(self.host.clone()).certificate_store(CertificateStore::None);
        for root in trust.roots() {
            builder = builder.add_root_certificate(Certificate::from_der(root.to_vec()).map_err(wrong)?);
        }
        builder.build().map_err(wrong)
    }
}
