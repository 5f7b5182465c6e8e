//! Programmes and the lenders in them.

use qist_app::error::Result;
use qist_domain::id::{ProgrammeId, SourcingEntityId};
use qist_domain::programme::{Programme, ProgrammeLender};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::StoreTx;

const FIND: &str = "SELECT id, tenant_id, name, settings FROM programmes WHERE id = ?1";
const FIND_OF: &str = "SELECT id, tenant_id, name, settings FROM programmes WHERE tenant_id = ?1";
const SAVE: &str = "
    INSERT INTO programmes (id, tenant_id, name, settings) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, settings = excluded.settings";
const LENDERS: &str = "
    SELECT programme_id, lender_id, auto_approve FROM programme_lenders WHERE programme_id = ?1 ORDER BY position";
const FORGET_LENDERS: &str = "DELETE FROM programme_lenders WHERE programme_id = ?1";

static LENDER_COLUMNS: Columns =
    Columns::new("programme_lenders", &["programme_id", "position", "lender_id", "auto_approve"]);

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, id: ProgrammeId) -> Result<Option<Programme>> {
    let found = tx.row(FIND, params![&id.to_string()], programme_row).await?;
    with_lenders(tx, found).await
}

pub(crate) async fn find_of(tx: &mut StoreTx<'_, '_>, tenant: SourcingEntityId) -> Result<Option<Programme>> {
    let found = tx.row(FIND_OF, params![&tenant.to_string()], programme_row).await?;
    with_lenders(tx, found).await
}

pub(crate) async fn save(tx: &mut StoreTx<'_, '_>, programme: &Programme) -> Result<()> {
    let (id, tenant) = (programme.id.to_string(), programme.tenant.to_string());
    let settings = serde_json::to_string(&programme.settings)?;
    tx.change_one(SAVE, params![&id, &tenant, &programme.name, &settings]).await?;
    tx.change(FORGET_LENDERS, params![&id]).await?;
    let mut rows = Rows::default();
    for (position, part) in (0..).zip(&programme.lenders) {
        rows.text(&id).i64(position).shown(part.lender).i64(part.auto_approve.into());
    }
    rows.insert(tx, &LENDER_COLUMNS).await
}

async fn with_lenders(tx: &mut StoreTx<'_, '_>, found: Option<Programme>) -> Result<Option<Programme>> {
    let Some(mut programme) = found else { return Ok(None) };
    programme.lenders = tx.rows(LENDERS, params![&programme.id.to_string()], lender_row).await?;
    Ok(Some(programme))
}

fn programme_row(row: &Row<'_>) -> std::result::Result<Programme, DbError> {
    let mut cells = Cells::of("programmes", row);
    Ok(Programme {
        id: cells.parsed("id")?,
        tenant: cells.parsed("tenant_id")?,
        name: cells.text("name")?,
        settings: cells.json("settings")?,
        lenders: Vec::new(),
    })
}

fn lender_row(row: &Row<'_>) -> std::result::Result<ProgrammeLender, DbError> {
    let mut cells = Cells::of("programme_lenders", row);
    cells.text("programme_id")?;
    Ok(ProgrammeLender { lender: cells.parsed("lender_id")?, auto_approve: cells.get("auto_approve")? })
}
