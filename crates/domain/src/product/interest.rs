//! What share of the annual rate a stretch of days costs.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ratio::Ratio;

/// How interest follows from the annual rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateBasis {
    /// Every period costs the same: a twelfth of the annual rate for a month, however long it is. A stretch that is no whole
    /// period is charged for its days over 365.
    #[default]
    PerPeriod,
    /// Days over 365, in leap years too.
    #[serde(rename = "actual_365")]
    Actual365,
    /// Days over 365, those in a leap year over 366.
    ActualActual,
    #[serde(rename = "actual_360")]
    Actual360,
    /// Months of thirty days over 360; a 31st counts as the 30th (30E/360).
    #[serde(rename = "thirty_360")]
    Thirty360,
}

impl RateBasis {
    pub const ALL: [RateBasis; 5] = [
        RateBasis::PerPeriod,
        RateBasis::Actual365,
        RateBasis::ActualActual,
        RateBasis::Actual360,
        RateBasis::Thirty360,
    ];

    /// The share of a year from `from` to `until`, by days.
    #[must_use]
    pub fn of_year(self, from: Day, until: Day) -> Ratio {
        let days = || i128::from(until.days_since(from));
        match self {
            RateBasis::PerPeriod | RateBasis::Actual365 => Ratio::new(days(), 365),
            RateBasis::Actual360 => Ratio::new(days(), 360),
            RateBasis::Thirty360 => Ratio::new(i128::from(until.days_since_thirty(from)), 360),
            RateBasis::ActualActual => {
                let (leap, common) = until.days_since_by_year(from);
                Ratio::new(i128::from(leap) * 365 + i128::from(common) * 366, 365 * 366)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_count_has_its_own_year() {
        let (from, until) = ("2023-12-31".parse().unwrap(), "2024-03-31".parse().unwrap());
        for (basis, num, den) in [
            (RateBasis::PerPeriod, 91, 365),
            (RateBasis::Actual365, 91, 365),
            (RateBasis::Actual360, 91, 360),
            (RateBasis::Thirty360, 90, 360),
            // One day in 2023, ninety in 2024.
            (RateBasis::ActualActual, 366 + 90 * 365, 365 * 366),
        ] {
            assert_eq!(basis.of_year(from, until), Ratio::new(num, den), "{basis:?}");
        }
    }
}
