//! The port through which jobs, inbox, messages, one-time passwords and idempotent answers are reached.

use async_trait::async_trait;
use qist_app::error::Result;
use qist_app::ports::store::{InboxRow, Job, JobState, MessageRow, OtpRecord, Replay, Work};
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, InboxId, JobId, MessageId, UserId};

use crate::tx::StoreTx;
use crate::{idempotency, inbox, jobs, messages, otps};

#[async_trait]
impl Work for StoreTx<'_, '_> {
    async fn insert_job(&mut self, job: &Job) -> Result<()> {
        jobs::insert(self, job).await
    }

    async fn job(&mut self, id: JobId) -> Result<Option<Job>> {
        jobs::find(self, id).await
    }

    async fn claim_jobs(&mut self, now: Instant, lease_seconds: i64, limit: i64) -> Result<Vec<Job>> {
        jobs::claim(self, now, lease_seconds, limit).await
    }

    async fn settle_job(
        &mut self,
        id: JobId,
        attempt: u32,
        state: JobState,
        run_at: Instant,
        error: Option<&str>,
    ) -> Result<bool> {
        jobs::settle(self, id, attempt, state, run_at, error).await
    }

    async fn jobs_due(&mut self, now: Instant) -> Result<bool> {
        jobs::due(self, now).await
    }

    async fn finish_job(&mut self, id: JobId, state: JobState) -> Result<()> {
        jobs::finish(self, id, state).await
    }

    async fn jobs_of(&mut self, application: ApplicationId) -> Result<Vec<Job>> {
        jobs::of(self, application).await
    }

    async fn insert_inbox(&mut self, row: &InboxRow) -> Result<bool> {
        inbox::insert(self, row).await
    }

    async fn pending_inbox(&mut self, limit: i64) -> Result<Vec<InboxRow>> {
        inbox::pending(self, limit).await
    }

    async fn mark_inbox(&mut self, id: InboxId, now: Instant, outcome: &str) -> Result<bool> {
        inbox::mark(self, id, now, outcome).await
    }

    async fn insert_message(&mut self, message: &MessageRow) -> Result<()> {
        messages::insert(self, message).await
    }

    async fn mark_message_sent(&mut self, id: MessageId, now: Instant) -> Result<()> {
        messages::mark_sent(self, id, now).await
    }

    async fn find_any_messages(&mut self, limit: i64) -> Result<Vec<MessageRow>> {
        messages::newest(self, limit).await
    }

    async fn otp(&mut self, user: UserId, purpose: &str) -> Result<Option<OtpRecord>> {
        otps::find(self, user, purpose).await
    }

    async fn save_otp(&mut self, otp: &OtpRecord) -> Result<()> {
        otps::save(self, otp).await
    }

    async fn replay(&mut self, scope: &str, operation: &str, key: &str) -> Result<Option<Replay>> {
        idempotency::find(self, scope, operation, key).await
    }

    async fn insert_replay(&mut self, replay: &Replay) -> Result<bool> {
        idempotency::insert(self, replay).await
    }
}
