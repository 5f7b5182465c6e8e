use axum::Json;
use axum::extract::State;
use qist_app::journey::identity::SetPan;
use qist_domain::format::Pan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, formatted, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanRequest {
    #[schema(value_type = String, example = "AAPPU0939F")]
    pan: Option<String>,
}

/// PAN
///
/// Gives the PAN, upon which the credit bureau is asked. It needs the consent `bureau_pull`.
#[utoipa::path(
    post,
    path = "/v1/borrower/pan",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = PanRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "The PAN is missing, malformed, not of a person, or not the one in the GSTIN."),
        (status = 409, description = "Another step or a consent comes first, a loan application is open, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn give_pan(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<PanRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = SetPan { pan: formatted("pan", Pan::parse(&required("pan", body.pan)?))? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
