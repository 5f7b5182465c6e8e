//! Business days. A calendar is data with a version; a loan keeps the version that it was booked with.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// Which days of the week are not business days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekend {
    None,
    Sun,
    SatSun,
    /// Sundays, and the second and fourth Saturday: the days on which Indian banks are closed.
    #[serde(rename = "sun_and_2nd_4th_sat")]
    SunAnd2nd4thSat,
}

/// What happens to a due day that is not a business day. The anchor day itself never moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    None,
    Following,
    Preceding,
    /// Following, but preceding where following would leave the month.
    ModifiedFollowing,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub weekend: Weekend,
    /// Sorted days on which nothing falls due besides the weekend.
    #[serde(default)]
    pub holidays: Vec<Day>,
    /// The last day for which holidays are known; without one, none is missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    /// Which edition of the list this is. A loan keeps the one that it was booked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Calendar {
    /// Without holidays.
    #[must_use]
    pub fn of(weekend: Weekend) -> Calendar {
        Calendar { weekend, holidays: Vec::new(), valid_until: None, version: None }
    }

    #[must_use]
    pub fn is_business_day(&self, day: Day) -> bool {
        let weekend = match self.weekend {
            Weekend::None => false,
            Weekend::Sun => day.is_sunday(),
            Weekend::SatSun => day.is_saturday_or_sunday(),
            Weekend::SunAnd2nd4thSat => day.is_sunday() || day.is_bank_saturday(),
        };
        !weekend && self.holidays.binary_search(&day).is_err()
    }

    /// The business day that stands in for `day`. A calendar without any business day near leaves it as it is.
    #[must_use]
    pub fn roll(&self, day: Day, roll: Roll) -> Day {
        if roll == Roll::None || self.is_business_day(day) {
            return day;
        }
        let nearest = |step: i64| {
            (0..=31).map(|n| day.plus_days(n * step)).find(|candidate| self.is_business_day(*candidate)).unwrap_or(day)
        };
        match roll {
            Roll::None => day,
            Roll::Following => nearest(1),
            Roll::Preceding => nearest(-1),
            Roll::ModifiedFollowing => {
                let following = nearest(1);
                if following.month_key() == day.month_key() { following } else { nearest(-1) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_due_day_rolls_to_the_named_side() {
        let calendar = Calendar { holidays: vec![day("2021-04-05")], ..Calendar::of(Weekend::SatSun) };
        for (roll, rolled) in [
            (Roll::None, "2021-04-03"),
            (Roll::Following, "2021-04-06"),
            (Roll::Preceding, "2021-04-02"),
            (Roll::ModifiedFollowing, "2021-04-06"),
        ] {
            assert_eq!(calendar.roll(day("2021-04-03"), roll), day(rolled));
        }
        assert_eq!(calendar.roll(day("2021-07-31"), Roll::ModifiedFollowing), day("2021-07-30"));
    }

    #[test]
    fn indian_banks_work_on_the_first_and_third_saturday() {
        let calendar = Calendar::of(Weekend::SunAnd2nd4thSat);
        for (text, business) in [
            ("2021-04-03", true),
            ("2021-04-10", false),
            ("2021-04-17", true),
            ("2021-04-24", false),
            ("2021-04-25", false),
        ] {
            assert_eq!(calendar.is_business_day(day(text)), business, "{text}");
        }
    }
}
