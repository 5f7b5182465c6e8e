use axum::Json;
use axum::extract::State;
use qist_domain::id::WebhookEndpointId;

use super::shape::PingData;
use crate::error::Own;
use crate::extract::{OwnerCaller, PathId};
use crate::router::Api;

/// Ping Webhook
///
/// Sends a signed test message now and shows what came back. A 2xx switches an endpoint on that is unverified or disabled, and
/// sends again what it could not be told while it did not answer.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/ping",
    tag = "Webhooks",
    security(("server_key" = []), ("lender_key" = [])),
    params(PathId<WebhookEndpointId>),
    responses(
        (status = 200, description = "What came back, be it good or bad.", body = PingData),
        (status = 404, description = "You have no such endpoint."),
    )
)]
pub async fn ping_webhook(
    State(api): State<Api>,
    OwnerCaller(caller): OwnerCaller,
    PathId(id): PathId<WebhookEndpointId>,
) -> Result<Json<PingData>, Own> {
    Ok(Json(api.app.ping_webhook(caller, id).await?.into()))
}
