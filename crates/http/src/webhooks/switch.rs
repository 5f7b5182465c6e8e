use axum::Json;
use axum::extract::State;
use qist_app::caller::Caller;
use qist_app::webhooks::read::ReadWebhook;
use qist_app::webhooks::settings::{Change, ChangeWebhook};
use qist_domain::id::WebhookEndpointId;
use serde::Serialize;
use utoipa::ToSchema;

use super::shape::WebhookData;
use crate::error::Own;
use crate::extract::{OwnerCaller, PathId};
use crate::router::Api;

/// Pause Webhook
///
/// Nothing is sent until it is resumed; what happens meanwhile waits and is sent then, in order.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/pause",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    responses(
        (status = 200, description = "It is paused.", body = WebhookData),
        (status = 404, description = "You have no such endpoint."),
        (status = 409, description = "It has to answer a ping first."),
    )
)]
pub async fn pause_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
) -> Result<Json<WebhookData>, Own> {
    changed(&api, caller, id, Change::Pause).await
}

/// Resume Webhook
///
/// What has waited is sent, oldest first.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/resume",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    responses(
        (status = 200, description = "It is on.", body = WebhookData),
        (status = 404, description = "You have no such endpoint."),
        (status = 409, description = "It has to answer a ping first."),
    )
)]
pub async fn resume_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
) -> Result<Json<WebhookData>, Own> {
    let data = changed(&api, caller, id, Change::Resume).await?;
    (api.app.nudge_delivery)();
    Ok(data)
}

async fn changed(api: &Api, caller: Caller, id: WebhookEndpointId, change: Change) -> Result<Json<WebhookData>, Own> {
    api.app.run(caller, ChangeWebhook { id, change }).await?;
    Ok(Json(api.app.ask(caller, ReadWebhook { id }).await?.into()))
}

#[derive(Serialize, ToSchema)]
pub struct DeletedData {
    /// Always `true`.
    #[schema(example = true)]
    deleted: bool,
}

/// Delete Webhook
///
/// Nothing more is sent to it, and what waits for it is not sent either.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/delete",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    responses(
        (status = 200, description = "It is deleted.", body = DeletedData),
        (status = 404, description = "You have no such endpoint."),
    )
)]
pub async fn delete_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
) -> Result<Json<DeletedData>, Own> {
    api.app.run(caller, ChangeWebhook { id, change: Change::Delete }).await?;
    Ok(Json(DeletedData { deleted: true }))
}
