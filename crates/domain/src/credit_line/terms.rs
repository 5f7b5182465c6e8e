//! What a credit line promises: how long it can be drawn on, and the plans that each drawdown chooses from.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::loan::Quote;
use crate::money::Paise;
use crate::product::Terms;
use crate::refusal::Refusal;

/// How a drawdown is repaid: its own small loan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Short, lower-case, unique in the line.
    pub code: String,
    pub name: String,
    pub amount_min: Paise,
    pub amount_max: Paise,
    pub tenure: u32,
    pub terms: Terms,
}

impl Plan {
    #[must_use]
    pub fn fits(&self, amount: Paise) -> bool {
        (self.amount_min..=self.amount_max).contains(&amount)
    }
}

/// What a borrower is about to draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawdown {
    /// The sourcing entity's own id of it.
    pub partner_txn_id: String,
    /// The code of the plan that the borrower chose.
    pub plan: String,
}

/// What makes an offer a credit line; the terms of the offer itself are those of drawing all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTerms {
    /// The line can be drawn on for so many months.
    pub validity_months: u32,
    /// A drawdown that the sourcing entity neither confirms nor cancels in so many hours is given up.
    pub reservation_hours: u32,
    /// KYC has to be renewed after so many days for the line to be drawn on further; none where it lasts as long as the line
    /// (an account opened by OTP e-KYC: one year, RBI's KYC Direction, paragraph 17).
    #[serde(default)]
    pub kyc_days: Option<u32>,
    pub plans: Vec<Plan>,
}

impl LineTerms {
    /// The most plans that a line may offer.
    pub const PLANS_MAX: usize = 20;

    #[must_use]
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.code == code)
    }

    /// Refuses terms that no drawdown could be made on, at either end of each plan's range.
    pub fn check(&self) -> Result<(), Refusal> {
        if !(1..=120).contains(&self.validity_months) {
            return Err(Refusal::invalid("line.validityMonths", "must be from 1 to 120"));
        }
        if !(1..=8_760).contains(&self.reservation_hours) {
            return Err(Refusal::invalid("line.reservationHours", "must be from 1 to 8760"));
        }
        if self.kyc_days.is_some_and(|days| !(1..=3_660).contains(&days)) {
            return Err(Refusal::invalid("line.kycDays", "must be from 1 to 3660"));
        }
        if self.plans.is_empty() || self.plans.len() > Self::PLANS_MAX {
            return Err(Refusal::invalid("line.plans", format!("must be from 1 to {}", Self::PLANS_MAX)));
        }
        let start = Day::new(2024, 1, 31).map_err(|why| Refusal::invalid("calendar", why))?;
        for (index, plan) in self.plans.iter().enumerate() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let unique = self.plans.iter().take(index).all(|other| other.code != plan.code);
            if plan.code.is_empty() || plan.code.len() > 30 || !plan.code.chars().all(plain) || !unique {
                let why = "must be 1 to 30 lower-case letters, digits and _, and unique in the line";
                return Err(Refusal::invalid("line.plans.code", why));
            }
            if !plan.amount_min.is_positive() || plan.amount_min > plan.amount_max {
                return Err(Refusal::invalid("line.plans.minAmount", "must be more than zero and at most maxAmount"));
            }
            if !plan.terms.disbursals.is_empty() {
                return Err(Refusal::invalid("line.plans.disbursals", "a drawdown is paid out at once"));
            }
            for amount in [plan.amount_min, plan.amount_max] {
                Quote::new(&plan.terms, amount, plan.tenure, start)?;
            }
        }
        Ok(())
    }
}
