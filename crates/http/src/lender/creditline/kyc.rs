use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::limit::RenewKyc;
use qist_domain::id::CreditLineId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::creditline::read::LineData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, formatted, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RenewKycRequest {
    /// `YYYY-MM-DD`: the last day for which the renewed KYC holds.
    #[schema(value_type = String, example = "2022-07-18")]
    kyc_until: Option<String>,
}

/// Renew KYC of a Credit Line
///
/// Tells that the borrower's KYC was renewed, so that the line can be drawn on further.
#[utoipa::path(
    post,
    path = "/v1/lender/creditlines/{id}/kyc",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<CreditLineId>, Idempotency),
    request_body = RenewKycRequest,
    responses(
        (status = 200, description = "The line.", body = LineData),
        (status = 400, description = "`kycUntil` is missing, not a day, or not later than the day so far."),
        (status = 404, description = "You have no such credit line."),
        (status = 409, description = "The `Idempotency-Key` was used with another request."),
    )
)]
pub async fn renew_kyc(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(line): PathId<CreditLineId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RenewKycRequest>,
) -> Result<Json<LineData>, Own> {
    let key = idempotency.of(&api, &(line, &body))?;
    let until = formatted("kycUntil", required("kycUntil", body.kyc_until)?.parse())?;
    Ok(Json(api.app.run_once(caller, RenewKyc { line, until }, key).await?.out.into()))
}
