//! What is written in the transaction of an event: its place in the log, and the very bytes for each endpoint that wants it.

use qist_app::error::{Error, Result};
use qist_domain::day::Instant;
use qist_domain::event::{Event, EventType};
use qist_domain::id::{ApplicationId, SourcingEntityId, UserId};
use qist_domain::webhook::{Body, is_for_lenders};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::StoreTx;

/// The customer, the application's lender, and a row for each endpoint that may want to be told.
const ROUTES: &str = "
    SELECT u.id, u.customer_id, u.clock_days, a.lender_id, e.id, e.owner_kind, e.event_types
    FROM users u
    LEFT JOIN applications a ON a.id = ?3
    LEFT JOIN webhook_endpoints e ON e.owner_id IN (?1, a.lender_id) AND e.state NOT IN ('unverified', 'deleted')
    WHERE u.id = ?2";
/// Whoever adds to a lane and whoever ends a delivery of it wait for each other at this row, so that none is forgotten.
const JOIN_LANE: &str = "
    INSERT INTO webhook_lanes (endpoint_id, user_id, open, due_at, token, lapsed) VALUES (?1, ?2, ?3, ?4, 0, 0)
    ON CONFLICT (endpoint_id, user_id) DO UPDATE SET
        due_at = CASE WHEN webhook_lanes.open = 0 THEN excluded.due_at ELSE webhook_lanes.due_at END,
        open = webhook_lanes.open + excluded.open
    RETURNING id";

pub(crate) static LOG: Columns = Columns::new("event_log", &["tenant_id", "lender_id", "user_id", "seq"]);

#[rustfmt::skip]
static DELIVERIES: Columns = Columns::new("webhook_deliveries", &[
    "lane_id", "endpoint_id", "seq", "event_type", "body", "state", "attempts", "made", "replay", "sweep", "due_at",
    "created_at",
]);

const DAY_SECONDS: i64 = 86_400;

struct Route {
    customer_id: String,
    /// How far a test clock has moved the customer ahead.
    clock_days: i64,
    lender: Option<String>,
    endpoint: Option<Wanting>,
}

/// When something happened to the customer, and when it is by the world's clock.
#[derive(Clone, Copy)]
struct Times {
    logged: Instant,
    real: Instant,
}

struct Wanting {
    id: String,
    is_lender: bool,
    /// Empty for all.
    events: Vec<EventType>,
}

pub(crate) fn log(rows: &mut Rows<'_>, tenant: SourcingEntityId, lender: Option<String>, user: UserId, seq: i64) {
    rows.shown(tenant).text_opt(lender).shown(user).i64(seq);
}

/// For events of which the last has the number `last`.
pub(crate) async fn enqueue(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    user: UserId,
    last: i64,
    events: &[Event],
    now: Instant,
) -> Result<()> {
    let count = i64::try_from(events.len()).map_err(Error::internal)?;
    let numbered: Vec<(i64, &Event)> = (last - count + 1..).zip(events).collect();
    let mut logged = Rows::default();
    // Nearly always one application, or none, for all of them.
    for group in numbered.chunk_by(|(_, one), (_, next)| one.application == next.application) {
        let Some((_, first)) = group.first() else { continue };
        let routes = routes(tx, tenant, user, first.application).await?;
        let lender = routes.first().and_then(|route| route.lender.clone());
        for (seq, _) in group {
            log(&mut logged, tenant, lender.clone(), user, *seq);
        }
        for Route { customer_id, clock_days, endpoint, .. } in routes {
            if let Some(endpoint) = endpoint {
                // What is sent is sent now, whatever day it is for the customer.
                let real = now.plus_seconds(-clock_days * DAY_SECONDS);
                add(tx, &endpoint, user, &customer_id, group, Times { logged: now, real }).await?;
            }
        }
    }
    logged.insert(tx, &LOG).await
}

async fn routes(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    user: UserId,
    application: Option<ApplicationId>,
) -> Result<Vec<Route>> {
    let application = application.map(|id| id.to_string());
    tx.rows(ROUTES, params![&tenant.to_string(), &user.to_string(), &application], route_row).await
}

async fn add(
    tx: &mut StoreTx<'_, '_>,
    endpoint: &Wanting,
    user: UserId,
    customer_id: &str,
    events: &[(i64, &Event)],
    at: Times,
) -> Result<()> {
    let wanted = |event: &Event| {
        (endpoint.events.is_empty() || endpoint.events.contains(&event.event_type))
            && (!endpoint.is_lender || is_for_lenders(event))
    };
    let wanted: Vec<&(i64, &Event)> = events.iter().filter(|(_, event)| wanted(event)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(wanted.len()).map_err(Error::internal)?;
    let user = user.to_string();
    let joined = params![&endpoint.id, &user, count, at.real.micros()];
    let lane = tx.change_returning(JOIN_LANE, joined, |row| row.get::<i64>(0)).await?.pop();
    let lane = lane.ok_or_else(|| Error::internal("a lane that was joined is not there"))?;
    let mut rows = Rows::default();
    for (seq, event) in wanted {
        let body = serde_json::to_string(&Body::of(customer_id, event, at.logged))?;
        rows.i64(lane).text(endpoint.id.clone()).i64(*seq).text(event.event_type.name()).text(body).text("open");
        rows.i64(0).i64(0).i64(0).i64(0).i64(0).i64(at.real.micros());
    }
    rows.insert(tx, &DELIVERIES).await?;
    tx.leaves_deliveries = true;
    Ok(())
}

fn route_row(row: &Row<'_>) -> std::result::Result<Route, DbError> {
    let mut cells = Cells::of("webhook_endpoints", row);
    cells.text("user_id")?;
    let (customer_id, clock_days) = (cells.text("customer_id")?, cells.get("clock_days")?);
    let lender = cells.get("lender_id")?;
    let id: Option<String> = cells.get("id")?;
    let kind: Option<String> = cells.get("owner_kind")?;
    let events: Option<Vec<EventType>> = cells.json_opt("event_types")?;
    let endpoint =
        id.map(|id| Wanting { id, is_lender: kind.as_deref() == Some("lender"), events: events.unwrap_or_default() });
    Ok(Route { customer_id, clock_days, lender, endpoint })
}
