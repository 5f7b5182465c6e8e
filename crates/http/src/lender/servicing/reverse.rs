use axum::Json;
use axum::extract::State;
use qist_app::servicing::undo::ReversePayment;
use qist_domain::id::{FactId, LoanId};
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DoneData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, required, text};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalRequest {
    /// The `referenceID` that recording the payment answered.
    #[serde(rename = "referenceID")]
    #[schema(value_type = String, example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    reference_id: Option<String>,
    #[schema(value_type = String, example = "cheque returned: insufficient funds")]
    reason: Option<String>,
}

/// Reverse Payment
///
/// Tells that a payment did not stand. From today on it counts as never made: days past due are those that there were without it,
/// and the ledger gets the entries that take it back.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/reversals",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    request_body = ReversalRequest,
    responses(
        (status = 200, description = "The payment is reversed.", body = DoneData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 404, description = "No such loan is assigned to you, or it has no such payment."),
        (status = 409, description = "It is reversed already, it is no payment, a part of it was refunded, the loan is closed, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn reverse_payment(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ReversalRequest>,
) -> Result<Json<DoneData>, Own> {
    let key = idempotency.of(&api, &(loan, &body))?;
    let payment: Result<FactId, _> = required("referenceID", body.reference_id)?.parse();
    let payment = payment.map_err(|_| Code::PaymentNotFound)?;
    let reason = text("reason", body.reason, 200)?;
    let done = api.app.run_once(caller, ReversePayment { loan, payment, reason }, key).await?.out;
    Ok(Json(DoneData { reference_id: done.reference.to_string() }))
}
