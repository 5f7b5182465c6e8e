//! The only outgoing HTTP of the whole program: providers, S3 and webhooks all go through here.
//!
//! No redirects, no proxies, no hidden repetition: each exchange is one that its caller decided on. A deadline covers
//! all of it, name resolution and the last byte of the body included, and no more of a body is read than was allowed.

mod address;
mod follow;
mod resolve;
#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

pub use address::Reach;
pub(crate) use follow::redirected;
pub use reqwest::Method;
pub use reqwest::header::{HeaderMap, HeaderValue};

use tokio::time::Instant;

use self::resolve::{JudgedResolver, Lookup, SystemLookup};
use crate::config::ConfigError;
use crate::trust::Trust;

const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
const IDLE_TIME_MAX: Duration = Duration::from_secs(20);
const USER_AGENT: &str = concat!("qist/", env!("CARGO_PKG_VERSION"));

/// Why an exchange did not come to an answer. The texts name no address and quote no response, so that they can be
/// shown to whoever chose the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("forbidden_address")]
    Forbidden,
    #[error("the URL cannot be called: {0}")]
    BadUrl(&'static str),
    #[error("no complete answer in time")]
    TimedOut,
    #[error("not reachable: {0}")]
    Unreachable(String),
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
}

/// One request, and what may be spent on it. It does not print: URL, headers and body hold secrets.
pub struct Exchange<'a> {
    pub method: Method,
    pub url: &'a str,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// For everything, from resolving the name to the last byte.
    pub deadline: Duration,
    pub answer_bytes_max: usize,
}

/// What came back, whatever its status. It does not print either.
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answered {
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Makes exchanges. Cheap to clone; connections are kept for a short while and used again.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    reach: Reach,
}

impl Client {
    pub fn new(reach: Reach, trust: &Trust) -> Result<Client, ConfigError> {
        Client::with_lookup(reach, trust, Arc::new(SystemLookup))
    }

    fn with_lookup(reach: Reach, trust: &Trust, lookup: Arc<dyn Lookup>) -> Result<Client, ConfigError> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIME_MAX)
            .pool_idle_timeout(IDLE_TIME_MAX)
            .dns_resolver(Arc::new(JudgedResolver { lookup, reach }))
            .tls_backend_preconfigured(trust.tls()?)
            .build()
            .map_err(|error| ConfigError::wrong("HTTP client", error.to_string()))?;
        Ok(Client { http, reach })
    }

    /// Whether a URL may be called, as far as its text tells.
    pub fn check(&self, url: &str) -> Result<(), Fault> {
        address::target(url, self.reach).map(drop)
    }

    /// Makes one exchange. An answer with an error status is an answer.
    pub async fn exchange(&self, exchange: Exchange<'_>) -> Result<Answered, Fault> {
        let deadline = exchange.deadline;
        tokio::time::timeout(deadline, self.send(exchange)).await.unwrap_or(Err(Fault::TimedOut))
    }

    /// As [`Client::exchange`], for answers whose status decides: a body that is longer than allowed, breaks off or takes
    /// longer than `body_time_max` is cut where it is.
    pub async fn exchange_beginning(&self, exchange: Exchange<'_>, body_time_max: Duration) -> Result<Answered, Fault> {
        let (end, bytes_max) = (Instant::now() + exchange.deadline, exchange.answer_bytes_max);
        let begun = tokio::time::timeout_at(end, self.begin(exchange)).await;
        let mut response = begun.unwrap_or(Err(Fault::TimedOut))?;
        let mut body = Vec::new();
        let reading = async {
            while body.len() < bytes_max {
                let Ok(Some(chunk)) = response.chunk().await else { break };
                let room = bytes_max - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
        };
        // What has come until then is what there is.
        let _ = tokio::time::timeout_at(end.min(Instant::now() + body_time_max), reading).await;
        Ok(Answered { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }

    async fn begin(&self, exchange: Exchange<'_>) -> Result<reqwest::Response, Fault> {
        let url = address::target(exchange.url, self.reach)?;
        let request = self.http.request(exchange.method, url).headers(exchange.headers).body(exchange.body);
        request.send().await.map_err(fault)
    }

    async fn send(&self, exchange: Exchange<'_>) -> Result<Answered, Fault> {
        let bytes_max = exchange.answer_bytes_max;
        let mut response = self.begin(exchange).await?;
        let too_long = Fault::TooLong(bytes_max);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(fault)? {
            if body.len() + chunk.len() > bytes_max {
                return Err(too_long);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }
}

/// Finds what the resolver said, or else the innermost cause. The outer layers are left out: they quote the URL, which
/// may hold a signature.
fn fault(error: reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::TimedOut;
    }
    let mut cause = error.source();
    let mut innermost = None;
    while let Some(error) = cause {
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return fault.clone();
        }
        innermost = Some(error.to_string());
        cause = error.source();
    }
    Fault::Unreachable(innermost.unwrap_or_else(|| "the exchange was broken off".to_owned()))
}
