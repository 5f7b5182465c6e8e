use axum::extract::State;
use qist_app::credit_lines::confirm::number;
use qist_app::credit_lines::split::{SplitPart, SplitTransaction};
use qist_domain::credit_line::Part;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, positive, present, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct SplitRequest {
    /// Our id, or yours where it names one transaction alone.
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: Option<String>,
    /// At most 50. What they leave of the amount becomes one more part.
    invoices: Option<Vec<InvoiceData>>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceData {
    #[schema(example = "123-A")]
    invoice_no: Option<String>,
    #[schema(example = 500)]
    amount: Option<Rupees>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SplitData {
    transactions: Vec<SplitPartData>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SplitPartData {
    #[serde(rename = "txnID")]
    #[schema(example = "0f1c550b-9f3e-498a-a24b-8e8f0b0d9c3d")]
    txn_id: String,
    /// Empty for what the invoices leave.
    #[schema(example = "123-A")]
    invoice_no: String,
    #[schema(example = 500)]
    amount: Rupees,
}

impl From<SplitPart> for SplitPartData {
    fn from(part: SplitPart) -> SplitPartData {
        SplitPartData { txn_id: part.transaction.to_string(), invoice_no: part.invoice_no, amount: part.amount.into() }
    }
}

/// Split Transaction
///
/// Several deliveries take the place of a transaction in `PROCESSING`. The parts share its `partnerTxnID`, and cost the customer no
/// more than the whole.
#[utoipa::path(
    post,
    path = "/v1/creditline/txn/split",
    tag = "Credit Lines",
    security(("server_key" = [])),
    request_body = SplitRequest,
    responses(
        (status = 200, description = "The parts.", body = Envelope<SplitData>),
        (status = 400, description = "Malformed JSON, an amount that is not valid, or parts that come to more than the whole or would cost more.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "A field is missing.", body = EnvelopeError),
        (status = 404, description = "The `txnID` is not found.", body = EnvelopeError),
        (status = 409, description = "The transaction is not in `PROCESSING`, its reservation has run out, or several parts share this id of yours.", body = EnvelopeError),
    )
)]
pub async fn split_transaction(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<SplitRequest>,
) -> Result<Envelope<SplitData>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let name = required("txnID", body.txn_id)?;
    let invoices = present("invoices", body.invoices)?.into_iter().map(invoice).collect::<Result<_, _>>()?;
    let parts = api.app.run_once(caller, SplitTransaction { name, invoices }, key).await?.out;
    Ok(Envelope::of(SplitData { transactions: parts.into_iter().map(Into::into).collect() }))
}

fn invoice(data: InvoiceData) -> Result<Part, Refusal> {
    let invoice_no = number("invoices.invoiceNo", &required("invoices.invoiceNo", data.invoice_no)?)?;
    let amount = positive("invoices.amount", present("invoices.amount", data.amount)?)?;
    Ok(Part { invoice_no, amount })
}
