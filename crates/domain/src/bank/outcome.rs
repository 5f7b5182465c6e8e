//! What an upload said of a statement at once, before its analysis.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// An account, as a statement prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The same for all statements of the same account of one entity.
    pub account_id: String,
    pub account_number: Option<String>,
    pub ifsc: Option<String>,
    pub micr: Option<String>,
    pub name: Option<String>,
    pub address: Option<String>,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// In the order of the file; none where it could not be read.
    pub accounts: Vec<Account>,
    /// What is wrong with the file itself; absent where nothing is.
    pub fraud_type: Option<String>,
}

impl Outcome {
    /// The first and the last day that any of its accounts covers.
    #[must_use]
    pub fn range(&self) -> (Option<Day>, Option<Day>) {
        let from = self.accounts.iter().filter_map(|account| account.from).min();
        let to = self.accounts.iter().filter_map(|account| account.to).max();
        (from, to)
    }
}
