//! What an upload said of a statement at once, before its analysis.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// Whose account it is, as printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub account_id: Option<String>,
    pub account_number: Option<String>,
    pub address: Option<String>,
    pub name: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Account by account; empty where nothing was found.
    pub identities: Vec<Identity>,
    /// What is wrong with the file itself; absent where nothing is.
    pub fraud_type: Option<String>,
    pub from: Option<Day>,
    pub to: Option<Day>,
}
