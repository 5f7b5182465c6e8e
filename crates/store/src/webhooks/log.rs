//! The event log: everything that was logged, in an order in which nothing appears behind a reader's back.

use qist_app::error::Result;
use qist_app::ports::store::{Cursor, LoggedEvent};
use qist_domain::event::{EntityType, EventType};
use qist_domain::id::UserId;
use qist_domain::webhook::Owner;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::events::entity_type;
use crate::params;
use crate::tx::StoreTx;

const OF_TENANT: &str = "
    SELECT l.user_id, l.position, l.seq, u.customer_id, e.entity_type, e.event_type, e.description, e.application_id,
        e.logged_at
    FROM event_log l JOIN events e ON e.user_id = l.user_id AND e.seq = l.seq JOIN users u ON u.id = l.user_id
    WHERE l.tenant_id = ?1 AND (l.position, l.user_id, l.seq) > (?2, ?3, ?4) AND l.position < {oldest_open}
    ORDER BY l.position, l.user_id, l.seq LIMIT ?5";
const OF_LENDER: &str = "
    SELECT l.user_id, l.position, l.seq, u.customer_id, e.entity_type, e.event_type, e.description, e.application_id,
        e.logged_at
    FROM event_log l JOIN events e ON e.user_id = l.user_id AND e.seq = l.seq JOIN users u ON u.id = l.user_id
    WHERE l.lender_id = ?1 AND (l.position, l.user_id, l.seq) > (?2, ?3, ?4) AND l.position < {oldest_open}
    ORDER BY l.position, l.user_id, l.seq LIMIT ?5";

pub(super) async fn after(
    tx: &mut StoreTx<'_, '_>,
    owner: Owner,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<LoggedEvent>> {
    let (sql, id) = match owner {
        Owner::SourcingEntity(id) => (OF_TENANT, id.to_string()),
        Owner::Lender(id) => (OF_LENDER, id.to_string()),
    };
    let (position, user, seq) =
        after.map_or((0, String::new(), 0), |after| (after.position, after.user.to_string(), after.seq));
    tx.rows(sql, params![&id, position, &user, seq, limit], logged_row).await
}

fn logged_row(row: &Row<'_>) -> std::result::Result<LoggedEvent, DbError> {
    let mut cells = Cells::of("event_log", row);
    let user: UserId = cells.parsed("user_id")?;
    let cursor = Cursor { position: cells.get("position")?, user, seq: cells.get("seq")? };
    let customer_id = cells.text("customer_id")?;
    let entity_type: EntityType = cells.named("entity_type", entity_type)?;
    Ok(LoggedEvent {
        cursor,
        customer_id,
        entity_type,
        event_type: cells.named("event_type", EventType::from_name)?,
        description: cells.text("description")?,
        application: cells.parsed_opt("application_id")?,
        logged_at: cells.instant("logged_at")?,
    })
}
