use axum::Json;
use axum::extract::State;
use qist_app::ports::store::Which;
use qist_app::webhooks::replay::SkipDelivery;
use qist_domain::day::Instant;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::Refusal;
use qist_domain::webhook::MessageId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, OwnerCaller, PathId, formatted, required};
use crate::router::Api;

/// One of: `messageID`; `from` and `to`; `failedSince`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayRequest {
    /// This message.
    #[serde(rename = "messageID")]
    #[schema(example = "msg_2fee9ba752e148738328e0dff99cdc83_12")]
    message_id: Option<String>,
    /// Everything that has ended, logged from then on. `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(example = "2021-02-03 00:00:00")]
    from: Option<String>,
    /// Until then, exclusive. `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(example = "2021-02-04 00:00:00")]
    to: Option<String>,
    /// Everything that was not delivered, logged since then. `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(example = "2021-02-03 00:00:00")]
    failed_since: Option<String>,
}

impl ReplayRequest {
    fn read(self) -> Result<Which, Refusal> {
        match self {
            ReplayRequest { message_id: Some(id), from: None, to: None, failed_since: None } => {
                Ok(Which::One(formatted("messageID", id.parse())?))
            }
            ReplayRequest { message_id: None, from: Some(from), to: Some(to), failed_since: None } => {
                Ok(Which::Between(instant("from", &from)?, instant("to", &to)?))
            }
            ReplayRequest { message_id: None, from: None, to: None, failed_since: Some(since) } => {
                Ok(Which::FailedSince(instant("failedSince", &since)?))
            }
            _ => Err(Refusal::invalid("body", "give messageID, or from and to, or failedSince, and no other")),
        }
    }
}

fn instant(field: &str, text: &str) -> Result<Instant, Refusal> {
    formatted(field, Instant::parse_ist(text))
}

#[derive(Serialize, ToSchema)]
pub struct ReplayedData {
    /// How many deliveries are sent again.
    #[schema(example = 1)]
    count: i64,
}

/// Replay Deliveries
///
/// Sends again what has ended, with the same body and `webhook-id` and the header `webhook-replay: 1`. In each customer's order
/// the older goes first.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/replay",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    request_body = ReplayRequest,
    responses(
        (status = 200, description = "They wait to be sent.", body = ReplayedData),
        (status = 400, description = "It is not clear which ones."),
        (status = 404, description = "You have no such endpoint, or it has no such delivery that has ended."),
    )
)]
pub async fn replay_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
    JsonBody(body): JsonBody<ReplayRequest>,
) -> Result<Json<ReplayedData>, Own> {
    let count = api.app.replay_webhooks(caller, id, body.read()?).await?;
    Ok(Json(ReplayedData { count }))
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkipRequest {
    #[serde(rename = "messageID")]
    #[schema(value_type = String, example = "msg_2fee9ba752e148738328e0dff99cdc83_12")]
    message_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SkippedData {
    /// Always `true`.
    #[schema(example = true)]
    skipped: bool,
}

/// Skip Delivery
///
/// Gives up a delivery that is `held`, so that what comes after it for its customer is sent.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/skip",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>, Idempotency),
    request_body = SkipRequest,
    responses(
        (status = 200, description = "It is given up.", body = SkippedData),
        (status = 400, description = "`messageID` is missing or is none."),
        (status = 404, description = "You have no such endpoint, or it holds no such delivery."),
        (status = 409, description = "The `Idempotency-Key` was used with another request."),
    )
)]
pub async fn skip_delivery(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<SkipRequest>,
) -> Result<Json<SkippedData>, Own> {
    let key = idempotency.of(&api, &(id, &body))?;
    let text = required("messageID", body.message_id)?;
    let message: MessageId = formatted("messageID", text.parse())?;
    api.app.run_once(caller, SkipDelivery { id, message }, key).await?;
    (api.app.nudge_delivery)();
    Ok(Json(SkippedData { skipped: true }))
}
