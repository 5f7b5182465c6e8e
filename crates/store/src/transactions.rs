//! Drawdowns on credit lines.

use qist_app::error::{Error, Result};
use qist_app::ports::store::LineSums;
use qist_domain::change::Change;
use qist_domain::credit_line::{Delivery, Transaction, TransactionStatus};
use qist_domain::day::Instant;
use qist_domain::id::{CreditLineId, LenderId, SourcingEntityId, TransactionId, UserId};
use qist_domain::refusal::Code;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::tx::{StoreTx, conflict};
use crate::{events, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, line_id, application_id, tenant_id, user_id, lender_id, partner_txn_id, amount_paise, plan, offer_id,
                status, outstanding_paise, invoice_no, awb, proofs, part_of, merged_into, reserved_until, end_reason,
                created_at, version
            FROM line_transactions ",
            $rest
        )
    };
}

const FIND: &str = select!("WHERE tenant_id = ?1 AND id = ?2");
const FIND_OF_LENDER: &str = select!("WHERE lender_id = ?1 AND id = ?2");
const FIND_ANY: &str = select!("WHERE id = ?1");
const NAMED: &str = select!("WHERE tenant_id = ?1 AND partner_txn_id = ?2 ORDER BY created_at, id");
const OF: &str = select!("WHERE line_id = ?1 ORDER BY created_at DESC, id DESC");
const LIST: &str = select!("WHERE lender_id = ?1 AND status = ?2 ORDER BY created_at DESC, id DESC LIMIT ?3 OFFSET ?4");
const RUN_OUT: &str = "
    SELECT id FROM line_transactions WHERE user_id = ?1 AND status = 'PROCESSING' AND reserved_until <= ?2 ORDER BY id";
