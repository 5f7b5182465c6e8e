//! What Get Eligibility answered last, and the limits that sourcing entities upload.

use qist_app::error::Result;
use qist_app::ports::store::Eligibility;
use qist_domain::day::Instant;
use qist_domain::id::{SourcingEntityId, UserId};
use qist_domain::money::Paise;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const FIND: &str = "
    SELECT user_id, eligible, amount_paise, decision_id, calculated_at, expires_at FROM eligibility WHERE user_id = ?1";
const FIND_OF_CUSTOMER: &str = "
    SELECT e.user_id, e.eligible, e.amount_paise, e.decision_id, e.calculated_at, e.expires_at
    FROM users u LEFT JOIN eligibility e ON e.user_id = u.id WHERE u.tenant_id = ?1 AND u.customer_id = ?2";
const SAVE: &str = "
    INSERT INTO eligibility (user_id, eligible, amount_paise, decision_id, calculated_at, expires_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (user_id) DO UPDATE SET eligible = excluded.eligible, amount_paise = excluded.amount_paise,
        decision_id = excluded.decision_id, calculated_at = excluded.calculated_at, expires_at = excluded.expires_at";
const FORGET: &str = "DELETE FROM eligibility WHERE user_id = ?1";

const LIMIT: &str = "
    SELECT customer_id, limit_paise FROM preapproved_limits WHERE tenant_id = ?1 AND customer_id = ?2";
const SAVE_LIMIT: &str = "
    INSERT INTO preapproved_limits (tenant_id, customer_id, limit_paise, updated_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (tenant_id, customer_id)
    DO UPDATE SET limit_paise = excluded.limit_paise, updated_at = excluded.updated_at";

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, user: UserId) -> Result<Option<Eligibility>> {
    tx.row(FIND, params![&user.to_string()], eligibility_row).await
}

pub(crate) async fn find_of_customer(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    customer_id: &str,
) -> Result<Option<Option<Eligibility>>> {
    let stored = |row: &Row<'_>| match row.get::<Option<&str>>(0)? {
        Some(_) => eligibility_row(row).map(Some),
        None => Ok(None),
    };
    tx.row(FIND_OF_CUSTOMER, params![&tenant.to_string(), customer_id], stored).await
}

pub(crate) async fn save(tx: &mut StoreTx<'_, '_>, eligibility: &Eligibility) -> Result<()> {
    let (user, decision) = (eligibility.user.to_string(), eligibility.decision.to_string());
    let row = params![
        &user,
        eligibility.eligible,
        eligibility.amount.get(),
        &decision,
        eligibility.calculated_at.micros(),
        eligibility.expires_at.micros(),
    ];
    tx.change_one(SAVE, row).await
}

pub(crate) async fn forget(tx: &mut StoreTx<'_, '_>, user: UserId) -> Result<()> {
    tx.change(FORGET, params![&user.to_string()]).await.map(drop)
}

pub(crate) async fn limit(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    customer_id: &str,
) -> Result<Option<Paise>> {
    tx.row(LIMIT, params![&tenant.to_string(), customer_id], limit_row).await
}

pub(crate) async fn save_limit(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    customer_id: &str,
    limit: Paise,
    now: Instant,
) -> Result<()> {
    tx.change_one(SAVE_LIMIT, params![&tenant.to_string(), customer_id, limit.get(), now.micros()]).await
}

fn eligibility_row(row: &Row<'_>) -> std::result::Result<Eligibility, DbError> {
    let mut cells = Cells::of("eligibility", row);
    Ok(Eligibility {
        user: cells.parsed("user_id")?,
        eligible: cells.get("eligible")?,
        amount: cells.paise("amount_paise")?,
        decision: cells.parsed("decision_id")?,
        calculated_at: cells.instant("calculated_at")?,
        expires_at: cells.instant("expires_at")?,
    })
}

fn limit_row(row: &Row<'_>) -> std::result::Result<Paise, DbError> {
    let mut cells = Cells::of("preapproved_limits", row);
    cells.text("customer_id")?;
    cells.paise("limit_paise")
}
