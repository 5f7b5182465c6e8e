//! When an instalment is to be paid.

use super::{Derivation, Explained, input};
use crate::calendar::Roll;
use crate::loan::schedule::Row;
use crate::product::PeriodUnit;

impl Explained<'_> {
    pub(super) fn due_date(&self, row: &Row) -> Derivation {
        let timeline = &self.working.timeline;
        let terms = &self.quote.terms;
        let mut inputs = vec![input("disbursal", "the day of the money", self.quote.start)];
        let first = timeline.unrolled.first().copied().unwrap_or(row.due_day);
        let (formula, unrolled) = match row.num {
            0 => ("due day = first due day − 1 period, moved to a business day", timeline.before),
            1 => ("due day = first due day, moved to a business day", first),
            num => {
                let at = usize::try_from(num).unwrap_or(usize::MAX).saturating_sub(1);
                inputs.push(input("k", "number of the instalment", num));
                let unrolled = timeline.unrolled.get(at).copied().unwrap_or(row.due_day);
                ("due day = first due day + (k − 1) periods, moved to a business day", unrolled)
            }
        };
        inputs.push(input("first due day", "before any rolling", first));
        inputs.push(input("period", "between instalments", terms.period.label()));
        let calendar = format!(
            "The calendar has the weekend {:?} and {} other holidays.",
            terms.calendar.weekend,
            terms.calendar.holidays.len()
        );
        Derivation {
            figure: String::new(),
            meaning: "When the instalment is to be paid.".to_owned(),
            formula: formula.to_owned(),
            inputs,
            conventions: vec![self.first_due(), self.roll().to_owned(), calendar],
            unrounded: unrolled.to_string(),
            rounding: "moved to a business day".to_owned(),
            result: row.due_day.to_string(),
        }
    }

    /// How the first due day was found.
    fn first_due(&self) -> String {
        let terms = &self.quote.terms;
        let far = match (terms.first_due_gap_days, terms.first_due_periods) {
            (Some(1), _) => "at least 1 day after the disbursal".to_owned(),
            (Some(days), _) => format!("at least {days} days after the disbursal"),
            (None, 1) => "at least one period after the disbursal".to_owned(),
            (None, periods) => format!("at least {periods} periods after the disbursal"),
        };
        match (terms.anchor_day, terms.period.unit) {
            (Some(day), PeriodUnit::Months) => {
                format!("The first due day is the first day {day} of a month that is {far}.")
            }
            (Some(day), _) => {
                format!("The first due day is the first day {day} of a week (1 is Monday) that is {far}.")
            }
            (None, _) => {
                format!("The first due day is the first whole number of periods from the disbursal that is {far}.")
            }
        }
    }

    fn roll(&self) -> &'static str {
        match self.quote.terms.roll {
            Roll::None => "Due days are not moved.",
            Roll::Following => {
                "A due day that is no business day moves to the next one; the days after it do not move with it."
            }
            Roll::Preceding => {
                "A due day that is no business day moves to the one before; the days after it do not move with it."
            }
            Roll::ModifiedFollowing => {
                "A due day that is no business day moves to the next one, or to the one before where that is in another month."
            }
        }
    }
}
