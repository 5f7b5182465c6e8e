//! The live one-time password of each user for each purpose.

use qist_app::error::Result;
use qist_app::ports::store::OtpRecord;
use qist_domain::id::UserId;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const FIND: &str = "
    SELECT user_id, purpose, code_hash, expires_at, tries, sent_count, window_started_at, used FROM otps
    WHERE user_id = ?1 AND purpose = ?2";
/// Locked, so that of many guesses at once each is counted.
const FIND_TO_CHANGE: &str = "
    SELECT user_id, purpose, code_hash, expires_at, tries, sent_count, window_started_at, used FROM otps
    WHERE user_id = ?1 AND purpose = ?2 {for_update}";
const SAVE: &str = "
    INSERT INTO otps (user_id, purpose, code_hash, expires_at, tries, sent_count, window_started_at, used)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (user_id, purpose) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at,
        tries = excluded.tries, sent_count = excluded.sent_count, window_started_at = excluded.window_started_at,
        used = excluded.used";

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, user: UserId, purpose: &str) -> Result<Option<OtpRecord>> {
    let sql = if tx.is_writing() { FIND_TO_CHANGE } else { FIND };
    tx.row(sql, params![&user.to_string(), purpose], otp_row).await
}

pub(crate) async fn save(tx: &mut StoreTx<'_, '_>, otp: &OtpRecord) -> Result<()> {
    let user = otp.user.to_string();
    let row = params![
        &user,
        &otp.purpose,
        &otp.code_hash,
        otp.expires_at.micros(),
        i64::from(otp.tries),
        i64::from(otp.sent_count),
        otp.window_started_at.micros(),
        otp.used,
    ];
    tx.change_one(SAVE, row).await
}

fn otp_row(row: &Row<'_>) -> std::result::Result<OtpRecord, DbError> {
    let mut cells = Cells::of("otps", row);
    Ok(OtpRecord {
        user: cells.parsed("user_id")?,
        purpose: cells.text("purpose")?,
        code_hash: cells.text("code_hash")?,
        expires_at: cells.instant("expires_at")?,
        tries: cells.u32("tries")?,
        sent_count: cells.u32("sent_count")?,
        window_started_at: cells.instant("window_started_at")?,
        used: cells.get("used")?,
    })
}
