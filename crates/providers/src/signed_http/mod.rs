//! The connector for any vendor that speaks signed JSON over HTTP, directly or through a small adapter of the lender's.
//!
//! A question is `POST {reference, attempt, ask}`, signed as Standard Webhooks are, with the reference as its id. The
//! vendor answers `{answers: […], ask_again_after_seconds}` and may answer, or answer again, by a callback
//! `{reference, answer}` signed with the same secret. The reference makes asking idempotent: the same one always gets
//! the same answer, however often it is asked. A 2xx without any answer means that a callback will follow.
//!
//! | the vendor | we take it as |
//! |---|---|
//! | answers 2xx with readable JSON | its answers |
//! | answers 2xx with anything else | unavailable: asked again |
//! | answers 408, 429 or 5xx, or cannot be reached | unavailable: asked again |
//! | answers 4xx, or redirects | the question is wrong: not asked again |
//! | does not finish its answer in time | nobody knows: asked again |

mod config;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use qist_app::ports::clock::Clock;
use qist_app::ports::connector::{Ask, AskError, Callback, Called, Connector, ProviderKind, Reply};

pub use self::config::SignedHttpConfig;
use crate::client::{Answered, Client, Exchange, Fault, HeaderMap, HeaderValue, Method};
use crate::config::{ConfigError, Environment};
use crate::signature::{self, SigningSecret};

const ANSWER_BYTES_MAX: usize = 1 << 20;

/// One vendor, for one kind of question.
pub struct SignedHttp {
    kind: ProviderKind,
    url: String,
    timeout: Duration,
    /// The first signs; all of them are accepted from the vendor, so that a secret can be replaced without a gap.
    secrets: Vec<SigningSecret>,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl SignedHttp {
    /// `client` must reach as far as the configuration allows.
    pub fn new(
        kind: ProviderKind,
        config: &SignedHttpConfig,
        environment: Environment<'_>,
        client: Client,
        clock: Arc<dyn Clock>,
    ) -> Result<SignedHttp, ConfigError> {
        let secrets = config.secrets(kind, environment)?;
        let timeout = config.timeout(kind)?;
        client.check(&config.url).map_err(|fault| ConfigError::wrong(kind.name(), fault.to_string()))?;
        Ok(SignedHttp { kind, url: config.url.clone(), timeout, secrets, client, clock })
    }

    fn signed_headers(&self, reference: &str, body: &[u8]) -> Result<HeaderMap, AskError> {
        let unfit = || AskError::Rejected("the reference cannot be signed".to_owned());
        if !signature::is_separable(reference) {
            return Err(unfit());
        }
        let timestamp = self.clock.now().micros().div_euclid(1_000_000);
        let signatures: Vec<_> = self.secrets.iter().map(|secret| secret.sign(reference, timestamp, body)).collect();
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        for (name, value) in [
            (signature::ID_HEADER, reference.to_owned()),
            (signature::TIMESTAMP_HEADER, timestamp.to_string()),
            (signature::SIGNATURE_HEADER, signatures.join(" ")),
        ] {
            headers.insert(name, HeaderValue::from_str(&value).map_err(|_| unfit())?);
        }
        Ok(headers)
    }
}

#[async_trait]
impl Connector for SignedHttp {
    async fn ask(&self, reference: &str, attempt: u32, ask: &Ask) -> Result<Reply, AskError> {
        if ask.kind() != self.kind {
            return Err(AskError::Rejected(format!(
                "a {} provider was asked about {}",
                self.kind.name(),
                ask.kind().name()
            )));
        }
        let body = wire::question(reference, attempt, ask)?;
        let exchange = Exchange {
            method: Method::POST,
            url: &self.url,
            headers: self.signed_headers(reference, &body)?,
            body,
            deadline: self.timeout,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        let answered = self.client.exchange(exchange).await.map_err(failed)?;
        read(self.kind, &answered)
    }

    fn read_callback(&self, callback: Callback<'_>) -> Option<Called> {
        if !signature::is_genuine(&self.secrets, callback.headers, callback.body, callback.now) {
            return None;
        }
        wire::called(self.kind, callback.body)
    }
}

fn failed(fault: Fault) -> AskError {
    match fault {
        Fault::TimedOut => AskError::TimedOut,
        Fault::Forbidden | Fault::BadUrl(_) => AskError::Rejected(fault.to_string()),
        Fault::Unreachable(_) | Fault::TooLong(_) => AskError::Unavailable(fault.to_string()),
    }
}

fn read(kind: ProviderKind, answered: &Answered) -> Result<Reply, AskError> {
    match answered.status {
        200..300 => wire::reply(kind, &answered.body).map_err(|why| AskError::Unavailable(why.to_owned())),
        408 | 429 | 500.. => Err(AskError::Unavailable(format!("it answered {}", answered.status))),
        status => Err(AskError::Rejected(format!("it answered {status}"))),
    }
}

impl std::fmt::Debug for SignedHttp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedHttp({} at {})", self.kind.name(), self.url)
    }
}
