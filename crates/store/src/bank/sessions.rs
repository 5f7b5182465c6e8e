//! Hosted uploads.

use qist_app::error::Result;
use qist_domain::bank::Session;
use qist_domain::day::Instant;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO bank_sessions (code_hash, tenant_id, link_id, redirect_url, from_day, to_day, bank, created_at,
        expires_at, ended_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const FIND: &str = "
    SELECT tenant_id, link_id, redirect_url, from_day, to_day, bank, created_at, expires_at, ended_at
    FROM bank_sessions WHERE code_hash = ?1";
const END: &str = "UPDATE bank_sessions SET ended_at = ?2 WHERE code_hash = ?1 AND ended_at IS NULL";

pub(super) async fn insert(tx: &mut StoreTx<'_, '_>, code_hash: &str, session: &Session) -> Result<()> {
    let (tenant, from, to) = (session.tenant.to_string(), session.from.to_string(), session.to.to_string());
    let row = params![
        code_hash,
        &tenant,
        &session.link_id,
        &session.redirect_url,
        &from,
        &to,
        &session.bank,
        session.created_at.micros(),
        session.expires_at.micros(),
        session.ended_at.map(Instant::micros),
    ];
    tx.change_one(INSERT, row).await
}

pub(super) async fn find_any(tx: &mut StoreTx<'_, '_>, code_hash: &str) -> Result<Option<Session>> {
    tx.row(FIND, params![code_hash], session_row).await
}

pub(super) async fn end(tx: &mut StoreTx<'_, '_>, code_hash: &str, now: Instant) -> Result<bool> {
    Ok(tx.change(END, params![code_hash, now.micros()]).await? == 1)
}

fn session_row(row: &Row<'_>) -> std::result::Result<Session, DbError> {
    let mut cells = Cells::of("bank_sessions", row);
    Ok(Session {
        tenant: cells.parsed("tenant_id")?,
        link_id: cells.text("link_id")?,
        redirect_url: cells.get("redirect_url")?,
        from: cells.day("from_day")?,
        to: cells.day("to_day")?,
        bank: cells.get("bank")?,
        created_at: cells.instant("created_at")?,
        expires_at: cells.instant("expires_at")?,
        ended_at: cells.instant_opt("ended_at")?,
    })
}
