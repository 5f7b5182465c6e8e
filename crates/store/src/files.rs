//! What is stored as files, and whose it is.

use qist_app::error::Result;
use qist_app::ports::store::StoredFile;
use qist_domain::id::BlobId;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO files (id, tenant_id, application_id, kind, content_type, sha256, size_bytes, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const FIND: &str = "
    SELECT id, tenant_id, application_id, kind, content_type, sha256, size_bytes, created_at FROM files WHERE id = ?1";

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, file: &StoredFile) -> Result<()> {
    let (id, tenant) = (file.id.to_string(), file.tenant.to_string());
    let application = file.application.map(|id| id.to_string());
    let row = params![
        &id,
        &tenant,
        &application,
        &file.kind,
        &file.content_type,
        &file.sha256,
        file.size_bytes,
        file.created_at.micros(),
    ];
    tx.change_one(INSERT, row).await
}

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, id: BlobId) -> Result<Option<StoredFile>> {
    tx.row(FIND, params![&id.to_string()], file_row).await
}

fn file_row(row: &Row<'_>) -> std::result::Result<StoredFile, DbError> {
    let mut cells = Cells::of("files", row);
    Ok(StoredFile {
        id: cells.parsed("id")?,
        tenant: cells.parsed("tenant_id")?,
        application: cells.parsed_opt("application_id")?,
        kind: cells.text("kind")?,
        content_type: cells.text("content_type")?,
        sha256: cells.text("sha256")?,
        size_bytes: cells.get("size_bytes")?,
        created_at: cells.instant("created_at")?,
    })
}
