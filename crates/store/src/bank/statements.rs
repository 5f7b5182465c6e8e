//! Bank statements, each as it came and as it stands.

use qist_app::error::Result;
use qist_domain::bank::{Entity, Outcome, Source, Statement, StatementState};
use qist_domain::day::Instant;
use qist_domain::id::SourcingEntityId;

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};

const INSERT: &str = "
    INSERT INTO bank_statements (id, tenant_id, entity_id, bank, state, message, source, sha256, file_id, rows_id,
        outcome, created_at, settled_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
const SETTLE: &str = "
    UPDATE bank_statements SET state = ?2, message = ?3, settled_at = ?4 WHERE id = ?1 AND state = 'processing'";
const OF: &str = "
    SELECT id, tenant_id, entity_id, bank, state, message, source, sha256, file_id, rows_id, outcome, created_at,
        settled_at
    FROM bank_statements WHERE entity_id = ?1 ORDER BY created_at, id";

pub(super) async fn insert(tx: &mut StoreTx<'_, '_>, statement: &Statement) -> Result<()> {
    let (id, scope) = (statement.id.to_string(), scope(statement.tenant));
    let outcome = tx.seal_json(scope, outcome_of(&id), &statement.outcome, statement.created_at).await?;
    let (tenant, entity) = (statement.tenant.to_string(), statement.entity.to_string());
    let (file, rows) = (statement.file.to_string(), statement.rows.map(|id| id.to_string()));
    let row = params![
        &id,
        &tenant,
        &entity,
        &statement.bank,
        statement.state.name(),
        &statement.message,
        statement.source.name(),
        &statement.sha256,
        &file,
        &rows,
        &outcome,
        statement.created_at.micros(),
        statement.settled_at.map(Instant::micros),
    ];
    tx.change_one(INSERT, row).await
}

pub(super) async fn settle(tx: &mut StoreTx<'_, '_>, statement: &Statement) -> Result<()> {
    let settled_at = statement.settled_at.map(Instant::micros);
    let id = statement.id.to_string();
    let settled = tx.change(SETTLE, params![&id, statement.state.name(), &statement.message, settled_at]).await?;
    if settled == 1 { Ok(()) } else { Err(conflict()) }
}

pub(super) async fn of(tx: &mut StoreTx<'_, '_>, entity: &Entity) -> Result<Vec<Statement>> {
    let stored = tx.rows(OF, params![&entity.id.to_string()], statement_row).await?;
    let mut statements = Vec::with_capacity(stored.len());
    for (mut statement, sealed) in stored {
        let id = statement.id.to_string();
        statement.outcome = tx.open_json(scope(statement.tenant), outcome_of(&id), &sealed).await?;
        statements.push(statement);
    }
    Ok(statements)
}

fn scope(tenant: SourcingEntityId) -> Scope {
    Scope::Tenant(tenant)
}

fn outcome_of(id: &str) -> Place<'_> {
    Place { table: "bank_statements", column: "outcome", row: id }
}

/// A statement without what its upload said, and that, sealed.
fn statement_row(row: &Row<'_>) -> std::result::Result<(Statement, Vec<u8>), DbError> {
    let mut cells = Cells::of("bank_statements", row);
    let (id, tenant, entity) = (cells.parsed("id")?, cells.parsed("tenant_id")?, cells.parsed("entity_id")?);
    let bank = cells.text("bank")?;
    let state = cells.named("state", StatementState::from_name)?;
    let message = cells.get("message")?;
    let source = cells.named("source", Source::from_name)?;
    let sha256 = cells.text("sha256")?;
    let (file, rows) = (cells.parsed("file_id")?, cells.parsed_opt("rows_id")?);
    let sealed = cells.get("outcome")?;
    let statement = Statement {
        id,
        tenant,
        entity,
        bank,
        state,
        message,
        source,
        sha256,
        file,
        rows,
        outcome: Outcome::default(),
        created_at: cells.instant("created_at")?,
        settled_at: cells.instant_opt("settled_at")?,
    };
    Ok((statement, sealed))
}
