use axum::extract::State;
use qist_app::credit_lines::view::ReadTransactions;
use serde::Serialize;
use utoipa::ToSchema;

use super::shape::TransactionData;
use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

#[derive(Debug, Serialize, ToSchema)]
pub struct TransactionsData {
    transactions: Vec<TransactionData>,
}

/// Credit Line Transactions
///
/// A customer's drawdowns, newest first.
#[utoipa::path(
    get,
    path = "/v1/creditline/transactions",
    tag = "Credit Lines",
    security(("server_key" = [])),
    params(
        ("customerID" = String, Query, description = "The customer."),
        ("partnerTxnID" = Option<String>, Query, description = "Only those with this id of yours."),
    ),
    responses(
        (status = 200, description = "The transactions.", body = Envelope<TransactionsData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "There is no such customer, or it has no credit line.", body = EnvelopeError),
    )
)]
pub async fn line_transactions(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<TransactionsData>, Contract> {
    let customer_id = params.required("customerID")?;
    let partner_txn_id = params.optional("partnerTxnID");
    let found = api.app.ask(caller, ReadTransactions { customer_id, partner_txn_id, overdue: false }).await?;
    Ok(Envelope::of(TransactionsData { transactions: found.into_iter().map(Into::into).collect() }))
}
