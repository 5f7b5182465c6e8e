//! What happened to each customer, numbered one after the other.

use qist_app::error::Result;
use qist_app::ports::store::Activity;
use qist_domain::day::Instant;
use qist_domain::event::{EntityType, Event, EventType};
use qist_domain::id::{SourcingEntityId, UserId};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as NameError, StrDeserializer};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::StoreTx;
use crate::webhooks::enqueue;

/// Takes the next numbers of a customer's events. It also makes transactions that log for one customer wait for each
/// other, so that the numbers have no gaps.
const TAKE_NUMBERS: &str = "
    UPDATE users SET event_seq = event_seq + ?3 WHERE tenant_id = ?1 AND id = ?2 RETURNING id, event_seq";
const OF: &str = "
    SELECT user_id, entity_type, event_type, description, application_id, logged_at FROM events
    WHERE user_id = ?1 ORDER BY seq";

pub(crate) static COLUMNS: Columns = Columns::new(
    "events",
    &["user_id", "seq", "tenant_id", "application_id", "event_type", "entity_type", "description", "logged_at"],
);

/// Logs events of which the last has the number `last`.
pub(crate) async fn append(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    user: UserId,
    last: i64,
    events: &[Event],
    now: Instant,
) -> Result<()> {
    let mut rows = Rows::default();
    for (before_last, event) in (0..).zip(events.iter().rev()) {
        add(&mut rows, tenant, user, last - before_last, event, now);
    }
    rows.insert(tx, &COLUMNS).await?;
    if events.is_empty() { Ok(()) } else { enqueue::enqueue(tx, tenant, user, last, events, now).await }
}

pub(crate) fn add(
    rows: &mut Rows<'_>,
    tenant: SourcingEntityId,
    user: UserId,
    seq: i64,
    event: &Event,
    logged_at: Instant,
) {
    rows.shown(user).i64(seq).shown(tenant).text_opt(event.told_application().map(|id| id.to_string()));
    rows.text(event.event_type.name()).text(event.by.name()).text(event.description.clone()).i64(logged_at.micros());
}

/// As `append`, for a change of something that is not the user.
pub(crate) async fn append_numbered(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    user: UserId,
    events: &[Event],
    now: Instant,
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(events.len()).map_err(qist_app::error::Error::internal)?;
    let (of, id) = (tenant.to_string(), user.to_string());
    let last = tx.change_returning(TAKE_NUMBERS, params![&of, &id, count], seq_row).await?.pop();
    let last = last.ok_or_else(|| DbError::internal(format!("events of the user {user}, who is not there")))?;
    append(tx, tenant, user, last, events, now).await
}

/// Oldest first.
pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, user: UserId) -> Result<Vec<Activity>> {
    tx.rows(OF, params![&user.to_string()], activity_row).await
}

pub(crate) fn seq_row(row: &Row<'_>) -> std::result::Result<i64, DbError> {
    let mut cells = Cells::of("users", row);
    cells.text("id")?;
    cells.get("event_seq")
}

fn activity_row(row: &Row<'_>) -> std::result::Result<Activity, DbError> {
    let mut cells = Cells::of("events", row);
    cells.text("user_id")?;
    Ok(Activity {
        entity_type: cells.named("entity_type", entity_type)?,
        event_type: cells.named("event_type", EventType::from_name)?,
        description: cells.text("description")?,
        application: cells.parsed_opt("application_id")?,
        logged_at: cells.instant("logged_at")?,
    })
}

pub(crate) fn entity_type(name: &str) -> Option<EntityType> {
    let name: StrDeserializer<'_, NameError> = name.into_deserializer();
    EntityType::deserialize(name).ok()
}
