//! Where a drawdown stands, and every move of it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransactionStatus {
    /// Drawn by the borrower; the limit is reserved.
    Processing,
    /// The sourcing entity has handed over what was bought.
    Confirmed,
    Disbursed,
    /// An instalment is past its due day.
    Overdue,
    Paid,
    Cancelled,
    /// Its parts stand in its place.
    Split,
    /// It stands within another.
    Merged,
}

macro_rules! actions {
    ($($action:ident),*) => {
        /// What can be done to a drawdown. Each is accepted, or refused, in each status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum TransactionAction { $($action,)* }
        impl TransactionAction {
            pub const ALL: &[TransactionAction] = &[$(TransactionAction::$action,)*];
        }
    };
}
actions!(Confirm, Cancel, Expire, Split, Merge, Disburse, FallOverdue, CatchUp, PayOff);

impl TransactionStatus {
    pub const ALL: &[TransactionStatus] = &[
        TransactionStatus::Processing,
        TransactionStatus::Confirmed,
        TransactionStatus::Disbursed,
        TransactionStatus::Overdue,
        TransactionStatus::Paid,
        TransactionStatus::Cancelled,
        TransactionStatus::Split,
        TransactionStatus::Merged,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TransactionStatus::Processing => "PROCESSING",
            TransactionStatus::Confirmed => "CONFIRMED",
            TransactionStatus::Disbursed => "DISBURSED",
            TransactionStatus::Overdue => "OVERDUE",
            TransactionStatus::Paid => "PAID",
            TransactionStatus::Cancelled => "CANCELLED",
            TransactionStatus::Split => "SPLIT",
            TransactionStatus::Merged => "MERGED",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<TransactionStatus> {
        Self::ALL.iter().copied().find(|status| status.name() == name)
    }

    /// Whether the limit is kept for it.
    #[must_use]
    pub fn reserves(self) -> bool {
        matches!(self, TransactionStatus::Processing | TransactionStatus::Confirmed)
    }

    /// Whether money has gone out for it.
    #[must_use]
    pub fn is_drawn(self) -> bool {
        matches!(self, TransactionStatus::Disbursed | TransactionStatus::Overdue | TransactionStatus::Paid)
    }

    /// Whether the sourcing entity sees it: what was split or merged is seen as what it has become.
    #[must_use]
    pub fn is_shown(self) -> bool {
        !matches!(self, TransactionStatus::Split | TransactionStatus::Merged)
    }

    /// The status after `action`, or `None` where the action is refused.
    #[must_use]
    pub fn after(self, action: TransactionAction) -> Option<TransactionStatus> {
        use TransactionAction as A;
        use TransactionStatus as S;
        let after = match (self, action) {
            (S::Processing, A::Confirm) => S::Confirmed,
            (S::Processing, A::Cancel | A::Expire) => S::Cancelled,
            (S::Processing, A::Split) => S::Split,
            (S::Processing, A::Merge) => S::Merged,
            (S::Confirmed, A::Disburse) => S::Disbursed,
            (S::Disbursed | S::Overdue, A::FallOverdue) => S::Overdue,
            (S::Disbursed | S::Overdue, A::CatchUp) => S::Disbursed,
            (S::Disbursed | S::Overdue, A::PayOff) => S::Paid,
            _ => return None,
        };
        Some(after)
    }
}
