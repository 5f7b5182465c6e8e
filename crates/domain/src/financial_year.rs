//! India's financial year: from 1 April to 31 March.

use std::fmt;
use std::str::FromStr;

use crate::day::{Day, DayError};

/// A financial year, by the calendar year that it begins in. Written `2024-25`, read as `2024` or `2024-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FinancialYear(i16);

impl FinancialYear {
    /// The year that `day` is in.
    #[must_use]
    pub fn of(day: Day) -> FinancialYear {
        let (year, month) = day.month_key();
        FinancialYear(if month < 4 { year.saturating_sub(1) } else { year })
    }

    /// The calendar year that it begins in.
    #[must_use]
    pub fn begins_in(self) -> i16 {
        self.0
    }

    #[must_use]
    pub fn next(self) -> FinancialYear {
        FinancialYear(self.0.saturating_add(1))
    }

    /// # Errors
    /// Where the calendar has no such day.
    pub fn first_day(self) -> Result<Day, DayError> {
        Day::new(self.0, 4, 1)
    }

    /// # Errors
    /// Where the calendar has no such day.
    pub fn last_day(self) -> Result<Day, DayError> {
        Day::new(self.0.saturating_add(1), 3, 31)
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, self.0.saturating_add(1).rem_euclid(100))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a financial year: write 2024 or 2024-25 for 1 April 2024 to 31 March 2025")]
pub struct YearError;

impl FromStr for FinancialYear {
    type Err = YearError;

    fn from_str(text: &str) -> Result<FinancialYear, YearError> {
        let digits = text.get(..4).filter(|part| part.bytes().all(|b| b.is_ascii_digit())).ok_or(YearError)?;
        let year = FinancialYear(digits.parse().map_err(|_| YearError)?);
        let known = (1900..=2200).contains(&year.0) && (text.len() == 4 || text == year.to_string());
        if known { Ok(year) } else { Err(YearError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_financial_year_is_from_april_to_march() {
        for (day, year) in [("2024-03-31", "2023-24"), ("2024-04-01", "2024-25"), ("2025-03-31", "2024-25")] {
            let day: Day = day.parse().unwrap();
            let found = FinancialYear::of(day);
            assert_eq!(found.to_string(), year);
            assert!(found.first_day().unwrap() <= day && day <= found.last_day().unwrap());
        }
        assert_eq!("1999".parse::<FinancialYear>().unwrap().to_string(), "1999-00");
    }

    #[test]
    fn what_is_no_financial_year_is_refused() {
        assert_eq!("2024-25".parse::<FinancialYear>(), "2024".parse());
        for text in ["", "24", "2024-26", "2024-2025", "20244", "٢٠٢٤", "0001", "2024 "] {
            assert_eq!(text.parse::<FinancialYear>(), Err(YearError), "{text}");
        }
    }
}
