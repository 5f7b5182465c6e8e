use axum::Json;
use axum::extract::State;
use qist_app::loans::repay::payment_mode;
use qist_app::servicing::prepay::{Prepaid, QuotePrepayment, RecordPrepayment};
use qist_domain::day::Instant;
use qist_domain::id::LoanId;
use qist_domain::loan::{Prepayment, PrepaymentEffect};
use qist_domain::money::Paise;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{
    Idempotency, JsonBody, LenderCaller, Params, PathId, choice, formatted, positive, present, required, text,
};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrepaymentRequest {
    /// With the charge of the Key Facts Statement, if it has one.
    #[schema(value_type = Rupees, example = 20000)]
    amount_received: Option<Rupees>,
    /// What the borrower chose: `shorter_tenure` or `smaller_emi`.
    #[schema(value_type = String, example = "shorter_tenure")]
    effect: Option<String>,
    /// `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(value_type = String, example = "2024-04-16 12:00:00")]
    payment_date: Option<String>,
    #[schema(value_type = String, example = "neft")]
    payment_mode: Option<String>,
    /// The bank's reference. The same one again, with the same values, answers the same and moves nothing.
    #[schema(value_type = String, example = "HDFCN52024041600001")]
    utr: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrepaidData {
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    reference_id: String,
    /// The instalment from here on.
    #[schema(example = 8885)]
    emi: Rupees,
    #[schema(example = 7)]
    installments_left: usize,
}

/// Record Prepayment
///
/// Tells that a part of the principal was paid early. All that is overdue has to be paid first.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/prepayments",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    request_body = PrepaymentRequest,
    responses(
        (status = 200, description = "The prepayment is recorded and the instalments to come are new.", body = PrepaidData),
        (status = 400, description = "A field is missing, not valid or not known, or the amount would close the loan."),
        (status = 404, description = "No such loan is assigned to you."),
        (status = 409, description = "Something is overdue, the loan is not disbursed or is closed, the UTR is recorded for another movement, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn record_prepayment(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<PrepaymentRequest>,
) -> Result<Json<PrepaidData>, Own> {
    let key = idempotency.of(&api, &(loan, &body))?;
    let Prepaid { reference, emi, installments_left } = api.app.run_once(caller, command(loan, body)?, key).await?.out;
    Ok(Json(PrepaidData { reference_id: reference.to_string(), emi: emi.into(), installments_left }))
}

fn command(loan: LoanId, body: PrepaymentRequest) -> Result<RecordPrepayment, Refusal> {
    let amount = positive("amountReceived", present("amountReceived", body.amount_received)?)?;
    let effect = effect(&required("effect", body.effect)?)?;
    let paid_at = required("paymentDate", body.payment_date)?;
    let why = "is not a time written YYYY-MM-DD HH:MM:SS";
    let paid_at = formatted("paymentDate", Instant::parse_ist(&paid_at).map_err(|_| why))?;
    let mode = payment_mode(&required("paymentMode", body.payment_mode)?)?;
    let reference = text("utr", body.utr, 100)?;
    Ok(RecordPrepayment { loan, amount, effect, paid_at, mode, reference })
}

fn effect(word: &str) -> Result<PrepaymentEffect, Refusal> {
    choice("effect", word, &[PrepaymentEffect::ShorterTenure, PrepaymentEffect::SmallerEmi], PrepaymentEffect::name)
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrepaymentQuoteData {
    #[schema(example = 20000)]
    amount: Rupees,
    /// What of it is principal.
    #[schema(example = 20000)]
    principal: Rupees,
    /// The charge of the Key Facts Statement, on the principal that is prepaid and on nothing else (RBI/2025-26/64).
    #[schema(example = 0)]
    charge: Rupees,
    #[schema(example = 0)]
    gst: Rupees,
    /// The instalment from here on.
    #[schema(example = 8885)]
    emi: Rupees,
    #[schema(example = 7)]
    installments_left: usize,
    /// `YYYY-MM-DD`.
    #[schema(example = "2024-11-01")]
    last_due_date: String,
    #[schema(example = 1234.56)]
    interest_saved: Rupees,
}

/// Quote Prepayment
///
/// What paying an amount early today would change.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/prepayments/quote",
    tag = "Lender",
    security(("lender_key" = [])),
    params(
        PathId<LoanId>,
        ("amount" = Rupees, Query, description = "Rupees.", example = 20000),
        ("effect" = String, Query, description = "`shorter_tenure` or `smaller_emi`.", example = "shorter_tenure"),
    ),
    responses(
        (status = 200, description = "What would change.", body = PrepaymentQuoteData),
        (status = 400, description = "A parameter is missing or not valid, or the amount would close the loan."),
        (status = 404, description = "No such loan is assigned to you."),
        (status = 409, description = "Something is overdue, or the loan is not disbursed or is closed."),
    )
)]
pub async fn quote_prepayment(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    params: Params,
) -> Result<Json<PrepaymentQuoteData>, Own> {
    Ok(Json(api.app.ask(caller, quote(&params, Some(loan))?).await?.into()))
}

pub(crate) fn quote(params: &Params, loan: Option<LoanId>) -> Result<QuotePrepayment, Refusal> {
    let params = params.only(&["amount", "effect"])?;
    let amount = formatted("amount", Paise::parse_rupees(&params.required("amount")?))?;
    Ok(QuotePrepayment { loan, amount, effect: effect(&params.required("effect")?)? })
}

impl From<Prepayment> for PrepaymentQuoteData {
    fn from(quote: Prepayment) -> PrepaymentQuoteData {
        PrepaymentQuoteData {
            amount: quote.amount.into(),
            principal: quote.principal.into(),
            charge: quote.charge.into(),
            gst: quote.gst.into(),
            emi: quote.emi.into(),
            installments_left: quote.rows.len(),
            last_due_date: quote.rows.last().map(|row| row.due_day.to_string()).unwrap_or_default(),
            interest_saved: quote.interest_saved.into(),
        }
    }
}
