//! What the credit bureau said, and how far asking it has come.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BureauStatus {
    #[default]
    NotFetched,
    Waiting,
    Completed,
    CompletedNoScore,
    RecordNotFound,
    Failed,
}

impl BureauStatus {
    pub const ALL: &[BureauStatus] = &[
        BureauStatus::NotFetched,
        BureauStatus::Waiting,
        BureauStatus::Completed,
        BureauStatus::CompletedNoScore,
        BureauStatus::RecordNotFound,
        BureauStatus::Failed,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            BureauStatus::NotFetched => "not_fetched",
            BureauStatus::Waiting => "waiting",
            BureauStatus::Completed => "completed",
            BureauStatus::CompletedNoScore => "completed_no_score",
            BureauStatus::RecordNotFound => "record_not_found",
            BureauStatus::Failed => "failed",
        }
    }

    /// Whether nothing more will come unless it is asked again.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, BureauStatus::NotFetched | BureauStatus::Waiting)
    }
}

/// The bureau's state for one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bureau {
    pub status: BureauStatus,
    /// 300 to 900.
    pub score: Option<i64>,
    /// A question that the bureau asks the customer before it answers.
    pub question: Option<String>,
    /// Why asking failed, in the provider's words made fit for an operator.
    pub failure: Option<String>,
}
