use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::limit::RequestLimit;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{BorrowerCaller, ClientIp, Idempotency, JsonBody, positive, present};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitRequestRequest {
    /// The limit that the borrower wants.
    #[schema(value_type = Rupees, example = 150000)]
    limit: Option<Rupees>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitRequestData {
    #[serde(rename = "limitRequestID")]
    #[schema(example = "550b9f1c-5598-4a24-8b8e-8f0b4d9c9f1c")]
    limit_request_id: String,
    /// What is kept as the borrower's own words.
    consent: String,
}

/// Request Limit
///
/// Asks the lender for a higher limit. Without such a request no limit is ever raised (RBI/2025-26/36, paragraph 7).
#[utoipa::path(
    post,
    path = "/v1/borrower/creditline/limit-requests",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = LimitRequestRequest,
    responses(
        (status = 200, description = "The request is recorded.", body = LimitRequestData),
        (status = 400, description = "`limit` is missing, or not more than the limit of today."),
        (status = 404, description = "The borrower has no credit line."),
        (status = 409, description = "A request is open already, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn request_limit(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    ClientIp(ip): ClientIp,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<LimitRequestRequest>,
) -> Result<Json<LimitRequestData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let limit = positive("limit", present("limit", body.limit)?)?;
    let asked = api.app.run_once(caller, RequestLimit { limit, ip: ip.to_string() }, key).await?.out;
    Ok(Json(LimitRequestData { limit_request_id: asked.id.to_string(), consent: asked.consent }))
}
