use axum::Json;
use axum::extract::State;
use qist_app::journey::kyc::SubmitKyc;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency};
use crate::router::Api;

/// Submit KYC
///
/// Sends the uploaded documents to verification. It needs the consent `kyc_verification`.
#[utoipa::path(
    post,
    path = "/v1/borrower/kyc/submit",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 409, description = "A document or a consent is missing, there is no application yet, its status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn submit_kyc(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &())?;
    Ok(Json(api.app.run_once(caller, SubmitKyc, key).await?.out.into()))
}
