use axum::Json;
use axum::extract::State;
use qist_app::lender::decide::RejectApplication;
use qist_domain::id::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::ApplicationData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, text};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectApplicationRequest {
    /// At most 200 characters. The borrower reads it.
    #[schema(value_type = String, example = "the income does not cover the instalments")]
    reason: Option<String>,
}

/// Reject Application
///
/// Rejects an application whose KYC has passed, for good.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/reject",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    request_body = RejectApplicationRequest,
    responses(
        (status = 200, description = "The application is rejected.", body = ApplicationData),
        (status = 400, description = "The reason is missing or not valid."),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The application's status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn reject_application(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RejectApplicationRequest>,
) -> Result<Json<ApplicationData>, Own> {
    let key = idempotency.of(&api, &(application, &body))?;
    let reason = text("reason", body.reason, 200)?;
    Ok(Json(api.app.run_once(caller, RejectApplication { application, reason }, key).await?.out.into()))
}
