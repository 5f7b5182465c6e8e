use axum::Json;
use axum::extract::State;
use qist_app::loans::disburse::RequestPayout;
use qist_domain::id::ApplicationId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, LenderCaller, PathId};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct PayoutData {
    /// The application's status. It becomes `DISBURSED` when the provider has paid.
    #[schema(example = "SIGN_AGREEMENT")]
    status: &'static str,
}

/// Request Payout
///
/// Asks the payout provider to pay the borrower what the loan gives when it begins today. The answer records the disbursal on
/// the day of this call, so there is nothing more to call. Of a loan in parts, it is asked for each part on that part's own day.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/payout",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    responses(
        (status = 200, description = "The provider is being asked.", body = PayoutData),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The agreement is not signed, the application's status does not allow this, a payout is under way already, the next part of the loan goes out on another day, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn request_payout(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
) -> Result<Json<PayoutData>, Own> {
    let key = idempotency.of(&api, &application)?;
    let status = api.app.run_once(caller, RequestPayout { application }, key).await?.out;
    Ok(Json(PayoutData { status: status.name() }))
}
