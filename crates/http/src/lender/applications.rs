use axum::Json;
use axum::extract::State;
use qist_app::lender::list::ListAssigned;
use qist_app::ports::store::LoanRow;
use qist_domain::money::Paise;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{LenderCaller, Params};
use crate::partner::loans::loan_filter;
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct AssignedData {
    /// How many match, on all pages together.
    #[schema(example = 1)]
    total: i64,
    applications: Vec<AssignedEntry>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssignedEntry {
    #[serde(rename = "loanApplicationID")]
    #[schema(example = "2fee9ba7-52e1-4873-8328-e0dff99cdc83")]
    loan_application_id: String,
    #[schema(example = "FB1600196175625806")]
    loan_application_num: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    #[schema(example = "2020-09-15 18:56:15")]
    created_at: String,
    #[schema(example = "KYC_SUCCESS")]
    status: &'static str,
    /// The sourcing entity's own id of the customer.
    #[serde(rename = "customerID")]
    #[schema(example = "somecustomerid")]
    customer_id: String,
    /// What was applied for.
    #[schema(example = 15000)]
    amount: Rupees,
}

const FILTERS: &[&str] = &["limit", "page", "from", "to", "customerID", "mobile", "statusText"];

/// List Applications
///
/// The applications that are assigned to you, newest first. All filters together must hold.
#[utoipa::path(
    get,
    path = "/v1/lender/applications",
    tag = "Lender",
    security(("lender_key" = [])),
    params(
        ("limit" = Option<i64>, Query, description = "Records per page, 1 to 500. Default 10.", example = 10),
        ("page" = Option<i64>, Query, description = "Page number from 1. Default 1.", example = 1),
        ("from" = Option<String>, Query, description = "First day, `yyyy-mm-dd` in IST, inclusive.", example = "2021-02-01"),
        ("to" = Option<String>, Query, description = "Last day, `yyyy-mm-dd` in IST, inclusive. Default today.", example = "2021-02-28"),
        ("customerID" = Option<String>, Query, description = "A part of the customer id; case does not matter."),
        ("mobile" = Option<String>, Query, description = "A part of the mobile number."),
        ("statusText" = Option<String>, Query, description = "A loan status.", example = "KYC_SUCCESS"),
    ),
    responses(
        (status = 200, description = "A page of applications.", body = AssignedData),
        (status = 400, description = "A parameter is out of range or not known, or the status is unknown."),
    )
)]
pub async fn list_assigned(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    params: Params,
) -> Result<Json<AssignedData>, Own> {
    let filter = loan_filter(params.only(FILTERS)?)?;
    let listed = api.app.ask(caller, ListAssigned { filter }).await?;
    Ok(Json(AssignedData { total: listed.total, applications: listed.rows.into_iter().map(shape).collect() }))
}

fn shape(row: LoanRow) -> AssignedEntry {
    AssignedEntry {
        loan_application_id: row.id.to_string(),
        loan_application_num: row.number,
        created_at: row.created_at.utc_text(),
        status: row.status.name(),
        customer_id: row.customer_id,
        amount: Paise::new(row.amount_paise).into(),
    }
}
