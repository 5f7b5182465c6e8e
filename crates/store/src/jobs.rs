//! Slow work that waits in rows, and how workers share it.
//!
//! A worker takes a job for the length of a lease. Each taking has a number, the attempt: what a worker says about a job
//! counts only as long as nobody has taken it since.

use qist_app::error::Result;
use qist_app::ports::store::{Job, JobState};
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, JobId};

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO jobs (id, kind, tenant_id, user_id, application_id, subject, payload, state, attempts, run_at,
        leased_until, last_error, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12)";
const FIND: &str = "
    SELECT id, kind, tenant_id, user_id, application_id, subject, payload, state, attempts, run_at, last_error,
        created_at
    FROM jobs WHERE id = ?1";
const OF_APPLICATION: &str = "
    SELECT id, kind, tenant_id, user_id, application_id, subject, payload, state, attempts, run_at, last_error,
        created_at
    FROM jobs WHERE application_id = ?1 ORDER BY created_at, id";
const CLAIM: &str = "
    WITH due AS MATERIALIZED (
        SELECT id AS due_id FROM jobs WHERE state = 'ready' AND run_at <= ?1 AND leased_until <= ?1
        ORDER BY run_at, id LIMIT ?3 {skip_locked}
    )
    UPDATE jobs SET attempts = attempts + 1, leased_until = ?2 FROM due WHERE id = due_id
    RETURNING id, kind, tenant_id, user_id, application_id, subject, payload, state, attempts, run_at, last_error,
        created_at";
const SETTLE: &str = "
    UPDATE jobs SET state = ?3, run_at = ?4, last_error = ?5, leased_until = 0
    WHERE id = ?1 AND attempts = ?2 AND state = 'ready'";
const DUE: &str = "SELECT id FROM jobs WHERE state = 'ready' AND run_at <= ?1 AND leased_until <= ?1 LIMIT 1";
const FINISH: &str = "UPDATE jobs SET state = ?2, leased_until = 0 WHERE id = ?1";

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, job: &Job) -> Result<()> {
    let (id, tenant, user) = (job.id.to_string(), job.tenant.to_string(), job.user.to_string());
    let application = job.application.map(|id| id.to_string());
    let scope = Scope::Tenant(job.tenant);
    let payload = tx.seal(scope, payload_of(&id), job.payload.as_bytes(), job.created_at).await?;
    let row = params![
        &id,
        &job.kind,
        &tenant,
        &user,
        &application,
        &job.subject,
        &payload,
        job.state.name(),
        i64::from(job.attempts),
        job.run_at.micros(),
        &job.last_error,
        job.created_at.micros(),
    ];
    tx.change_one(INSERT, row).await
}

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, id: JobId) -> Result<Option<Job>> {
    match tx.row(FIND, params![&id.to_string()], stored_row).await? {
        Some(stored) => opened(tx, stored).await.map(Some),
        None => Ok(None),
    }
}

/// Oldest first.
pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, application: ApplicationId) -> Result<Vec<Job>> {
    let stored = tx.rows(OF_APPLICATION, params![&application.to_string()], stored_row).await?;
    opened_all(tx, stored).await
}

/// Those that have been due for longest, first.
pub(crate) async fn claim(tx: &mut StoreTx<'_, '_>, now: Instant, lease_seconds: i64, limit: i64) -> Result<Vec<Job>> {
    let leased_until = now.plus_seconds(lease_seconds).micros();
    let mut claimed = tx.change_returning(CLAIM, params![now.micros(), leased_until, limit], stored_row).await?;
    claimed.sort_by_key(|(job, _)| (job.run_at, job.id));
    opened_all(tx, claimed).await
}

pub(crate) async fn settle(
    tx: &mut StoreTx<'_, '_>,
    id: JobId,
    attempt: u32,
    state: JobState,
    run_at: Instant,
    error: Option<&str>,
) -> Result<bool> {
    let id = id.to_string();
    let end = params![&id, i64::from(attempt), state.name(), run_at.micros(), error];
    Ok(tx.change(SETTLE, end).await? == 1)
}

pub(crate) async fn due(tx: &mut StoreTx<'_, '_>, now: Instant) -> Result<bool> {
    let first: Option<String> = tx.row(DUE, params![now.micros()], |row| row.get(0)).await?;
    Ok(first.is_some())
}

pub(crate) async fn finish(tx: &mut StoreTx<'_, '_>, id: JobId, state: JobState) -> Result<()> {
    tx.change_one(FINISH, params![&id.to_string(), state.name()]).await
}

/// A job without its payload, and that, sealed.
type Stored = (Job, Vec<u8>);

async fn opened_all(tx: &mut StoreTx<'_, '_>, stored: Vec<Stored>) -> Result<Vec<Job>> {
    let mut jobs = Vec::with_capacity(stored.len());
    for stored in stored {
        jobs.push(opened(tx, stored).await?);
    }
    Ok(jobs)
}

async fn opened(tx: &mut StoreTx<'_, '_>, (mut job, payload): Stored) -> Result<Job> {
    let id = job.id.to_string();
    job.payload = tx.open_text(Scope::Tenant(job.tenant), payload_of(&id), &payload).await?;
    Ok(job)
}

fn payload_of(id: &str) -> Place<'_> {
    Place { table: "jobs", column: "payload", row: id }
}

fn stored_row(row: &Row<'_>) -> std::result::Result<Stored, DbError> {
    let mut cells = Cells::of("jobs", row);
    let (id, kind) = (cells.parsed("id")?, cells.text("kind")?);
    let (tenant, user) = (cells.parsed("tenant_id")?, cells.parsed("user_id")?);
    let application = cells.parsed_opt("application_id")?;
    let subject = cells.text("subject")?;
    let payload = cells.get("payload")?;
    let job = Job {
        id,
        kind,
        tenant,
        user,
        application,
        subject,
        payload: String::new(),
        state: cells.named("state", JobState::from_name)?,
        attempts: cells.u32("attempts")?,
        run_at: cells.instant("run_at")?,
        last_error: cells.get("last_error")?,
        created_at: cells.instant("created_at")?,
    };
    Ok((job, payload))
}
