//! The worker: takes due jobs, does them outside any transaction, and writes down what came of it.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::join_all;
use qist_domain::day::Instant;
use qist_domain::id::InboxId;

use super::job::Task;
use crate::applications::agreement;
use crate::bankconnect::analyse;
use crate::bankconnect::tell;
use crate::caller::Caller;
use crate::credit_lines::expire::Expire;
use crate::error::{Error, Result};
use crate::ports::connector::{Answer, Ask, AskError, ProviderKind, Reply};
use crate::ports::store::{InboxRow, Job, JobState, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

/// Longer than any provider's deadline, so that a job is not taken twice while it runs.
const LEASE_SECONDS: i64 = 120;
const JOBS_AT_ONCE: i64 = 16;
/// Waits after the first, second … failed attempt. After the last one the job is dead and counts as refused.
const RETRY_SECONDS: [i64; 7] = [2, 10, 60, 300, 1_800, 7_200, 21_600];

impl App {
    /// Does the jobs that are due and applies the answers that are in. Returns how much there was to do.
    pub async fn work(&self) -> Result<usize> {
        let due = self.ask(Caller::System, JobsDue).await?;
        let jobs = if due { self.run(Caller::System, ClaimJobs).await? } else { Vec::new() };
        let count = jobs.len();
        // At once, so that one slow provider does not hold up the others.
        join_all(jobs.iter().map(|job| self.attempt(job))).await;
        Ok(count + self.process_inbox().await?)
    }

    async fn attempt(&self, job: &Job) {
        if let Err(error) = self.perform(job).await {
            tracing::error!(job = %job.id, kind = job.kind, error = %describe(&error), "a job could not be performed");
        }
    }

    async fn perform(&self, job: &Job) -> Result<()> {
        let task: Task = serde_json::from_str(&job.payload)?;
        let Some(kind) = task.provider() else { return self.perform_own(job, &task).await };
        let ask = self.question(task).await?;
        let reply = self.connectors.of(kind).ask(&job.id.to_string(), job.attempts, &ask).await;
        let now = self.clock.now();
        match reply {
            Ok(Reply { answers, ask_again_after_seconds }) => {
                let settled = match ask_again_after_seconds {
                    Some(seconds) => Settled {
                        state: JobState::Ready,
                        run_at: now.plus_seconds(seconds.clamp(1, 86_400)),
                        error: None,
                    },
                    None if answers.is_empty() => Settled { state: JobState::Waiting, run_at: now, error: None },
                    None => Settled::done(),
                };
                self.settle(job, settled, Some((kind, answers))).await
            }
            // Nobody refused to pay: a debit that was never asked for, or of which nobody knows how it ended, is no bounce.
            Err(AskError::Rejected(why)) if !matches!(ask, Ask::Debit { .. }) => {
                self.give_up(job, kind, now, why).await
            }
            // Whether the money moved, nobody knows: that must not count as a refusal, or it would be paid again.
            Err(error) if ask.moves_money() && (exhausted(job) || matches!(error, AskError::Rejected(_))) => {
                let settled = Settled { state: JobState::Dead, run_at: now, error: Some(error.to_string()) };
                self.settle(job, settled, None).await
            }
            Err(error) if exhausted(job) => self.give_up(job, kind, now, error.to_string()).await,
            Err(error) => self.settle(job, Settled::retry(job, now, error.to_string()), None).await,
        }
    }

    /// What asks no provider: done here, and again where it did not come to its end.
    async fn perform_own(&self, job: &Job, task: &Task) -> Result<()> {
        let done = match task {
            Task::AnalyseStatement { entity, statement } => analyse::analyse(self, *entity, *statement).await,
            Task::TellOutcome { payload } => tell::tell(self, job, *payload).await,
            Task::ExpireReservation { transaction } => {
                self.run(Caller::System, Expire { tenant: job.tenant, transaction: *transaction }).await
            }
            _ => agreement::make_signed(self, job).await,
        };
        let settled = match &done {
            Ok(()) => Settled::done(),
            Err(error) => Settled::retry(job, self.clock.now(), describe(error)),
        };
        if let (Task::AnalyseStatement { entity, statement }, JobState::Dead) = (task, settled.state) {
            analyse::give_up(self, *entity, *statement).await?;
        }
        self.settle(job, settled, None).await
    }

    /// The borrower must not wait for ever: a provider that cannot be asked has refused.
    async fn give_up(&self, job: &Job, kind: ProviderKind, now: Instant, why: String) -> Result<()> {
        let answer = Answer::Refused { reason: "the provider could not be reached".to_owned() };
        let settled = Settled { state: JobState::Dead, run_at: now, error: Some(why) };
        self.settle(job, settled, Some((kind, vec![answer]))).await
    }

    async fn question(&self, task: Task) -> Result<Ask> {
        match task {
            Task::Ask(ask) | Task::AskEsign { ask, .. } => Ok(ask),
            Task::AskKyc { blob, document, content_type, name, pan } => {
                let bytes = self
                    .blobs
                    .get(&blob.to_string())
                    .await?
                    .ok_or_else(|| Error::internal(format!("file {blob} is gone")))?;
                Ok(Ask::Kyc { document, content_type, file_base64: BASE64.encode(&bytes), name, pan })
            }
            Task::MakeSignedAgreement
            | Task::ExpireReservation { .. }
            | Task::AnalyseStatement { .. }
            | Task::TellOutcome { .. } => Err(Error::internal("this task asks nobody")),
        }
    }

    async fn settle(&self, job: &Job, settled: Settled, answers: Option<(ProviderKind, Vec<Answer>)>) -> Result<()> {
        self.run(Caller::System, SettleJob { job: job.clone(), settled, answers }).await
    }
}

fn exhausted(job: &Job) -> bool {
    usize::try_from(job.attempts).is_ok_and(|attempts| attempts > RETRY_SECONDS.len())
}

/// The text for the log: refusals say what they refuse, the rest says its context.
pub(crate) fn describe(error: &Error) -> String {
    match error {
        Error::Internal(context) | Error::Unavailable(context) => format!("{error}: {context}"),
        other => other.to_string(),
    }
}

struct JobsDue;

#[async_trait]
impl Query for JobsDue {
    type Out = bool;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<bool> {
        tx.jobs_due(at.now).await
    }
}

struct ClaimJobs;

#[async_trait]
impl Command for ClaimJobs {
    type Out = Vec<Job>;
    const OPERATION: &'static str = "claim_jobs";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Job>> {
        tx.claim_jobs(at.now, LEASE_SECONDS, JOBS_AT_ONCE).await
    }
}

