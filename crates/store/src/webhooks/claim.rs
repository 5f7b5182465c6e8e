//! Taking the heads of lanes for a lease. A lane is what is taken, so that one customer's deliveries follow each other.

use qist_app::error::Result;
use qist_app::ports::store::Claimed;
use qist_domain::day::Instant;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::MessageId;

use crate::cells::Cells;
use crate::db::{DbError, Dialect, Row};
use crate::params;
use crate::rows::Rows;
use crate::tx::StoreTx;
use crate::webhooks::settle::ATTEMPTS;

const DUE: &str = "
    SELECT e.id, e.version FROM webhook_endpoints e
    WHERE e.state = 'enabled' AND EXISTS (
        SELECT 1 FROM webhook_lanes l WHERE l.endpoint_id = e.id AND l.due_at <= ?1)";
/// A lane that still has a token comes from somebody who did not give it back.
const TAKE: &str = "
    WITH due AS MATERIALIZED (
        SELECT id AS due_id FROM webhook_lanes WHERE endpoint_id = ?1 AND due_at <= ?2
            AND EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.id = ?1 AND e.state = 'enabled')
        ORDER BY due_at, id LIMIT ?3 {skip_locked}
    )
    UPDATE webhook_lanes SET lapsed = CASE WHEN token = 0 THEN 0 ELSE 1 END, due_at = ?4, token = ?5 + id
    FROM due WHERE id = due_id RETURNING id";
const HEADS: &str = "
    SELECT l.id, l.endpoint_id, l.user_id, l.token, l.lapsed, d.id, d.seq, d.body, d.state, d.attempts, d.made, d.replay,
        d.due_at
    FROM webhook_lanes l JOIN webhook_deliveries d ON d.id = (
        SELECT w.id FROM webhook_deliveries w WHERE w.lane_id = l.id AND w.state IN ('open', 'held')
        ORDER BY w.seq LIMIT 1)
    WHERE l.id {in_i64:?1} ORDER BY d.id";
const PUT_BACK: &str = "UPDATE webhook_lanes SET token = 0, due_at = ?2 WHERE id = ?1";
const COUNT_LAPSED: &str = "UPDATE webhook_deliveries SET attempts = attempts + 1, made = made + 1 WHERE id = ?1";
const RECOVER: &str = "UPDATE webhook_lanes SET due_at = ?1 WHERE token <> 0 AND due_at > ?1";

pub(super) async fn due(tx: &mut StoreTx<'_, '_>, now: Instant) -> Result<Vec<(WebhookEndpointId, i64)>> {
    tx.rows(DUE, params![now.micros()], |row| {
        let mut cells = Cells::of("webhook_endpoints", row);
        Ok((cells.parsed("id")?, cells.get("version")?))
    })
    .await
}

pub(super) async fn claim(
    tx: &mut StoreTx<'_, '_>,
    now: Instant,
    lease_until: Instant,
    token_base: i64,
    room: &[(WebhookEndpointId, i64)],
) -> Result<Vec<Claimed>> {
    let mut lanes = Vec::new();
    for (endpoint, limit) in room {
        let endpoint = endpoint.to_string();
        let take = params![&endpoint, now.micros(), *limit, lease_until.micros(), token_base];
        lanes.extend(tx.change_returning(TAKE, take, |row| row.get::<i64>(0)).await?);
    }
    if lanes.is_empty() {
        return Ok(Vec::new());
    }
    let heads = tx.rows(HEADS, params![&lanes], |row| head_row(row, lease_until)).await?;
    let mut claimed = Vec::with_capacity(heads.len());
    let mut lapsed = Rows::default();
    for mut head in heads {
        if head.lapsed {
            let number = i64::from(head.claimed.made) + 1;
            lapsed.i64(head.claimed.delivery).i64(number).i64(now.micros()).i64(0).i64_opt(None);
            lapsed.text("worker_lost").text("");
            tx.change_one(COUNT_LAPSED, params![head.claimed.delivery]).await?;
            head.claimed.attempts = head.claimed.attempts.saturating_add(1);
            head.claimed.made = head.claimed.made.saturating_add(1);
        }
        // A replay may have gone before what waits for its next attempt, or is held.
        if head.is_held {
            tx.change_one(PUT_BACK, params![head.claimed.lane, None::<i64>]).await?;
        } else if head.due_at > now.micros() {
            tx.change_one(PUT_BACK, params![head.claimed.lane, head.due_at]).await?;
        } else {
            claimed.push(head.claimed);
        }
    }
    lapsed.insert(tx, &ATTEMPTS).await?;
    Ok(claimed)
}

/// A SQLite file belongs to one process, so that whoever begins knows that nobody holds a lease. With several nodes a lease
/// ends by its time.
pub(super) async fn recover(tx: &mut StoreTx<'_, '_>, now: Instant) -> Result<u64> {
    match tx.dialect() {
        Dialect::Sqlite => tx.change(RECOVER, params![now.micros()]).await,
        Dialect::Postgres => Ok(0),
    }
}

struct Head {
    claimed: Claimed,
    lapsed: bool,
    is_held: bool,
    due_at: i64,
}

fn head_row(row: &Row<'_>, lease_until: Instant) -> std::result::Result<Head, DbError> {
    let mut cells = Cells::of("webhook_deliveries", row);
    let lane = cells.get("lane_id")?;
    let (endpoint, user) = (cells.parsed("endpoint_id")?, cells.parsed("user_id")?);
    let token = cells.get("token")?;
    let lapsed = cells.get::<i64>("lapsed")? == 1;
    let delivery = cells.get("id")?;
    let message = MessageId { user, seq: cells.get("seq")? };
    let body = cells.text("body")?;
    let is_held = cells.text("state")? == "held";
    let (attempts, made) = (cells.u32("attempts")?, cells.u32("made")?);
    let replay = cells.get::<i64>("replay")? == 1;
    let due_at = cells.get("due_at")?;
    let claimed = Claimed { lane, token, delivery, endpoint, message, body, attempts, made, replay, lease_until };
    Ok(Head { claimed, lapsed, is_held, due_at })
}
