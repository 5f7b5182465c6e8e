use axum::Json;
use axum::extract::State;
use qist_app::journey::pay::StartPayment;
use qist_app::ports::store::PaymentState;
use qist_domain::format::clean_text;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, formatted, optional, positive, present, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentRequest {
    /// For a drawdown on the credit line: which. Without it, the loan is paid.
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: Option<String>,
    /// From 1 to the tenure.
    #[schema(value_type = u32, example = 1)]
    installment_num: Option<u32>,
    /// All that is outstanding of the instalment where absent.
    #[schema(example = 1161)]
    amount: Option<Rupees>,
    /// How the borrower pays, in the payment provider's words.
    #[schema(value_type = String, example = "upi")]
    method: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartedPaymentData {
    #[serde(rename = "paymentID")]
    #[schema(example = "0d9c3d9f-1c55-4b8e-8f0b-98a25b0c9f3e")]
    payment_id: String,
    #[schema(example = 1)]
    installment_num: u32,
    #[schema(example = 1161)]
    amount: Rupees,
    /// `PENDING` until the provider says what became of it: see List Payments.
    #[schema(example = "PENDING")]
    status: &'static str,
}

/// Start Payment
///
/// Asks the payment provider to collect from the borrower. The instalment is paid once the provider says so.
#[utoipa::path(
    post,
    path = "/v1/borrower/payments",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = PaymentRequest,
    responses(
        (status = 200, description = "The payment is under way.", body = StartedPaymentData),
        (status = 400, description = "A field is missing, not valid or not known, the amount is more than is outstanding, or the instalment is paid."),
        (status = 404, description = "The loan has no such instalment, or the borrower no such drawdown."),
        (status = 409, description = "The loan is not disbursed or is closed, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn start_payment(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<PaymentRequest>,
) -> Result<Json<StartedPaymentData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let started = api.app.run_once(caller, command(body)?, key).await?.out;
    Ok(Json(StartedPaymentData {
        payment_id: started.id.to_string(),
        installment_num: started.installment_num,
        amount: started.amount.into(),
        status: PaymentState::Pending.name(),
    }))
}

fn command(body: PaymentRequest) -> Result<StartPayment, Refusal> {
    let installment_num = present("installmentNum", body.installment_num)?;
    let method = required("method", body.method)?;
    let amount = body.amount.map(|amount| positive("amount", amount)).transpose()?;
    let transaction =
        optional(body.txn_id).map(|text| text.parse().map_err(|_| Code::TransactionNotFound)).transpose()?;
    Ok(StartPayment { transaction, installment_num, amount, method: formatted("method", clean_text(&method, 30))? })
}
