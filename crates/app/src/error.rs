//! The one error of use cases: few kinds, many refusal codes.

use qist_domain::refusal::{Code, Refusal};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A "no" for the caller, with its stable code.
    #[error("{0}")]
    Refused(Refusal),
    /// No credential, or one that is not known, not live, or of another kind.
    #[error("missing or invalid API key or token")]
    Unauthenticated,
    /// Too much at once: the caller should come again shortly.
    #[error("too many requests at once: try again in a moment")]
    Overloaded,
    /// Something that we need did not answer. The text is for the log.
    #[error("temporarily unavailable")]
    Unavailable(String),
    /// Our own fault. The text is for the log and never reaches the caller.
    #[error("internal error")]
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The refusal's code, where it is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Error::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    pub fn internal(context: impl std::fmt::Display) -> Error {
        Error::Internal(context.to_string())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Error {
        Error::Refused(code.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::internal(error)
    }
}
