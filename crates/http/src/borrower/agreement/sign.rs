use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, ClientIp, JsonBody, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// The six digits that were sent to the borrower's mobile.
    #[schema(value_type = String, example = "483921")]
    otp: Option<String>,
}

/// Sign Agreement
///
/// Signs the draft that was read. The code works once, so signing again needs a new one, with or without an `Idempotency-Key`.
#[utoipa::path(
    post,
    path = "/v1/borrower/agreement/sign",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    request_body = SignRequest,
    responses(
        (status = 200, description = "The signature is on its way to the e-sign provider, and what comes next.", body = JourneyData),
        (status = 400, description = "The code is missing or wrong."),
        (status = 409, description = "The code has expired or was never sent, another step comes first, or there is nothing to sign now."),
        (status = 429, description = "Too many wrong codes: request a new one."),
    )
)]
pub async fn sign_agreement(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    ClientIp(ip): ClientIp,
    JsonBody(body): JsonBody<SignRequest>,
) -> Result<Json<JourneyData>, Own> {
    let otp = required("otp", body.otp)?;
    Ok(Json(api.app.sign_agreement(caller, otp, ip.to_string()).await?.into()))
}
