//! What a closed loan still takes: the mandate ends, the borrower gets the no-dues certificate and what was paid too much, the
//! bureaus hear of it. Each is a task with its time.

use async_trait::async_trait;
use qist_domain::application::{Application, MandateStatus};
use qist_domain::id::ApplicationId;
use qist_domain::loan::Loan;
use qist_domain::refusal::Code;

use super::tell::tell;
use crate::applications::read::{user_of, visible};
use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::{ClosingTask, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{Command, Moment, Query};

pub const CANCEL_MANDATE: &str = "cancel_mandate";
pub const NO_DUES_CERTIFICATE: &str = "no_dues_certificate";
pub const REFUND_EXCESS: &str = "refund_excess";
pub const REPORT_TO_BUREAUS: &str = "report_to_bureaus";

const DAY_SECONDS: i64 = 86_400;

pub(super) async fn begin(at: &Moment, tx: &mut dyn Tx, application: &Application, loan: &Loan) -> Result<()> {
    let user = user_of(tx, application).await?;
    let mandate = application.mandate.as_ref().filter(|mandate| mandate.status == MandateStatus::Completed);
    let umrn = mandate.and_then(|mandate| mandate.umrn.clone());
    let excess = loan.position(loan.booked_day).excess;
    let task = |kind: &str, days: i64, done: bool, note: String| ClosingTask {
        application: application.id,
        kind: kind.to_owned(),
        due_at: at.now.plus_seconds(days * DAY_SECONDS),
        done_at: done.then_some(at.now),
        note,
    };
    let tasks = [
        match &umrn {
            Some(umrn) => task(CANCEL_MANDATE, 2, false, format!("mandate {umrn} is to be cancelled")),
            None => task(CANCEL_MANDATE, 0, true, "there was no mandate".to_owned()),
        },
        task(NO_DUES_CERTIFICATE, 0, true, "issued with the closing".to_owned()),
        if excess.is_positive() {
            task(REFUND_EXCESS, 7, false, format!("Rs {} are to be paid back", excess.with_paise()))
        } else {
            task(REFUND_EXCESS, 0, true, "nothing was paid too much".to_owned())
        },
        task(REPORT_TO_BUREAUS, 30, false, "the lender is to report the closing to the bureaus".to_owned()),
    ];
    for task in &tasks {
        tx.insert_closing_task(task).await?;
    }
    if let Some(umrn) = umrn {
        enqueue(at, tx, &user, Some(application.id), CANCEL_MANDATE, Task::Ask(Ask::CancelMandate { umrn })).await?;
    }
    let text = format!("Loan {} is paid and closed. Your no-dues certificate is in the app.", application.number);
    tell(at, tx, &user, Some(application.id), text).await
}

/// What is left to do, for a lender, a sourcing entity or a borrower.
#[derive(Debug, Clone)]
pub struct ReadClosing {
    pub application: Option<ApplicationId>,
}

#[async_trait]
impl Query for ReadClosing {
    type Out = Vec<ClosingTask>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<ClosingTask>> {
        let application = visible(at, tx, self.application).await?;
        tx.closing_tasks(application.id).await
    }
}

/// A person has done what was left to do.
#[derive(Debug, Clone)]
pub struct FinishClosingTask {
    pub application: ApplicationId,
    pub kind: String,
    pub note: String,
}

#[async_trait]
impl Command for FinishClosingTask {
    type Out = ();
    const OPERATION: &'static str = "finish_closing_task";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        at.lender_id()?;
        let application = visible(at, tx, Some(self.application)).await?;
        let at = at.of(tx, application.tenant, application.user).await?;
        if tx.finish_closing_task(application.id, &self.kind, at.now, &self.note).await? {
            return Ok(());
        }
        let known = tx.closing_tasks(application.id).await?.iter().any(|task| task.kind == self.kind);
        // Done twice is done.
        if known { Ok(()) } else { Err(Code::ClosingTaskNotFound.into()) }
    }
}
