//! How loans pass through time: clocks, what is due, day-ends, pay-offs, what closing takes, what lenders decide.

use async_trait::async_trait;
use qist_app::error::Result;
use qist_app::ports::store::{
    ClosingTask, DayEndRow, DueLoan, LedgerCursor, LedgerLine, LoanDecision, PayoffRecord, Servicing,
};
use qist_domain::day::{Day, Instant};
use qist_domain::id::{ApplicationId, LenderId, LoanDecisionId, LoanId, PayoffId, SourcingEntityId, UserId};
use qist_domain::loan::Acceleration;
use qist_domain::money::Paise;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::tx::StoreTx;
use crate::{ledger, loans, params};

const SET_CLOCK: &str = "UPDATE users SET clock_days = ?3 WHERE tenant_id = ?1 AND id = ?2 AND clock_days <= ?3";
const LOANS_OF: &str = "SELECT id FROM loans WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY id";
const NEXT_DAYS: &str = "SELECT id, next_day FROM loans WHERE tenant_id = ?1 AND user_id = ?2 AND next_day IS NOT NULL";
const SET_DUE: &str = "UPDATE loans SET due_on = ?2 WHERE id = ?1";
const DUE: &str = "
    SELECT l.id, u.clock_days FROM loans l JOIN users u ON u.id = l.user_id
    WHERE l.tenant_id = ?1 AND l.due_on <= ?2 AND l.id > ?3 ORDER BY l.id LIMIT ?4";
const LAST_DAY: &str = "
    SELECT day, finished_at, loans, failed FROM day_ends WHERE tenant_id = ?1 ORDER BY day DESC LIMIT 1";
const FINISH_DAY: &str = "
    INSERT INTO day_ends (tenant_id, day, finished_at, loans, failed) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (tenant_id, day) DO UPDATE SET loans = day_ends.loans + excluded.loans, failed = excluded.failed";
