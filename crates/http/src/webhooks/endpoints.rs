use axum::Json;
use axum::extract::State;
use qist_app::webhooks::read::ListWebhooks;
use serde::Serialize;
use utoipa::ToSchema;

use super::shape::{PingData, WebhookData, WebhookRequest};
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, OwnerCaller};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct WebhooksData {
    webhooks: Vec<WebhookData>,
}

/// List Webhooks
///
/// Your endpoints, oldest first.
#[utoipa::path(
    get,
    path = "/v1/webhooks",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    responses((status = 200, description = "The endpoints.", body = WebhooksData))
)]
pub async fn list_webhooks(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
) -> Result<Json<WebhooksData>, Own> {
    let webhooks = api.app.ask(caller, ListWebhooks).await?;
    Ok(Json(WebhooksData { webhooks: webhooks.into_iter().map(WebhookData::from).collect() }))
}

#[derive(Serialize, ToSchema)]
pub struct CreatedData {
    webhook: WebhookData,
    /// What messages are signed with. It is shown this once.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: String,
    ping: PingData,
}

/// Create Webhook
///
/// Keeps an endpoint and sends it a signed ping; an answer with 2xx switches it on. From then on it is told of what happens.
#[utoipa::path(
    post,
    path = "/v1/webhooks",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(Idempotency),
    request_body = WebhookRequest,
    responses(
        (status = 200, description = "It is kept; `state` says whether it is on, `ping` what it answered.", body = CreatedData),
        (status = 400, description = "The URL is not one that may be called, or a field is not valid."),
        (status = 409, description = "You have 20 endpoints already."),
    )
)]
pub async fn create_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<WebhookRequest>,
) -> Result<Json<CreatedData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let created = api.app.create_webhook(caller, body.read()?, key).await?;
    Ok(Json(CreatedData { webhook: created.endpoint.into(), secret: created.secret, ping: created.pinged.into() }))
}
