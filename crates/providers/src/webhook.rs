//! Webhooks on the wire: signed as the Standard Webhooks specification says, with what order and repetition need besides.

use std::fmt::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use qist_app::ports::courier::{Courier, Parcel, Report};
use qist_domain::webhook::Answer;
use secrecy::SecretString;

use crate::client::{Answered, Client, Exchange, Fault, HeaderMap, HeaderValue, Method, Reach};
use crate::config::ConfigError;
use crate::signature::{ID_HEADER, SIGNATURE_HEADER, SigningSecret, TIMESTAMP_HEADER};
use crate::trust::Trust;

const ATTEMPT_HEADER: &str = "webhook-attempt";
const SEQUENCE_HEADER: &str = "webhook-sequence";
const REPLAY_HEADER: &str = "webhook-replay";
/// For all of it, from resolving the name to the last byte.
const DEADLINE: Duration = Duration::from_secs(90);
/// For the body of an answer whose status has come: the status decides, the body is for people.
const BODY_TIME_MAX: Duration = Duration::from_secs(5);
const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// What is kept of an answer.
const KEPT_BYTES_MAX: usize = 1024;
/// Those of an answer's headers that are kept; others may hold what is secret.
const KEPT_HEADERS: &[&str] = &["content-type", "retry-after", "server", "date"];

pub struct WebhookCourier {
    client: Client,
    deadline: Duration,
}

impl WebhookCourier {
    pub fn new(reach: Reach, trust: &Trust) -> Result<WebhookCourier, ConfigError> {
        Ok(WebhookCourier { client: Client::new(reach, trust)?, deadline: DEADLINE })
    }

    /// With a shorter deadline for all of an exchange.
    #[must_use]
    pub fn within(self, deadline: Duration) -> WebhookCourier {
        WebhookCourier { deadline, ..self }
    }
}

#[async_trait]
impl Courier for WebhookCourier {
    fn check(&self, url: &str) -> Result<(), String> {
        self.client.check(url).map_err(|fault| match fault {
            Fault::BadUrl(why) => why.to_owned(),
            other => other.to_string(),
        })
    }

    async fn send(&self, parcel: Parcel<'_>) -> Report {
        let Some(headers) = headers(&parcel) else {
            return failed(Answer::NotToBeCalled, "bad_secret", String::new());
        };
        let exchange = Exchange {
            method: Method::POST,
            url: parcel.url,
            headers,
            body: parcel.body.as_bytes().to_vec(),
            deadline: self.deadline,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        match self.client.exchange_beginning(exchange, BODY_TIME_MAX).await {
            Ok(answered) => Report {
                answer: Answer::Status {
                    status: answered.status,
                    retry_after_seconds: answered.headers.get("retry-after").and_then(seconds),
                },
                fault: String::new(),
                response: beginning(&answered),
            },
            Err(Fault::Forbidden) => failed(Answer::NotToBeCalled, "forbidden_address", String::new()),
            Err(Fault::BadUrl(why)) => failed(Answer::NotToBeCalled, "bad_url", why.to_owned()),
            Err(Fault::TimedOut) => failed(Answer::Nothing, "timed_out", String::new()),
            Err(Fault::Unreachable(why)) => failed(Answer::Nothing, "unreachable", printable(why.as_bytes())),
            Err(Fault::TooLong(_)) => failed(Answer::Nothing, "too_long", String::new()),
        }
    }
}

fn failed(answer: Answer, fault: &str, response: String) -> Report {
    Report { answer, fault: fault.to_owned(), response }
}

/// `None` where a secret is none, which cannot be stored by way of the API.
fn headers(parcel: &Parcel<'_>) -> Option<HeaderMap> {
    let mut signatures = String::new();
    for secret in &parcel.secrets {
        let secret = SigningSecret::parse(&SecretString::from(*secret)).ok()?;
        let separator = if signatures.is_empty() { "" } else { " " };
        write!(signatures, "{separator}{}", secret.sign(parcel.id, parcel.timestamp, parcel.body.as_bytes())).ok()?;
    }
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert(ID_HEADER, HeaderValue::from_str(parcel.id).ok()?);
    headers.insert(TIMESTAMP_HEADER, HeaderValue::from(parcel.timestamp));
    headers.insert(SIGNATURE_HEADER, HeaderValue::from_str(&signatures).ok()?);
    headers.insert(ATTEMPT_HEADER, HeaderValue::from(parcel.attempt));
    if let Some(sequence) = parcel.sequence {
        headers.insert(SEQUENCE_HEADER, HeaderValue::from(sequence));
    }
    if parcel.replay {
        headers.insert(REPLAY_HEADER, HeaderValue::from_static("1"));
    }
    Some(headers)
}

/// Retry-After in seconds; its other form, a date, is left to the schedule.
fn seconds(value: &HeaderValue) -> Option<i64> {
    value.to_str().ok()?.trim().parse().ok()
}

/// Status, a few headers, and as much of the body as is kept.
fn beginning(answered: &Answered) -> String {
    let mut text = format!("HTTP {}\n", answered.status);
    for name in KEPT_HEADERS {
        if let Some(value) = answered.headers.get(*name) {
            text.push_str(&format!("{name}: {}\n", printable(&value.as_bytes()[..value.len().min(100)])));
        }
    }
    let room = KEPT_BYTES_MAX.saturating_sub(text.len() + 1);
    let body = &answered.body[..answered.body.len().min(room / 3)];
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&printable(body));
    }
    text
}

/// As text without control characters, which could fool a terminal or a log. What is no UTF-8 takes three bytes for one.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).take(KEPT_BYTES_MAX).collect()
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
