use axum::Json;
use axum::extract::State;
use qist_app::journey::pay::ReadMyPayments;
use qist_app::ports::store::PaymentRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct PaymentsData {
    /// Newest first.
    payments: Vec<PaymentData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentData {
    #[serde(rename = "paymentID")]
    #[schema(example = "0d9c3d9f-1c55-4b8e-8f0b-98a25b0c9f3e")]
    payment_id: String,
    #[schema(example = 1)]
    installment_num: u32,
    #[schema(example = 1161)]
    amount: Rupees,
    #[schema(example = "upi")]
    method: String,
    /// `PENDING`, `SETTLED` or `FAILED`.
    #[schema(example = "SETTLED")]
    status: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// RFC 3339, UTC.
    #[schema(example = "2021-03-03T04:45:00.000000Z")]
    started_at: String,
}

/// List Payments
///
/// The payments that the borrower has started, and what became of them.
#[utoipa::path(
    get,
    path = "/v1/borrower/payments",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses(
        (status = 200, description = "The payments.", body = PaymentsData),
        (status = 409, description = "There is no application yet."),
    )
)]
pub async fn list_payments(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<PaymentsData>, Own> {
    let payments = api.app.ask(caller, ReadMyPayments).await?;
    Ok(Json(PaymentsData { payments: payments.into_iter().map(shape).collect() }))
}

fn shape(payment: PaymentRecord) -> PaymentData {
    PaymentData {
        payment_id: payment.id.to_string(),
        installment_num: payment.installment_num,
        amount: payment.amount.into(),
        method: payment.method,
        status: payment.state.name(),
        failure: payment.failure,
        started_at: payment.created_at.rfc3339(),
    }
}
