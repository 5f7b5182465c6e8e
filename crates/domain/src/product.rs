//! The terms of a loan product. Each convention is a named setting with a default; nothing is implied.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Roll, Weekend};
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::rate::Percent;
use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmiMethod {
    /// Interest on the whole amount for the whole tenure, in equal instalments.
    FlatRate,
    /// Interest on what is still owed: the annuity formula.
    ReducingBalance,
}

impl EmiMethod {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EmiMethod::FlatRate => "flat_rate",
            EmiMethod::ReducingBalance => "reducing_balance",
        }
    }
}

/// What the lender charges for processing, before GST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fee {
    Fixed {
        amount_paise: Paise,
    },
    /// A part of the amount lent, rounded half up to the paisa, kept between the two bounds.
    Percent {
        percent: Percent,
        min_paise: Paise,
        max_paise: Paise,
    },
}

impl Fee {
    pub fn on(&self, amount: Paise) -> Result<Paise, MoneyError> {
        match self {
            Fee::Fixed { amount_paise } => Ok(*amount_paise),
            Fee::Percent { percent, min_paise, max_paise } => {
                let fee = percent_of(amount, *percent)?;
                Ok(fee.max(*min_paise).min(*max_paise))
            }
        }
    }
}

/// So many percent of an amount, rounded half up to the paisa.
pub fn percent_of(amount: Paise, percent: Percent) -> Result<Paise, MoneyError> {
    let exact = amount.rupees().checked_mul(percent.fraction()).ok_or(MoneyError::OutOfRange)?;
    Paise::round_from(exact, RoundingUnit::Paisa, Rounding::HalfUp)
}

/// Everything that turns an amount, a tenure and a day into a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub method: EmiMethod,
    pub annual_rate: Percent,
    pub fee: Fee,
    /// GST on the fee. Interest is exempt (Notification 12/2017-CT(R), serial 27).
    pub gst: Percent,
    #[serde(default = "rupee")]
    pub emi_unit: RoundingUnit,
    #[serde(default = "half_up")]
    pub emi_rounding: Rounding,
    #[serde(default = "following")]
    pub roll: Roll,
    #[serde(default = "sat_sun")]
    pub calendar: Calendar,
    /// Months from disbursal to the first instalment.
    #[serde(default = "one")]
    pub first_due_months: u32,
}

fn rupee() -> RoundingUnit {
    RoundingUnit::Rupee
}
fn half_up() -> Rounding {
    Rounding::HalfUp
}
fn following() -> Roll {
    Roll::Following
}
fn sat_sun() -> Calendar {
    Calendar { weekend: Weekend::SatSun, holidays: Vec::new() }
}
fn one() -> u32 {
    1
}

/// The longest loan: thirty years.
pub const TENURE_MONTHS_MAX: u32 = 360;

impl Terms {
    /// Refuses settings outside their ranges, naming the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.annual_rate.fraction() > Decimal::from(6) {
            return Err(Refusal::invalid("annualInterest", "must be at most 600 percent a year"));
        }
        if self.gst.fraction() > Decimal::ONE {
            return Err(Refusal::invalid("gst", "must be at most 100 percent"));
        }
        if !(1..=12).contains(&self.first_due_months) {
            return Err(Refusal::invalid("firstDueMonths", "must be from 1 to 12"));
        }
        let least = match &self.fee {
            Fee::Fixed { amount_paise } => amount_paise,
            Fee::Percent { min_paise, .. } => min_paise,
        };
        if *least < Paise::ZERO {
            return Err(Refusal::invalid("processingFee", "must not be negative"));
        }
        if let Fee::Percent { min_paise, max_paise, .. } = &self.fee
            && min_paise > max_paise
        {
            return Err(Refusal::invalid("processingFee", "the minimum is above the maximum"));
        }
        Ok(())
    }
}
