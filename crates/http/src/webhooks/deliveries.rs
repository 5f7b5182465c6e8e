use axum::Json;
use axum::extract::State;
use qist_app::ports::store::{AttemptRow, DeliveryFilter, DeliveryRow};
use qist_app::webhooks::look::{ListDeliveries, ReadDelivery};
use qist_domain::day::Instant;
use qist_domain::event::EventType;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::Refusal;
use qist_domain::webhook::{DeliveryState, MessageId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{OwnerCaller, Params, PathId};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct DeliveriesData {
    deliveries: Vec<DeliveryData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryData {
    /// The `webhook-id` header.
    #[serde(rename = "messageID")]
    #[schema(example = "msg_2fee9ba752e148738328e0dff99cdc83_12")]
    message_id: String,
    /// The `webhook-sequence` header: the event's number among those of its customer.
    #[schema(example = 12)]
    sequence: i64,
    #[serde(rename = "customerID")]
    #[schema(example = "somecustomerid")]
    customer_id: String,
    #[schema(example = "loan_disbursed")]
    event_type: &'static str,
    /// `open`, `held`, `delivered`, `exhausted` or `skipped`.
    #[schema(example = "delivered")]
    status: &'static str,
    #[schema(example = 1)]
    attempts: u32,
    /// The body as it is sent.
    body: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    #[schema(example = "2021-02-03 08:35:09")]
    created_at: String,
    /// When it was delivered or given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<String>,
    /// When it is tried next; absent where an earlier one of its customer goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<String>,
}

impl From<DeliveryRow> for DeliveryData {
    fn from(row: DeliveryRow) -> DeliveryData {
        DeliveryData {
            message_id: row.message.to_string(),
            sequence: row.message.seq,
            customer_id: row.customer_id,
            event_type: row.event_type.name(),
            status: row.state.name(),
            attempts: row.attempts_made,
            body: row.body,
            created_at: row.created_at.utc_text(),
            settled_at: row.settled_at.map(Instant::utc_text),
            next_attempt_at: row.due_at.map(Instant::utc_text),
        }
    }
}

const FILTERS: &[&str] = &["limit", "page", "from", "to", "customerID", "eventType", "status"];

/// List Deliveries
///
/// What was sent to an endpoint, or waits for it, newest first. Kept for 30 days after it has ended.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}/deliveries",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(
        PathId<WebhookEndpointId>,
        ("limit" = Option<i64>, Query, description = "Records per page, 1 to 500. Default 10.", example = 10),
        ("page" = Option<i64>, Query, description = "Page number from 1. Default 1.", example = 1),
        ("from" = Option<String>, Query, description = "First day, `yyyy-mm-dd` in IST, inclusive."),
        ("to" = Option<String>, Query, description = "Last day, `yyyy-mm-dd` in IST, inclusive."),
        ("customerID" = Option<String>, Query, description = "The whole customer id."),
        ("eventType" = Option<String>, Query, description = "An event type."),
        ("status" = Option<String>, Query, description = "`open`, `held`, `delivered`, `exhausted` or `skipped`."),
    ),
    responses(
        (status = 200, description = "A page of deliveries.", body = DeliveriesData),
        (status = 400, description = "A parameter is not valid."),
        (status = 404, description = "You have no such endpoint."),
    )
)]
pub async fn list_deliveries(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
    params: Params,
) -> Result<Json<DeliveriesData>, Own> {
    let filter = filter(params.only(FILTERS)?)?;
    let rows = api.app.ask(caller, ListDeliveries { id, filter }).await?;
    Ok(Json(DeliveriesData { deliveries: rows.into_iter().map(DeliveryData::from).collect() }))
}

fn filter(params: &Params) -> Result<DeliveryFilter, Refusal> {
    let (limit, offset) = params.page()?;
    Ok(DeliveryFilter {
        message: None,
        customer_id: params.optional("customerID"),
        event_type: params.choice("eventType", EventType::ALL, EventType::name)?,
        state: params.choice("status", DeliveryState::ALL, DeliveryState::name)?,
        from: params.day("from")?.map(|day| day.start()),
        until: params.day("to")?.map(|day| day.plus_days(1).start()),
        limit,
        offset,
    })
}

#[derive(Serialize, ToSchema)]
pub struct DeliveryWithAttempts {
    delivery: DeliveryData,
    /// Every request that was made, oldest first.
    attempts: Vec<AttemptData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AttemptData {
    /// The `webhook-attempt` header.
    #[schema(example = 1)]
    number: u32,
    /// The `webhook-timestamp` header: seconds since 1970.
    #[schema(example = 1612341309)]
    timestamp: i64,
    /// Absent where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 200)]
    http_status: Option<u16>,
    /// Where no answer came: `timed_out`, `unreachable`, `forbidden_address`, `bad_url`, or `worker_lost` where our process
    /// ended before it could write down what came.
    #[schema(example = "")]
    fault: String,
    /// The beginning of the answer.
    #[schema(example = "HTTP 200\n")]
    response: String,
    #[schema(example = 42)]
    took_millis: i64,
}

impl From<AttemptRow> for AttemptData {
    fn from(row: AttemptRow) -> AttemptData {
        AttemptData {
            number: row.number,
            timestamp: row.sent_at.micros().div_euclid(1_000_000),
            http_status: row.status,
            fault: row.fault,
            response: row.response,
            took_millis: row.took_micros / 1_000,
        }
    }
}

/// Read Delivery
///
/// One message to an endpoint with every attempt.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}/deliveries/{messageID}",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>, PathId<MessageId>),
    responses(
        (status = 200, description = "The message and its attempts.", body = DeliveryWithAttempts),
        (status = 404, description = "You have no such endpoint, or it has no such delivery."),
    )
)]
pub async fn read_delivery(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
    PathId(message): PathId<MessageId>,
) -> Result<Json<DeliveryWithAttempts>, Own> {
    let (row, attempts) = api.app.ask(caller, ReadDelivery { id, message }).await?;
    let attempts = attempts.into_iter().map(AttemptData::from).collect();
    Ok(Json(DeliveryWithAttempts { delivery: row.into(), attempts }))
}
