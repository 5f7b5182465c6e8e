//! Answers from outside that wait to be applied.

use qist_app::error::Result;
use qist_app::ports::connector::ProviderKind;
use qist_app::ports::store::InboxRow;
use qist_domain::day::Instant;
use qist_domain::id::InboxId;

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO inbox (id, provider, reference, digest, body, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (provider, reference, digest) DO NOTHING";
const PENDING: &str = "
    SELECT id, provider, reference, digest, received_at, body FROM inbox WHERE processed_at IS NULL
    ORDER BY received_at, id LIMIT ?1";
const MARK: &str = "UPDATE inbox SET processed_at = ?2, outcome = ?3 WHERE id = ?1 AND processed_at IS NULL";

/// Whether it is the first of its like.
pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, row: &InboxRow) -> Result<bool> {
    let id = row.id.to_string();
    let body = tx.seal(Scope::System, body_of(&id), row.body.as_bytes(), row.received_at).await?;
    let received_at = row.received_at.micros();
    let row = params![&id, row.provider.name(), &row.reference, &row.digest, &body, received_at];
    Ok(tx.change(INSERT, row).await? == 1)
}

/// Oldest first.
pub(crate) async fn pending(tx: &mut StoreTx<'_, '_>, limit: i64) -> Result<Vec<InboxRow>> {
    let mut pending = Vec::new();
    for (mut row, body) in tx.rows(PENDING, params![limit], stored_row).await? {
        let id = row.id.to_string();
        row.body = tx.open_text(Scope::System, body_of(&id), &body).await?;
        pending.push(row);
    }
    Ok(pending)
}

pub(crate) async fn mark(tx: &mut StoreTx<'_, '_>, id: InboxId, now: Instant, outcome: &str) -> Result<bool> {
    Ok(tx.change(MARK, params![&id.to_string(), now.micros(), outcome]).await? == 1)
}

fn body_of(id: &str) -> Place<'_> {
    Place { table: "inbox", column: "body", row: id }
}

/// A row without its body, and that, sealed.
fn stored_row(row: &Row<'_>) -> std::result::Result<(InboxRow, Vec<u8>), DbError> {
    let mut cells = Cells::of("inbox", row);
    let row = InboxRow {
        id: cells.parsed("id")?,
        provider: cells.named("provider", ProviderKind::from_name)?,
        reference: cells.text("reference")?,
        body: String::new(),
        digest: cells.text("digest")?,
        received_at: cells.instant("received_at")?,
    };
    Ok((row, cells.get("body")?))
}
