use axum::Json;
use axum::extract::State;
use qist_app::journey::sign::RequestSignOtp;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency};
use crate::router::Api;

/// Request OTP
///
/// Sends a code to the borrower's mobile with which the agreement is signed. It is valid for ten minutes and replaces the one
/// before it.
#[utoipa::path(
    post,
    path = "/v1/borrower/agreement/otp",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    responses(
        (status = 200, description = "The code is on its way.", body = JourneyData),
        (status = 409, description = "The agreement has to be read first, there is nothing to sign now, or the `Idempotency-Key` was used with another request."),
        (status = 429, description = "Too many codes within an hour."),
    )
)]
pub async fn request_sign_otp(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &())?;
    Ok(Json(api.app.run_once(caller, RequestSignOtp, key).await?.out.into()))
}
