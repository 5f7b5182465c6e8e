//! Carries webhooks to whoever asked for them.

use async_trait::async_trait;
use qist_domain::webhook::Answer;

/// One request. It does not print: URL and secrets open doors.
pub struct Parcel<'a> {
    pub url: &'a str,
    /// Newest first; each signs.
    pub secrets: Vec<&'a str>,
    /// Without a full stop.
    pub id: &'a str,
    /// Seconds since 1970, of this very attempt.
    pub timestamp: i64,
    /// From 1, over all rounds.
    pub attempt: u32,
    /// The event's number among those of its customer; `None` for a ping.
    pub sequence: Option<i64>,
    pub replay: bool,
    pub body: &'a str,
}

/// How it went. The texts name no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub answer: Answer,
    /// What went wrong where no answer came, such as `timed_out`; empty where one came.
    pub fault: String,
    /// The beginning of the answer: status line, headers, body; for people.
    pub response: String,
}

impl Report {
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.answer {
            Answer::Status { status, .. } => Some(status),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status().is_some_and(|status| (200..300).contains(&status))
    }

    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.fault == "timed_out"
    }
}

#[async_trait]
pub trait Courier: Send + Sync {
    /// Whether a URL may be called, as far as its text tells; otherwise why not.
    fn check(&self, url: &str) -> Result<(), String>;

    /// Sends once, and ends within a deadline of its own whatever the receiver does.
    async fn send(&self, parcel: Parcel<'_>) -> Report;
}
