//! In which order a payment pays what is owed.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Charge,
    Interest,
    Principal,
}

impl Part {
    pub const ALL: [Part; 3] = [Part::Charge, Part::Interest, Part::Principal];
}

/// How money that is not for a named instalment goes through those that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocateBy {
    /// The oldest instalment is paid wholly before the next.
    #[default]
    Installment,
    /// The first part of all instalments is paid before the second part of any: all interest before any principal.
    Part,
}

/// The named instalment is always paid first, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    pub order: Vec<Part>,
    #[serde(default)]
    pub by: AllocateBy,
}

impl Default for Allocation {
    fn default() -> Self {
        Allocation { order: Part::ALL.to_vec(), by: AllocateBy::Installment }
    }
}

impl Allocation {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let each_once = Part::ALL.iter().all(|part| self.order.iter().filter(|other| *other == part).count() == 1);
        if each_once && self.order.len() == Part::ALL.len() {
            return Ok(());
        }
        Err(Refusal::invalid("allocation.order", "must name charge, interest and principal, each once"))
    }
}
