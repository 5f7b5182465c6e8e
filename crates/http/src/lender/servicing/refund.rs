use axum::Json;
use axum::extract::State;
use qist_app::servicing::undo::RefundExcess;
use qist_domain::id::LoanId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DoneData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, positive, present, text};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundRequest {
    #[schema(value_type = Rupees, example = 339)]
    amount: Option<Rupees>,
    /// The bank's reference. The same one again, with the same amount, answers the same and books nothing.
    #[schema(value_type = String, example = "HDFCN52021030300009")]
    utr: Option<String>,
}

/// Refund Excess
///
/// Tells that money which was held for dues to come went back to the borrower.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/refunds",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    request_body = RefundRequest,
    responses(
        (status = 200, description = "The refund is recorded.", body = DoneData),
        (status = 400, description = "A field is missing, not valid or not known, or the amount is more than is held."),
        (status = 404, description = "No such loan is assigned to you."),
        (status = 409, description = "The loan is not disbursed, the UTR is recorded for another movement, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn refund_excess(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RefundRequest>,
) -> Result<Json<DoneData>, Own> {
    let key = idempotency.of(&api, &(loan, &body))?;
    let amount = positive("amount", present("amount", body.amount)?)?;
    let reference = text("utr", body.utr, 100)?;
    let done = api.app.run_once(caller, RefundExcess { loan, amount, reference }, key).await?.out;
    Ok(Json(DoneData { reference_id: done.reference.to_string() }))
}
