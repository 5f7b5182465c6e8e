//! The immutable facts of a loan's life. A position is computed from them, never patched.

use serde::{Deserialize, Serialize};

use super::schedule::Row;
use crate::day::{Day, Instant};
use crate::event::EntityType;
use crate::id::FactId;
use crate::money::Paise;
use crate::product::{ContingentKind, Terms};

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
    /// A charge on an instalment, by a rule of the Key Facts Statement. `amount` includes `gst`.
    Charged {
        installment_num: u32,
        charge: ContingentKind,
        amount: Paise,
        #[serde(default)]
        gst: Paise,
    },
    /// A payment did not stand: a cheque was returned, a debit was taken back. It counts as never made.
    Reversed { fact: FactId, reason: String },
    /// The lender lets the borrower off a part of an instalment.
    Waived(Waived),
    /// Money that was held for dues to come went back to the borrower.
    Refunded { amount: Paise, reference: String },
    /// A part of the principal was paid early.
    Prepaid(Prepaid),
    /// The lender changed the instalments to come.
    Rescheduled(Box<Rescheduled>),
    /// Everything falls due on the day: the borrower closes the loan.
    Accelerated { why: Acceleration, rows: Vec<Row>, charge: Paise, gst: Paise },
    /// The borrower's account with the lender became non-performing, or standard again.
    Classified { npa: bool },
    /// The lender gave the loan up in its books; the borrower still owes it.
    WrittenOff { reason: String },
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waived {
    pub installment_num: u32,
    pub charge: Paise,
    pub interest: Paise,
    pub principal: Paise,
    pub reason: String,
}

/// What the borrower wants a part-prepayment to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrepaymentEffect {
    ShorterTenure,
    SmallerEmi,
}

impl PrepaymentEffect {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PrepaymentEffect::ShorterTenure => "shorter_tenure",
            PrepaymentEffect::SmallerEmi => "smaller_emi",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepaid {
    /// All that was paid: principal, charge and its GST.
    pub amount: Paise,
    pub principal: Paise,
    pub charge: Paise,
    pub gst: Paise,
    pub effect: PrepaymentEffect,
    pub mode: String,
    pub reference: String,
    pub by: EntityType,
    /// The instalment from here on.
    pub emi: Paise,
    /// The instalments to come, in place of those with the same numbers and later ones.
    pub rows: Vec<Row>,
}

/// Why a lender changes the instalments to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rescheduling {
    Restructure,
    DueDateChange,
    Moratorium,
    RateChange,
}

impl Rescheduling {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rescheduling::Restructure => "restructure",
            Rescheduling::DueDateChange => "due_date_change",
            Rescheduling::Moratorium => "moratorium",
            Rescheduling::RateChange => "rate_change",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescheduled {
    pub why: Rescheduling,
    pub reason: String,
    pub basis: Basis,
    pub rows: Vec<Row>,
}

/// What the instalments from a number on were computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    pub terms: Terms,
    /// From where interest runs.
    pub start: Day,
    /// The instalment before the first one that is computed so.
    pub after_num: u32,
    pub emi: Paise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceleration {
    Foreclosure,
    /// Within the cooling-off period: principal and interest for the days, nothing else (RBI/2025-26/36, paragraph 10).
    CoolingOff,
    /// The lender takes less than is owed.
    Settlement,
}

impl Acceleration {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Acceleration::Foreclosure => "foreclosure",
            Acceleration::CoolingOff => "cooling_off",
            Acceleration::Settlement => "settlement",
        }
    }
}

impl FactKind {
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            FactKind::Disbursed { .. } => "disbursed",
            FactKind::Paid(_) => "paid",
            FactKind::Charged { .. } => "charged",
            FactKind::Reversed { .. } => "reversed",
            FactKind::Waived(_) => "waived",
            FactKind::Refunded { .. } => "refunded",
            FactKind::Prepaid(_) => "prepaid",
            FactKind::Rescheduled(_) => "rescheduled",
            FactKind::Accelerated { .. } => "accelerated",
            FactKind::Classified { .. } => "classified",
            FactKind::WrittenOff { .. } => "written_off",
        }
    }

    /// The instalments that it puts in place of others, if it does.
    #[must_use]
    pub fn new_rows(&self) -> Option<&[Row]> {
        match self {
            FactKind::Prepaid(Prepaid { rows, .. }) | FactKind::Accelerated { rows, .. } => Some(rows),
            FactKind::Rescheduled(rescheduled) => Some(&rescheduled.rows),
            _ => None,
        }
    }
}

impl Fact {
    /// The order in which facts count, whatever order they were learned in. Changes of the schedule build on each other, so
    /// that of two on one day the one that was made first counts first.
    pub(super) fn rank(&self) -> (Day, u8, i64, FactId) {
        let rank = match self.kind {
            FactKind::Disbursed { .. } => 0,
            FactKind::Rescheduled(_) => 1,
            FactKind::Charged { .. } => 2,
            FactKind::Prepaid(_) | FactKind::Accelerated { .. } => 3,
            FactKind::Paid(_) => 4,
            FactKind::Waived(_) => 5,
            FactKind::Refunded { .. } => 6,
            FactKind::Reversed { .. } => 7,
            FactKind::Classified { .. } => 8,
            FactKind::WrittenOff { .. } => 9,
        };
        let made = if self.kind.new_rows().is_some() { self.recorded_at.micros() } else { 0 };
        (self.value_day, rank, made, self.id)
    }
}
