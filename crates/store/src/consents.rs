//! Consents as they were given and revoked.

use qist_app::error::Result;
use qist_domain::day::Instant;
use qist_domain::id::{ConsentId, UserId};
use qist_domain::user::consent::{Consent, Purpose};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO consents (id, user_id, purpose, text_version, given_at, ip, revoked_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const OF: &str = "
    SELECT id, user_id, purpose, text_version, given_at, ip, revoked_at FROM consents
    WHERE user_id = ?1 ORDER BY given_at, id";
const REVOKE: &str = "UPDATE consents SET revoked_at = ?3 WHERE user_id = ?1 AND id = ?2 AND revoked_at IS NULL";

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, consent: &Consent) -> Result<()> {
    let (id, user) = (consent.id.to_string(), consent.user.to_string());
    let row = params![
        &id,
        &user,
        consent.purpose.name(),
        i64::from(consent.text_version),
        consent.given_at.micros(),
        &consent.ip,
        consent.revoked_at.map(Instant::micros),
    ];
    tx.change_one(INSERT, row).await
}

/// Oldest first.
pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, user: UserId) -> Result<Vec<Consent>> {
    tx.rows(OF, params![&user.to_string()], consent_row).await
}

pub(crate) async fn revoke(tx: &mut StoreTx<'_, '_>, user: UserId, id: ConsentId, now: Instant) -> Result<bool> {
    Ok(tx.change(REVOKE, params![&user.to_string(), &id.to_string(), now.micros()]).await? == 1)
}

fn consent_row(row: &Row<'_>) -> std::result::Result<Consent, DbError> {
    let mut cells = Cells::of("consents", row);
    Ok(Consent {
        id: cells.parsed("id")?,
        user: cells.parsed("user_id")?,
        purpose: cells.named("purpose", Purpose::from_name)?,
        text_version: cells.u32("text_version")?,
        given_at: cells.instant("given_at")?,
        ip: cells.text("ip")?,
        revoked_at: cells.instant_opt("revoked_at")?,
    })
}
