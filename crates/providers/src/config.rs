//! What the operator writes down about providers and files can be wrong; it is refused at start, never at first use.

use qist_app::ports::connector::ProviderKind;
use secrecy::SecretString;

/// Why the configuration cannot be used: a sentence for the operator. It never quotes a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("the provider {} is a sandbox, and sandboxes are not allowed here", .kind.name())]
    SandboxNotAllowed { kind: ProviderKind },
    #[error("no connector is set for the provider {}", .kind.name())]
    NoConnector { kind: ProviderKind },
    #[error("the provider {} cannot be reached by {connector}", .kind.name())]
    Unfit { kind: ProviderKind, connector: &'static str },
    #[error("{what}: {why}")]
    Wrong { what: String, why: String },
}

impl ConfigError {
    pub(crate) fn wrong(what: impl Into<String>, why: impl Into<String>) -> ConfigError {
        ConfigError::Wrong { what: what.into(), why: why.into() }
    }
}

/// Looks up environment variables, as `secret_env` and its like name them.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A secret stands in the configuration itself or in the environment variable named there, but not in both.
pub(crate) fn secret(
    what: &str,
    written: Option<&SecretString>,
    variable: Option<&str>,
    environment: Environment<'_>,
) -> Result<Option<SecretString>, ConfigError> {
    match (written, variable) {
        (Some(_), Some(_)) => Err(ConfigError::wrong(what, "is given twice, in the file and as a variable")),
        (Some(secret), None) => Ok(Some(secret.clone())),
        (None, Some(name)) => match environment(name) {
            Some(value) if !value.is_empty() => Ok(Some(SecretString::from(value))),
            _ => Err(ConfigError::wrong(what, format!("the environment variable {name} is not set"))),
        },
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "SET" => Some("from the environment".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    fn found(written: Option<&str>, variable: Option<&str>) -> Result<Option<String>, ConfigError> {
        let written = written.map(SecretString::from);
        let secret = secret("secret", written.as_ref(), variable, &environment)?;
        Ok(secret.map(|secret| secret.expose_secret().to_owned()))
    }

    #[test]
    fn a_secret_is_taken_from_the_one_place_that_has_it() {
        assert_eq!(found(None, None), Ok(None));
        assert_eq!(found(Some("written"), None), Ok(Some("written".to_owned())));
        assert_eq!(found(None, Some("SET")), Ok(Some("from the environment".to_owned())));
        for (written, variable) in [(Some("written"), Some("SET")), (None, Some("EMPTY")), (None, Some("UNSET"))] {
            assert!(found(written, variable).is_err(), "{written:?} {variable:?}");
        }
    }
}
