use async_trait::async_trait;
use qist_domain::day::{Day, Instant};
use qist_domain::id::{ApplicationId, LenderId, LoanDecisionId, LoanId, PayoffId, SourcingEntityId, UserId};
use qist_domain::loan::Acceleration;
use qist_domain::money::Paise;

use serde::{Deserialize, Serialize};

use crate::error::Result;

/// A loan that has something to be done for, and by how many days its customer's clock is ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueLoan {
    pub id: LoanId,
    pub clock_days: i64,
}

/// A day of a sourcing entity's business that has begun with all that it brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEndRow {
    pub day: Day,
    pub finished_at: Instant,
    /// Loans that something was done for.
    pub loans: i64,
    /// Loans that failed, and are tried again on the next day.
    pub failed: i64,
}

/// What closing a loan early takes, as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoffRecord {
    pub id: PayoffId,
    pub loan: LoanId,
    pub why: Acceleration,
    /// The day on which it can be paid, and until whose end it holds.
    pub day: Day,
    pub amount: Paise,
    /// Hash of all that the amount follows from.
    pub digest: String,
    pub created_at: Instant,
}

/// What has to be finished once a loan is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingTask {
    pub application: ApplicationId,
    pub kind: String,
    pub due_at: Instant,
    pub done_at: Option<Instant>,
    /// How it was done, or why not yet.
    pub note: String,
}

/// What a lender decided about a running loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanDecision {
    pub id: LoanDecisionId,
    pub loan: LoanId,
    pub lender: LenderId,
    /// What is to be done, as JSON.
    pub body: String,
    pub reason: String,
    pub amount: Paise,
    /// `pending`, `done` or `refused`.
    pub state: String,
    pub asked_by: String,
    pub asked_at: Instant,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    pub loan: LoanId,
    pub cause: String,
    /// What happened, such as `paid`; empty where the passing of a day did it.
    pub what: String,
    pub account: String,
    pub amount: Paise,
    pub value_day: Day,
    pub recorded_at: Instant,
}

/// Where a walk through the ledger has come to.
pub type LedgerCursor = (String, String, String);

/// How loans pass through time.
#[async_trait]
pub trait Servicing {
    /// By how many days a customer's clock is ahead.
    async fn clock_days(&mut self, tenant: SourcingEntityId, user: UserId) -> Result<i64>;
    /// Moves a customer's clock ahead, and with it the day on which each of its loans is looked at.
    async fn set_clock(&mut self, tenant: SourcingEntityId, user: UserId, days: i64) -> Result<()>;
    /// Loans that have something to be done for by `day`, in the order of their ids.
    async fn due_loans(
        &mut self,
        tenant: SourcingEntityId,
        day: Day,
        after: Option<LoanId>,
        limit: i64,
    ) -> Result<Vec<DueLoan>>;
    /// Puts a loan off that could not be brought through a day.
    async fn put_off(&mut self, loan: LoanId, until: Day) -> Result<()>;
    async fn loans_of(&mut self, tenant: SourcingEntityId, user: UserId) -> Result<Vec<LoanId>>;

    async fn last_day_end(&mut self, tenant: SourcingEntityId) -> Result<Option<DayEndRow>>;
    async fn finish_day(&mut self, tenant: SourcingEntityId, row: &DayEndRow) -> Result<()>;

    async fn insert_payoff(&mut self, payoff: &PayoffRecord) -> Result<()>;
    async fn payoff(&mut self, loan: LoanId, id: PayoffId) -> Result<Option<PayoffRecord>>;

    /// Of two of one kind the first stays.
    async fn insert_closing_task(&mut self, task: &ClosingTask) -> Result<()>;
    async fn closing_tasks(&mut self, application: ApplicationId) -> Result<Vec<ClosingTask>>;
    /// Whether it was open.
    async fn finish_closing_task(
        &mut self,
        application: ApplicationId,
        kind: &str,
        now: Instant,
        note: &str,
    ) -> Result<bool>;

    async fn insert_loan_decision(&mut self, decision: &LoanDecision) -> Result<()>;
    async fn loan_decisions(&mut self, loan: LoanId) -> Result<Vec<LoanDecision>>;
    /// Whether it was pending and is now in `state`.
    async fn decide_loan_decision(&mut self, id: LoanDecisionId, state: &str, by: &str, now: Instant) -> Result<bool>;

    /// Lines of a lender's ledger after `after`, in the order of loan, cause and account.
    async fn ledger_lines(
        &mut self,
        lender: LenderId,
        after: Option<&LedgerCursor>,
        limit: i64,
    ) -> Result<Vec<LedgerLine>>;
    /// The balance of each account of a lender.
    async fn trial_balance(&mut self, lender: LenderId) -> Result<Vec<(String, Paise)>>;
}
