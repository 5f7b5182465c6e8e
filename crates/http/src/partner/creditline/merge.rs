use axum::extract::State;
use qist_app::credit_lines::merge::MergeTransactions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, present};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct MergeRequest {
    /// Parts of one drawdown, by our ids.
    #[serde(rename = "txnIDs")]
    #[schema(example = json!(["0f1c550b-9f3e-498a-a24b-8e8f0b0d9c3d", "7c3d9f1c-550b-4f3e-98a2-4b8e8f0b0d9c"]))]
    txn_ids: Option<Vec<String>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MergeData {
    #[serde(rename = "mergedTxnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    merged_txn_id: String,
    #[schema(example = 1200)]
    amount: Rupees,
}

/// Merge Transactions
///
/// Parts of one drawdown that are in `PROCESSING` become one again.
#[utoipa::path(
    post,
    path = "/v1/creditline/txn/merge",
    tag = "Credit Lines",
    security(("server_key" = [])),
    request_body = MergeRequest,
    responses(
        (status = 200, description = "What they have become.", body = Envelope<MergeData>),
        (status = 400, description = "Malformed JSON, fewer than two ids, or one twice.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`txnIDs` is missing.", body = EnvelopeError),
        (status = 404, description = "A `txnID` is not found.", body = EnvelopeError),
        (status = 409, description = "They are not parts of one drawdown, or not all in `PROCESSING`.", body = EnvelopeError),
    )
)]
pub async fn merge_transactions(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<MergeRequest>,
) -> Result<Envelope<MergeData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let names = present("txnIDs", body.txn_ids)?;
    let merged = api.app.run_once(caller, MergeTransactions { names }, key).await?.out;
    Ok(Envelope::of(MergeData { merged_txn_id: merged.transaction.to_string(), amount: merged.amount.into() }))
}
