use axum::extract::State;
use qist_app::credit_lines::confirm::{Delivered, Proof, number};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::MovedData;
use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, optional, required};
use crate::router::Api;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmRequest {
    /// Our id, or yours where it names one transaction alone.
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: Option<String>,
    #[schema(example = "123")]
    invoice_no: Option<String>,
    /// The carrier's air waybill number.
    #[schema(example = "AWB0012345")]
    awb: Option<String>,
    /// At most five files: the invoice, a photo of the delivery.
    proofs: Option<Vec<ProofData>>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProofData {
    /// `application/pdf`, `image/png` or `image/jpeg`: what the file has to be.
    #[schema(example = "application/pdf")]
    content_type: Option<String>,
    /// The file in base64, at most 10 MiB.
    #[schema(example = "JVBERi0xLjcK")]
    content: Option<String>,
}

/// Confirm Transaction
///
/// What was bought is with the customer: the lender may pay out.
#[utoipa::path(
    post,
    path = "/v1/creditline/txn/confirm",
    tag = "Credit Lines",
    security(("server_key" = [])),
    request_body = ConfirmRequest,
    responses(
        (status = 200, description = "The transaction is confirmed.", body = Envelope<MovedData>),
        (status = 400, description = "Malformed JSON, a number that is not valid, or a file that is not what it says.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`txnID` is missing.", body = EnvelopeError),
        (status = 404, description = "The `txnID` is not found.", body = EnvelopeError),
        (status = 409, description = "The transaction is not in `PROCESSING`, its reservation has run out, or several parts share this id of yours.", body = EnvelopeError),
    )
)]
pub async fn confirm_transaction(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ConfirmRequest>,
) -> Result<Envelope<MovedData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let name = required("txnID", body.txn_id)?;
    let delivered = Delivered {
        invoice_no: optional(body.invoice_no).map(|text| number("invoiceNo", &text)).transpose()?.unwrap_or_default(),
        awb: optional(body.awb).map(|text| number("awb", &text)).transpose()?.unwrap_or_default(),
        proofs: body.proofs.unwrap_or_default().into_iter().map(proof).collect::<Result<_, _>>()?,
    };
    Ok(Envelope::of(api.app.confirm_transaction(caller, name, delivered, key).await?.into()))
}

fn proof(data: ProofData) -> Result<Proof, Refusal> {
    let content_type = required("proofs.contentType", data.content_type)?;
    Proof::from_base64(content_type, &required("proofs.content", data.content)?)
}
