use axum::extract::State;
use qist_app::applications::list::ListLoans;
use qist_app::ports::store::{LoanFilter, LoanRow};
use qist_domain::application::LoanStatus;
use qist_domain::refusal::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

#[derive(Debug, Serialize, ToSchema)]
pub struct LoansData {
    /// How many match, on all pages together.
    total: i64,
    loans: Vec<LoanEntry>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoanEntry {
    #[serde(rename = "loanApplicationID")]
    loan_application_id: String,
    loan_application_num: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    created_at: String,
    #[schema(example = "BANK_ADDED")]
    status: &'static str,
    #[serde(rename = "customerID")]
    customer_id: String,
}

/// List Loans
///
/// Newest first. All filters together must hold.
#[utoipa::path(
    get,
    path = "/v1/loans",
    tag = "Loans",
    security(("server_key" = [])),
    params(
        ("limit" = Option<i64>, Query, description = "Records per page, 1 to 500. Default 10."),
        ("page" = Option<i64>, Query, description = "Page number from 1. Default 1."),
        ("from" = Option<String>, Query, description = "First day, `yyyy-mm-dd` in IST, inclusive."),
        ("to" = Option<String>, Query, description = "Last day, `yyyy-mm-dd` in IST, inclusive. Default today."),
        ("customerID" = Option<String>, Query, description = "A part of the customer id; case does not matter."),
        ("mobile" = Option<String>, Query, description = "A part of the mobile number."),
        ("statusText" = Option<String>, Query, description = "A loan status."),
    ),
    responses(
        (status = 200, description = "A page of loan applications.", body = Envelope<LoansData>),
        (status = 400, description = "A parameter is out of range, or the status is unknown.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
    )
)]
pub async fn list_loans(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<LoansData>, Contract> {
    let listed = api.app.ask(caller, ListLoans { filter: loan_filter(&params)? }).await?;
    Ok(Envelope::of(LoansData { total: listed.total, loans: listed.rows.into_iter().map(shape).collect() }))
}

pub(crate) fn loan_filter(params: &Params) -> Result<LoanFilter, Refusal> {
    let (limit, offset) = params.page()?;
    Ok(LoanFilter {
        from: params.day("from")?.map(|day| day.start()),
        until: params.day("to")?.map(|day| day.plus_days(1).start()),
        customer_id: params.optional("customerID"),
        mobile: params.optional("mobile"),
        status: params.choice("statusText", LoanStatus::ALL, LoanStatus::name)?,
        limit,
        offset,
    })
}

fn shape(row: LoanRow) -> LoanEntry {
    LoanEntry {
        loan_application_id: row.id.to_string(),
        loan_application_num: row.number,
        created_at: row.created_at.utc_text(),
        status: row.status.name(),
        customer_id: row.customer_id,
    }
}
