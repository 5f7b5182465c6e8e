use axum::Json;
use axum::extract::State;
use qist_app::lender::read::ReadAssignedRepayments;
use qist_domain::id::ApplicationId;

use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::partner::loan::repayments::{RepaymentsData, repayments_data};
use crate::router::Api;

/// Application Repayments
///
/// The instalments of a disbursed loan.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/repayments",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The instalments.", body = RepaymentsData),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The loan is not disbursed."),
    )
)]
pub async fn application_repayments(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<RepaymentsData>, Own> {
    Ok(Json(repayments_data(api.app.ask(caller, ReadAssignedRepayments { application }).await?)))
}
