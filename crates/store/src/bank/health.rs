//! How net banking stands.

use qist_app::error::Result;
use qist_app::ports::store::{BankFetch, BankIncident};
use qist_domain::bank::health::{Attempts, Condition, Health};
use qist_domain::day::Instant;
use qist_domain::id::EventId;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const ALL: &str = "SELECT bank, condition, issue, checked_at, changed_at FROM bank_health ORDER BY bank";
const SAVE: &str = "
    INSERT INTO bank_health (bank, condition, issue, checked_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (bank) DO UPDATE SET condition = excluded.condition, issue = excluded.issue,
        checked_at = excluded.checked_at, changed_at = excluded.changed_at";
const NOTE: &str = "INSERT INTO bank_health_changes (id, bank, condition, issue, at) VALUES (?1, ?2, ?3, ?4, ?5)";
const HISTORY: &str = "
    SELECT bank, condition, issue, at, at FROM bank_health_changes WHERE bank = ?1 ORDER BY at DESC, id DESC LIMIT ?2";
const INSERT_INCIDENT: &str = "
    INSERT INTO bank_incidents (id, bank, issue, opened_at, closed_at) VALUES (?1, ?2, ?3, ?4, ?5)";
const OPEN_INCIDENT: &str = "
    SELECT id, bank, issue, opened_at, closed_at FROM bank_incidents WHERE bank = ?1 AND closed_at IS NULL";
const CLOSE_INCIDENT: &str = "UPDATE bank_incidents SET closed_at = ?2 WHERE bank = ?1 AND closed_at IS NULL";
const INSERT_FETCH: &str = "INSERT INTO bank_fetches (id, bank, succeeded, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)";
const FETCHES: &str = "
    SELECT succeeded, count(*) FROM bank_fetches WHERE bank = ?1 AND at > ?2 GROUP BY succeeded ORDER BY succeeded";

pub(super) async fn all(tx: &mut StoreTx<'_, '_>) -> Result<Vec<Health>> {
    tx.rows(ALL, &[], health_row).await
}

pub(super) async fn save(tx: &mut StoreTx<'_, '_>, health: &Health) -> Result<()> {
    let (checked_at, changed_at) = (health.checked_at.micros(), health.changed_at.micros());
    let row = params![&health.bank, health.condition.name(), &health.issue, checked_at, changed_at];
    tx.change_one(SAVE, row).await
}

pub(super) async fn note(tx: &mut StoreTx<'_, '_>, id: EventId, health: &Health) -> Result<()> {
    let (id, at) = (id.to_string(), health.changed_at.micros());
    tx.change_one(NOTE, params![&id, &health.bank, health.condition.name(), &health.issue, at]).await
}

pub(super) async fn history(tx: &mut StoreTx<'_, '_>, bank: &str, limit: i64) -> Result<Vec<Health>> {
    tx.rows(HISTORY, params![bank, limit], health_row).await
}

pub(super) async fn insert_incident(tx: &mut StoreTx<'_, '_>, incident: &BankIncident) -> Result<()> {
    let (id, opened_at) = (incident.id.to_string(), incident.opened_at.micros());
    let closed_at = incident.closed_at.map(Instant::micros);
    tx.change_one(INSERT_INCIDENT, params![&id, &incident.bank, &incident.issue, opened_at, closed_at]).await
}

pub(super) async fn open_incident(tx: &mut StoreTx<'_, '_>, bank: &str) -> Result<Option<BankIncident>> {
    tx.row(OPEN_INCIDENT, params![bank], incident_row).await
}

pub(super) async fn close_incident(tx: &mut StoreTx<'_, '_>, bank: &str, now: Instant) -> Result<bool> {
    Ok(tx.change(CLOSE_INCIDENT, params![bank, now.micros()]).await? == 1)
}

pub(super) async fn insert_fetch(tx: &mut StoreTx<'_, '_>, fetch: &BankFetch) -> Result<()> {
    let id = fetch.id.to_string();
    tx.change_one(INSERT_FETCH, params![&id, &fetch.bank, fetch.succeeded, &fetch.reason, fetch.at.micros()]).await
}

pub(super) async fn fetches_since(tx: &mut StoreTx<'_, '_>, bank: &str, since: Instant) -> Result<Attempts> {
    let counts: Vec<(bool, i64)> =
        tx.rows(FETCHES, params![bank, since.micros()], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    let of = |wanted: bool| {
        let count = counts.iter().find(|(succeeded, _)| *succeeded == wanted).map_or(0, |(_, count)| *count);
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    Ok(Attempts { succeeded: of(true), failed: of(false) })
}

fn health_row(row: &Row<'_>) -> std::result::Result<Health, DbError> {
    let mut cells = Cells::of("bank_health", row);
    Ok(Health {
        bank: cells.text("bank")?,
        condition: cells.named("condition", Condition::from_name)?,
        issue: cells.get("issue")?,
        checked_at: cells.instant("checked_at")?,
        changed_at: cells.instant("changed_at")?,
    })
}

fn incident_row(row: &Row<'_>) -> std::result::Result<BankIncident, DbError> {
    let mut cells = Cells::of("bank_incidents", row);
    Ok(BankIncident {
        id: cells.parsed("id")?,
        bank: cells.text("bank")?,
        issue: cells.text("issue")?,
        opened_at: cells.instant("opened_at")?,
        closed_at: cells.instant_opt("closed_at")?,
    })
}