/// How an attempt ended.
struct Settled {
    state: JobState,
    run_at: Instant,
    error: Option<String>,
}

impl Settled {
    fn done() -> Settled {
        Settled { state: JobState::Done, run_at: Instant::from_micros(0), error: None }
    }

    fn retry(job: &Job, now: Instant, error: String) -> Settled {
        let waits = usize::try_from(job.attempts.saturating_sub(1)).unwrap_or(0);
        match RETRY_SECONDS.get(waits) {
            Some(seconds) => Settled { state: JobState::Ready, run_at: now.plus_seconds(*seconds), error: Some(error) },
            None => Settled { state: JobState::Dead, run_at: now, error: Some(error) },
        }
    }
}

struct SettleJob {
    job: Job,
    settled: Settled,
    answers: Option<(ProviderKind, Vec<Answer>)>,
}

#[async_trait]
impl Command for SettleJob {
    type Out = ();
    const OPERATION: &'static str = "settle_job";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let Settled { state, run_at, error } = &self.settled;
        tx.settle_job(self.job.id, self.job.attempts, *state, *run_at, error.as_deref()).await?;
        if let Some((provider, answers)) = &self.answers {
            for answer in answers {
                let body = serde_json::to_string(answer)?;
                let digest = at.secrets.sha256(body.as_bytes());
                let reference = self.job.id.to_string();
                let id = InboxId(at.uuid());
                tx.insert_inbox(&InboxRow { id, provider: *provider, reference, body, digest, received_at: at.now })
                    .await?;
            }
        }
        Ok(())
    }
}
