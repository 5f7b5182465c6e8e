//! The due days of a schedule, and what each stretch between them costs for a rupee owed.

use crate::day::Day;
use crate::money::MoneyError;
use crate::product::{BrokenPeriod, Grid, InterestDays, Period, PeriodUnit, RateBasis, Terms};
use crate::ratio::Ratio;
use crate::refusal::{Code, Refusal};

use super::too_large;

pub(in crate::loan) struct Timeline {
    /// When the first whole period begins: the day of the disbursal, or later.
    pub begins: Day,
    /// How long the days before the first whole period are, and how long the first period, in whole periods: what the APR
    /// counts in.
    pub stub: Ratio,
    pub first: Ratio,
    /// What the days from the disbursal to `begins` cost; nothing where there are none.
    pub broken: Ratio,
    /// When the interest of the broken period falls due, where it is an instalment of its own.
    pub pre_emi: Option<Day>,
    /// One period before the first due day, before any rolling; it may lie before the disbursal.
    pub before: Day,
    /// As the anchor has them, before any rolling.
    pub unrolled: Vec<Day>,
    pub due_days: Vec<Day>,
    /// What the period before each due day costs.
    pub factors: Vec<Ratio>,
    /// From where interest runs to the last due day, as a share of the annual rate: what a flat rate is charged for.
    pub flat: Ratio,
}

impl Timeline {
    pub fn new(terms: &Terms, rows: u32, start: Day) -> Result<Timeline, Refusal> {
        let (grid, first) = first_due(terms, start);
        let unrolled: Vec<Day> = (0..i64::from(rows)).map(|num| grid.day(first + num)).collect();
        let before = grid.day(first - 1);
        let pre_emi = (terms.broken_period == BrokenPeriod::PreEmi && before > start).then_some(before);
        let mut due_days = rolled(terms, start, pre_emi.iter().chain(&unrolled))?;
        let pre_emi = pre_emi.map(|_| due_days.remove(0));
        let counted = match terms.interest_days {
            InterestDays::Unrolled => &unrolled,
            InterestDays::Rolled => &due_days,
        };
        let begins = if before > start && terms.interest_days == InterestDays::Rolled {
            // Interest never begins before the money is paid out.
            terms.calendar.roll(before, terms.roll).max(start)
        } else {
            before.max(start)
        };
        let (factors, flat) = costs(terms, start, before, begins, counted).map_err(too_large)?;
        let broken = if begins > start {
            terms.annual_rate.ratio().times(terms.rate_basis.of_year(start, begins)).map_err(too_large)?
        } else {
            Ratio::ZERO
        };
        let whole = i128::from(grid.day(first).days_since(before).max(1));
        let in_periods = |until: Day, from: Day| Ratio::new(i128::from(until.days_since(from).max(0)), whole);
        let (stub, first) = (in_periods(before, start), in_periods(grid.day(first), before.max(start)));
        Ok(Timeline { begins, before, stub, first, broken, pre_emi, unrolled, due_days, factors, flat })
    }
}

/// What each period costs, and all of them together.
fn costs(
    terms: &Terms,
    start: Day,
    before: Day,
    begins: Day,
    counted: &[Day],
) -> Result<(Vec<Ratio>, Ratio), MoneyError> {
    let rate = terms.annual_rate.ratio();
    let basis = terms.rate_basis;
    let whole = rate.times(terms.period.of_year())?;
    let mut factors = Vec::with_capacity(counted.len());
    let mut from = begins;
    for until in counted {
        let factor = if basis != RateBasis::PerPeriod {
            rate.times(basis.of_year(from, *until))?
        } else if factors.is_empty() && before < start {
            // Shorter than a period: its days' share of the whole one.
            let (days, of) = (until.days_since(start), until.days_since(before));
            whole.times(Ratio::new(i128::from(days), i128::from(of.max(1))))?
        } else {
            whole
        };
        factors.push(factor);
        from = *until;
    }
    let flat = if basis == RateBasis::PerPeriod {
        let rest = i128::try_from(factors.len().saturating_sub(1)).unwrap_or_default();
        let first = factors.first().copied().unwrap_or(Ratio::ZERO);
        first.plus(whole.times(Ratio::new(rest, 1))?)?
    } else {
        rate.times(basis.of_year(begins, from))?
    };
    Ok((factors, flat))
}

/// The grid of due days, and which of its days is the first.
fn first_due(terms: &Terms, start: Day) -> (Grid, i64) {
    let own = Grid::new(start, None, terms.period, terms.month_end);
    let far_enough = |day: Day| match terms.first_due_gap_days {
        Some(days) => day.days_since(start) >= i64::from(days),
        None => day >= own.day(i64::from(terms.first_due_periods)),
    };
    // Each loop ends: the days that are tried rise without bound, but for the end of the calendar, which is far off.
    let Some(anchor) = terms.anchor_day else {
        let first = (1..=i64::from(u16::MAX)).find(|period| far_enough(own.day(*period)));
        return (own, first.unwrap_or(1));
    };
    let unit = Period { every: 1, unit: terms.period.unit };
    let candidates = match terms.period.unit {
        PeriodUnit::Months => Grid::new(start, Some(anchor), unit, terms.month_end),
        PeriodUnit::Weeks | PeriodUnit::Days => {
            let ahead = (7 + i64::from(anchor) - i64::from(start.weekday_number())) % 7;
            Grid::new(start.plus_days(ahead), None, unit, terms.month_end)
        }
    };
    let first = (0..=i64::from(u16::MAX)).map(|step| candidates.day(step)).find(|day| *day > start && far_enough(*day));
    let day_of_month = (terms.period.unit == PeriodUnit::Months).then_some(anchor);
    (Grid::new(first.unwrap_or(start), day_of_month, terms.period, terms.month_end), 0)
}

/// Moved to business days, each after the one before and the first after the disbursal.
fn rolled<'d>(terms: &Terms, start: Day, unrolled: impl Iterator<Item = &'d Day>) -> Result<Vec<Day>, Refusal> {
    let mut due_days: Vec<Day> = Vec::with_capacity(unrolled.size_hint().0);
    for day in unrolled {
        if let Some(until) = terms.calendar.valid_until.filter(|until| day > until) {
            let message = format!("the calendar ends on {until}, before the due day {day}: give it a later year");
            return Err(Refusal::because(Code::OfferImpossible, message));
        }
        let due = terms.calendar.roll(*day, terms.roll);
        let last = due_days.last().copied().unwrap_or(start);
        if due <= last {
            let what = if due_days.is_empty() { "the money is paid out" } else { "the instalment before falls due" };
            let message = format!(
                "the due day {day} would be moved to {due}, but {what} on {last}: use roll none or a longer period"
            );
            return Err(Refusal::because(Code::OfferImpossible, message));
        }
        due_days.push(due);
    }
    Ok(due_days)
}