const INSERT_PAYOFF: &str = "
    INSERT INTO payoffs (id, loan_id, kind, day, amount_paise, digest, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const PAYOFF: &str = "
    SELECT id, loan_id, kind, day, amount_paise, digest, created_at FROM payoffs
    WHERE loan_id = ?1 AND id = ?2";
const INSERT_TASK: &str = "
    INSERT INTO closing_tasks (application_id, kind, due_at, done_at, note) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (application_id, kind) DO NOTHING";
const TASKS: &str = "
    SELECT application_id, kind, due_at, done_at, note FROM closing_tasks WHERE application_id = ?1 ORDER BY kind";
const FINISH_TASK: &str = "
    UPDATE closing_tasks SET done_at = ?3, note = ?4 WHERE application_id = ?1 AND kind = ?2 AND done_at IS NULL";
const INSERT_DECISION: &str = "
    INSERT INTO loan_decisions (id, loan_id, lender_id, body, reason, amount_paise, state, asked_by, asked_at,
        decided_by, decided_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const DECISIONS: &str = "
    SELECT id, loan_id, lender_id, body, reason, amount_paise, state, asked_by, asked_at, decided_by, decided_at
    FROM loan_decisions WHERE loan_id = ?1 ORDER BY asked_at, id";
const DECIDE: &str = "
    UPDATE loan_decisions SET state = ?2, decided_by = ?3, decided_at = ?4 WHERE id = ?1 AND state = 'pending'";

#[async_trait]
impl Servicing for StoreTx<'_, '_> {
    async fn clock_days(&mut self, tenant: SourcingEntityId, user: UserId) -> Result<i64> {
        loans::clock_days(self, tenant, user).await
    }

    async fn set_clock(&mut self, tenant: SourcingEntityId, user: UserId, days: i64) -> Result<()> {
        let (tenant, user) = (tenant.to_string(), user.to_string());
        self.change_one(SET_CLOCK, params![&tenant, &user, days]).await?;
        for (id, next) in self.rows(NEXT_DAYS, params![&tenant, &user], next_row).await? {
            self.change_one(SET_DUE, params![&id.to_string(), &next.plus_days(-days).to_string()]).await?;
        }
        Ok(())
    }

    async fn due_loans(
        &mut self,
        tenant: SourcingEntityId,
        day: Day,
        after: Option<LoanId>,
        limit: i64,
    ) -> Result<Vec<DueLoan>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.rows(DUE, params![&tenant.to_string(), &day.to_string(), &after, limit], due_row).await
    }

    async fn put_off(&mut self, loan: LoanId, until: Day) -> Result<()> {
        self.change_one(SET_DUE, params![&loan.to_string(), &until.to_string()]).await
    }

    async fn loans_of(&mut self, tenant: SourcingEntityId, user: UserId) -> Result<Vec<LoanId>> {
        let map = |row: &Row<'_>| Cells::of("loans", row).parsed("id");
        self.rows(LOANS_OF, params![&tenant.to_string(), &user.to_string()], map).await
    }

    async fn last_day_end(&mut self, tenant: SourcingEntityId) -> Result<Option<DayEndRow>> {
        self.row(LAST_DAY, params![&tenant.to_string()], day_end_row).await
    }

    async fn finish_day(&mut self, tenant: SourcingEntityId, row: &DayEndRow) -> Result<()> {
        let (tenant, day) = (tenant.to_string(), row.day.to_string());
        let columns = params![&tenant, &day, row.finished_at.micros(), row.loans, row.failed];
        self.change(FINISH_DAY, columns).await.map(drop)
    }

    async fn insert_payoff(&mut self, payoff: &PayoffRecord) -> Result<()> {
        let (id, loan, day) = (payoff.id.to_string(), payoff.loan.to_string(), payoff.day.to_string());
        let (kind, amount) = (payoff.why.name(), payoff.amount.get());
        let row = params![&id, &loan, kind, &day, amount, &payoff.digest, payoff.created_at.micros()];
        self.change_one(INSERT_PAYOFF, row).await
    }

    async fn payoff(&mut self, loan: LoanId, id: PayoffId) -> Result<Option<PayoffRecord>> {
        self.row(PAYOFF, params![&loan.to_string(), &id.to_string()], payoff_row).await
    }

    async fn insert_closing_task(&mut self, task: &ClosingTask) -> Result<()> {
        let (application, done_at) = (task.application.to_string(), task.done_at.map(Instant::micros));
        let row = params![&application, &task.kind, task.due_at.micros(), done_at, &task.note];
        self.change(INSERT_TASK, row).await.map(drop)
    }

    async fn closing_tasks(&mut self, application: ApplicationId) -> Result<Vec<ClosingTask>> {
        self.rows(TASKS, params![&application.to_string()], task_row).await
    }

    async fn finish_closing_task(
        &mut self,
        application: ApplicationId,
        kind: &str,
        now: Instant,
        note: &str,
    ) -> Result<bool> {
        let application = application.to_string();
        Ok(self.change(FINISH_TASK, params![&application, kind, now.micros(), note]).await? == 1)
    }

    async fn insert_loan_decision(&mut self, decision: &LoanDecision) -> Result<()> {
        let (id, loan) = (decision.id.to_string(), decision.loan.to_string());
        let lender = decision.lender.to_string();
        let row = params![
            &id,
            &loan,
            &lender,
            &decision.body,
            &decision.reason,
            decision.amount.get(),
            &decision.state,
            &decision.asked_by,
            decision.asked_at.micros(),
            &decision.decided_by,
            decision.decided_at.map(Instant::micros),
        ];
        self.change_one(INSERT_DECISION, row).await
    }

    async fn loan_decisions(&mut self, loan: LoanId) -> Result<Vec<LoanDecision>> {
        self.rows(DECISIONS, params![&loan.to_string()], decision_row).await
    }

    async fn decide_loan_decision(&mut self, id: LoanDecisionId, state: &str, by: &str, now: Instant) -> Result<bool> {
        Ok(self.change(DECIDE, params![&id.to_string(), state, by, now.micros()]).await? == 1)
    }

    async fn ledger_lines(
        &mut self,
        lender: LenderId,
        after: Option<&LedgerCursor>,
        limit: i64,
    ) -> Result<Vec<LedgerLine>> {
        ledger::lines(self, lender, after, limit).await
    }

    async fn trial_balance(&mut self, lender: LenderId) -> Result<Vec<(String, Paise)>> {
        ledger::trial_balance(self, lender).await
    }
}

fn next_row(row: &Row<'_>) -> std::result::Result<(ApplicationId, Day), DbError> {
    let mut cells = Cells::of("loans", row);
    Ok((cells.parsed("id")?, cells.day("next_day")?))
}

fn due_row(row: &Row<'_>) -> std::result::Result<DueLoan, DbError> {
    let mut cells = Cells::of("loans", row);
    Ok(DueLoan { id: cells.parsed("id")?, clock_days: cells.get("clock_days")? })
}

fn day_end_row(row: &Row<'_>) -> std::result::Result<DayEndRow, DbError> {
    let mut cells = Cells::of("day_ends", row);
    Ok(DayEndRow {
        day: cells.day("day")?,
        finished_at: cells.instant("finished_at")?,
        loans: cells.get("loans")?,
        failed: cells.get("failed")?,
    })
}

fn payoff_row(row: &Row<'_>) -> std::result::Result<PayoffRecord, DbError> {
    let mut cells = Cells::of("payoffs", row);
    let named =
        |name: &str| [Acceleration::Foreclosure, Acceleration::CoolingOff].into_iter().find(|one| one.name() == name);
    Ok(PayoffRecord {
        id: cells.parsed("id")?,
        loan: cells.parsed("loan_id")?,
        why: cells.named("kind", named)?,
        day: cells.day("day")?,
        amount: cells.paise("amount_paise")?,
        digest: cells.text("digest")?,
        created_at: cells.instant("created_at")?,
    })
}

fn task_row(row: &Row<'_>) -> std::result::Result<ClosingTask, DbError> {
    let mut cells = Cells::of("closing_tasks", row);
    Ok(ClosingTask {
        application: cells.parsed("application_id")?,
        kind: cells.text("kind")?,
        due_at: cells.instant("due_at")?,
        done_at: cells.instant_opt("done_at")?,
        note: cells.text("note")?,
    })
}

fn decision_row(row: &Row<'_>) -> std::result::Result<LoanDecision, DbError> {
    let mut cells = Cells::of("loan_decisions", row);
    Ok(LoanDecision {
        id: cells.parsed("id")?,
        loan: cells.parsed("loan_id")?,
        lender: cells.parsed("lender_id")?,
        body: cells.text("body")?,
        reason: cells.text("reason")?,
        amount: cells.paise("amount_paise")?,
        state: cells.text("state")?,
        asked_by: cells.text("asked_by")?,
        asked_at: cells.instant("asked_at")?,
        decided_by: cells.get("decided_by")?,
        decided_at: cells.instant_opt("decided_at")?,
    })
}
