//! Putting slow work into a row, in the transaction of the change that wants it.

use qist_domain::day::Instant;
use qist_domain::id::{
    ApplicationId, BankEntityId, BankPayloadId, BankStatementId, BlobId, JobId, SourcingEntityId, TransactionId, UserId,
};
use qist_domain::user::User;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ports::connector::{Ask, ProviderKind};
use crate::ports::store::{Job, JobState, Tx};
use crate::run::Moment;

/// What a job does.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    Ask(Ask),
    /// The document's bytes are read when it is asked, so that they do not lie in the row too.
    AskKyc {
        blob: BlobId,
        document: String,
        content_type: String,
        name: String,
        pan: String,
    },
    /// The e-sign provider is asked to sign; where the borrower stood when the OTP was right.
    AskEsign {
        ask: Ask,
        ip: String,
    },
    MakeSignedAgreement,
    /// All statements of an entity, this one among them.
    AnalyseStatement {
        entity: BankEntityId,
        statement: BankStatementId,
    },
    /// How a statement ended is told to whoever asked for it.
    TellOutcome {
        payload: BankPayloadId,
    },
    /// A drawdown that was not confirmed in time gives its limit back.
    ExpireReservation {
        transaction: TransactionId,
    },
}

impl Task {
    #[must_use]
    pub fn kind(&self) -> String {
        match (self.provider(), self) {
            (Some(kind), _) => format!("ask:{}", kind.name()),
            (None, Task::AnalyseStatement { .. }) => "analyse:statement".to_owned(),
            (None, Task::TellOutcome { .. }) => "tell:outcome".to_owned(),
            (None, Task::ExpireReservation { .. }) => "expire:reservation".to_owned(),
            (None, _) => "make:signed_agreement".to_owned(),
        }
    }

    /// Whom it asks.
    #[must_use]
    pub fn provider(&self) -> Option<ProviderKind> {
        match self {
            Task::Ask(ask) | Task::AskEsign { ask, .. } => Some(ask.kind()),
            Task::AskKyc { .. } => Some(ProviderKind::Kyc),
            Task::MakeSignedAgreement
            | Task::ExpireReservation { .. }
            | Task::AnalyseStatement { .. }
            | Task::TellOutcome { .. } => None,
        }
    }
}

/// Enqueues a task about a customer; `subject` says what else the answer belongs to.
pub(crate) async fn enqueue(
    at: &Moment,
    tx: &mut dyn Tx,
    user: &User,
    application: Option<ApplicationId>,
    subject: &str,
    task: Task,
) -> Result<JobId> {
    enqueue_at(at, tx, user, application, subject, task, at.real_now).await
}

/// As [`enqueue`], for later.
pub(crate) async fn enqueue_at(
    at: &Moment,
    tx: &mut dyn Tx,
    user: &User,
    application: Option<ApplicationId>,
    subject: &str,
    task: Task,
    run_at: Instant,
) -> Result<JobId> {
    insert(at, tx, (user.tenant, user.id), application, subject, (task, run_at)).await
}

/// Enqueues a task about an entity of BankConnect.
pub(crate) async fn enqueue_for_entity(
    at: &Moment,
    tx: &mut dyn Tx,
    tenant: SourcingEntityId,
    entity: BankEntityId,
    task: Task,
) -> Result<JobId> {
    insert(at, tx, (tenant, UserId(entity.0)), None, "", (task, at.real_now)).await
}

async fn insert(
    at: &Moment,
    tx: &mut dyn Tx,
    (tenant, user): (SourcingEntityId, UserId),
    application: Option<ApplicationId>,
    subject: &str,
    (task, run_at): (Task, Instant),
) -> Result<JobId> {
    let id = JobId(at.uuid());
    tx.insert_job(&Job {
        id,
        kind: task.kind(),
        tenant,
        user,
        application,
        subject: subject.to_owned(),
        payload: serde_json::to_string(&task)?,
        state: JobState::Ready,
        attempts: 0,
        run_at,
        last_error: None,
        created_at: at.real_now,
    })
    .await?;
    at.leave_work();
    Ok(id)
}
