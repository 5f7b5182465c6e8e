//! Which settings make somebody else's schedule.
//!
//! Days come first: a schedule's due days tell the period, the anchor and how holidays move them. Each way of counting
//! interest then bounds the rate from both sides, row by row; the plainest rate within all bounds is tried with each rounding.

use rust_decimal::Decimal;

use super::timeline::Timeline;
use super::{Quote, Row};
use crate::calendar::{Calendar, Roll, Weekend};
use crate::day::Day;
use crate::money::{Paise, Rounding, RoundingUnit};
use crate::product::{BrokenPeriod, EmiMethod, InterestDays, Period, PeriodUnit, RateBasis, Remainder, Terms};
use crate::rate::Percent;
use crate::refusal::Refusal;

/// A row of the schedule that is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    pub due_day: Day,
    pub principal: Paise,
    pub interest: Paise,
}

/// What is known besides the rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// The day of the disbursal. Without it, it is taken to be one period before the first due day.
    pub start: Option<Day>,
    pub annual_rate: Option<Percent>,
}

/// The settings that come nearest.
#[derive(Debug, Clone)]
pub struct Fit {
    pub quote: Quote,
    /// Where the two part; nowhere if these settings make the very schedule.
    pub difference: Option<Difference>,
    /// How many others of the same method and day count make it as well.
    pub others: usize,
}

/// The first row that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// From 1, as the rows were given.
    pub row: usize,
    pub theirs: Observed,
    /// `None` where ours has fewer rows.
    pub ours: Option<Observed>,
}

impl From<&Row> for Observed {
    fn from(row: &Row) -> Observed {
        Observed { due_day: row.due_day, principal: row.principal, interest: row.interest }
    }
}

/// Looks for the settings that make these rows.
pub fn fit(rows: &[Observed], known: Known) -> Result<Fit, Refusal> {
    let amount = check(rows)?;
    let mut best: Option<Found> = None;
    let mut others = 0;
    for days in day_settings(rows, known) {
        for terms in interest_settings(rows, &days, known) {
            if best.as_ref().is_some_and(|best| best.is_exact() && !best.counts_as(&terms)) {
                break;
            }
            let Ok(quote) = Quote::new(&terms, amount, days.tenure, days.start) else { continue };
            let found = Found::of(quote, rows);
            match &best {
                Some(best) if best.is_exact() => others += usize::from(found.is_exact()),
                Some(best) if !found.is_nearer_than(best) => {}
                _ => best = Some(found),
            }
        }
        if best.as_ref().is_some_and(Found::is_exact) {
            break;
        }
    }
    let best = best.ok_or_else(|| Refusal::invalid("schedule", "has rows that no setting comes near to"))?;
    Ok(Fit { difference: best.difference(rows), quote: best.quote, others })
}

fn check(rows: &[Observed]) -> Result<Paise, Refusal> {
    if rows.is_empty() {
        return Err(Refusal::invalid("schedule", "has no rows"));
    }
    if let Some(at) = rows.windows(2).position(|pair| pair[0].due_day >= pair[1].due_day) {
        let message = format!("row {}: its day is not after that of the row before", at + 2);
        return Err(Refusal::invalid("date", message));
    }
    if let Some(at) = rows.iter().position(|row| row.interest < Paise::ZERO) {
        return Err(Refusal::invalid("interest", format!("row {}: must not be negative", at + 1)));
    }
    let amount = Paise::total(rows.iter().map(|row| row.principal)).ok().filter(|amount| amount.is_positive());
    amount.ok_or_else(|| Refusal::invalid("principal", "does not sum to an amount that can be lent"))
}

struct Found {
    quote: Quote,
    /// Rows from the first that are the same.
    same: usize,
    /// By how much the rest differs, in paise.
    distance: i64,
    rows: usize,
}

impl Found {
    fn of(quote: Quote, rows: &[Observed]) -> Found {
        let ours: Vec<Observed> = quote.rows.iter().map(Observed::from).collect();
        let same = ours.iter().zip(rows).take_while(|(ours, theirs)| ours == theirs).count();
        let apart = |ours: &Observed, theirs: &Observed| {
            let paise = |a: Paise, b: Paise| (a.get() - b.get()).abs();
            // A day counts for more than any rounding.
            let days = ours.due_day.days_since(theirs.due_day).abs() * 100_000;
            paise(ours.principal, theirs.principal) + paise(ours.interest, theirs.interest) + days
        };
        let distance = ours.iter().zip(rows).map(|(ours, theirs)| apart(ours, theirs)).fold(0, i64::saturating_add);
        Found { same: same.min(ours.len()), rows: rows.len().max(ours.len()), quote, distance }
    }

