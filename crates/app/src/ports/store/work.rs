use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, InboxId, JobId, MessageId, SourcingEntityId, UserId};

use crate::error::Result;
use crate::ports::connector::ProviderKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Ready,
    /// Asked; the answer comes later.
    Waiting,
    Done,
    /// The provider said no, or could not be asked and counts as having said no.
    Refused,
    /// Given up without an answer: an operator sees it.
    Dead,
}

impl JobState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            JobState::Ready => "ready",
            JobState::Waiting => "waiting",
            JobState::Done => "done",
            JobState::Refused => "refused",
            JobState::Dead => "dead",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<JobState> {
        [JobState::Ready, JobState::Waiting, JobState::Done, JobState::Refused, JobState::Dead]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// Slow work that waits in a row. Its id is the reference under which providers are asked.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: JobId,
    /// Such as `ask:bureau` or `make:signed_agreement`.
    pub kind: String,
    pub tenant: SourcingEntityId,
    /// The customer whom it is about, or the entity of BankConnect.
    pub user: UserId,
    pub application: Option<ApplicationId>,
    /// What else the answer belongs to, such as a document's or a payment's id.
    pub subject: String,
    /// JSON, encrypted at rest.
    pub payload: String,
    pub state: JobState,
    /// How often it has been tried.
    pub attempts: u32,
    pub run_at: Instant,
    pub last_error: Option<String>,
    pub created_at: Instant,
}

/// An answer from outside, waiting to be applied. Equal answers to one reference are one row.
#[derive(Debug, Clone)]
pub struct InboxRow {
    pub id: InboxId,
    pub provider: ProviderKind,
    pub reference: String,
    /// The answer as JSON, encrypted at rest.
    pub body: String,
    pub digest: String,
    pub received_at: Instant,
}

/// A message to a borrower. `to` and `text` are encrypted at rest.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub id: MessageId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub channel: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub sent_at: Option<Instant>,
    pub created_at: Instant,
}

/// The live one-time password of a user for a purpose, and the limits on it.
#[derive(Debug, Clone)]
pub struct OtpRecord {
    pub user: UserId,
    pub purpose: String,
    pub code_hash: String,
    pub expires_at: Instant,
    /// Wrong tries against this code.
    pub tries: u32,
    /// Codes sent since `window_started_at`.
    pub sent_count: u32,
    pub window_started_at: Instant,
    /// Whether the code has been used.
    pub used: bool,
}

/// The stored answer to an idempotent call.
#[derive(Debug, Clone)]
pub struct Replay {
    pub scope: String,
    pub operation: String,
    pub key: String,
    pub request_hash: String,
    /// JSON, encrypted at rest.
    pub response: String,
    pub created_at: Instant,
}

/// Jobs, inbox, messages, one-time passwords, idempotency.
#[async_trait]
pub trait Work {
    async fn insert_job(&mut self, job: &Job) -> Result<()>;
    async fn job(&mut self, id: JobId) -> Result<Option<Job>>;
    /// Takes up to `limit` ready jobs that are due, for `lease_seconds`: nobody else gets them meanwhile, and a worker that
    /// dies gives them back. Each taking counts as an attempt.
    async fn claim_jobs(&mut self, now: Instant, lease_seconds: i64, limit: i64) -> Result<Vec<Job>>;
    /// Ends an attempt: the job's state, when it runs again, and what went wrong. `false` where another worker has taken it since.
    async fn settle_job(
        &mut self,
        id: JobId,
        attempt: u32,
        state: JobState,
        run_at: Instant,
        error: Option<&str>,
    ) -> Result<bool>;
    /// Whether a job could be claimed: workers look before they write.
    async fn jobs_due(&mut self, now: Instant) -> Result<bool>;
    /// The answer is in: nothing is asked any more.
    async fn finish_job(&mut self, id: JobId, state: JobState) -> Result<()>;
    async fn jobs_of(&mut self, application: ApplicationId) -> Result<Vec<Job>>;

    /// Whether the answer is new.
    async fn insert_inbox(&mut self, row: &InboxRow) -> Result<bool>;
    /// Unprocessed rows, oldest first.
    async fn pending_inbox(&mut self, limit: i64) -> Result<Vec<InboxRow>>;
    /// Whether this call was the one that marked it.
    async fn mark_inbox(&mut self, id: InboxId, now: Instant, outcome: &str) -> Result<bool>;

    async fn insert_message(&mut self, message: &MessageRow) -> Result<()>;
    async fn mark_message_sent(&mut self, id: MessageId, now: Instant) -> Result<()>;
    /// The newest messages of the whole deployment. For development servers alone.
    async fn find_any_messages(&mut self, limit: i64) -> Result<Vec<MessageRow>>;

    async fn otp(&mut self, user: UserId, purpose: &str) -> Result<Option<OtpRecord>>;
    async fn save_otp(&mut self, otp: &OtpRecord) -> Result<()>;

    async fn replay(&mut self, scope: &str, operation: &str, key: &str) -> Result<Option<Replay>>;
    /// Whether the key was free.
    async fn insert_replay(&mut self, replay: &Replay) -> Result<bool>;
}
