//! What a loan costs a year: the regulator's nominal rate, and the two that are confused with it.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Quote;
use super::timeline::Timeline;
use super::zero::{Fraction, Worth, zero_of};
use crate::day::Day;
use crate::money::{MoneyError, Paise};
use crate::product::Period;
use crate::ratio::Ratio;
use crate::refusal::Refusal;

/// The regulator's rate and the same one compounded, in percent a year to ten decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NominalApr {
    /// The rate of one period as a fraction of one, to twelve decimals.
    pub periodic: Decimal,
    /// Periodic rate × periods in a year, as the Key Facts Statement has it (RBI/2024-25/18, Annex B).
    pub nominal: Decimal,
    /// The periodic rate compounded over a year; `None` where it has more digits than can be kept. Nobody is told it alone, so
    /// that a loan is not refused for it.
    pub effective: Option<Decimal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apr {
    pub regulators: NominalApr,
    /// From the very days, compounded daily over 365: percent a year to ten decimals; `None` as above.
    pub xirr: Option<Decimal>,
}

impl NominalApr {
    fn of(periodic: Decimal, period: Period) -> Result<NominalApr, MoneyError> {
        let per_year = period.per_year();
        let nominal = periodic.checked_mul(per_year).and_then(|rate| rate.checked_mul(Decimal::ONE_HUNDRED));
        Ok(NominalApr {
            periodic: periodic.round_dp(12),
            nominal: nominal.ok_or(MoneyError::OutOfRange)?.round_dp(10),
            effective: compounded(periodic, per_year).map(|rate| rate.round_dp(10)),
        })
    }

    /// The nominal rate as it is printed: percent with two decimals, such as `17.07`.
    #[must_use]
    pub fn shown(&self) -> String {
        two_decimals(self.nominal)
    }

    #[must_use]
    pub fn effective_shown(&self) -> Option<String> {
        self.effective.map(two_decimals)
    }
}

impl Apr {
    #[must_use]
    pub fn xirr_shown(&self) -> Option<String> {
        self.xirr.map(two_decimals)
    }
}

fn two_decimals(percent: Decimal) -> String {
    let mut shown = percent.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    shown.rescale(2);
    shown.to_string()
}

impl Quote {
    /// As [`apr`](Self::apr), without the rate by days: what a Key Facts Statement prints.
    pub fn regulators_apr(&self) -> Result<NominalApr, Refusal> {
        let timeline = Timeline::new(&self.terms, 1, self.start)?;
        let periodic = self.periodic_rate(self.received().map_err(super::too_large)?, timeline.stub, timeline.first);
        periodic.and_then(|rate| NominalApr::of(rate.decimal()?, self.terms.period)).map_err(super::too_large)
    }

    /// The rate at which all that the borrower pays is worth what the borrower gets: the amount less fees, GST, interest and
    /// instalments taken at disbursal. A broken period before the first whole one counts by its days, and so does a first period
    /// that is shorter than the others, both at simple interest.
    pub fn apr(&self) -> Result<Apr, Refusal> {
        let timeline = Timeline::new(&self.terms, 1, self.start)?;
        self.solve(&timeline).map_err(super::too_large)
    }

    /// What the borrower gets. A seller's subvention is the seller's cost, not the borrower's.
    pub fn received(&self) -> Result<Paise, MoneyError> {
        Paise::total([self.disbursal_amount, self.subvention, self.subvention_gst])
    }

    fn solve(&self, timeline: &Timeline) -> Result<Apr, MoneyError> {
        let received = self.received()?;
        let periodic = self.periodic_rate(received, timeline.stub, timeline.first)?.decimal()?;
        let daily = self.daily_rate(received).and_then(Fraction::decimal).ok();
        Ok(Apr {
            regulators: NominalApr::of(periodic, self.terms.period)?,
            xirr: daily.and_then(|daily| compounded(daily, Decimal::from(365))).map(|rate| rate.round_dp(10)),
        })
    }

    fn periodic_rate(&self, received: Paise, stub: Ratio, first: Ratio) -> Result<Fraction, MoneyError> {
        zero_of(|rate| {
            let step = rate.discount();
            let after = |part: Ratio| rate.for_part(part).map(Fraction::discount);
            let mut worth = after(stub)?;
            let mut sum = Worth::less(received);
            for row in &self.rows {
                worth = match row.num {
                    0 => worth,
                    1 => worth.times(after(first)?)?,
                    _ => worth.times(step)?,
                };
                sum = sum.plus(row.instalment(), worth)?;
            }
            Some(sum)
        })
    }

    fn daily_rate(&self, received: Paise) -> Result<Fraction, MoneyError> {
        zero_of(|rate| {
            let step = rate.discount();
            let mut worth = Fraction::ONE;
            let mut from: Day = self.start;
            let mut sum = Worth::less(received);
            for row in &self.rows {
                let days = u64::try_from(row.due_day.days_since(from)).ok()?;
                worth = worth.times(step.power(days)?)?;
                from = row.due_day;
                sum = sum.plus(row.instalment(), worth)?;
            }
            Some(sum)
        })
    }
}

/// A rate for one period, compounded over a year, in percent. What remains of a year after whole periods counts at simple
/// interest.
fn compounded(rate: Decimal, per_year: Decimal) -> Option<Decimal> {
    let whole = per_year.floor();
    let grown = u64::try_from(whole).ok().and_then(|whole| power(Decimal::ONE + rate, whole));
    let rest = rate.checked_mul(per_year - whole).map(|rest| Decimal::ONE + rest);
    grown
        .zip(rest)
        .and_then(|(grown, rest)| grown.checked_mul(rest))
        .and_then(|grown| (grown - Decimal::ONE).checked_mul(Decimal::ONE_HUNDRED))
}

fn power(base: Decimal, exponent: u64) -> Option<Decimal> {
    let (mut result, mut base, mut left) = (Decimal::ONE, base, exponent);
    while left > 0 {
        if left % 2 == 1 {
            result = result.checked_mul(base)?;
        }
        left /= 2;
        if left > 0 {
            base = base.checked_mul(base)?;
        }
    }
    Some(result)
}
