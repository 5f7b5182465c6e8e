use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::limit::SetLimit;
use qist_domain::id::CreditLineId;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::creditline::read::LineData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, optional, positive, present};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitData {
    #[schema(value_type = Rupees, example = 120000)]
    limit: Option<Rupees>,
    /// For more than before: the borrower's open request, which it is an answer to.
    #[serde(rename = "limitRequestID")]
    #[schema(example = "550b9f1c-5598-4a24-8b8e-8f0b4d9c9f1c")]
    limit_request_id: Option<String>,
}

/// Set Limit
///
/// Gives more, on the borrower's own request and at most what was asked for; or less, but not below what is used.
#[utoipa::path(
    post,
    path = "/v1/lender/creditlines/{id}/limit",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<CreditLineId>, Idempotency),
    request_body = LimitData,
    responses(
        (status = 200, description = "The line.", body = LineData),
        (status = 400, description = "`limit` is missing or not valid, or a field is not known."),
        (status = 404, description = "You have no such credit line, or it no such open request."),
        (status = 409, description = "More than the borrower asked for, less than what is used, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn set_limit(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(line): PathId<CreditLineId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<LimitData>,
) -> Result<Json<LineData>, Own> {
    let key = idempotency.of(&api, &(line, &body))?;
    let limit = positive("limit", present("limit", body.limit)?)?;
    let request =
        optional(body.limit_request_id).map(|text| text.parse().map_err(|_| Code::LimitRequestNotFound)).transpose()?;
    Ok(Json(api.app.run_once(caller, SetLimit { line, limit, request }, key).await?.out.into()))
}
