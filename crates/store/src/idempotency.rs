//! The answers to idempotent calls.

use qist_app::error::Result;
use qist_app::ports::store::Replay;

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const FIND: &str = "
    SELECT scope, operation, idempotency_key, request_hash, created_at, response FROM idempotency
    WHERE scope = ?1 AND operation = ?2 AND idempotency_key = ?3";
const INSERT: &str = "
    INSERT INTO idempotency (scope, operation, idempotency_key, request_hash, response, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (scope, operation, idempotency_key) DO NOTHING";

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, scope: &str, operation: &str, key: &str) -> Result<Option<Replay>> {
    let found = tx.row(FIND, params![scope, operation, key], stored_row).await?;
    let Some((mut replay, response)) = found else { return Ok(None) };
    let row = row_of(&replay);
    replay.response = tx.open_text(Scope::System, response_of(&row), &response).await?;
    Ok(Some(replay))
}

/// Whether the key was free.
pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, replay: &Replay) -> Result<bool> {
    let row = row_of(replay);
    let plain = replay.response.as_bytes();
    let response = tx.seal(Scope::System, response_of(&row), plain, replay.created_at).await?;
    let Replay { scope, operation, key, request_hash, created_at, .. } = replay;
    let row = params![scope, operation, key, request_hash, &response, created_at.micros()];
    Ok(tx.change(INSERT, row).await? == 1)
}

fn row_of(replay: &Replay) -> String {
    format!("{}|{}|{}", replay.scope, replay.operation, replay.key)
}

fn response_of(row: &str) -> Place<'_> {
    Place { table: "idempotency", column: "response", row }
}

/// A record without its answer, and that, sealed.
fn stored_row(row: &Row<'_>) -> std::result::Result<(Replay, Vec<u8>), DbError> {
    let mut cells = Cells::of("idempotency", row);
    let replay = Replay {
        scope: cells.text("scope")?,
        operation: cells.text("operation")?,
        key: cells.text("idempotency_key")?,
        request_hash: cells.text("request_hash")?,
        response: String::new(),
        created_at: cells.instant("created_at")?,
    };
    Ok((replay, cells.get("response")?))
}