const SUMS: &str = "
    SELECT ?1,
        CAST(COALESCE(sum(CASE WHEN status IN ('PROCESSING', 'CONFIRMED') THEN amount_paise ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(sum(outstanding_paise), 0) AS BIGINT),
        CAST(COALESCE(sum(CASE WHEN status = 'OVERDUE' THEN 1 ELSE 0 END), 0) AS BIGINT)
    FROM line_transactions WHERE line_id = ?1";
const INSERT: &str = "
    INSERT INTO line_transactions (id, line_id, application_id, tenant_id, user_id, lender_id, partner_txn_id,
        amount_paise, plan, offer_id, status, outstanding_paise, invoice_no, awb, proofs, part_of, merged_into,
        reserved_until, end_reason, created_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
    ON CONFLICT DO NOTHING";
const UPDATE: &str = "
    UPDATE line_transactions SET status = ?4, outstanding_paise = ?5, invoice_no = ?6, awb = ?7, proofs = ?8,
        merged_into = ?9, end_reason = ?10, version = ?11
    WHERE tenant_id = ?1 AND id = ?2 AND version = ?3";

pub(crate) async fn find(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    id: TransactionId,
) -> Result<Option<Transaction>> {
    tx.row(FIND, params![&tenant.to_string(), &id.to_string()], transaction_row).await
}

pub(crate) async fn find_of_lender(
    tx: &mut StoreTx<'_, '_>,
    lender: LenderId,
    id: TransactionId,
) -> Result<Option<Transaction>> {
    tx.row(FIND_OF_LENDER, params![&lender.to_string(), &id.to_string()], transaction_row).await
}

pub(crate) async fn find_any(tx: &mut StoreTx<'_, '_>, id: TransactionId) -> Result<Option<Transaction>> {
    tx.row(FIND_ANY, params![&id.to_string()], transaction_row).await
}

pub(crate) async fn named(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    partner_txn_id: &str,
) -> Result<Vec<Transaction>> {
    tx.rows(NAMED, params![&tenant.to_string(), partner_txn_id], transaction_row).await
}

pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, line: CreditLineId) -> Result<Vec<Transaction>> {
    tx.rows(OF, params![&line.to_string()], transaction_row).await
}

pub(crate) async fn list(
    tx: &mut StoreTx<'_, '_>,
    lender: LenderId,
    status: TransactionStatus,
    limit: i64,
    offset: i64,
) -> Result<Vec<Transaction>> {
    tx.rows(LIST, params![&lender.to_string(), status.name(), limit, offset], transaction_row).await
}

pub(crate) async fn run_out(tx: &mut StoreTx<'_, '_>, user: UserId, now: Instant) -> Result<Vec<TransactionId>> {
    let map = |row: &Row<'_>| Cells::of("line_transactions", row).parsed("id");
    tx.rows(RUN_OUT, params![&user.to_string(), now.micros()], map).await
}

pub(crate) async fn sums(tx: &mut StoreTx<'_, '_>, line: CreditLineId) -> Result<LineSums> {
    let found = tx.row(SUMS, params![&line.to_string()], sums_row).await?;
    found.ok_or_else(|| Error::internal("a sum without a row"))
}

fn sums_row(row: &Row<'_>) -> std::result::Result<LineSums, DbError> {
    let mut cells = Cells::of("line_transactions", row);
    cells.text("line_id")?;
    Ok(LineSums {
        reserved: cells.paise("amount_paise")?,
        outstanding: cells.paise("outstanding_paise")?,
        overdue: cells.u32("status")?,
    })
}

pub(crate) async fn save(tx: &mut StoreTx<'_, '_>, change: Change<Transaction>, now: Instant) -> Result<()> {
    let (one, was, logged, entries) = change.into_parts();
    if !entries.is_empty() {
        return Err(Error::internal("a drawdown books nothing: its loan does"));
    }
    match was {
        None => insert(tx, &one).await?,
        Some(was) => update(tx, &one, was).await?,
    }
    events::append_numbered(tx, one.tenant, one.user, &logged, now).await
}

async fn insert(tx: &mut StoreTx<'_, '_>, one: &Transaction) -> Result<()> {
    let (id, line, application) = (one.id.to_string(), one.line.to_string(), one.application.to_string());
    let (tenant, user, lender) = (one.tenant.to_string(), one.user.to_string(), one.lender.to_string());
    let (offer, proofs) = (one.offer.to_string(), serde_json::to_string(&one.delivery.proofs)?);
    let (part_of, merged_into) = (one.part_of.map(|id| id.to_string()), one.merged_into.map(|id| id.to_string()));
    let row = params![
        &id,
        &line,
        &application,
        &tenant,
        &user,
        &lender,
        &one.partner_txn_id,
        one.amount.get(),
        &one.plan,
        &offer,
        one.status.name(),
        one.outstanding.get(),
        &one.delivery.invoice_no,
        &one.delivery.awb,
        &proofs,
        &part_of,
        &merged_into,
        one.reserved_until.micros(),
        &one.end_reason,
        one.created_at.micros(),
        one.version,
    ];
    if tx.change(INSERT, row).await? == 1 { Ok(()) } else { Err(Code::SessionTransactionExists.into()) }
}

async fn update(tx: &mut StoreTx<'_, '_>, one: &Transaction, was: i64) -> Result<()> {
    let (tenant, id) = (one.tenant.to_string(), one.id.to_string());
    let proofs = serde_json::to_string(&one.delivery.proofs)?;
    let merged_into = one.merged_into.map(|id| id.to_string());
    let row = params![
        &tenant,
        &id,
        was,
        one.status.name(),
        one.outstanding.get(),
        &one.delivery.invoice_no,
        &one.delivery.awb,
        &proofs,
        &merged_into,
        &one.end_reason,
        one.version,
    ];
    if tx.change(UPDATE, row).await? == 1 { Ok(()) } else { Err(conflict()) }
}

fn transaction_row(row: &Row<'_>) -> std::result::Result<Transaction, DbError> {
    let mut cells = Cells::of("line_transactions", row);
    Ok(Transaction {
        id: cells.parsed("id")?,
        line: cells.parsed("line_id")?,
        application: cells.parsed("application_id")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        lender: cells.parsed("lender_id")?,
        partner_txn_id: cells.text("partner_txn_id")?,
        amount: cells.paise("amount_paise")?,
        plan: cells.text("plan")?,
        offer: cells.parsed("offer_id")?,
        status: cells.named("status", TransactionStatus::from_name)?,
        outstanding: cells.paise("outstanding_paise")?,
        delivery: Delivery {
            invoice_no: cells.text("invoice_no")?,
            awb: cells.text("awb")?,
            proofs: cells.json("proofs")?,
        },
        part_of: cells.parsed_opt("part_of")?,
        merged_into: cells.parsed_opt("merged_into")?,
        reserved_until: cells.instant("reserved_until")?,
        end_reason: cells.get("end_reason")?,
        created_at: cells.instant("created_at")?,
        version: cells.get("version")?,
    })
}
