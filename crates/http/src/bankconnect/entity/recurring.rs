use axum::Json;
use axum::extract::State;
use qist_statement::Direction;
use qist_statement::analysis::{AccountAnalysis, RecurringSet};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bankconnect::report::{Shared, TransactionData, picked};
use crate::bankconnect::shape::EntityPath;
use crate::error::Bank;
use crate::extract::BankServer;
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct SetData {
    account_id: String,
    /// Of its first member.
    #[schema(example = "2018-10-01 00:00:00")]
    start_date: String,
    /// Of its last member.
    #[schema(example = "2019-03-01 00:00:00")]
    end_date: String,
    /// In upper case.
    #[schema(example = "NET_BANKING_TRANSFER")]
    transaction_channel: String,
    /// The upper one of the two in the middle where their count is even.
    median: Rupees,
    clean_transaction_note: String,
    transactions: Vec<TransactionData>,
}

#[derive(Serialize, ToSchema)]
pub struct Sets {
    credit_transactions: Vec<SetData>,
    debit_transactions: Vec<SetData>,
}

#[derive(Serialize, ToSchema)]
pub struct Recurring {
    #[serde(flatten)]
    shared: Shared,
    transactions: Sets,
}

fn set_of(account: &AccountAnalysis, set: &RecurringSet) -> Option<SetData> {
    let members: Vec<_> = picked(account, &set.members).collect();
    let (first, last) = (members.first()?, members.last()?);
    Some(SetData {
        account_id: account.account.clone(),
        start_date: first.date_text(),
        end_date: last.date_text(),
        transaction_channel: set.channel.map(|channel| channel.as_str().to_ascii_uppercase()).unwrap_or_default(),
        median: Rupees(set.median),
        clean_transaction_note: set.clean_note.clone(),
        transactions: members.into_iter().map(|row| TransactionData::of_set(account, row)).collect(),
    })
}

/// Recurring Transactions
///
/// Payments from and to the same party that come again and again.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/recurring_transactions/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The sets.", body = Recurring),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_recurring_transactions(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<Recurring>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    let of = |direction: Direction| {
        let of_account = |account: &AccountAnalysis| {
            let sets = account.recurring.iter().filter(|set| set.direction == direction);
            sets.filter_map(|set| set_of(account, set)).collect::<Vec<_>>()
        };
        report.analysis.accounts.iter().flat_map(of_account).collect()
    };
    let transactions = Sets { credit_transactions: of(Direction::Credit), debit_transactions: of(Direction::Debit) };
    Ok(Json(Recurring { shared: Shared::from(&report), transactions }))
}
