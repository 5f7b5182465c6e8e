use axum::Json;
use axum::extract::State;
use qist_app::servicing::ledger::ReadTrialBalance;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::LenderCaller;
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct TrialBalanceData {
    accounts: Vec<AccountData>,
    /// Always zero.
    #[schema(example = 0)]
    total: Rupees,
}

#[derive(Serialize, ToSchema)]
struct AccountData {
    #[schema(example = "loan_principal")]
    account: String,
    /// Assets and costs are positive, income and debts negative.
    #[schema(example = 6500)]
    balance: Rupees,
}

/// Trial Balance
///
/// What each account of your books holds, over all loans.
#[utoipa::path(
    get,
    path = "/v1/lender/trial-balance",
    tag = "Lender",
    security(("lender_key" = [])),
    responses((status = 200, description = "The balances.", body = TrialBalanceData))
)]
pub async fn trial_balance(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
) -> Result<Json<TrialBalanceData>, Own> {
    let balances = api.app.ask(caller, ReadTrialBalance).await?;
    let total: qist_domain::money::Paise = balances.iter().map(|(_, amount)| *amount).sum();
    let account =
        |(account, balance): (String, qist_domain::money::Paise)| AccountData { account, balance: balance.into() };
    Ok(Json(TrialBalanceData { accounts: balances.into_iter().map(account).collect(), total: total.into() }))
}
