//! Deliveries and their attempts, for people.

use qist_app::error::Result;
use qist_app::ports::store::{AttemptRow, DeliveryFilter, DeliveryRow};
use qist_domain::day::Instant;
use qist_domain::event::EventType;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::{DeliveryState, MessageId};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

/// A filter that is not given is NULL.
const LIST: &str = "
    SELECT l.user_id, d.seq, u.customer_id, d.event_type, d.state, d.made, d.body, d.created_at, d.settled_at,
        CASE WHEN d.state = 'open' THEN l.due_at END
    FROM webhook_deliveries d JOIN webhook_lanes l ON l.id = d.lane_id JOIN users u ON u.id = l.user_id
    WHERE d.endpoint_id = ?1
        AND (CAST(?2 AS TEXT) IS NULL OR u.customer_id = ?2) AND (CAST(?3 AS TEXT) IS NULL OR d.event_type = ?3)
        AND (CAST(?4 AS TEXT) IS NULL OR d.state = ?4)
        AND (CAST(?9 AS TEXT) IS NULL OR (l.user_id = ?9 AND d.seq = ?10))
        AND d.created_at >= ?5 AND d.created_at < ?6
    ORDER BY d.id DESC LIMIT ?7 OFFSET ?8";
const ATTEMPTS: &str = "
    SELECT a.number, a.sent_at, a.took_micros, a.status, a.fault, a.response
    FROM webhook_lanes l JOIN webhook_deliveries d ON d.lane_id = l.id JOIN webhook_attempts a ON a.delivery_id = d.id
    WHERE l.endpoint_id = ?1 AND l.user_id = ?2 AND d.seq = ?3 ORDER BY a.number";

pub(super) async fn deliveries(
    tx: &mut StoreTx<'_, '_>,
    endpoint: WebhookEndpointId,
    filter: &DeliveryFilter,
) -> Result<Vec<DeliveryRow>> {
    let endpoint = endpoint.to_string();
    let user = filter.message.map(|message| message.user.to_string());
    let filters = params![
        &endpoint,
        &filter.customer_id,
        filter.event_type.map(EventType::name),
        filter.state.map(DeliveryState::name),
        filter.from.map_or(0, Instant::micros),
        filter.until.map_or(i64::MAX, Instant::micros),
        filter.limit,
        filter.offset,
        &user,
        filter.message.map_or(0, |message| message.seq),
    ];
    tx.rows(LIST, filters, delivery_row).await
}

pub(super) async fn attempts(
    tx: &mut StoreTx<'_, '_>,
    endpoint: WebhookEndpointId,
    message: MessageId,
) -> Result<Vec<AttemptRow>> {
    let (endpoint, user) = (endpoint.to_string(), message.user.to_string());
    let one = params![&endpoint, &user, message.seq];
    tx.rows(ATTEMPTS, one, attempt_row).await
}

fn delivery_row(row: &Row<'_>) -> std::result::Result<DeliveryRow, DbError> {
    let mut cells = Cells::of("webhook_deliveries", row);
    let user = cells.parsed("user_id")?;
    Ok(DeliveryRow {
        message: MessageId { user, seq: cells.get("seq")? },
        customer_id: cells.text("customer_id")?,
        event_type: cells.named("event_type", EventType::from_name)?,
        state: cells.named("state", DeliveryState::from_name)?,
        attempts_made: cells.u32("made")?,
        body: cells.text("body")?,
        created_at: cells.instant("created_at")?,
        settled_at: cells.instant_opt("settled_at")?,
        due_at: cells.instant_opt("due_at")?,
    })
}

fn attempt_row(row: &Row<'_>) -> std::result::Result<AttemptRow, DbError> {
    let mut cells = Cells::of("webhook_attempts", row);
    let number = cells.u32("number")?;
    let (sent_at, took_micros) = (cells.instant("sent_at")?, cells.get("took_micros")?);
    let status: Option<i64> = cells.get("status")?;
    let status = status
        .map(|status| u16::try_from(status).map_err(|_| cells.corrupt("status", "it is out of range".to_owned())));
    let status = status.transpose()?;
    Ok(AttemptRow {
        number,
        sent_at,
        took_micros,
        status,
        fault: cells.text("fault")?,
        response: cells.text("response")?,
    })
}