    fn is_exact(&self) -> bool {
        self.same == self.rows
    }

    /// Whether the terms compute interest in the same way: others are of no more use once one is found.
    fn counts_as(&self, terms: &Terms) -> bool {
        let own = &self.quote.terms;
        (own.method, own.rate_basis, own.interest_days) == (terms.method, terms.rate_basis, terms.interest_days)
    }

    fn is_nearer_than(&self, other: &Found) -> bool {
        (self.same, -self.distance) > (other.same, -other.distance)
    }

    fn difference(&self, rows: &[Observed]) -> Option<Difference> {
        let theirs = rows.get(self.same)?;
        Some(Difference {
            row: self.same + 1,
            theirs: *theirs,
            ours: self.quote.rows.get(self.same).map(Observed::from),
        })
    }
}

/// When instalments fall due, of settings that meet the days observed, or nearly.
struct Days {
    plain: Terms,
    start: Day,
    tenure: u32,
}

fn day_settings(rows: &[Observed], known: Known) -> Vec<Days> {
    let due: Vec<Day> = rows.iter().map(|row| row.due_day).collect();
    let tenure = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut settings = Vec::new();
    for period in periods(&due) {
        for anchor in anchors(&due, period) {
            for (weekend, roll) in business_days() {
                let mut plain = Terms::new(EmiMethod::ReducingBalance, Percent::ZERO);
                (plain.period, plain.roll, plain.calendar) = (period, roll, Calendar::of(weekend));
                let before = due.first().map_or_else(Vec::new, |first| starts(*first, anchor, period, known));
                for (start, gap) in before {
                    plain.first_due_gap_days = gap;
                    plain.anchor_day = anchor.filter(|day| *day != start.day_of_month());
                    let same = |tenure: u32| match Timeline::new(&plain, tenure, start) {
                        Ok(timeline) => timeline.due_days.iter().zip(&due).take_while(|(a, b)| a == b).count(),
                        Err(_) => 0,
                    };
                    settings.push((same(tenure), Days { plain: plain.clone(), start, tenure }));
                }
            }
        }
    }
    // Those that meet the most days; among equals the plainest, which come first.
    let most = settings.iter().map(|(same, _)| *same).max().unwrap_or(0);
    settings.into_iter().filter(|(same, _)| *same == most).map(|(_, days)| days).take(4).collect()
}

fn periods(due: &[Day]) -> Vec<Period> {
    let gaps: Vec<i64> = due.windows(2).map(|pair| pair[1].days_since(pair[0])).collect();
    let (Some(first), Some(sum)) = (gaps.first(), gaps.iter().copied().reduce(|sum, gap| sum + gap)) else {
        return vec![Period::MONTHLY];
    };
    let mean = sum / i64::try_from(gaps.len()).unwrap_or(1).max(1);
    let period = |every: i64, unit| u32::try_from(every).ok().map(|every| Period { every: every.max(1), unit });
    let mut found = Vec::new();
    if mean >= 26 {
        found.extend(period((mean + 15) / 30, PeriodUnit::Months));
    }
    if mean % 7 <= 1 || mean % 7 == 6 {
        found.extend(period((mean + 3) / 7, PeriodUnit::Weeks));
    }
    found.extend(period(mean.max(1).min((*first).max(1)), PeriodUnit::Days));
    found
}

/// The days of the month, the most frequent first; none for weeks and days, which follow from the first.
fn anchors(due: &[Day], period: Period) -> Vec<Option<u8>> {
    if period.unit != PeriodUnit::Months {
        return vec![None];
    }
    let count = |day: u8| due.iter().filter(|due| due.day_of_month() == day).count();
    let mut days: Vec<u8> = (1..=31).filter(|day| count(*day) > 0).collect();
    if due.iter().all(|day| day.is_last_of_month()) {
        days.push(31);
    }
    days.sort_by_key(|day| std::cmp::Reverse((count(*day), *day == 31)));
    days.into_iter().map(Some).collect()
}

