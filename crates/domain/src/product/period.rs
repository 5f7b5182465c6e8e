//! When instalments fall due, and what share of a year lies between them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ratio::Ratio;

/// How far instalments are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub every: u32,
    pub unit: PeriodUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    Days,
    Weeks,
    Months,
}

/// What a due day at the end of a month means for longer months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthEnd {
    /// The day's number counts: the 30th of April is followed by the 30th of May. A 31st is the last day of shorter months.
    #[default]
    SameNumber,
    /// The last day of a month is followed by last days: the 30th of April by the 31st of May.
    LastDay,
}

impl Period {
    pub const MONTHLY: Period = Period { every: 1, unit: PeriodUnit::Months };

    /// Its share of a year when all periods count alike: n/12, 7n/365, n/365.
    #[must_use]
    pub fn of_year(self) -> Ratio {
        let every = i128::from(self.every);
        match self.unit {
            PeriodUnit::Months => Ratio::new(every, 12),
            PeriodUnit::Weeks => Ratio::new(7 * every, 365),
            PeriodUnit::Days => Ratio::new(every, 365),
        }
    }

    /// How many of them make a year: what a periodic rate is multiplied by for an annual one.
    #[must_use]
    pub fn per_year(self) -> Decimal {
        let year = self.of_year().decimal().unwrap_or(Decimal::ONE);
        Decimal::ONE.checked_div(year).unwrap_or(Decimal::ONE)
    }

    /// The name that borrowers know: `Monthly`, `Every 2 weeks`.
    #[must_use]
    pub fn label(self) -> String {
        match (self.every, self.unit) {
            (1, PeriodUnit::Days) => "Daily".to_owned(),
            (1, PeriodUnit::Weeks) => "Weekly".to_owned(),
            (2, PeriodUnit::Weeks) => "Fortnightly".to_owned(),
            (1, PeriodUnit::Months) => "Monthly".to_owned(),
            (3, PeriodUnit::Months) => "Quarterly".to_owned(),
            (every, PeriodUnit::Days) => format!("Every {every} days"),
            (every, PeriodUnit::Weeks) => format!("Every {every} weeks"),
            (every, PeriodUnit::Months) => format!("Every {every} months"),
        }
    }
}

/// The days that are whole periods away from an anchor, before any rolling. Each is counted from the anchor itself, so that a
/// short month or a holiday moves no later day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    anchor: Day,
    /// For months: the number of the day, which may be more than the anchor's month has.
    day_of_month: u8,
    period: Period,
}

impl Grid {
    /// Through `anchor`; for months, on `day_of_month` of each.
    pub fn new(anchor: Day, day_of_month: Option<u8>, period: Period, month_end: MonthEnd) -> Grid {
        let own = if month_end == MonthEnd::LastDay && anchor.is_last_of_month() { 31 } else { anchor.day_of_month() };
        Grid { anchor, day_of_month: day_of_month.unwrap_or(own), period }
    }

    /// So many periods after the anchor, or before it.
    pub fn day(self, periods: i64) -> Day {
        let steps = periods.saturating_mul(i64::from(self.period.every));
        match self.period.unit {
            PeriodUnit::Days => self.anchor.plus_days(steps),
            PeriodUnit::Weeks => self.anchor.plus_days(steps.saturating_mul(7)),
            PeriodUnit::Months => self.anchor.in_month(steps, self.day_of_month),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn days(grid: Grid, count: i64) -> Vec<String> {
        (1..=count).map(|period| grid.day(period).to_string()).collect()
    }

    #[test]
    fn the_end_of_a_month_is_what_the_setting_says() {
        let monthly = |start, month_end| days(Grid::new(day(start), None, Period::MONTHLY, month_end), 3);
        assert_eq!(monthly("2024-01-31", MonthEnd::SameNumber), ["2024-02-29", "2024-03-31", "2024-04-30"]);
        assert_eq!(monthly("2024-04-30", MonthEnd::SameNumber), ["2024-05-30", "2024-06-30", "2024-07-30"]);
        assert_eq!(monthly("2024-04-30", MonthEnd::LastDay), ["2024-05-31", "2024-06-30", "2024-07-31"]);
        assert_eq!(monthly("2024-04-29", MonthEnd::LastDay), ["2024-05-29", "2024-06-29", "2024-07-29"]);
    }

    #[test]
    fn weeks_and_days_are_counted_as_days() {
        let every =
            |every, unit| days(Grid::new(day("2024-02-27"), None, Period { every, unit }, MonthEnd::default()), 2);
        assert_eq!(every(2, PeriodUnit::Weeks), ["2024-03-12", "2024-03-26"]);
        assert_eq!(every(1, PeriodUnit::Days), ["2024-02-28", "2024-02-29"]);
        assert_eq!(every(3, PeriodUnit::Months), ["2024-05-27", "2024-08-27"]);
    }
}
