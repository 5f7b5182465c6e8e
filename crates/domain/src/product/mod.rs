//! The terms of a loan product. Each convention is a named setting with a default; nothing is implied.

mod allocation;
mod charge;
mod disbursal;
mod fee;
mod interest;
mod period;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::allocation::{AllocateBy, Allocation, Part};
pub use self::charge::{
    ChargeKind, ChargeRule, ContingentCharge, ContingentKind, DailyRule, Overdue, TakenCharge, UpfrontCharge,
};
pub use self::disbursal::{DisbursalPart, PartDay, PartShare};
pub use self::fee::{Charged, Fee, GstMode, GstSplit, Slab, percent_of, split_gst, with_gst};
pub use self::interest::RateBasis;
pub(crate) use self::period::Grid;
pub use self::period::{MonthEnd, Period, PeriodUnit};
use crate::calendar::{Calendar, Roll, Weekend};
use crate::money::{Rounding, RoundingUnit};
use crate::rate::Percent;
use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmiMethod {
    /// Interest on the whole amount for the whole tenure, in equal instalments.
    FlatRate,
    /// Interest on what is still owed, in equal instalments: the annuity formula.
    ReducingBalance,
    /// Equal parts of the principal, and interest on what is still owed.
    EqualPrincipal,
    /// Interest each period, the principal at the end.
    Bullet,
}

impl EmiMethod {
    pub const ALL: [EmiMethod; 4] =
        [EmiMethod::FlatRate, EmiMethod::ReducingBalance, EmiMethod::EqualPrincipal, EmiMethod::Bullet];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EmiMethod::FlatRate => "flat_rate",
            EmiMethod::ReducingBalance => "reducing_balance",
            EmiMethod::EqualPrincipal => "equal_principal",
            EmiMethod::Bullet => "bullet",
        }
    }
}

/// Where the difference goes that rounding the EMI makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remainder {
    /// To the lender: all EMIs are equal, and what rounding loses or gains is interest. For a flat rate alone.
    Lender,
    Last,
    First,
    /// Over the first instalments, one unit of rounding each; what is less than a unit falls to the last.
    Spread,
}

/// What happens to the interest of the days before the first whole period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrokenPeriod {
    /// It is not charged.
    Waived,
    /// Taken from what is paid out.
    Upfront,
    /// Added to the first instalment.
    #[default]
    FirstEmi,
    /// Added in equal parts to all instalments.
    Spread,
    /// Added to what is owed when the first whole period begins.
    Capitalised,
    /// An instalment of its own, numbered 0, when the first whole period begins.
    PreEmi,
}

/// Instalments at the beginning that repay nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moratorium {
    /// How many of the tenure.
    pub periods: u32,
    pub interest: MoratoriumInterest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoratoriumInterest {
    /// Added to what is owed each period.
    Capitalised,
    /// Paid each period.
    Serviced,
}

/// The days that interest is counted between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterestDays {
    /// Due days as the anchor has them, whatever holidays do.
    #[default]
    Unrolled,
    /// Due days as they are moved for holidays.
    Rolled,
}

/// Everything that turns an amount, a tenure and a day into a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub method: EmiMethod,
    pub annual_rate: Percent,
    /// Named for the processing of the loan.
    pub fee: Fee,
    /// GST on the fee. Interest is exempt (Notification 12/2017-CT(R), serial 27).
    pub gst: Percent,
    #[serde(default)]
    pub gst_mode: GstMode,
    /// What a seller bears for the borrower, taken from what is paid out to the seller, with GST like the fee.
    #[serde(default = "no_fee")]
    pub subvention: Fee,
    /// What else is taken from what is paid out.
    #[serde(default)]
    pub charges: Vec<UpfrontCharge>,
    /// All that may be charged later; nothing else ever is.
    #[serde(default)]
    pub contingent: Vec<ContingentCharge>,
    #[serde(default = "monthly")]
    pub period: Period,
    #[serde(default)]
    pub rate_basis: RateBasis,
    #[serde(default)]
    pub interest_days: InterestDays,
    #[serde(default = "rupee")]
    pub emi_unit: RoundingUnit,
    #[serde(default = "half_up")]
    pub emi_rounding: Rounding,
    /// Without one: the lender's for a flat rate, the last instalment's otherwise.
    #[serde(default)]
    pub remainder: Option<Remainder>,
    #[serde(default = "paisa")]
    pub interest_unit: RoundingUnit,
    #[serde(default = "half_up")]
    pub interest_rounding: Rounding,
    /// The day of the month (1 to 31) or of the week (1, Monday, to 7) on which instalments fall due. Without one, it is the
    /// day of the disbursal.
    #[serde(default)]
    pub anchor_day: Option<u8>,
    #[serde(default)]
    pub month_end: MonthEnd,
    /// The first instalment is due on the first anchor day at least so many periods after the disbursal …
    #[serde(default = "one")]
    pub first_due_periods: u32,
    /// … or, with this, at least so many days after it.
    #[serde(default)]
    pub first_due_gap_days: Option<u32>,
    #[serde(default)]
    pub broken_period: BrokenPeriod,
    /// Instalments that are taken from what is paid out. They carry no interest.
    #[serde(default)]
    pub advance_emis: u32,
    #[serde(default)]
    pub moratorium: Option<Moratorium>,
    /// The parts that the money is paid out in; none where it is paid out at once.
    #[serde(default)]
    pub disbursals: Vec<DisbursalPart>,
    #[serde(default = "following")]
    pub roll: Roll,
    #[serde(default = "sat_sun")]
    pub calendar: Calendar,
    /// In which order money pays what is owed.
    #[serde(default)]
    pub allocation: Allocation,
}

