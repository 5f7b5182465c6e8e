//! How claims end. What a worker says counts only as long as its token is still the lane's.

use std::collections::HashSet;

use qist_app::error::Result;
use qist_app::ports::store::{End, Settled};
use qist_domain::day::Instant;

use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::StoreTx;

/// A token belongs to one taking of one lane, so that the two lists need not be in step.
const GO_ON: &str = "
    UPDATE webhook_lanes SET token = 0, due_at = CASE WHEN open > 1 THEN CAST(?3 AS BIGINT) END, open = open - 1
    WHERE id {in_i64:?1} AND token {in_i64:?2} RETURNING id";
const WAIT: &str = "UPDATE webhook_lanes SET token = 0, due_at = ?3 WHERE id = ?1 AND token = ?2";
const DELIVERED: &str = "
    UPDATE webhook_deliveries SET state = 'delivered', attempts = attempts + 1, made = made + 1, sweep = 0, settled_at = ?2
    WHERE id {in_i64:?1}";
/// An endpoint that has answered since the event was not down: what it refused is for a person to look at.
const EXHAUSTED: &str = "
    UPDATE webhook_deliveries SET state = 'exhausted', attempts = attempts + 1, made = made + 1, settled_at = ?2,
        sweep = CASE WHEN created_at > (
            SELECT e.last_success_at FROM webhook_endpoints e WHERE e.id = webhook_deliveries.endpoint_id)
        THEN 1 ELSE 0 END
    WHERE id = ?1";
const HELD: &str = "
    UPDATE webhook_deliveries SET state = 'held', attempts = attempts + 1, made = made + 1, sweep = 1 WHERE id = ?1";
const RETRIED: &str = "
    UPDATE webhook_deliveries SET attempts = attempts + 1, made = made + 1, due_at = ?2 WHERE id = ?1";
/// Once a second is enough to know when it last answered.
const ANSWERED: &str = "
    UPDATE webhook_endpoints SET last_success_at = ?2 WHERE id {in_text:?1} AND last_success_at < ?3";
const SECOND_MICROS: i64 = 1_000_000;

#[rustfmt::skip]
pub(super) static ATTEMPTS: Columns = Columns::new("webhook_attempts", &[
    "delivery_id", "number", "sent_at", "took_micros", "status", "fault", "response",
]);

pub(super) async fn settle(tx: &mut StoreTx<'_, '_>, now: Instant, settled: &[Settled]) -> Result<usize> {
    let gone_on: Vec<&Settled> =
        settled.iter().filter(|settled| matches!(settled.end, End::Delivered | End::Exhausted)).collect();
    let mut accepted = HashSet::new();
    if !gone_on.is_empty() {
        let lanes: Vec<i64> = gone_on.iter().map(|settled| settled.claimed.lane).collect();
        let tokens: Vec<i64> = gone_on.iter().map(|settled| settled.claimed.token).collect();
        let lanes = tx.change_returning(GO_ON, params![&lanes, &tokens, now.micros()], |row| row.get::<i64>(0)).await?;
        accepted.extend(lanes);
    }
    for settled in settled {
        let due_at = match settled.end {
            End::Retry { at } => Some(at.micros()),
            End::Released => Some(now.micros()),
            End::Held => None,
            End::Delivered | End::Exhausted => continue,
        };
        let claimed = &settled.claimed;
        if tx.change(WAIT, params![claimed.lane, claimed.token, due_at]).await? == 1 {
            accepted.insert(claimed.lane);
        }
    }
    let counted: Vec<&Settled> = settled.iter().filter(|settled| accepted.contains(&settled.claimed.lane)).collect();
    end(tx, now, &counted).await?;
    let mut attempts = Rows::default();
    for settled in &counted {
        if let Some(attempt) = &settled.attempt {
            attempts.i64(settled.claimed.delivery).i64(attempt.number.into()).i64(attempt.sent_at.micros());
            attempts.i64(attempt.took_micros).i64_opt(attempt.status.map(i64::from));
            attempts.text(attempt.fault.as_str()).text(attempt.response.as_str());
        }
    }
    attempts.insert(tx, &ATTEMPTS).await?;
    Ok(counted.len())
}

async fn end(tx: &mut StoreTx<'_, '_>, now: Instant, counted: &[&Settled]) -> Result<()> {
    let mut delivered = Vec::new();
    let mut answered: Vec<String> = Vec::new();
    for settled in counted {
        let delivery = settled.claimed.delivery;
        match settled.end {
            End::Delivered => {
                delivered.push(delivery);
                answered.push(settled.claimed.endpoint.to_string());
            }
            End::Exhausted => tx.change_one(EXHAUSTED, params![delivery, now.micros()]).await?,
            End::Held => tx.change_one(HELD, params![delivery]).await?,
            End::Retry { at } => tx.change_one(RETRIED, params![delivery, at.micros()]).await?,
            End::Released => {}
        }
    }
    if !delivered.is_empty() {
        tx.change(DELIVERED, params![&delivered, now.micros()]).await?;
        answered.sort_unstable();
        answered.dedup();
        tx.change(ANSWERED, params![&answered, now.micros(), now.micros() - SECOND_MICROS]).await?;
    }
    Ok(())
}