fn business_days() -> impl Iterator<Item = (Weekend, Roll)> {
    let rolls = [Roll::Following, Roll::Preceding, Roll::ModifiedFollowing];
    let weekends = [Weekend::SatSun, Weekend::Sun, Weekend::SunAnd2nd4thSat];
    let moved = rolls.into_iter().flat_map(move |roll| weekends.into_iter().map(move |weekend| (weekend, roll)));
    std::iter::once((Weekend::None, Roll::None)).chain(moved)
}

/// Days of disbursal with the gap to the first due day that has to be set for them.
fn starts(first: Day, anchor: Option<u8>, period: Period, known: Known) -> Vec<(Day, Option<u32>)> {
    match known.start {
        Some(start) => {
            // A first due day may have been moved by up to five days.
            let gap = u32::try_from((first.days_since(start) - 5).max(1)).ok();
            vec![(start, None), (start, gap)]
        }
        None => {
            let every = i64::from(period.every);
            let start = match period.unit {
                PeriodUnit::Months => first.in_month(-every, anchor.unwrap_or(first.day_of_month())),
                PeriodUnit::Weeks => first.plus_days(-7 * every),
                PeriodUnit::Days => first.plus_days(-every),
            };
            vec![(start, None)]
        }
    }
}

/// Every way of counting and rounding interest over these days, each with the rates that its rows allow.
fn interest_settings(rows: &[Observed], days: &Days, known: Known) -> Vec<Terms> {
    let mut all = Vec::new();
    for method in methods(rows) {
        for (rate_basis, interest_days) in bases() {
            let plain = Terms { method, rate_basis, interest_days, ..days.plain.clone() };
            for (interest_unit, interest_rounding) in roundings(&[RoundingUnit::Paisa, RoundingUnit::Rupee]) {
                let plain = Terms { interest_unit, interest_rounding, ..plain.clone() };
                for annual_rate in rates(rows, days, &plain, known) {
                    all.extend(emi_settings(&Terms { annual_rate, ..plain.clone() }, known));
                }
            }
        }
    }
    all
}

/// A schedule with the same interest in all rows is flat; with the same principal in all but one, equal principal.
fn methods(rows: &[Observed]) -> Vec<EmiMethod> {
    let near = |amounts: Vec<Paise>| {
        let (least, most) = (amounts.iter().min(), amounts.iter().max());
        least.zip(most).is_some_and(|(least, most)| most.get() - least.get() <= 2)
    };
    let mut methods =
        vec![EmiMethod::ReducingBalance, EmiMethod::FlatRate, EmiMethod::EqualPrincipal, EmiMethod::Bullet];
    if rows.len() > 1 && near(rows.iter().map(|row| row.interest).collect()) {
        methods.swap(0, 1);
    }
    methods
}

fn bases() -> impl Iterator<Item = (RateBasis, InterestDays)> {
    const DAYS: &[InterestDays] = &[InterestDays::Unrolled, InterestDays::Rolled];
    RateBasis::ALL.into_iter().flat_map(|basis| {
        let days = if basis == RateBasis::PerPeriod { &DAYS[..1] } else { DAYS };
        days.iter().map(move |days| (basis, *days))
    })
}

fn roundings(units: &[RoundingUnit]) -> Vec<(RoundingUnit, Rounding)> {
    let modes = [Rounding::HalfUp, Rounding::Up, Rounding::HalfEven];
    units.iter().flat_map(|unit| modes.into_iter().map(move |mode| (*unit, mode))).collect()
}

fn emi_settings(plain: &Terms, known: Known) -> Vec<Terms> {
    let mut all = Vec::new();
    let remainders: &[Option<Remainder>] = match plain.method {
        EmiMethod::FlatRate => &[None, Some(Remainder::Last), Some(Remainder::First), Some(Remainder::Spread)],
        _ => &[None, Some(Remainder::First), Some(Remainder::Spread)],
    };
    let broken: &[BrokenPeriod] = match known.start {
        None => &[BrokenPeriod::FirstEmi],
        Some(_) => &[
            BrokenPeriod::FirstEmi,
            BrokenPeriod::Waived,
            BrokenPeriod::Spread,
            BrokenPeriod::Capitalised,
            BrokenPeriod::PreEmi,
        ],
    };
    for (emi_unit, emi_rounding) in roundings(&[RoundingUnit::Rupee, RoundingUnit::Paisa, RoundingUnit::Rupees(10)]) {
        for remainder in remainders {
            for broken_period in broken {
                all.push(Terms {
                    emi_unit,
                    emi_rounding,
                    remainder: *remainder,
                    broken_period: *broken_period,
                    ..plain.clone()
                });
            }
        }
    }
    all
}

