use axum::Json;
use axum::extract::State;
use qist_app::loans::repay::payment_mode;
use qist_app::servicing::close_early::{PaidOff, QuotePayoff, QuotedPayoff, RecordPayoff, holds_until};
use qist_domain::id::{LoanId, PayoffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, required, text};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PayoffData {
    #[serde(rename = "payoffID")]
    payoff_id: String,
    /// `cooling_off` within the cooling-off period of the Key Facts Statement: principal and interest for the days, nothing else
    /// (RBI/2025-26/36, paragraph 10). `foreclosure` after it.
    #[schema(example = "foreclosure")]
    kind: &'static str,
    /// The day that interest is counted to: `YYYY-MM-DD`.
    #[schema(example = "2021-03-07")]
    day: String,
    /// The quote holds until the end of this day, as long as nothing else happens to the loan.
    #[schema(example = "2021-03-08")]
    valid_until: String,
    /// Principal that has not fallen due.
    #[schema(example = 4333.34)]
    principal: Rupees,
    /// From the last due day, by days.
    #[schema(example = 10.02)]
    interest: Rupees,
    /// What has fallen due and is not paid, with its charges.
    #[schema(example = 1161)]
    arrears: Rupees,
    /// The charge of the Key Facts Statement, if it has one, and its GST.
    #[schema(example = 0)]
    charge: Rupees,
    #[schema(example = 0)]
    gst: Rupees,
    /// Held already.
    #[schema(example = 0)]
    excess: Rupees,
    /// What closes the loan: `principal` + `interest` + `arrears` + `charge` + `gst` − `excess`.
    #[schema(example = 5504.36)]
    amount: Rupees,
}

impl From<QuotedPayoff> for PayoffData {
    fn from(QuotedPayoff { record, payoff }: QuotedPayoff) -> PayoffData {
        PayoffData {
            payoff_id: record.id.to_string(),
            kind: record.why.name(),
            day: record.day.to_string(),
            valid_until: holds_until(record.day).to_string(),
            principal: payoff.principal.into(),
            interest: payoff.interest.into(),
            arrears: payoff.arrears.into(),
            charge: payoff.charge.into(),
            gst: payoff.gst.into(),
            excess: payoff.excess.into(),
            amount: payoff.amount.into(),
        }
    }
}

/// Quote Pay-off
///
/// What closing the loan today takes. Paying a quote that holds always closes the loan.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/payoffs",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    responses(
        (status = 200, description = "The quote.", body = PayoffData),
        (status = 404, description = "No such loan is assigned to you."),
        (status = 409, description = "The loan is not disbursed or is closed, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn quote_payoff(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
) -> Result<Json<PayoffData>, Own> {
    let key = idempotency.of(&api, &loan)?;
    let quote = QuotePayoff { loan: Some(loan) };
    Ok(Json(api.app.run_once(caller, quote, key).await?.out.into()))
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayoffPaymentRequest {
    #[schema(value_type = String, example = "neft")]
    payment_mode: Option<String>,
    /// The bank's reference. The same one again answers the same and moves nothing.
    #[schema(value_type = String, example = "HDFCN52021030700001")]
    utr: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct PaidOffData {
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    reference_id: String,
    #[schema(example = "CLOSED")]
    status: String,
}

/// Record Pay-off
///
/// Tells that the amount of a quote came in, which closes the loan.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/payoffs/{payoffID}/pay",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, PathId<PayoffId>, Idempotency),
    request_body = PayoffPaymentRequest,
    responses(
        (status = 200, description = "The loan is closed.", body = PaidOffData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 404, description = "No such loan is assigned to you, or it has no such quote."),
        (status = 409, description = "The quote no longer holds, the loan is closed, the UTR is recorded for another movement, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn record_payoff(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    PathId(payoff): PathId<PayoffId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<PayoffPaymentRequest>,
) -> Result<Json<PaidOffData>, Own> {
    let key = idempotency.of(&api, &(loan, payoff, &body))?;
    let mode = payment_mode(&required("paymentMode", body.payment_mode)?)?;
    let reference = text("utr", body.utr, 100)?;
    let PaidOff { reference, status } =
        api.app.run_once(caller, RecordPayoff { loan, payoff, mode, reference }, key).await?.out;
    Ok(Json(PaidOffData { reference_id: reference.to_string(), status }))
}
