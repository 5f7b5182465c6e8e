use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::quote::QuoteDrawdown;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, optional, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// As in the session that the sourcing entity opened for this drawdown, which also says how much.
    #[serde(rename = "transactionID")]
    #[schema(value_type = String, example = "1234OD123312")]
    transaction_id: Option<String>,
    /// One of the line's plans. May be left out where only one fits the amount.
    #[schema(example = "pay_later")]
    plan: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuoteData {
    /// Names the Key Facts Statement, and the drawdown when it is confirmed.
    #[schema(example = "FB1600196175625806-D1")]
    proposal_number: String,
    #[schema(example = "pay_later")]
    plan: String,
    #[schema(example = 1200)]
    amount: Rupees,
    /// What the seller receives.
    #[schema(example = 1171.68)]
    disbursal_amount: Rupees,
    /// What the borrower pays in all, charges for being late aside.
    #[schema(example = 1200)]
    total_payable: Rupees,
    /// Percent a year (RBI/2024-25/18).
    #[schema(example = "0.00")]
    apr: String,
    emis: Vec<QuoteEmi>,
    /// The Key Facts Statement as a page. Opens without a key for five minutes.
    kfs_url: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct QuoteEmi {
    #[schema(example = 1)]
    installment_num: u32,
    #[schema(example = "2020-02-14")]
    due_date: String,
    #[schema(example = 1200)]
    amount: Rupees,
}

/// Quote Drawdown
///
/// Makes the Key Facts Statement of a drawdown and sends the OTP that it is confirmed with. Asked again, for another plan or another
/// code, it makes another proposal.
#[utoipa::path(
    post,
    path = "/v1/borrower/creditline/quotes",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = QuoteRequest,
    responses(
        (status = 200, description = "What drawing costs; the OTP is on its way.", body = QuoteData),
        (status = 400, description = "A field is missing or not known, or the amount is zero."),
        (status = 404, description = "There is no credit line, no session for such a `transactionID`, or no such plan for this amount."),
        (status = 409, description = "The line is inactive, the amount is above the available limit, or the `transactionID` is drawn already."),
        (status = 429, description = "Too many codes were sent for this drawdown within an hour."),
    )
)]
pub async fn quote_drawdown(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<QuoteRequest>,
) -> Result<Json<QuoteData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let transaction_id = required("transactionID", body.transaction_id)?;
    let quoted = api.app.run_once(caller, QuoteDrawdown { transaction_id, plan: optional(body.plan) }, key).await?.out;
    let facts = quoted.facts;
    let emis = facts.quote.rows.iter().map(|row| QuoteEmi {
        installment_num: row.num,
        due_date: row.due_day.to_string(),
        amount: row.instalment().into(),
    });
    Ok(Json(QuoteData {
        plan: quoted.plan,
        amount: facts.quote.amount.into(),
        disbursal_amount: facts.quote.disbursal_amount.into(),
        total_payable: qist_domain::kfs::Figures::of(&facts.quote).total_paid.into(),
        apr: facts.apr.nominal.clone(),
        emis: emis.collect(),
        kfs_url: api.app.statement_link(&facts),
        proposal_number: facts.proposal_number,
    }))
}
