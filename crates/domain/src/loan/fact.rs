//! The immutable facts of a loan's life. A position is computed from them, never patched.

use serde::{Deserialize, Serialize};

use crate::day::{Day, Instant};
use crate::event::EntityType;
use crate::id::FactId;
use crate::money::Paise;
use crate::product::ContingentKind;

/// What happened. `value_day` is when it counts; `recorded_at` is when Qist learned of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub id: FactId,
    pub value_day: Day,
    pub recorded_at: Instant,
    pub kind: FactKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FactKind {
    /// The lender paid out, net of fee and GST.
    Disbursed { utr: String },
    /// Money came in for an instalment.
    Paid(Paid),
    /// A penal charge on an instalment, by a rule of the Key Facts Statement.
    Charged { installment_num: u32, charge: ContingentKind, amount: Paise },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// The instalment that the payer named.
    pub installment_num: u32,
    pub amount: Paise,
    pub mode: String,
    /// The bank's reference, or the payer's transaction id: unique in the tenant for ever.
    pub reference: String,
    pub by: EntityType,
}

impl Fact {
    /// The order in which facts count, whatever order they were learned in.
    pub(super) fn rank(&self) -> (Day, u8, FactId) {
        let rank = match self.kind {
            FactKind::Disbursed { .. } => 0,
            FactKind::Charged { .. } => 1,
            FactKind::Paid(_) => 2,
        };
        (self.value_day, rank, self.id)
    }
}
