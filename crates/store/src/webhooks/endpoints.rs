//! Whom to tell. The URL may hold a key of the receiver's, so that it is sealed together with our secrets.

use qist_app::error::Result;
use qist_domain::day::Instant;
use qist_domain::event::EventType;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::{Endpoint, EndpointState, LiveSecret, Owner, Profile};
use serde::{Deserialize, Serialize};

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};

const OF: &str = "
    SELECT id, owner_kind, owner_id, sealed, description, profile, event_types, state, state_reason, in_flight_max,
        rate_per_second, created_at, version
    FROM webhook_endpoints WHERE owner_id = ?1 AND state <> 'deleted' ORDER BY created_at, id";
const FIND: &str = "
    SELECT id, owner_kind, owner_id, sealed, description, profile, event_types, state, state_reason, in_flight_max,
        rate_per_second, created_at, version
    FROM webhook_endpoints WHERE id = ?1 AND state <> 'deleted'";
const INSERT: &str = "
    INSERT INTO webhook_endpoints (id, owner_kind, owner_id, sealed, description, profile, event_types, state,
        state_reason, in_flight_max, rate_per_second, last_success_at, created_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12, ?13)";
const SAVE: &str = "
    UPDATE webhook_endpoints SET sealed = ?3, description = ?4, profile = ?5, event_types = ?6, state = ?7,
        state_reason = ?8, in_flight_max = ?9, rate_per_second = ?10, version = version + 1
    WHERE id = ?1 AND version = ?2";

#[derive(Serialize, Deserialize)]
struct Sealed {
    url: String,
    secrets: Vec<StoredSecret>,
}

#[derive(Serialize, Deserialize)]
struct StoredSecret {
    secret: String,
    created_at_micros: i64,
    expires_at_micros: Option<i64>,
}

pub(super) async fn of(tx: &mut StoreTx<'_, '_>, owner: Owner) -> Result<Vec<Endpoint>> {
    let (_, id) = owner_columns(owner);
    let rows = tx.rows(OF, params![&id], endpoint_row).await?;
    let mut endpoints = Vec::with_capacity(rows.len());
    for row in rows {
        endpoints.push(opened(tx, row).await?);
    }
    Ok(endpoints)
}

pub(super) async fn find_any(tx: &mut StoreTx<'_, '_>, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    match tx.row(FIND, params![&id.to_string()], endpoint_row).await? {
        Some(row) => opened(tx, row).await.map(Some),
        None => Ok(None),
    }
}

pub(super) async fn insert(tx: &mut StoreTx<'_, '_>, endpoint: &Endpoint) -> Result<()> {
    let sealed = seal(tx, endpoint, endpoint.created_at).await?;
    let (kind, owner) = owner_columns(endpoint.owner);
    let (id, events) = (endpoint.id.to_string(), names(&endpoint.events)?);
    let row = params![
        &id,
        kind,
        &owner,
        &sealed,
        &endpoint.description,
        endpoint.profile.name(),
        &events,
        endpoint.state.name(),
        &endpoint.reason,
        i64::from(endpoint.in_flight_max),
        i64::from(endpoint.rate_per_second),
        endpoint.created_at.micros(),
        endpoint.version,
    ];
    tx.change_one(INSERT, row).await
}

pub(super) async fn save(tx: &mut StoreTx<'_, '_>, endpoint: &Endpoint, now: Instant) -> Result<()> {
    let sealed = seal(tx, endpoint, now).await?;
    let (id, events) = (endpoint.id.to_string(), names(&endpoint.events)?);
    let row = params![
        &id,
        endpoint.version,
        &sealed,
        &endpoint.description,
        endpoint.profile.name(),
        &events,
        endpoint.state.name(),
        &endpoint.reason,
        i64::from(endpoint.in_flight_max),
        i64::from(endpoint.rate_per_second),
    ];
    if tx.change(SAVE, row).await? == 1 { Ok(()) } else { Err(conflict()) }
}

pub(super) fn owner_columns(owner: Owner) -> (&'static str, String) {
    match owner {
        Owner::SourcingEntity(id) => ("sourcing_entity", id.to_string()),
        Owner::Lender(id) => ("lender", id.to_string()),
    }
}

fn names(events: &[EventType]) -> Result<String> {
    Ok(serde_json::to_string(events)?)
}

async fn seal(tx: &mut StoreTx<'_, '_>, endpoint: &Endpoint, now: Instant) -> Result<Vec<u8>> {
    let secrets = endpoint.secrets.iter().map(|live| StoredSecret {
        secret: live.secret.clone(),
        created_at_micros: live.created_at.micros(),
        expires_at_micros: live.expires_at.map(Instant::micros),
    });
    let sealed = Sealed { url: endpoint.url.clone(), secrets: secrets.collect() };
    tx.seal_json(scope(endpoint.owner), place(&endpoint.id.to_string()), &sealed, now).await
}

async fn opened(tx: &mut StoreTx<'_, '_>, (mut endpoint, sealed): (Endpoint, Vec<u8>)) -> Result<Endpoint> {
    let id = endpoint.id.to_string();
    let Sealed { url, secrets } = tx.open_json(scope(endpoint.owner), place(&id), &sealed).await?;
    endpoint.url = url;
    endpoint.secrets = secrets
        .into_iter()
        .map(|stored| LiveSecret {
            secret: stored.secret,
            created_at: Instant::from_micros(stored.created_at_micros),
            expires_at: stored.expires_at_micros.map(Instant::from_micros),
        })
        .collect();
    Ok(endpoint)
}

fn scope(owner: Owner) -> Scope {
    match owner {
        Owner::SourcingEntity(tenant) => Scope::Tenant(tenant),
        Owner::Lender(_) => Scope::System,
    }
}

fn place(id: &str) -> Place<'_> {
    Place { table: "webhook_endpoints", column: "sealed", row: id }
}

/// An endpoint without its URL and secrets, and those, sealed.
fn endpoint_row(row: &Row<'_>) -> std::result::Result<(Endpoint, Vec<u8>), DbError> {
    let mut cells = Cells::of("webhook_endpoints", row);
    let id = cells.parsed("id")?;
    let kind = cells.text("owner_kind")?;
    let owner = match kind.as_str() {
        "lender" => Owner::Lender(cells.parsed("owner_id")?),
        _ => Owner::SourcingEntity(cells.parsed("owner_id")?),
    };
    let sealed = cells.get("sealed")?;
    let endpoint = Endpoint {
        id,
        owner,
        url: String::new(),
        description: cells.text("description")?,
        profile: cells.named("profile", Profile::from_name)?,
        events: cells.json("event_types")?,
        state: cells.named("state", EndpointState::from_name)?,
        reason: cells.text("state_reason")?,
        in_flight_max: cells.u32("in_flight_max")?,
        rate_per_second: cells.u32("rate_per_second")?,
        secrets: Vec::new(),
        created_at: cells.instant("created_at")?,
        version: cells.get("version")?,
    };
    Ok((endpoint, sealed))
}
