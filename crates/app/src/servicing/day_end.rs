//! Day-end of a sourcing entity: closes the day before and begins the next, for every loan that it brings something to.
//!
//! A loan that was brought through a day has a later next day, so that the same day again finds nothing: the run may be
//! killed anywhere, run again, and run twice at once. Each loan is for itself; one that fails waits for the next run.

use async_trait::async_trait;
use futures_util::future::join_all;
use qist_domain::day::Day;
use qist_domain::id::{LoanId, SourcingEntityId};

use super::bring::bring;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::store::{DayEndRow, DueLoan, Tx};
use crate::providers::perform::describe;
use crate::run::{App, Command, Moment, Query, Reading};

/// Loans that share a commit.
const LOANS_AT_ONCE: i64 = 100;
const BATCHES_AT_ONCE: usize = 2;

/// What a day-end did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayEnded {
    pub loans: i64,
    pub failed: i64,
}

/// How far a sourcing entity's days have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEndState {
    pub tenant: SourcingEntityId,
    pub last: Option<DayEndRow>,
    /// Days that have begun and are not done: more than one is late.
    pub days_behind: i64,
}

impl App {
    /// Brings every sourcing entity up to today, day by day and none left out. Answers how many days it ended.
    pub async fn end_days(&self) -> Result<usize> {
        let mut ended = 0;
        for state in self.day_end_states().await? {
            if state.days_behind > 1 {
                tracing::warn!(tenant = %state.tenant, days = state.days_behind, "day-end is late");
            }
            let today = self.clock.now().day();
            let mut day = state.last.as_ref().map_or(today, |last| last.day.plus_days(1));
            while day <= today {
                let done = self.end_day(state.tenant, day).await?;
                tracing::info!(tenant = %state.tenant, %day, loans = done.loans, failed = done.failed, "day ended");
                day = day.plus_days(1);
                ended += 1;
            }
        }
        Ok(ended)
    }

    pub async fn day_end_states(&self) -> Result<Vec<DayEndState>> {
        self.ask(Caller::System, ReadDayEnds).await
    }

    /// Begins `day` for all loans of a sourcing entity.
    pub async fn end_day(&self, tenant: SourcingEntityId, day: Day) -> Result<DayEnded> {
        let mut ended = DayEnded::default();
        let mut after = None;
        loop {
            let due = self.ask(Caller::System, DueLoans { tenant, day, after }).await?;
            let Some(last) = due.last() else { break };
            after = Some(last.id);
            let size = due.len().div_ceil(BATCHES_AT_ONCE);
            let batches = due.chunks(size).map(|batch| self.bring_all(batch.to_vec(), day));
            for one in join_all(batches).await {
                let one = one?;
                ended.loans += one.loans;
                ended.failed += one.failed;
            }
        }
        let finished_at = self.clock.now();
        let row = DayEndRow { day, finished_at, loans: ended.loans, failed: ended.failed };
        self.run(Caller::System, FinishDay { tenant, row }).await?;
        Ok(ended)
    }

    /// All of them in one transaction; where that fails, each in its own.
    async fn bring_all(&self, batch: Vec<DueLoan>, day: Day) -> Result<DayEnded> {
        let count = i64::try_from(batch.len()).map_err(Error::internal)?;
        let Err(error) = self.run(Caller::System, Bring { batch: batch.clone(), day }).await else {
            return Ok(DayEnded { loans: count, failed: 0 });
        };
        if matches!(error, Error::Unavailable(_)) {
            return Err(error);
        }
        let mut ended = DayEnded::default();
        for one in batch {
            match self.run(Caller::System, Bring { batch: vec![one], day }).await {
                Ok(()) => ended.loans += 1,
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => {
                    ended.failed += 1;
                    tracing::error!(loan = %one.id, %day, error = %describe(&error), "a loan could not be brought through its day");
                    self.run(Caller::System, PutOff { loan: one.id, until: day.plus_days(1) }).await?;
                }
            }
        }
        Ok(ended)
    }
}

struct Bring {
    batch: Vec<DueLoan>,
    day: Day,
}

#[async_trait]
impl Command for Bring {
    type Out = ();
    const OPERATION: &'static str = "day_end";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        for loan in &self.batch {
            let at = at.ahead(loan.clock_days);
            // Every day that was missed, in order.
            while bring(&at, tx, loan.id, self.day.plus_days(loan.clock_days)).await? {}
        }
        Ok(())
    }
}

struct DueLoans {
    tenant: SourcingEntityId,
    day: Day,
    after: Option<LoanId>,
}

#[async_trait]
impl Query for DueLoans {
    type Out = Vec<DueLoan>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<DueLoan>> {
        let batches = i64::try_from(BATCHES_AT_ONCE).unwrap_or(1);
        tx.due_loans(self.tenant, self.day, self.after, LOANS_AT_ONCE * batches).await
    }
}

struct PutOff {
    loan: LoanId,
    until: Day,
}

#[async_trait]
impl Command for PutOff {
    type Out = ();
    const OPERATION: &'static str = "put_off";

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        tx.put_off(self.loan, self.until).await
    }
}

struct FinishDay {
    tenant: SourcingEntityId,
    row: DayEndRow,
}

#[async_trait]
impl Command for FinishDay {
    type Out = ();
    const OPERATION: &'static str = "finish_day";

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        tx.finish_day(self.tenant, &self.row).await
    }
}

struct ReadDayEnds;

#[async_trait]
impl Query for ReadDayEnds {
    type Out = Vec<DayEndState>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<DayEndState>> {
        let mut states = Vec::new();
        for entity in tx.sourcing_entities().await? {
            let last = tx.last_day_end(entity.id).await?;
            let days_behind = last.as_ref().map_or(1, |last| at.today().days_since(last.day).max(0));
            states.push(DayEndState { tenant: entity.id, last, days_behind });
        }
        Ok(states)
    }
}
