use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::limit::HoldLine;
use qist_domain::format::clean_text;
use qist_domain::id::CreditLineId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::creditline::read::LineData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, formatted, optional};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldRequest {
    /// Why drawing is stopped, in at most 100 characters: sourcing entity and borrower read it. Without a reason, drawing goes on.
    #[schema(example = "under review")]
    reason: Option<String>,
}

/// Hold Credit Line
///
/// Stops drawing, or lets it go on. What is owed is repaid all the same.
#[utoipa::path(
    post,
    path = "/v1/lender/creditlines/{id}/hold",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<CreditLineId>, Idempotency),
    request_body = HoldRequest,
    responses(
        (status = 200, description = "The line.", body = LineData),
        (status = 400, description = "A field is not valid or not known."),
        (status = 404, description = "You have no such credit line."),
        (status = 409, description = "The line is so already, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn hold_line(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(line): PathId<CreditLineId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<HoldRequest>,
) -> Result<Json<LineData>, Own> {
    let key = idempotency.of(&api, &(line, &body))?;
    let reason = optional(body.reason).map(|text| formatted("reason", clean_text(&text, 100))).transpose()?;
    Ok(Json(api.app.run_once(caller, HoldLine { line, reason }, key).await?.out.into()))
}
