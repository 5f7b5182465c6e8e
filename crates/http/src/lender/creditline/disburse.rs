use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::disburse::DisburseTransaction;
use qist_domain::format::clean_text;
use qist_domain::id::TransactionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, formatted, optional, required};
use crate::lender::application::disburse::DisbursalRequest;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TxnDisbursalData {
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: String,
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    #[schema(example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    reference_id: String,
    #[schema(example = "DISBURSED")]
    txn_status: String,
}

/// Record Disbursal of a Transaction
///
/// Tells that you have paid the seller. The drawdown is a loan of its own from the day of the money.
#[utoipa::path(
    post,
    path = "/v1/lender/transactions/{txnID}/disburse",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<TransactionId>, Idempotency),
    request_body = DisbursalRequest,
    responses(
        (status = 200, description = "The loan is booked.", body = TxnDisbursalData),
        (status = 400, description = "A field is missing, not valid or not known, or the day is in the future or before the drawdown."),
        (status = 404, description = "There is no such transaction on your lines."),
        (status = 409, description = "The transaction is not confirmed, the UTR is recorded for another movement of money, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn disburse_transaction(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(transaction): PathId<TransactionId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<DisbursalRequest>,
) -> Result<Json<TxnDisbursalData>, Own> {
    let key = idempotency.of(&api, &(transaction, &body))?;
    let utr = formatted("utr", clean_text(&required("utr", body.utr)?, 100))?;
    let day = optional(body.disbursed_on).map(|text| formatted("disbursedOn", text.parse())).transpose()?;
    let disbursed = api.app.run_once(caller, DisburseTransaction { transaction, utr, day }, key).await?.out;
    Ok(Json(TxnDisbursalData {
        txn_id: transaction.to_string(),
        reference_id: disbursed.reference.to_string(),
        txn_status: disbursed.status,
    }))
}
