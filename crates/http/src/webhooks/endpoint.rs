use axum::Json;
use axum::extract::State;
use qist_app::webhooks::read::ReadWebhook;
use qist_domain::id::WebhookEndpointId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::{WebhookData, WebhookRequest};
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, OwnerCaller, PathId};
use crate::router::Api;

/// Read Webhook
///
/// One of your endpoints.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    responses(
        (status = 200, description = "The endpoint.", body = WebhookData),
        (status = 404, description = "You have no such endpoint."),
    )
)]
pub async fn read_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
) -> Result<Json<WebhookData>, Own> {
    Ok(Json(api.app.ask(caller, ReadWebhook { id }).await?.into()))
}

/// Replace Webhook
///
/// Sets all that is said of an endpoint: what is left out gets its default. Another URL is pinged, and switched on if it answers.
#[utoipa::path(
    put,
    path = "/v1/webhooks/{id}",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    request_body = WebhookRequest,
    responses(
        (status = 200, description = "As it is kept now.", body = WebhookData),
        (status = 400, description = "The URL is not one that may be called, or a field is not valid."),
        (status = 404, description = "You have no such endpoint."),
        (status = 409, description = "Somebody else changed it at the same time."),
    )
)]
pub async fn replace_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
    JsonBody(body): JsonBody<WebhookRequest>,
) -> Result<Json<WebhookData>, Own> {
    Ok(Json(api.app.replace_webhook(caller, id, body.read()?).await?.into()))
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateRequest {
    /// How long the older secrets sign beside the new one, 0 to 604800. Default 86400, a day.
    #[schema(example = 86400)]
    overlap_seconds: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct SecretData {
    /// Shown this once.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: String,
}

/// Rotate Webhook Secret
///
/// Makes a new secret. Until the overlap is over each message bears a signature by each secret, so that a receiver can change
/// over when it likes.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/secret",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>, Idempotency),
    request_body = RotateRequest,
    responses(
        (status = 200, description = "The new secret.", body = SecretData),
        (status = 400, description = "The overlap is out of range."),
        (status = 404, description = "You have no such endpoint."),
        (status = 409, description = "Three secrets live already, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn rotate_webhook_secret(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RotateRequest>,
) -> Result<Json<SecretData>, Own> {
    let key = idempotency.of(&api, &(id, &body))?;
    let secret = api.app.rotate_webhook_secret(caller, id, body.overlap_seconds, key).await?;
    Ok(Json(SecretData { secret }))
}
