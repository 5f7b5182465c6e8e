use axum::Json;
use axum::extract::State;
use qist_app::lender::decide::RunUnderwriting;
use qist_app::lender::read::ReadUnderwriting;
use qist_domain::id::ApplicationId;

use super::read::UnderwritingData;
use crate::error::Own;
use crate::extract::{Idempotency, LenderCaller, PathId};
use crate::router::Api;

/// Run Underwriting
///
/// Runs your underwriting policy again, for instance after it was changed. It decides nothing.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/underwriting",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    responses(
        (status = 200, description = "All runs, the new one first.", body = UnderwritingData),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The application's status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn run_underwriting(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
) -> Result<Json<UnderwritingData>, Own> {
    let key = idempotency.of(&api, &application)?;
    api.app.run_once(caller, RunUnderwriting { application }, key).await?;
    Ok(Json(api.app.ask(caller, ReadUnderwriting { application }).await?.into()))
}
