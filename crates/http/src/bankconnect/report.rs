//! What every analysis shows besides its own: how far it is, which accounts there are, and what is wrong with the files.

use std::collections::BTreeSet;

use qist_app::bankconnect::read::Report;
use qist_domain::bank::{Account, Statement, StatementState, progress};
use qist_statement::analysis::{AccountAnalysis, Month, Transaction, is_change};
use qist_statement::{Category, Channel, Description, Fraud};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct ProgressData {
    statement_id: String,
    /// `processing`, `completed` or `failed`.
    #[schema(example = "completed")]
    status: &'static str,
    /// Why it failed.
    message: Option<String>,
    /// `pdf`, or `online` for an account aggregator's data.
    #[schema(example = "pdf")]
    source: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct AccountData {
    account_id: String,
    /// The bank's identifier.
    #[schema(example = "axis")]
    bank: String,
    account_number: Option<String>,
    #[schema(example = "UTIB0000123")]
    ifsc: Option<String>,
    micr: Option<String>,
    /// Those that statements cover, ascending.
    #[schema(example = json!(["2018-10", "2018-11"]))]
    months: Vec<String>,
    statements: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct FraudItem {
    statement_id: String,
    #[schema(example = "inconsistent_transaction")]
    fraud_type: &'static str,
    /// The row, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_hash: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct FraudData {
    fraudulent_statements: Vec<String>,
    fraud_type: Vec<FraudItem>,
}

/// The parts that nearly all analyses share.
#[derive(Serialize, ToSchema)]
pub struct Shared {
    entity_id: String,
    progress: Vec<ProgressData>,
    accounts: Vec<AccountData>,
    fraud: FraudData,
}

#[derive(Serialize, ToSchema)]
pub struct IdentityData {
    account_id: Option<String>,
    account_number: Option<String>,
    address: Option<String>,
    name: Option<String>,
}

impl From<&Account> for IdentityData {
    fn from(account: &Account) -> IdentityData {
        IdentityData {
            account_id: Some(account.account_id.clone()),
            account_number: account.account_number.clone(),
            address: account.address.clone(),
            name: account.name.clone(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct TransactionData {
    /// As printed.
    transaction_note: String,
    /// The same for the same row in every upload.
    hash: String,
    /// Empty where nothing more is known.
    description: &'static str,
    account_id: String,
    /// `debit` or `credit`.
    #[schema(example = "credit")]
    transaction_type: &'static str,
    amount: Rupees,
    #[schema(example = "2018-12-31 00:00:00")]
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_category: Option<&'static str>,
    balance: Rupees,
    #[schema(example = "net_banking_transfer")]
    transaction_channel: &'static str,
    /// The note's readable words.
    #[serde(skip_serializing_if = "Option::is_none")]
    clean_transaction_note: Option<String>,
    /// Of a salary: its month and year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "12-2018")]
    month_year: Option<String>,
}

impl TransactionData {
    pub fn of(account: &AccountAnalysis, row: &Transaction) -> TransactionData {
        TransactionData {
            transaction_note: row.note.clone(),
            hash: row.hash.clone(),
            description: row.description.map_or("", Description::as_str),
            account_id: account.account.clone(),
            transaction_type: row.direction.as_str(),
            amount: Rupees(row.amount),
            date: row.date_text(),
            merchant_category: Some(row.category.map_or("", Category::as_str)),
            balance: Rupees(row.balance),
            transaction_channel: row.channel.map_or("", Channel::as_str),
            clean_transaction_note: None,
            month_year: None,
        }
    }

    /// As salaries show it.
    pub fn of_salary(account: &AccountAnalysis, row: &Transaction) -> TransactionData {
        TransactionData { month_year: Some(Month::of(row.day).month_year()), ..TransactionData::cleaned(account, row) }
    }

    /// As recurring sets show their members.
    pub fn of_set(account: &AccountAnalysis, row: &Transaction) -> TransactionData {
        TransactionData { merchant_category: None, ..TransactionData::cleaned(account, row) }
    }

    fn cleaned(account: &AccountAnalysis, row: &Transaction) -> TransactionData {
        TransactionData { clean_transaction_note: Some(row.clean_note.clone()), ..TransactionData::of(account, row) }
    }
}

/// The rows at these places.
pub fn picked<'a>(account: &'a AccountAnalysis, places: &'a [usize]) -> impl Iterator<Item = &'a Transaction> {
    places.iter().filter_map(|place| account.transactions.get(*place))
}

pub fn progress_of(report: &Report) -> Vec<ProgressData> {
    let shown = |statement: &Statement| ProgressData {
        statement_id: statement.id.to_string(),
        status: statement.state.name(),
        message: statement.message.clone(),
        source: statement.source.name(),
    };
    progress(&report.statements).into_iter().map(shown).collect()
}

/// Those that can be used, each with its accounts.
pub fn usable(report: &Report) -> impl Iterator<Item = (&Statement, &Account)> {
    let read = report.statements.iter().filter(|statement| statement.state != StatementState::Failed);
    read.flat_map(|statement| statement.outcome.accounts.iter().map(move |account| (statement, account)))
}

/// One row for each account, in the order in which they came.
pub fn accounts_of(report: &Report) -> Vec<AccountData> {
    let mut accounts: Vec<AccountData> = Vec::new();
    for (statement, account) in usable(report) {
        let at = accounts.iter().position(|known| known.account_id == account.account_id);
        let id = statement.id.to_string();
        let Some(at) = at else {
            accounts.push(new_account(report, statement, account));
            continue;
        };
        let known = &mut accounts[at];
        if !known.statements.contains(&id) {
            known.statements.push(id);
        }
        known.ifsc = known.ifsc.take().or_else(|| account.ifsc.clone());
        known.micr = known.micr.take().or_else(|| account.micr.clone());
    }
    accounts
}

fn new_account(report: &Report, statement: &Statement, account: &Account) -> AccountData {
    let analysed = report.analysis.accounts.iter().find(|analysed| analysed.account == account.account_id);
    AccountData {
        account_id: account.account_id.clone(),
        bank: statement.bank.clone(),
        account_number: account.account_number.clone(),
        ifsc: account.ifsc.clone(),
        micr: account.micr.clone(),
        months: analysed
            .map(|analysed| analysed.months.iter().map(|month| month.dashed()).collect())
            .unwrap_or_default(),
        statements: vec![statement.id.to_string()],
    }
}

/// What is wrong with the files: known at once of the file itself, and of its rows once they are analysed.
fn fraud_of(report: &Report) -> FraudData {
    let mut items = Vec::new();
    for statement in report.statements.iter().filter(|statement| statement.state == StatementState::Processing) {
        if let Some(fraud) = statement.outcome.fraud_type.as_deref().and_then(Fraud::named) {
            items.push(item(&statement.id.to_string(), fraud, None));
        }
    }
    for finding in report.analysis.findings.iter().filter(|finding| is_change(finding.fraud)) {
        if finding.hashes.is_empty() {
            items.push(item(&finding.statement, finding.fraud, None));
        }
        items.extend(finding.hashes.iter().map(|hash| item(&finding.statement, finding.fraud, Some(hash))));
    }
    let mut seen = BTreeSet::new();
    let statements = items.iter().map(|item| item.statement_id.clone());
    let fraudulent_statements = statements.filter(|id| seen.insert(id.clone())).collect();
    FraudData { fraudulent_statements, fraud_type: items }
}

fn item(statement_id: &str, fraud: Fraud, hash: Option<&String>) -> FraudItem {
    FraudItem { statement_id: statement_id.to_owned(), fraud_type: fraud.as_str(), transaction_hash: hash.cloned() }
}

impl From<&Report> for Shared {
    fn from(report: &Report) -> Shared {
        Shared {
            entity_id: report.entity.id.to_string(),
            progress: progress_of(report),
            accounts: accounts_of(report),
            fraud: fraud_of(report),
        }
    }
}
