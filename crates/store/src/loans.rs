//! Loans that have been paid out, and the port through which they and their money are reached.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{Loans, PaymentRecord, PaymentState, Reference};
use qist_domain::change::Change;
use qist_domain::day::Instant;
use qist_domain::id::{LoanId, PaymentId, SourcingEntityId, UserId};
use qist_domain::ledger::{Account, Entries};
use qist_domain::loan::{Fact, Loan};
use qist_domain::money::Paise;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::{StoreTx, conflict};
use crate::{events, installments, ledger, payments, references};

const FIND: &str = "
    SELECT id, application_id, drawdown, tenant_id, user_id, lender_id, quote, installment_ids, closed_day, booked_day, done_day, next_day, version
    FROM loans WHERE id = ?1";
const FACTS: &str = "
    SELECT id, value_day, recorded_at, kind FROM loan_facts WHERE loan_id = ?1 ORDER BY position";
const INSERT: &str = "
    INSERT INTO loans (id, application_id, drawdown, tenant_id, user_id, lender_id, quote, installment_ids, closed_day,
        booked_day, done_day, next_day, due_on, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (id) DO NOTHING";
const UPDATE: &str = "
    UPDATE loans SET closed_day = ?4, booked_day = ?5, done_day = ?6, next_day = ?7, due_on = ?8, version = ?9
    WHERE tenant_id = ?1 AND id = ?2 AND version = ?3";
const UPDATE_IDS: &str = "UPDATE loans SET installment_ids = ?3 WHERE tenant_id = ?1 AND id = ?2";
const CLOCK_DAYS: &str = "SELECT id, clock_days FROM users WHERE tenant_id = ?1 AND id = ?2";
const IDS_AFTER: &str = "SELECT id FROM loans WHERE id > ?1 ORDER BY id LIMIT ?2";

pub(crate) static FACT_COLUMNS: Columns =
    Columns::new("loan_facts", &["loan_id", "position", "id", "value_day", "recorded_at", "kind"]);

#[async_trait]
impl Loans for StoreTx<'_, '_> {
    async fn loan(&mut self, id: LoanId) -> Result<Option<Loan>> {
        let id = id.to_string();
        let Some(mut loan) = self.row(FIND, params![&id], loan_row).await? else { return Ok(None) };
        loan.facts = self.rows(FACTS, params![&id], fact_row).await?;
        loan.new_facts_from = loan.facts.len();
        Ok(Some(loan))
    }

    async fn save_loan(&mut self, change: Change<Loan>, now: Instant) -> Result<()> {
        let (loan, was, logged, entries) = change.into_parts();
        match was {
            None => insert(self, &loan, &entries, now).await?,
            Some(was) => update(self, &loan, was, &entries, now).await?,
        }
        events::append_numbered(self, loan.tenant, loan.user, &logged, now).await
    }

    async fn reference(&mut self, scope: &str, reference: &str) -> Result<Option<Reference>> {
        references::find(self, scope, reference).await
    }

    async fn claim_reference(&mut self, reference: &Reference) -> Result<bool> {
        references::claim(self, reference).await
    }

    async fn insert_payment(&mut self, payment: &PaymentRecord) -> Result<()> {
        payments::insert(self, payment).await
    }

    async fn payment(&mut self, id: PaymentId) -> Result<Option<PaymentRecord>> {
        payments::find(self, id).await
    }

    async fn payments_of(&mut self, loan: LoanId) -> Result<Vec<PaymentRecord>> {
        payments::of(self, loan).await
    }

    async fn settle_payment(&mut self, id: PaymentId, state: PaymentState, failure: Option<&str>) -> Result<bool> {
        payments::settle(self, id, state, failure).await
    }

    async fn ledger_balances(&mut self, loan: LoanId) -> Result<Vec<(Account, Paise)>> {
        ledger::balances(self, loan).await
    }

    async fn loan_ids(&mut self, after: Option<LoanId>, limit: i64) -> Result<Vec<LoanId>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.rows(IDS_AFTER, params![&after, limit], |row| Cells::of("loans", row).parsed("id")).await
    }

    async fn stored_installments(&mut self, loan: LoanId) -> Result<Vec<(u32, Paise, bool)>> {
        installments::stored(self, loan).await
    }
}

