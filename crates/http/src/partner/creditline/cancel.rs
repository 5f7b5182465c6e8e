use axum::extract::State;
use qist_app::credit_lines::cancel::CancelTransaction;
use qist_domain::format::clean_text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::MovedData;
use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, formatted, optional, required};
use crate::router::Api;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct CancelTxnRequest {
    /// Our id, or yours where it names one transaction alone.
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: Option<String>,
    /// Why, in at most 200 characters.
    #[schema(example = "out of stock")]
    reason: Option<String>,
}

/// Cancel Transaction
///
/// Takes back a transaction that is in `PROCESSING`; its limit is available again.
#[utoipa::path(
    post,
    path = "/v1/creditline/txn/cancel",
    tag = "Credit Lines",
    security(("server_key" = [])),
    request_body = CancelTxnRequest,
    responses(
        (status = 200, description = "The transaction is cancelled.", body = Envelope<MovedData>),
        (status = 400, description = "Malformed JSON, or a reason that is not valid.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`txnID` is missing.", body = EnvelopeError),
        (status = 404, description = "The `txnID` is not found.", body = EnvelopeError),
        (status = 409, description = "The transaction is not in `PROCESSING`, or several parts share this id of yours.", body = EnvelopeError),
    )
)]
pub async fn cancel_transaction(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<CancelTxnRequest>,
) -> Result<Envelope<MovedData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let name = required("txnID", body.txn_id)?;
    let reason = optional(body.reason).map(|text| formatted("reason", clean_text(&text, 200))).transpose()?;
    let reason = reason.unwrap_or_else(|| "cancelled by the sourcing entity".to_owned());
    Ok(Envelope::of(api.app.run_once(caller, CancelTransaction { name, reason }, key).await?.out.into()))
}
