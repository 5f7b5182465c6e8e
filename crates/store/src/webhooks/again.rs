//! Sending again what has ended, giving up what is held, forgetting what is old.

use std::collections::BTreeMap;

use qist_app::error::{Error, Result};
use qist_app::ports::store::{Replayed, Which};
use qist_domain::day::Instant;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::MessageId;

use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const TO_SWEEP: &str = "
    SELECT id, lane_id, state, created_at FROM webhook_deliveries WHERE endpoint_id = ?1 AND sweep = 1
    ORDER BY id LIMIT ?2";
const ONE: &str = "
    SELECT d.id, d.lane_id, d.state, d.created_at FROM webhook_lanes l JOIN webhook_deliveries d ON d.lane_id = l.id
    WHERE l.endpoint_id = ?1 AND l.user_id = ?2 AND d.seq = ?3 AND d.state <> 'open'";
const BETWEEN: &str = "
    SELECT id, lane_id, state, created_at FROM webhook_deliveries
    WHERE endpoint_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND state <> 'open'
        AND (settled_at IS NULL OR settled_at < ?4)
    ORDER BY id LIMIT ?5";
const FAILED: &str = "
    SELECT id, lane_id, state, created_at FROM webhook_deliveries
    WHERE endpoint_id = ?1 AND created_at >= ?2 AND state IN ('held', 'exhausted', 'skipped')
    ORDER BY id LIMIT ?3";
const REOPEN: &str = "
    UPDATE webhook_deliveries SET state = 'open', attempts = 0, replay = 1, sweep = 0, due_at = 0, settled_at = NULL
    WHERE id {in_i64:?1}";
const LENGTHEN: &str = "
    UPDATE webhook_lanes SET open = open + ?2, due_at = CASE WHEN token = 0 THEN CAST(?3 AS BIGINT) ELSE due_at END
    WHERE id = ?1";
const SKIP: &str = "
    UPDATE webhook_deliveries SET state = 'skipped', sweep = 0, settled_at = ?4
    WHERE state = 'held' AND seq = ?3
        AND lane_id = (SELECT l.id FROM webhook_lanes l WHERE l.endpoint_id = ?1 AND l.user_id = ?2)
    RETURNING lane_id";
const SHORTEN: &str = "
    UPDATE webhook_lanes SET due_at = CASE WHEN token <> 0 THEN due_at WHEN open > 1 THEN CAST(?2 AS BIGINT) END,
        open = open - 1
    WHERE id = ?1";
const OLD: &str = "
    SELECT id FROM webhook_deliveries WHERE settled_at < ?1 AND state IN ('delivered', 'exhausted', 'skipped')
    ORDER BY id LIMIT ?2";
const FORGET_ATTEMPTS: &str = "DELETE FROM webhook_attempts WHERE delivery_id {in_i64:?1}";
const FORGET: &str = "DELETE FROM webhook_deliveries WHERE id {in_i64:?1}";

struct Ended {
    id: i64,
    lane: i64,
    /// Whether its lane still counts it.
    is_counted: bool,
    created_at: i64,
}

pub(super) async fn sweep(tx: &mut StoreTx<'_, '_>, endpoints: &[WebhookEndpointId], limit: i64) -> Result<usize> {
    let mut swept = 0;
    for endpoint in endpoints {
        let ended = tx.rows(TO_SWEEP, params![&endpoint.to_string(), limit], ended_row).await?;
        reopen(tx, &ended).await?;
        swept += ended.len();
    }
    Ok(swept)
}

pub(super) async fn replay(
    tx: &mut StoreTx<'_, '_>,
    endpoint: WebhookEndpointId,
    which: &Which,
    now: Instant,
    limit: i64,
) -> Result<Replayed> {
    let id = endpoint.to_string();
    let ended = match which {
        Which::One(message) => tx.rows(ONE, params![&id, &message.user.to_string(), message.seq], ended_row).await?,
        Which::Between(from, until) => {
            let range = params![&id, from.micros(), until.micros(), now.micros(), limit];
            tx.rows(BETWEEN, range, ended_row).await?
        }
        Which::FailedSince(since) => tx.rows(FAILED, params![&id, since.micros(), limit], ended_row).await?,
    };
    reopen(tx, &ended).await?;
    let count = i64::try_from(ended.len()).map_err(Error::internal)?;
    Ok(Replayed { count, more: count == limit })
}

/// Each goes back into its lane, where what was logged first goes first.
async fn reopen(tx: &mut StoreTx<'_, '_>, ended: &[Ended]) -> Result<()> {
    if ended.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = ended.iter().map(|ended| ended.id).collect();
    tx.change(REOPEN, params![&ids]).await?;
    // Lanes in one order always, so that two that do this do not block each other.
    let mut lanes: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for Ended { lane, is_counted, created_at, .. } in ended {
        let (added, oldest) = lanes.entry(*lane).or_insert((0, *created_at));
        *added += i64::from(!is_counted);
        *oldest = (*oldest).min(*created_at);
    }
    for (lane, (added, oldest)) in lanes {
        tx.change_one(LENGTHEN, params![lane, added, oldest]).await?;
    }
    Ok(())
}

pub(super) async fn skip(
    tx: &mut StoreTx<'_, '_>,
    endpoint: WebhookEndpointId,
    message: MessageId,
    now: Instant,
) -> Result<bool> {
    let (endpoint, user) = (endpoint.to_string(), message.user.to_string());
    let one = params![&endpoint, &user, message.seq, now.micros()];
    match tx.change_returning(SKIP, one, |row| row.get::<i64>(0)).await?.pop() {
        Some(lane) => tx.change_one(SHORTEN, params![lane, now.micros()]).await.map(|()| true),
        None => Ok(false),
    }
}

pub(super) async fn prune(tx: &mut StoreTx<'_, '_>, before: Instant, limit: i64) -> Result<usize> {
    let old = tx.rows(OLD, params![before.micros(), limit], |row| row.get::<i64>(0)).await?;
    if !old.is_empty() {
        tx.change(FORGET_ATTEMPTS, params![&old]).await?;
        tx.change(FORGET, params![&old]).await?;
    }
    Ok(old.len())
}

fn ended_row(row: &Row<'_>) -> std::result::Result<Ended, DbError> {
    let state: &str = row.get(2)?;
    Ok(Ended { id: row.get(0)?, lane: row.get(1)?, is_counted: state == "held", created_at: row.get(3)? })
}