/// The plainest annual rates that every row allows; where no rate does, the mean one.
fn rates(rows: &[Observed], days: &Days, plain: &Terms, known: Known) -> Vec<Percent> {
    if let Some(rate) = known.annual_rate {
        return vec![rate];
    }
    // At 100 % a year a factor is the share of the year.
    let Ok(whole) = Percent::new(Decimal::ONE_HUNDRED) else { return Vec::new() };
    let at_whole = Terms { annual_rate: whole, ..plain.clone() };
    let Ok(timeline) = Timeline::new(&at_whole, days.tenure, days.start) else { return Vec::new() };
    let bounds = if plain.method == EmiMethod::FlatRate {
        flat_bounds(rows, &timeline)
    } else {
        // The first row may hold the interest of a broken period besides its own.
        let all = row_bounds(rows, &timeline, plain, 0).filter(|(low, high, _)| known.start.is_none() && low <= high);
        all.or_else(|| row_bounds(rows, &timeline, plain, 1))
    };
    let Some((low, high, mean)) = bounds else { return Vec::new() };
    let plainest = (0..=6).find_map(|decimals| {
        let ceiling = low.round_dp_with_strategy(decimals, rust_decimal::RoundingStrategy::AwayFromZero);
        (ceiling <= high).then_some(ceiling)
    });
    let rate = plainest.unwrap_or_else(|| mean.round_dp(2));
    Percent::new(rate.max(Decimal::ZERO)).into_iter().collect()
}

/// Percent a year: the least, the most, the mean.
type Bounds = (Decimal, Decimal, Decimal);

fn row_bounds(rows: &[Observed], timeline: &Timeline, terms: &Terms, skipped: usize) -> Option<Bounds> {
    let (mut low, mut high) = (Decimal::ZERO, Decimal::from(600));
    let (mut interest, mut base) = (Decimal::ZERO, Decimal::ZERO);
    let mut owed: Paise = rows.iter().map(|row| row.principal).sum();
    let unit = Decimal::new(terms.interest_unit.paise(), 2);
    let (below, above) = match terms.interest_rounding {
        Rounding::HalfUp | Rounding::HalfEven => (unit / Decimal::TWO, unit / Decimal::TWO),
        Rounding::Up => (unit, Decimal::ZERO),
    };
    for (at, (row, factor)) in rows.iter().zip(&timeline.factors).enumerate() {
        let share = owed.rupees().checked_mul(factor.decimal().ok()?)?;
        owed = owed.minus(row.principal).ok()?;
        if at < skipped || share <= Decimal::ZERO {
            continue;
        }
        let paid = row.interest.rupees();
        low = low.max((paid - below) / share * Decimal::ONE_HUNDRED);
        high = high.min((paid + above) / share * Decimal::ONE_HUNDRED);
        interest += paid;
        base += share;
    }
    let mean = interest.checked_div(base)? * Decimal::ONE_HUNDRED;
    // A rate that lies on a bound must not be lost to the last digit of a quotient.
    Some((low.round_dp(12), high.round_dp(12), mean))
}

/// Of a flat rate only the sum tells: each EMI may have been rounded by half a rupee.
fn flat_bounds(rows: &[Observed], timeline: &Timeline) -> Option<Bounds> {
    let amount: Paise = rows.iter().map(|row| row.principal).sum();
    let interest: Paise = rows.iter().map(|row| row.interest).sum();
    let year = amount.rupees().checked_mul(timeline.flat.decimal().ok()?)?;
    let slack = Decimal::from(rows.len()) / Decimal::TWO;
    let percent = |interest: Decimal| interest.checked_div(year).map(|rate| rate * Decimal::ONE_HUNDRED);
    let interest = interest.rupees();
    Some((percent(interest - slack)?.max(Decimal::ZERO), percent(interest + slack)?, percent(interest)?))
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
