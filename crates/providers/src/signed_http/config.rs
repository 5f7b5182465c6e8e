//! How the operator names a vendor.

use std::time::Duration;

use qist_app::ports::connector::ProviderKind;
use secrecy::SecretString;
use serde::Deserialize;

use crate::client::Reach;
use crate::config::{ConfigError, Environment, secret};
use crate::signature::SigningSecret;

const TIMEOUT_MS_DEFAULT: u64 = 30_000;
/// Shorter than the lease of a job, so that the same question is never under way twice.
const TIMEOUT_MS_MAX: u64 = 90_000;

/// Where a vendor is and what is shared with it. One of `secret` and `secret_env` is needed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHttpConfig {
    pub url: String,
    /// `whsec_` and base64.
    pub secret: Option<SecretString>,
    /// The environment variable that holds the secret.
    pub secret_env: Option<String>,
    /// While a secret is being replaced: the one before, with which we sign too, and which we still accept.
    pub previous_secret: Option<SecretString>,
    pub previous_secret_env: Option<String>,
    /// For a whole exchange, in milliseconds; 30,000 unless given, at most 90,000.
    pub timeout_ms: Option<u64>,
    /// Allows private addresses, other ports and http: for a vendor inside the lender's own network.
    #[serde(default)]
    pub allow_private: bool,
}

impl SignedHttpConfig {
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach::of(self.allow_private)
    }

    /// The newest secret first.
    pub(super) fn secrets(
        &self,
        kind: ProviderKind,
        environment: Environment<'_>,
    ) -> Result<Vec<SigningSecret>, ConfigError> {
        let what = format!("the secret of the provider {}", kind.name());
        let newest = secret(&what, self.secret.as_ref(), self.secret_env.as_deref(), environment)?;
        let newest = newest.ok_or_else(|| ConfigError::wrong(&*what, "is missing"))?;
        let before = secret(&what, self.previous_secret.as_ref(), self.previous_secret_env.as_deref(), environment)?;
        std::iter::once(newest)
            .chain(before)
            .map(|text| SigningSecret::parse(&text).map_err(|error| ConfigError::wrong(&*what, error.to_string())))
            .collect()
    }

    pub(super) fn timeout(&self, kind: ProviderKind) -> Result<Duration, ConfigError> {
        match self.timeout_ms.unwrap_or(TIMEOUT_MS_DEFAULT) {
            timeout_ms @ 1..=TIMEOUT_MS_MAX => Ok(Duration::from_millis(timeout_ms)),
            _ => Err(ConfigError::wrong(kind.name(), "timeout_ms must be from 1 to 90000")),
        }
    }
}
