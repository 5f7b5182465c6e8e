//! What is told of statements.

use qist_app::error::Result;
use qist_app::ports::store::BankPayload;
use qist_domain::bank::StatementState;
use qist_domain::day::Instant;
use qist_domain::id::{BankPayloadId, BankStatementId, SourcingEntityId};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO bank_payloads (id, tenant_id, entity_id, link_id, statement_id, progress, reason, created_at,
        delivered_at, last_answer)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const FIND: &str = "
    SELECT id, tenant_id, entity_id, link_id, statement_id, progress, reason, created_at, delivered_at, last_answer
    FROM bank_payloads WHERE id = ?2 AND tenant_id = ?1";
const NOTE: &str = "UPDATE bank_payloads SET delivered_at = ?2, last_answer = ?3 WHERE id = ?1";
const OF: &str = "
    SELECT id, tenant_id, entity_id, link_id, statement_id, progress, reason, created_at, delivered_at, last_answer
    FROM bank_payloads WHERE tenant_id = ?1 AND link_id = ?2 ORDER BY created_at DESC, id DESC LIMIT ?3";

pub(super) async fn insert(tx: &mut StoreTx<'_, '_>, payload: &BankPayload) -> Result<()> {
    let (id, tenant, entity) = (payload.id.to_string(), payload.tenant.to_string(), payload.entity.to_string());
    let statement = payload.statement.map(|id| id.to_string()).unwrap_or_default();
    let row = params![
        &id,
        &tenant,
        &entity,
        &payload.link_id,
        &statement,
        payload.progress.name(),
        &payload.reason,
        payload.created_at.micros(),
        payload.delivered_at.map(Instant::micros),
        &payload.last_answer,
    ];
    tx.change_one(INSERT, row).await
}

pub(super) async fn find(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    id: BankPayloadId,
) -> Result<Option<BankPayload>> {
    tx.row(FIND, params![&tenant.to_string(), &id.to_string()], payload_row).await
}

pub(super) async fn note(
    tx: &mut StoreTx<'_, '_>,
    id: BankPayloadId,
    delivered_at: Option<Instant>,
    answer: &str,
) -> Result<()> {
    tx.change_one(NOTE, params![&id.to_string(), delivered_at.map(Instant::micros), answer]).await
}

pub(super) async fn of(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    link_id: &str,
    limit: i64,
) -> Result<Vec<BankPayload>> {
    tx.rows(OF, params![&tenant.to_string(), link_id, limit], payload_row).await
}

fn payload_row(row: &Row<'_>) -> std::result::Result<BankPayload, DbError> {
    let mut cells = Cells::of("bank_payloads", row);
    let (id, tenant, entity) = (cells.parsed("id")?, cells.parsed("tenant_id")?, cells.parsed("entity_id")?);
    let link_id = cells.get("link_id")?;
    let statement = cells.text("statement_id")?;
    let statement = if statement.is_empty() {
        None
    } else {
        let parsed: std::result::Result<BankStatementId, _> = statement.parse();
        Some(parsed.map_err(|why| cells.corrupt("statement_id", why.to_string()))?)
    };
    Ok(BankPayload {
        id,
        tenant,
        entity,
        link_id,
        statement,
        progress: cells.named("progress", StatementState::from_name)?,
        reason: cells.text("reason")?,
        created_at: cells.instant("created_at")?,
        delivered_at: cells.instant_opt("delivered_at")?,
        last_answer: cells.text("last_answer")?,
    })
}
