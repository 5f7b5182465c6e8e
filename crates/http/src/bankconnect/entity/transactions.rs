//! Rows: all of them, salaries, and what lenders pay and take.

use axum::Json;
use axum::extract::State;
use qist_app::bankconnect::read::Report;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::bankconnect::report::{Shared, TransactionData, picked};
use crate::bankconnect::shape::EntityPath;
use crate::error::Bank;
use crate::extract::{BankServer, Params};
use crate::router::Api;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described: the values are read from the query, which may hold more")]
pub struct OneAccountParams {
    /// Only the rows of this account.
    account_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Transactions {
    #[serde(flatten)]
    shared: Shared,
    /// Account by account, oldest first.
    transactions: Vec<TransactionData>,
}

impl Transactions {
    fn of(report: &Report, transactions: Vec<TransactionData>) -> Transactions {
        Transactions { shared: Shared::from(report), transactions }
    }
}

/// The analysed accounts, or the one that is asked for.
fn accounts<'a>(
    report: &'a Report,
    params: &Params,
) -> impl Iterator<Item = &'a qist_statement::analysis::AccountAnalysis> {
    let only = params.optional("account_id");
    report.analysis.accounts.iter().filter(move |account| only.as_ref().is_none_or(|only| *only == account.account))
}

/// Transactions
///
/// Every row of an entity's statements once, with what it was made of.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/transactions/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity."), OneAccountParams),
    responses(
        (status = 200, description = "The rows.", body = Transactions),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_transactions(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
    params: Params,
) -> Result<Json<Transactions>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let rows = accounts(&report, &params)
        .flat_map(|account| account.transactions.iter().map(|row| TransactionData::of(account, row)));
    Ok(Json(Transactions::of(&report, rows.collect())))
}

/// Salary
///
/// The credits that are a salary.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/salary/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity."), OneAccountParams),
    responses(
        (status = 200, description = "The rows.", body = Transactions),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_salary(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
    params: Params,
) -> Result<Json<Transactions>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let rows = accounts(&report, &params).flat_map(|account| {
        picked(account, &account.salary).map(|row| TransactionData::of_salary(account, row)).collect::<Vec<_>>()
    });
    Ok(Json(Transactions::of(&report, rows.collect())))
}

/// Lender Transactions
///
/// What lenders paid out and what was paid to them.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/lender_transactions/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity."), OneAccountParams),
    responses(
        (status = 200, description = "The rows.", body = Transactions),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_lender_transactions(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
    params: Params,
) -> Result<Json<Transactions>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let rows = accounts(&report, &params).flat_map(|account| {
        picked(account, &account.lender).map(|row| TransactionData::of(account, row)).collect::<Vec<_>>()
    });
    Ok(Json(Transactions::of(&report, rows.collect())))
}
