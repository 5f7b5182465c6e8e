//! What a loan costs a year: the regulator's nominal rate, and the two that are confused with it.

use rust_decimal::{Decimal, RoundingStrategy};

use super::timeline::Timeline;
use super::zero::{Fraction, Worth, zero_of};
use super::{Part, Quote};
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
        let timeline = self.timeline()?;
        let periodic = self.periodic_rate(&timeline);
        periodic.and_then(|rate| NominalApr::of(rate.decimal()?, self.terms.period)).map_err(super::too_large)
    }

    /// The rate at which all that the borrower pays is worth what the borrower gets: the amount less fees, GST, interest and
    /// instalments taken at disbursal, each part of it on its own day. A broken period before the first whole one counts by its
    /// days, and so do a first period that is shorter than the others and the rest of a period in which a part goes out, all at
    /// simple interest.
    pub fn apr(&self) -> Result<Apr, Refusal> {
        let timeline = self.timeline()?;
        self.solve(&timeline).map_err(super::too_large)
    }

    /// What the borrower gets. A seller's subvention is the seller's cost, not the borrower's.
    pub fn received(&self) -> Result<Paise, MoneyError> {
        Paise::total([self.disbursal_amount, self.subvention, self.subvention_gst])
    }

    fn timeline(&self) -> Result<Timeline, Refusal> {
        // The first due day is all that is needed of money that goes out at once.
        let rows = self.rows.last().filter(|_| !self.parts.is_empty()).map_or(1, |last| last.num);
        Timeline::new(&self.terms, rows, self.start)
    }

    fn solve(&self, timeline: &Timeline) -> Result<Apr, MoneyError> {
        let periodic = self.periodic_rate(timeline)?.decimal()?;
        let daily = self.daily_rate().and_then(Fraction::decimal).ok();
        Ok(Apr {
            regulators: NominalApr::of(periodic, self.terms.period)?,
            xirr: daily.and_then(|daily| compounded(daily, Decimal::from(365))).map(|rate| rate.round_dp(10)),
        })
    }

    /// What the borrower gets on the first day.
    fn received_first(&self) -> Result<Paise, MoneyError> {
        self.received()?.minus(self.undrawn(1))
    }

    fn periodic_rate(&self, timeline: &Timeline) -> Result<Fraction, MoneyError> {
        let received = self.received_first()?;
        let later = self.later_parts(timeline);
        zero_of(|rate| {
            let step = rate.discount();
            let after = |part: Ratio| rate.for_part(part).map(Fraction::discount);
            let mut worth = after(timeline.stub)?;
            // A part grows until its period ends, and is worth then what a rupee is worth there.
            let less = |sum: Worth, row: u32, worth: Fraction| {
                let mut within = later.iter().filter(|part| part.row == row);
                within.try_fold(sum, |sum, part| sum.plus(part.net.negated(), rate.grown(part.rest)?.times(worth)?))
            };
            let mut sum = less(Worth::less(received), 0, worth)?;
            for row in &self.rows {
                worth = match row.num {
                    0 => worth,
                    1 => worth.times(after(timeline.first)?)?,
                    _ => worth.times(step)?,
                };
                if row.num > 0 {
                    sum = less(sum, row.num, worth)?;
                }
                sum = sum.plus(row.instalment(), worth)?;
            }
            Some(sum)
        })
    }

    fn later_parts(&self, timeline: &Timeline) -> Vec<LaterPart> {
        let unrolled = &timeline.unrolled;
        let part = |part: &Part| {
            let row = unrolled.iter().position(|until| part.day < *until);
            let share = |from: Day, until: Day, whole: Day| {
                Ratio::new(until.days_since(from).max(0).into(), until.days_since(whole).max(1).into())
            };
            let (row, rest) = match row {
                _ if part.day < timeline.before => {
                    // As the broken period itself is counted: in whole periods of the length of the first.
                    let first = unrolled.first().copied().unwrap_or(timeline.before);
                    let days = timeline.before.days_since(part.day);
                    (0, Ratio::new(days.into(), first.days_since(timeline.before).max(1).into()))
                }
                Some(row) => {
                    let from = row.checked_sub(1).and_then(|before| unrolled.get(before)).unwrap_or(&timeline.before);
                    (row + 1, unrolled.get(row).map_or(Ratio::ZERO, |until| share(part.day, *until, *from)))
                }
                // Between a last due day and the day that it is moved to.
                None => (unrolled.len(), Ratio::ZERO),
            };
            LaterPart { row: u32::try_from(row).unwrap_or(u32::MAX), rest, net: part.net }
        };
        self.parts.iter().skip(1).map(part).collect()
    }

    fn daily_rate(&self) -> Result<Fraction, MoneyError> {
        let received = self.received_first()?;
        let days = |until: Day| u64::try_from(until.days_since(self.start)).map_err(|_| MoneyError::OutOfRange);
        let later: Vec<(u64, Paise)> =
            self.parts.iter().skip(1).map(|part| Ok((days(part.day)?, part.net))).collect::<Result<_, MoneyError>>()?;
        zero_of(|rate| {
            let step = rate.discount();
            let mut worth = Fraction::ONE;
            let mut from: Day = self.start;
            let mut sum = Worth::less(received);
            for (days, net) in &later {
                sum = sum.plus(net.negated(), step.power(*days)?)?;
            }
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

/// A part that goes out after the first: in which row's period, 0 for the broken one, and what is left of it.
struct LaterPart {
    row: u32,
    rest: Ratio,
    net: Paise,
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
