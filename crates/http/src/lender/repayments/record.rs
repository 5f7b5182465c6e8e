use axum::Json;
use axum::extract::State;
use qist_app::loans::repay::{RecordRepayment, Recorded, payment_mode};
use qist_domain::day::Instant;
use qist_domain::format::clean_text;
use qist_domain::id::LoanId;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, formatted, positive, present, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepaymentRequest {
    /// From 1 to the tenure.
    #[schema(value_type = u32, example = 1)]
    installment_num: Option<u32>,
    #[schema(value_type = Rupees, example = 1161)]
    amount_received: Option<Rupees>,
    /// `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(value_type = String, example = "2021-03-03 12:00:00")]
    payment_date: Option<String>,
    /// Such as `upi`, `neft` or `enach`.
    #[schema(value_type = String, example = "enach")]
    payment_mode: Option<String>,
    /// The bank's reference, which names this movement of money and no other. The same one again, with the same values,
    /// answers the same and moves nothing.
    #[schema(value_type = String, example = "HDFCN52021030300001")]
    utr: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct RecordedData {
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    #[schema(example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    reference_id: String,
    /// `CLOSED` where this was the last due.
    #[schema(example = "DISBURSED")]
    status: String,
    /// Present where an older instalment is still unpaid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "instalment 1 is still unpaid: days past due count from 2021-03-03")]
    warning: Option<String>,
}

/// Record Repayment
///
/// Tells that money came in. It pays the instalment that it names first, then what else has fallen due, oldest first; the rest
/// is held for dues to come.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/repayments",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    request_body = RepaymentRequest,
    responses(
        (status = 200, description = "The repayment is recorded.", body = RecordedData),
        (status = 400, description = "A field is missing, not valid or not known, or the time is in the future or before the disbursal."),
        (status = 404, description = "No such loan is assigned to you, or it has no such instalment."),
        (status = 409, description = "The loan is not disbursed or is closed, the UTR is recorded with other values, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn record_repayment(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RepaymentRequest>,
) -> Result<Json<RecordedData>, Own> {
    let key = idempotency.of(&api, &(loan, &body))?;
    let Recorded { reference, status, warning } = api.app.run_once(caller, repayment(loan, body)?, key).await?.out;
    Ok(Json(RecordedData { reference_id: reference.to_string(), status, warning }))
}

fn repayment(loan: LoanId, body: RepaymentRequest) -> Result<RecordRepayment, Refusal> {
    let installment_num = present("installmentNum", body.installment_num)?;
    let amount = present("amountReceived", body.amount_received)?;
    let paid_at = required("paymentDate", body.payment_date)?;
    let mode = required("paymentMode", body.payment_mode)?;
    let utr = required("utr", body.utr)?;
    let why = "is not a time written YYYY-MM-DD HH:MM:SS";
    Ok(RecordRepayment {
        loan,
        installment_num,
        amount: positive("amountReceived", amount)?,
        paid_at: formatted("paymentDate", Instant::parse_ist(&paid_at).map_err(|_| why))?,
        mode: payment_mode(&mode)?,
        reference: formatted("utr", clean_text(&utr, 100))?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(field: &str, value: Value) -> Result<RecordRepayment, Option<String>> {
        let mut body = json!({ "installmentNum": 1, "amountReceived": 1161, "paymentDate": "2021-03-03 12:00:00", "paymentMode": "enach", "utr": "U1" });
        body[field] = value;
        let loan = LoanId(uuid::Uuid::nil());
        repayment(loan, serde_json::from_str(&body.to_string()).unwrap()).map_err(|refusal| refusal.field)
    }

    #[test]
    fn every_field_of_a_repayment_is_needed() {
        assert!(with("utr", json!("U1")).is_ok());
        for field in ["installmentNum", "amountReceived", "paymentDate", "paymentMode", "utr"] {
            assert_eq!(with(field, Value::Null).err(), Some(Some(field.to_owned())));
        }
    }

    #[test]
    fn a_time_without_seconds_and_an_amount_of_nothing_are_refused() {
        assert_eq!(with("paymentDate", json!("2021-03-03")).err(), Some(Some("paymentDate".into())));
        assert_eq!(with("amountReceived", json!(0)).err(), Some(Some("amountReceived".into())));
    }
}
