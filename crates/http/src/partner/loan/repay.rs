use axum::extract::State;
use qist_app::loans::repay::{RecordRepayment, payment_mode};
use qist_domain::day::Instant;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, formatted, present, required, text};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepayRequest {
    /// The loan application, or the `txnID` of a drawdown on a credit line.
    #[serde(rename = "loanApplicationID")]
    loan_application_id: Option<String>,
    #[schema(example = 2)]
    installment_num: Option<u32>,
    #[schema(example = 12500)]
    amount_received: Option<Rupees>,
    /// `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(example = "2020-09-01 12:00:00")]
    payment_date: Option<String>,
    #[schema(example = "upi")]
    payment_mode: Option<String>,
    /// The bank's reference (UTR). The same one again, with the same values, answers the same and moves nothing.
    #[serde(rename = "transactionID")]
    #[schema(example = "someUTRNumber")]
    transaction_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RepayData {
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    reference_id: String,
    /// Present where an older instalment is still unpaid.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

/// Repay Loan
///
/// Reports money that you received for an instalment. Off unless it was enabled for you.
#[utoipa::path(
    post,
    path = "/v1/loan/repay",
    tag = "Loans",
    security(("server_key" = [])),
    request_body = RepayRequest,
    responses(
        (status = 200, description = "The repayment is recorded.", body = Envelope<RepayData>),
        (status = 400, description = "Malformed JSON, or a value that is not valid.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "The repayment API is not enabled, or a field is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application or instalment not found.", body = EnvelopeError),
        (status = 409, description = "The loan is not disbursed or is closed, or the `transactionID` was used with other values.", body = EnvelopeError),
    )
)]
pub async fn repay_loan(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RepayRequest>,
) -> Result<Envelope<RepayData>, Contract> {
    api.app.require_repayment_api(caller).await?;
    let key = idempotency.of(&api, &body)?;
    let recorded = api.app.run_once(caller, repayment(body)?, key).await?.out;
    Ok(Envelope::of(RepayData { reference_id: recorded.reference.to_string(), warning: recorded.warning }))
}

fn repayment(body: RepayRequest) -> Result<RecordRepayment, Refusal> {
    let loan = required("loanApplicationID", body.loan_application_id)?;
    let installment_num = present("installmentNum", body.installment_num)?;
    let amount = present("amountReceived", body.amount_received)?.0;
    let paid_at = required("paymentDate", body.payment_date)?;
    let mode = required("paymentMode", body.payment_mode)?;
    let reference = text("transactionID", body.transaction_id, 100)?;
    if !amount.is_positive() {
        return Err(Refusal::invalid("amountReceived", "must be more than zero"));
    }
    let why = "is not a time written YYYY-MM-DD HH:MM:SS";
    Ok(RecordRepayment {
        loan: loan.parse().map_err(|_| Refusal::new(Code::LoanNotFound))?,
        installment_num,
        amount,
        paid_at: formatted("paymentDate", Instant::parse_ist(&paid_at).map_err(|_| why))?,
        mode: payment_mode(&mode)?,
        reference,
    })
}