fn no_fee() -> Fee {
    Fee::NONE
}
fn monthly() -> Period {
    Period::MONTHLY
}
fn rupee() -> RoundingUnit {
    RoundingUnit::Rupee
}
fn paisa() -> RoundingUnit {
    RoundingUnit::Paisa
}
fn half_up() -> Rounding {
    Rounding::HalfUp
}
fn following() -> Roll {
    Roll::Following
}
fn sat_sun() -> Calendar {
    Calendar::of(Weekend::SatSun)
}
fn one() -> u32 {
    1
}

/// The most instalments that a loan may have.
pub const TENURE_MAX: u32 = 1_200;

impl Terms {
    /// Terms with every setting at its default.
    #[must_use]
    pub fn new(method: EmiMethod, annual_rate: Percent) -> Terms {
        Terms {
            method,
            annual_rate,
            fee: Fee::NONE,
            gst: Percent::ZERO,
            gst_mode: GstMode::default(),
            subvention: Fee::NONE,
            charges: Vec::new(),
            contingent: Vec::new(),
            period: Period::MONTHLY,
            rate_basis: RateBasis::default(),
            interest_days: InterestDays::default(),
            emi_unit: rupee(),
            emi_rounding: half_up(),
            remainder: None,
            interest_unit: paisa(),
            interest_rounding: half_up(),
            anchor_day: None,
            month_end: MonthEnd::default(),
            first_due_periods: 1,
            first_due_gap_days: None,
            broken_period: BrokenPeriod::default(),
            advance_emis: 0,
            moratorium: None,
            disbursals: Vec::new(),
            roll: following(),
            calendar: sat_sun(),
            allocation: Allocation::default(),
        }
    }

    #[must_use]
    pub fn remainder(&self) -> Remainder {
        self.remainder.unwrap_or(match self.method {
            EmiMethod::FlatRate => Remainder::Lender,
            EmiMethod::ReducingBalance | EmiMethod::EqualPrincipal | EmiMethod::Bullet => Remainder::Last,
        })
    }

    /// Refuses settings outside their ranges, and those that do not go together, naming the field.
    pub fn check(&self) -> Result<(), Refusal> {
        let refuse = |field: &str, why: &str| Err(Refusal::invalid(field, why));
        if self.annual_rate.fraction() > Decimal::from(6) {
            return refuse("annualInterest", "must be at most 600 percent a year");
        }
        if self.gst.fraction() > Decimal::ONE {
            return refuse("gst", "must be at most 100 percent");
        }
        self.fee.check("processingFee")?;
        self.subvention.check("subvention")?;
        charge::check(&self.charges, &self.contingent)?;
        self.allocation.check()?;
        disbursal::check(&self.disbursals, self.method, self.advance_emis)?;
        if !(1..=366).contains(&self.period.every) {
            return refuse("period", "must be from 1 to 366 days, weeks or months");
        }
        if !(1..=60).contains(&self.first_due_periods) {
            return refuse("firstDuePeriods", "must be from 1 to 60");
        }
        if self.first_due_gap_days.is_some_and(|days| !(1..=366).contains(&days)) {
            return refuse("firstDueGapDays", "must be from 1 to 366");
        }
        match (self.anchor_day, self.period.unit) {
            (None, _) | (Some(1..=31), PeriodUnit::Months) | (Some(1..=7), PeriodUnit::Weeks) => {}
            (Some(_), PeriodUnit::Months) => return refuse("anchorDay", "must be a day of the month, from 1 to 31"),
            (Some(_), PeriodUnit::Weeks) => {
                return refuse("anchorDay", "must be a day of the week, from 1 (Monday) to 7");
            }
            (Some(_), PeriodUnit::Days) => return refuse("anchorDay", "needs a period of weeks or months"),
        }
        if matches!(self.emi_unit, RoundingUnit::Rupees(rupees) if !(1..=100_000).contains(&rupees)) {
            return refuse("emiRoundedTo", "must be at most 100000 rupees");
        }
        if self.remainder == Some(Remainder::Lender) && self.method != EmiMethod::FlatRate {
            return refuse("remainder", "falls to the lender only with a flat rate: use last, first or spread");
        }
        if self.advance_emis > 0 && !matches!(self.method, EmiMethod::FlatRate | EmiMethod::ReducingBalance) {
            return refuse("advanceEmis", "need equal instalments: use flat_rate or reducing_balance");
        }
        if self.advance_emis > 0 && self.broken_period == BrokenPeriod::Capitalised {
            return refuse(
                "brokenPeriod",
                "cannot be capitalised with advance EMIs, which carry no interest: use first_emi",
            );
        }
        match self.moratorium {
            Some(Moratorium { periods, .. }) if periods == 0 || periods >= TENURE_MAX => {
                refuse("moratorium", "must be at least one period and shorter than the tenure")
            }
            Some(_) if self.method == EmiMethod::FlatRate => {
                refuse("moratorium", "needs interest on what is owed: use reducing_balance")
            }
            Some(_) if self.advance_emis > 0 => refuse("moratorium", "does not go together with advance EMIs"),
            _ => Ok(()),
        }
    }
}