/// A new loan with its facts, its instalments as they stand on `now`'s day, and what the ledger says of it.
async fn insert(tx: &mut StoreTx<'_, '_>, loan: &Loan, entries: &[Entries], now: Instant) -> Result<()> {
    let (id, tenant) = (loan.id.to_string(), loan.tenant.to_string());
    let (user, lender) = (loan.user.to_string(), loan.lender.to_string());
    let application = loan.application.to_string();
    let quote = serde_json::to_string(&loan.quote)?;
    let installment_ids = serde_json::to_string(&loan.installment_ids)?;
    let days = Days::of(tx, loan).await?;
    let row = params![
        &id,
        &application,
        loan.drawdown,
        &tenant,
        &user,
        &lender,
        &quote,
        &installment_ids,
        &days.closed,
        &days.booked,
        &days.done,
        &days.next,
        &days.due_on,
        loan.version
    ];
    if tx.change(INSERT, row).await? == 0 {
        return Err(conflict());
    }
    insert_facts(tx, loan).await?;
    let mut rows = Rows::default();
    installments::add(&mut rows, loan, &loan.position(loan.booked_day))?;
    rows.insert(tx, &installments::COLUMNS).await?;
    ledger::book(tx, loan.id, entries, now).await
}

async fn update(tx: &mut StoreTx<'_, '_>, loan: &Loan, was: i64, entries: &[Entries], now: Instant) -> Result<()> {
    let (id, tenant) = (loan.id.to_string(), loan.tenant.to_string());
    let days = Days::of(tx, loan).await?;
    let row =
        params![&tenant, &id, was, &days.closed, &days.booked, &days.done, &days.next, &days.due_on, loan.version];
    if tx.change(UPDATE, row).await? == 0 {
        return Err(conflict());
    }
    if loan.facts.iter().skip(loan.new_facts_from).any(|fact| fact.kind.new_rows().is_some()) {
        let ids = serde_json::to_string(&loan.installment_ids)?;
        tx.change_one(UPDATE_IDS, params![&tenant, &id, &ids]).await?;
    }
    insert_facts(tx, loan).await?;
    installments::update(tx, loan, &loan.position(loan.booked_day)).await?;
    ledger::book(tx, loan.id, entries, now).await
}

/// The days of a loan as columns.
struct Days {
    closed: Option<String>,
    booked: String,
    done: String,
    next: Option<String>,
    due_on: Option<String>,
}

impl Days {
    async fn of(tx: &mut StoreTx<'_, '_>, loan: &Loan) -> Result<Days> {
        let ahead = clock_days(tx, loan.tenant, loan.user).await?;
        Ok(Days {
            closed: loan.closed_day.map(|day| day.to_string()),
            booked: loan.booked_day.to_string(),
            done: loan.done_day.to_string(),
            next: loan.next_day.map(|day| day.to_string()),
            due_on: loan.next_day.map(|day| day.plus_days(-ahead).to_string()),
        })
    }
}

/// By how many days a customer's clock is ahead.
pub(crate) async fn clock_days(tx: &mut StoreTx<'_, '_>, tenant: SourcingEntityId, user: UserId) -> Result<i64> {
    let found = tx.row(CLOCK_DAYS, params![&tenant.to_string(), &user.to_string()], clock_row).await?;
    Ok(found.unwrap_or_default())
}

fn clock_row(row: &Row<'_>) -> std::result::Result<i64, DbError> {
    let mut cells = Cells::of("users", row);
    cells.text("id")?;
    cells.get("clock_days")
}

async fn insert_facts(tx: &mut StoreTx<'_, '_>, loan: &Loan) -> Result<()> {
    let mut rows = Rows::default();
    add_facts(&mut rows, loan)?;
    rows.insert(tx, &FACT_COLUMNS).await
}

/// Those that are not stored yet.
pub(crate) fn add_facts(rows: &mut Rows<'_>, loan: &Loan) -> Result<()> {
    let first = i64::try_from(loan.new_facts_from).map_err(Error::internal)?;
    for (position, fact) in (first..).zip(loan.facts.iter().skip(loan.new_facts_from)) {
        rows.shown(loan.id).i64(position).shown(fact.id).shown(fact.value_day);
        rows.i64(fact.recorded_at.micros()).text(serde_json::to_string(&fact.kind)?);
    }
    Ok(())
}

fn loan_row(row: &Row<'_>) -> std::result::Result<Loan, DbError> {
    let mut cells = Cells::of("loans", row);
    Ok(Loan {
        id: cells.parsed("id")?,
        application: cells.parsed("application_id")?,
        drawdown: cells.get("drawdown")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        lender: cells.parsed("lender_id")?,
        quote: cells.json("quote")?,
        installment_ids: cells.json("installment_ids")?,
        facts: Vec::new(),
        new_facts_from: 0,
        closed_day: cells.parsed_opt("closed_day")?,
        booked_day: cells.day("booked_day")?,
        done_day: cells.day("done_day")?,
        next_day: cells.parsed_opt("next_day")?,
        version: cells.get("version")?,
    })
}

fn fact_row(row: &Row<'_>) -> std::result::Result<Fact, DbError> {
    let mut cells = Cells::of("loan_facts", row);
    Ok(Fact {
        id: cells.parsed("id")?,
        value_day: cells.day("value_day")?,
        recorded_at: cells.instant("recorded_at")?,
        kind: cells.json("kind")?,
    })
}
