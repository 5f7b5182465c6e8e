use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::view::{ListTransactions, ReadTransactionOfLender};
use qist_domain::credit_line::TransactionStatus;
use qist_domain::id::TransactionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{LenderCaller, Params, PathId};
use crate::partner::creditline::shape::TransactionData;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct LenderTransactions {
    transactions: Vec<TransactionData>,
}

/// List Transactions
///
/// Drawdowns on your lines in a status, newest first: those in `CONFIRMED` wait for your money.
#[utoipa::path(
    get,
    path = "/v1/lender/transactions",
    tag = "Lender",
    security(("lender_key" = [])),
    params(
        ("status" = Option<String>, Query, description = "`CONFIRMED` where absent."),
        ("limit" = Option<i64>, Query, description = "1 to 500; 20 where absent."),
        ("page" = Option<i64>, Query, description = "From 1."),
    ),
    responses(
        (status = 200, description = "The page.", body = LenderTransactions),
        (status = 400, description = "A parameter is not valid or not known."),
    )
)]
pub async fn list_transactions(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    params: Params,
) -> Result<Json<LenderTransactions>, Own> {
    params.only(&["status", "limit", "page"])?;
    let status = params.choice("status", TransactionStatus::ALL, TransactionStatus::name)?;
    let (limit, offset) = params.page()?;
    let status = status.unwrap_or(TransactionStatus::Confirmed);
    let found = api.app.ask(caller, ListTransactions { status, limit, offset }).await?;
    Ok(Json(LenderTransactions { transactions: found.into_iter().map(Into::into).collect() }))
}

/// Transaction
///
/// A drawdown on one of your lines.
#[utoipa::path(
    get,
    path = "/v1/lender/transactions/{txnID}",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<TransactionId>),
    responses(
        (status = 200, description = "The transaction.", body = TransactionData),
        (status = 404, description = "There is no such transaction on your lines."),
    )
)]
pub async fn read_transaction(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(transaction): PathId<TransactionId>,
) -> Result<Json<TransactionData>, Own> {
    Ok(Json(api.app.ask(caller, ReadTransactionOfLender { transaction }).await?.into()))
}
