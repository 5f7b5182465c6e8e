//! The money in parts: how much goes out when, and what each costs until the next due day.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::timeline::Timeline;
use super::too_large;
use crate::day::Day;
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::product::{Grid, InterestDays, PartDay, PartShare, RateBasis, Terms, percent_of};
use crate::ratio::Ratio;
use crate::refusal::Refusal;

/// A part of the money as it is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub day: Day,
    pub amount: Paise,
    /// What is paid out: all that is taken at disbursal is taken from the first part.
    pub net: Paise,
}

/// Days and amounts; of a loan that is paid out at once the one part.
pub(super) fn parts(terms: &Terms, amount: Paise, start: Day) -> Result<Vec<Part>, Refusal> {
    let whole = |day, amount| Part { day, amount, net: amount };
    if terms.disbursals.is_empty() {
        return Ok(vec![whole(start, amount)]);
    }
    let grid = Grid::new(start, None, terms.period, terms.month_end);
    let mut parts: Vec<Part> = Vec::with_capacity(terms.disbursals.len());
    let mut left = amount;
    for part in &terms.disbursals {
        let day = match part.after {
            PartDay::Days(days) => start.plus_days(days.into()),
            PartDay::Periods(periods) => grid.day(periods.into()),
        };
        let share = match part.share {
            PartShare::Percent(percent) => percent_of(amount, percent).map_err(too_large)?,
            PartShare::Paise(amount) => amount,
            PartShare::Rest => left,
        };
        left = left.minus(share).map_err(too_large)?;
        if let Some(last) = parts.last().filter(|last| day <= last.day) {
            let message = format!("a part on {day} is not after the one before it, on {}: pay it out later", last.day);
            return Err(Refusal::invalid("disbursals", message));
        }
        if !share.is_positive() {
            let message = format!("the parts before the one on {day} are the whole amount: make them smaller");
            return Err(Refusal::invalid("disbursals", message));
        }
        parts.push(whole(day, share));
    }
    Ok(parts)
}

/// A part that goes out after interest has begun on whole periods.
#[derive(Debug, Clone, Copy)]
pub(in crate::loan) struct Draw {
    pub day: Day,
    pub amount: Paise,
    /// The row whose period it falls into, from 0.
    pub row: usize,
    /// What the rest of that period costs.
    pub factor: Ratio,
}

/// What has gone out when the first whole period begins, and what goes out later.
pub(in crate::loan) struct Drawn {
    pub at_first: Paise,
    /// Each part that goes out before the first whole period, and what the days until then cost.
    pub broken: Vec<(Paise, Ratio)>,
    pub later: Vec<Draw>,
}

impl Drawn {
    pub fn of(terms: &Terms, timeline: &Timeline, parts: &[Part], start: Day) -> Result<Drawn, Refusal> {
        let (first, later) = parts.split_at(parts.iter().take_while(|part| part.day <= timeline.begins).count());
        let rate = terms.annual_rate.ratio();
        let broken = |part: &Part| {
            let cost = match part.day == start {
                true => Ok(timeline.broken),
                false => rate.times(terms.rate_basis.of_year(part.day, timeline.begins)),
            };
            cost.map(|cost| (part.amount, cost))
        };
        Ok(Drawn {
            at_first: Paise::total(first.iter().map(|part| part.amount)).map_err(too_large)?,
            broken: first.iter().map(broken).collect::<Result<_, _>>().map_err(too_large)?,
            later: later.iter().map(|part| draw(terms, timeline, start, part)).collect::<Result<_, _>>()?,
        })
    }

    /// What goes out within the period of a row, counted from 0.
    pub fn in_row(&self, row: usize) -> Result<Paise, MoneyError> {
        Paise::total(self.later.iter().filter(|draw| draw.row == row).map(|draw| draw.amount))
    }

    /// The interest of the days before the first whole period, less what an advance saves of it.
    pub fn broken_interest(&self, terms: &Terms, advance: Paise) -> Result<Paise, MoneyError> {
        if let [(amount, factor)] = self.broken[..] {
            return factor.of(amount.minus(advance)?, terms.interest_unit, terms.interest_rounding);
        }
        weighted(self.broken.iter().copied())?.of(Paise::new(1), terms.interest_unit, terms.interest_rounding)
    }
}

/// Amounts times what they cost, in paise: exact, to be rounded once.
pub(in crate::loan) fn weighted(parts: impl Iterator<Item = (Paise, Ratio)>) -> Result<Ratio, MoneyError> {
    let mut sum = Ratio::ZERO;
    for (amount, factor) in parts {
        sum = sum.plus(Ratio::new(amount.get().into(), 1).times(factor)?)?;
    }
    Ok(sum)
}

/// The same in rupees to 28 digits, for whoever wants to see it.
pub(in crate::loan) fn weighted_rupees(parts: impl Iterator<Item = (Paise, Ratio)>) -> Result<Decimal, MoneyError> {
    let mut sum = Decimal::ZERO;
    for (amount, factor) in parts {
        let cost = amount.rupees().checked_mul(factor.decimal()?).ok_or(MoneyError::OutOfRange)?;
        sum = sum.checked_add(cost).ok_or(MoneyError::OutOfRange)?;
    }
    Ok(sum)
}

fn draw(terms: &Terms, timeline: &Timeline, start: Day, part: &Part) -> Result<Draw, Refusal> {
    let counted = match terms.interest_days {
        InterestDays::Unrolled => &timeline.unrolled,
        InterestDays::Rolled => &timeline.due_days,
    };
    let Some(row) = counted.iter().position(|until| part.day < *until) else {
        let message = format!(
            "the part on {} is not before the last instalment falls due: pay it out sooner or lengthen the tenure",
            part.day
        );
        return Err(Refusal::invalid("disbursals", message));
    };
    let until = counted.get(row).copied().unwrap_or(part.day);
    let factor = if terms.rate_basis == RateBasis::PerPeriod {
        // Its days' share of the whole period.
        let from = match row.checked_sub(1).and_then(|before| counted.get(before)) {
            Some(from) => *from,
            None if timeline.before < start => timeline.before,
            None => timeline.begins,
        };
        let days = |from: Day| i128::from(until.days_since(from).max(1));
        let whole = terms.annual_rate.ratio().times(terms.period.of_year());
        whole.and_then(|whole| whole.times(Ratio::new(days(part.day), days(from))))
    } else {
        terms.annual_rate.ratio().times(terms.rate_basis.of_year(part.day, until))
    };
    Ok(Draw { day: part.day, amount: part.amount, row, factor: factor.map_err(too_large)? })
}

/// Interest of a row on what was owed when its period began and on what went out within it, rounded once.
pub(super) fn interest(
    terms: &Terms,
    owed: Paise,
    factor: Ratio,
    within: impl Iterator<Item = Draw>,
) -> Result<Paise, MoneyError> {
    let parts = std::iter::once((owed, factor)).chain(within.map(|draw| (draw.amount, draw.factor)));
    let (unit, how): (RoundingUnit, Rounding) = (terms.interest_unit, terms.interest_rounding);
    weighted(parts)?.of(Paise::new(1), unit, how)
}
