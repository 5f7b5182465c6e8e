use axum::Json;
use axum::extract::State;
use qist_app::lender::decide::ApproveApplication;
use qist_domain::id::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::ApplicationData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, positive};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveRequest {
    /// At most what was applied for; what your policy allows where absent.
    #[schema(example = 15000)]
    amount: Option<Rupees>,
}

/// Approve Application
///
/// Approves an application whose KYC has passed, and makes an offer from each of your active templates that fits the amount.
/// The underwriting policy runs and is recorded beside it.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/approve",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    request_body = ApproveRequest,
    responses(
        (status = 200, description = "The application is approved.", body = ApplicationData),
        (status = 400, description = "The amount is not valid or above what was applied for, or a template's terms do not make a loan."),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The application's status does not allow this, no active template fits the amount, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn approve_application(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ApproveRequest>,
) -> Result<Json<ApplicationData>, Own> {
    let key = idempotency.of(&api, &(application, &body))?;
    let amount = body.amount.map(|amount| positive("amount", amount)).transpose()?;
    Ok(Json(api.app.run_once(caller, ApproveApplication { application, amount }, key).await?.out.into()))
}
