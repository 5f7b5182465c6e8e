use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::view::{LineView, PlanView, ReadMyLine};
use qist_domain::credit_line::Inactive;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::partner::creditline::shape::TransactionData;
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct MyLineData {
    line: LineData,
    /// Newest first.
    transactions: Vec<TransactionData>,
}

/// A credit line with what is used of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineData {
    #[serde(rename = "creditLineID")]
    #[schema(example = "98a24b8e-8f0b-4d9c-9f1c-550b9f1c5598")]
    credit_line_id: String,
    #[schema(example = "ACTIVE")]
    status: &'static str,
    #[schema(example = "")]
    inactive_reason: String,
    #[schema(example = 100000)]
    max_limit: Rupees,
    #[schema(example = 98800)]
    available_limit: Rupees,
    /// Principal that is owed.
    #[schema(example = 0)]
    drawn: Rupees,
    /// Kept for transactions that are not paid out.
    #[schema(example = 1200)]
    reserved: Rupees,
    /// Principal that is owed beyond the limit, because a payment did not stand.
    #[schema(example = 0)]
    over_limit: Rupees,
    /// `YYYY-MM-DD`: the last day for drawing.
    #[schema(example = "2022-01-18")]
    validity: String,
    /// `YYYY-MM-DD`: the last day for which KYC holds; absent where it holds as long as the line.
    #[schema(example = "2021-07-18")]
    kyc_until: Option<String>,
    plans: Vec<LinePlan>,
}

/// How a drawdown is repaid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LinePlan {
    #[schema(example = "pay_later")]
    code: String,
    #[schema(example = "Pay in 15 days")]
    name: String,
    #[schema(example = 100)]
    min_amount: Rupees,
    #[schema(example = 20000)]
    max_amount: Rupees,
    /// Instalments.
    #[schema(example = 1)]
    tenure: u32,
    /// Percent a year.
    #[schema(example = "0")]
    annual_interest: String,
}

impl From<LineView> for LineData {
    fn from(line: LineView) -> LineData {
        LineData {
            credit_line_id: line.id.to_string(),
            status: if line.inactive.is_some() { "INACTIVE" } else { "ACTIVE" },
            inactive_reason: line.inactive.as_ref().map(Inactive::reason).unwrap_or_default().to_owned(),
            max_limit: line.limit_max.into(),
            available_limit: line.available.into(),
            drawn: line.drawn.into(),
            reserved: line.reserved.into(),
            over_limit: line.over_limit.into(),
            validity: line.valid_until.to_string(),
            kyc_until: line.kyc_until.map(|day| day.to_string()),
            plans: line.plans.into_iter().map(LinePlan::from).collect(),
        }
    }
}

impl From<PlanView> for LinePlan {
    fn from(plan: PlanView) -> LinePlan {
        LinePlan {
            code: plan.code,
            name: plan.name,
            min_amount: plan.amount_min.into(),
            max_amount: plan.amount_max.into(),
            tenure: plan.tenure,
            annual_interest: plan.annual_rate_percent,
        }
    }
}

/// My Credit Line
///
/// The borrower's line, its plans and its transactions.
#[utoipa::path(
    get,
    path = "/v1/borrower/creditline",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses(
        (status = 200, description = "The line.", body = MyLineData),
        (status = 404, description = "The borrower has no credit line."),
    )
)]
pub async fn my_line(State(api): State<Api>, BorrowerCaller(caller): BorrowerCaller) -> Result<Json<MyLineData>, Own> {
    let (line, transactions) = api.app.ask(caller, ReadMyLine).await?;
    Ok(Json(MyLineData { line: line.into(), transactions: transactions.into_iter().map(Into::into).collect() }))
}
