//! Files in S3-compatible storage. `rusty-s3` signs, our own client sends.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::blobs::Blobs;
use qist_app::ports::clock::Clock;
use reqwest::Url;
use rusty_s3::actions::{GetObject, PutObject};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{BLOB_BYTES_MAX, BlobKey, check_size};
use crate::client::{Answered, Client, Exchange, Fault, HeaderMap, HeaderValue, Method, Reach};
use crate::config::{ConfigError, Environment, secret};
use crate::trust::Trust;

const WHAT: &str = "file storage";
const SIGNED_FOR: Duration = Duration::from_secs(300);
const DEADLINE: Duration = Duration::from_secs(60);
/// Waits before the second and third attempt: S3 itself asks its callers to come again after a 500 or 503.
const RETRY_AFTER: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];

/// Where the files are. One of `secret_key` and `secret_key_env` is needed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Config {
    /// `https://s3.ap-south-1.amazonaws.com`, or where else the service is.
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: Option<SecretString>,
    pub secret_key_env: Option<String>,
    /// Names the bucket in the path, as MinIO and its like want it, and not in the host.
    #[serde(default)]
    pub path_style: bool,
    /// Allows private addresses, other ports and http: for a service inside the lender's own network.
    #[serde(default)]
    pub allow_private: bool,
}

/// One bucket.
pub struct S3Blobs {
    bucket: Bucket,
    credentials: Credentials,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl S3Blobs {
    pub fn new(
        config: &S3Config,
        environment: Environment<'_>,
        trust: &Trust,
        clock: Arc<dyn Clock>,
    ) -> std::result::Result<S3Blobs, ConfigError> {
        let secret_key = secret(
            "the secret key of file storage",
            config.secret_key.as_ref(),
            config.secret_key_env.as_deref(),
            environment,
        )?;
        let secret_key = secret_key.ok_or_else(|| ConfigError::wrong(WHAT, "secret_key is missing"))?;
        let client = Client::new(Reach::of(config.allow_private), trust)?;
        client.check(&config.endpoint).map_err(|fault| ConfigError::wrong(WHAT, fault.to_string()))?;
        let endpoint = Url::parse(&config.endpoint).map_err(|error| ConfigError::wrong(WHAT, error.to_string()))?;
        let style = if config.path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = Bucket::new(endpoint, style, config.bucket.clone(), config.region.clone())
            .map_err(|error| ConfigError::wrong(WHAT, error.to_string()))?;
        let credentials = Credentials::new(&config.access_key, secret_key.expose_secret());
        Ok(S3Blobs { bucket, credentials, client, clock })
    }

    fn sign<'a>(&self, action: &impl S3Action<'a>) -> Result<Url> {
        let now = jiff::Timestamp::from_microsecond(self.clock.now().micros()).map_err(Error::internal)?;
        Ok(action.sign_with_time(SIGNED_FOR, &now))
    }

    /// Sends, and sends again where the service is unwell: both actions can be repeated at will. A time-out is not
    /// repeated, because somebody has waited long enough.
    async fn send(&self, method: Method, url: &Url, body: Vec<u8>) -> Result<Answered> {
        let mut waits = RETRY_AFTER.into_iter();
        loop {
            let answered = self.attempt(method.clone(), url, body.clone()).await;
            let passing = match &answered {
                Ok(answered) => answered.status == 429 || answered.status >= 500,
                Err(fault) => matches!(fault, Fault::Unreachable(_)),
            };
            match waits.next() {
                Some(wait) if passing => tokio::time::sleep(wait).await,
                _ => return answered.map_err(|fault| Error::Unavailable(format!("{WHAT}: {fault}"))),
            }
        }
    }

    async fn attempt(&self, method: Method, url: &Url, body: Vec<u8>) -> std::result::Result<Answered, Fault> {
        let mut headers = HeaderMap::new();
        if method == Method::PUT {
            // Left out of itself where the body is empty, and S3 insists on it.
            headers.insert("content-length", HeaderValue::from(body.len()));
        }
        let answer_bytes_max = BLOB_BYTES_MAX;
        self.client
            .exchange(Exchange { method, url: url.as_str(), headers, body, deadline: DEADLINE, answer_bytes_max })
            .await
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        check_size(&bytes)?;
        let key = BlobKey::parse(key)?;
        let url = self.sign(&PutObject::new(&self.bucket, Some(&self.credentials), key.as_str()))?;
        let answered = self.send(Method::PUT, &url, bytes).await?;
        if answered.is_success() { Ok(()) } else { Err(refused(&answered)) }
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let key = BlobKey::parse(key)?;
        let url = self.sign(&GetObject::new(&self.bucket, Some(&self.credentials), key.as_str()))?;
        let answered = self.send(Method::GET, &url, Vec::new()).await?;
        if answered.is_success() {
            return Ok(Some(answered.body));
        }
        // A bucket that is missing answers 404 too, and must not look like a file that never was.
        if answered.status == 404 && code(&answered) == Some("NoSuchKey") { Ok(None) } else { Err(refused(&answered)) }
    }
}

fn refused(answered: &Answered) -> Error {
    let code = code(answered).unwrap_or("without a code");
    Error::Unavailable(format!("{WHAT} answered {}, {code}", answered.status))
}

/// The text of `<Code>` in an error document.
fn code(answered: &Answered) -> Option<&str> {
    let text = std::str::from_utf8(&answered.body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    (code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
}

impl std::fmt::Debug for S3Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "S3Blobs({})", self.bucket.name())
    }
}

#[cfg(test)]
#[path = "s3_tests.rs"]
mod tests;
