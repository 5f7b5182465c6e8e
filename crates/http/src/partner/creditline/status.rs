use axum::extract::State;
use qist_app::credit_lines::cancel::CancelTransaction;
use qist_app::credit_lines::confirm::Delivered;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::MovedData;
use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, choice, required};
use crate::router::Api;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct StatusRequest {
    /// Your own id of the transaction, or ours.
    #[serde(rename = "txnID")]
    #[schema(example = "27d71hd87187h")]
    txn_id: Option<String>,
    /// `CONFIRMED` or `CANCELLED`.
    #[schema(example = "CONFIRMED")]
    status: Option<String>,
}

/// The seed's own codes: what is not in `PROCESSING`, or not any more, is forbidden.
const STATUSES: &[(Code, u16)] = &[(Code::TransactionIllegalMove, 403), (Code::ReservationExpired, 403)];

/// Update Transaction Status
///
/// Confirms or cancels a transaction that is in `PROCESSING`.
#[utoipa::path(
    post,
    path = "/v1/creditline/status",
    tag = "Credit Lines",
    security(("server_key" = [])),
    request_body = StatusRequest,
    responses(
        (status = 200, description = "The status is updated.", body = Envelope<MovedData>),
        (status = 400, description = "Malformed JSON, or a status that is neither.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "A field is missing, or the transaction is not in `PROCESSING`.", body = EnvelopeError),
        (status = 404, description = "The `txnID` is not found.", body = EnvelopeError),
    )
)]
pub async fn update_status(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<StatusRequest>,
) -> Result<Envelope<MovedData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let name = required("txnID", body.txn_id)?;
    let status = required("status", body.status)?;
    let moved = if choice("status", &status, &[true, false], word)? {
        api.app.confirm_transaction(caller, name, Delivered::default(), key).await
    } else {
        let reason = "cancelled by the sourcing entity".to_owned();
        api.app.run_once(caller, CancelTransaction { name, reason }, key).await.map(|answered| answered.out)
    };
    Ok(Envelope::of(moved.map_err(Contract::on(STATUSES))?.into()))
}

/// Whether the transaction is confirmed.
fn word(confirmed: bool) -> &'static str {
    if confirmed { "CONFIRMED" } else { "CANCELLED" }
}
