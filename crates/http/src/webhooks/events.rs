use axum::Json;
use axum::extract::State;
use qist_app::ports::store::{Cursor, LoggedEvent};
use qist_app::webhooks::catch_up::ReadEvents;
use qist_domain::day::Instant;
use qist_domain::event::EventType;
use qist_domain::id::UserId;
use qist_domain::refusal::Refusal;
use qist_domain::webhook::{Body, MessageId, example};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{OwnerCaller, Params};
use crate::router::Api;

/// When the example of each event happened: that of the contract.
const EXAMPLE_AT: Instant = Instant::from_micros(1_600_207_111_000_000);

#[derive(Serialize, ToSchema)]
pub struct EventsData {
    events: Vec<EventEntry>,
    /// Where to go on: `after` of the next call. Absent where nothing came, so that the old one stays in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1027-2fee9ba752e148738328e0dff99cdc83-12")]
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EventEntry {
    /// The `webhook-id` under which it is delivered.
    #[serde(rename = "messageID")]
    #[schema(example = "msg_2fee9ba752e148738328e0dff99cdc83_12")]
    message_id: String,
    /// Its number among those of its customer.
    #[schema(example = 12)]
    sequence: i64,
    #[serde(rename = "customerID")]
    #[schema(example = "somecustomerid")]
    customer_id: String,
    #[schema(example = "system")]
    entity_type: &'static str,
    #[schema(example = "")]
    event_description: String,
    #[schema(example = "loan_disbursed")]
    event_type: &'static str,
    #[serde(rename = "loanApplicationID")]
    #[schema(example = "2fee9ba7-52e1-4873-8328-e0dff99cdc83")]
    loan_application_id: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    #[schema(example = "2021-02-03 08:35:09")]
    logged_at: String,
}

/// List Events
///
/// Everything that was logged after a place, for catching up without webhooks. Nothing is left out: what is still being written
/// when you ask comes with the next call. Of one customer, `sequence` is the order.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "`next` of an earlier call; from the beginning unless given."),
        ("limit" = Option<i64>, Query, description = "1 to 500. Default 10.", example = 100),
    ),
    responses(
        (status = 200, description = "Events, in the order of the log.", body = EventsData),
        (status = 400, description = "A parameter is not valid."),
    )
)]
pub async fn list_events(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    params: Params,
) -> Result<Json<EventsData>, Own> {
    let params = params.only(&["after", "limit"])?;
    let (limit, _) = params.page()?;
    let after = params.optional("after").map(|text| cursor(&text)).transpose()?;
    let events = api.app.ask(caller, ReadEvents { after, limit }).await?;
    let next = events.last().map(|event| cursor_text(event.cursor));
    Ok(Json(EventsData { events: events.into_iter().map(entry).collect(), next }))
}

fn cursor_text(cursor: Cursor) -> String {
    format!("{}-{}-{}", cursor.position, cursor.user.0.simple(), cursor.seq)
}

fn cursor(text: &str) -> Result<Cursor, Refusal> {
    let parsed = || {
        let mut parts = text.split('-');
        let position = parts.next()?.parse().ok()?;
        let user: MessageId = format!("msg_{}_{}", parts.next()?, parts.next()?).parse().ok()?;
        parts.next().is_none().then_some(Cursor { position, user: UserId(user.user.0), seq: user.seq })
    };
    parsed().ok_or_else(|| Refusal::invalid("after", "must be the `next` of an earlier call"))
}

fn entry(event: LoggedEvent) -> EventEntry {
    let message = MessageId { user: event.cursor.user, seq: event.cursor.seq };
    EventEntry {
        message_id: message.to_string(),
        sequence: event.cursor.seq,
        customer_id: event.customer_id,
        entity_type: event.entity_type.name(),
        event_description: event.description,
        event_type: event.event_type.name(),
        loan_application_id: event.application.map(|id| id.to_string()).unwrap_or_default(),
        logged_at: event.logged_at.utc_text(),
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventTypesData {
    event_types: Vec<EventTypeEntry>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EventTypeEntry {
    #[schema(example = "loan_disbursed")]
    event_type: &'static str,
    /// The body that would be sent, as text.
    example_body: String,
}

/// List Event Types
///
/// Each event type with the body of an example, byte for byte as it would be sent.
#[utoipa::path(
    get,
    path = "/v1/events/types",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    responses((status = 200, description = "The event types.", body = EventTypesData))
)]
pub async fn event_types(OwnerCaller(_): OwnerCaller) -> Result<Json<EventTypesData>, Own> {
    let event_types = EventType::ALL.iter().map(|event_type| {
        let event = example(*event_type);
        let body = serde_json::to_string(&Body::of("some_customer_id", &event, EXAMPLE_AT));
        Ok(EventTypeEntry { event_type: event_type.name(), example_body: body.map_err(qist_app::error::Error::from)? })
    });
    Ok(Json(EventTypesData { event_types: event_types.collect::<Result<_, qist_app::error::Error>>()? }))
}
