//! Money as an integer count of paise, and the only arithmetic allowed on it.

use std::fmt;
use std::iter::Sum;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// The largest amount that the contract accepts: 10^12 rupees.
pub const PAISE_MAX: i64 = 100_000_000_000_000;

/// An amount in paise. Every operation is checked: an amount that does not fit is an error, never a wrap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Paise(i64);

/// Why a piece of text, or a computed figure, is not an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("is not a decimal number of rupees")]
    NotDecimal,
    #[error("has more than two decimals")]
    TooManyDecimals,
    #[error("is beyond the largest amount, 1000000000000 rupees")]
    OutOfRange,
}

impl Paise {
    pub const ZERO: Paise = Paise(0);

    #[must_use]
    pub const fn new(paise: i64) -> Self {
        Paise(paise)
    }

    /// Whole rupees. For constants and tests: panics on overflow at compile time only.
    #[must_use]
    pub const fn from_rupees(rupees: i32) -> Self {
        Paise(rupees as i64 * 100)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub fn plus(self, other: Paise) -> Result<Paise, MoneyError> {
        self.0.checked_add(other.0).map(Paise).ok_or(MoneyError::OutOfRange)
    }

    pub fn minus(self, other: Paise) -> Result<Paise, MoneyError> {
        self.0.checked_sub(other.0).map(Paise).ok_or(MoneyError::OutOfRange)
    }

    pub fn times(self, count: u32) -> Result<Paise, MoneyError> {
        self.0.checked_mul(i64::from(count)).map(Paise).ok_or(MoneyError::OutOfRange)
    }

    /// The sum of `parts`, or an error where it does not fit.
    pub fn total(parts: impl IntoIterator<Item = Paise>) -> Result<Paise, MoneyError> {
        parts.into_iter().try_fold(Paise::ZERO, Paise::plus)
    }

    #[must_use]
    pub fn negated(self) -> Paise {
        Paise(self.0.saturating_neg())
    }

    /// As exact rupees, for formulas.
    #[must_use]
    pub fn rupees(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// An amount as the contract accepts it.
    pub fn within_range(paise: i64) -> Result<Paise, MoneyError> {
        if paise.abs() > PAISE_MAX { Err(MoneyError::OutOfRange) } else { Ok(Paise(paise)) }
    }

    /// Exact rupees brought to whole multiples of `unit` by `rounding`.
    pub fn round_from(rupees: Decimal, unit: RoundingUnit, rounding: Rounding) -> Result<Paise, MoneyError> {
        let units = rupees
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|paise| paise.checked_div(Decimal::from(unit.paise())))
            .ok_or(MoneyError::OutOfRange)?
            .round_dp_with_strategy(0, rounding.strategy());
        let paise = units.checked_mul(Decimal::from(unit.paise())).ok_or(MoneyError::OutOfRange)?;
        Paise::within_range(i64::try_from(paise).map_err(|_| MoneyError::OutOfRange)?)
    }

    /// Reads the text of a JSON number of rupees: an optional minus, ASCII digits, at most two decimals
    /// that are not zero. No exponent, no plus, no separators, so nothing ever passes through a float.
    pub fn parse_rupees(text: &str) -> Result<Paise, MoneyError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let ascii = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !ascii(whole) || !ascii(fraction) {
            return Err(MoneyError::NotDecimal);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 2 {
            return Err(MoneyError::TooManyDecimals);
        }
        if whole.len() > 15 {
            return Err(MoneyError::OutOfRange);
        }
        let text = format!("{whole}{fraction:0<2}");
        let paise: i64 = text.parse().map_err(|_| MoneyError::OutOfRange)?;
        if paise > PAISE_MAX {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Paise(if negative { -paise } else { paise }))
    }

    /// Always two decimals, as event descriptions carry amounts: `25000.00`.
    #[must_use]
    pub fn with_paise(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", abs / 100, abs % 100)
    }

    /// As people in India read it: `₹1,00,000` or `₹1,171.68`.
    #[must_use]
    pub fn in_words_of_india(self) -> String {
        let abs = self.0.unsigned_abs();
        let mut grouped = group_lakhs(&(abs / 100).to_string());
        if !abs.is_multiple_of(100) {
            grouped.push_str(&format!(".{:02}", abs % 100));
        }
        format!("{}₹{grouped}", if self.0 < 0 { "-" } else { "" })
    }
}

fn group_lakhs(digits: &str) -> String {
    let count = digits.len();
    let mut out = String::with_capacity(count + count / 2);
    for (index, digit) in digits.chars().enumerate() {
        let left = count - index;
        if index > 0 && left >= 3 && !left.is_multiple_of(2) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Rupees as the contract prints them in JSON: `5674`, `1171.68`; never `5674.0`, never `1171.680`.
impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.with_paise();
        f.write_str(match text.strip_suffix(".00") {
            Some(whole) => whole,
            None if text.ends_with('0') => &text[..text.len() - 1],
            None => &text,
        })
    }
}

impl fmt::Debug for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} rupees")
    }
}

/// Sums that are known to fit, because each part is below [`PAISE_MAX`] and there are fewer than 90,000 of them.
impl Sum for Paise {
    fn sum<I: Iterator<Item = Paise>>(iter: I) -> Paise {
        Paise(iter.map(|paise| paise.0).fold(0, i64::saturating_add))
    }
}

/// The smallest amount that a rounded figure may differ by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingUnit {
    Paisa,
    Rupee,
    /// Multiples of so many whole rupees.
    Rupees(u32),
}

impl RoundingUnit {
    #[must_use]
    pub fn paise(self) -> i64 {
        match self {
            RoundingUnit::Paisa => 1,
            RoundingUnit::Rupee => 100,
            RoundingUnit::Rupees(rupees) => 100 * i64::from(rupees.max(1)),
        }
    }
}

/// What happens to what lies between two units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 0.5 goes away from zero: what Indian lenders mean by "nearest".
    HalfUp,
    /// 0.5 goes to the even neighbour.
    HalfEven,
    /// Anything goes up, away from zero.
    Up,
}

impl Rounding {
    /// The quotient as a whole number. `den` must be positive.
    #[must_use]
    pub fn divide(self, num: i128, den: i128) -> i128 {
        // Nearly all fit, and short divisions are ten times faster.
        let (quotient, rest) = match (i64::try_from(num), i64::try_from(den)) {
            (Ok(num), Ok(den)) if den > 1 => (i128::from(num / den), i128::from(num % den)),
            _ => (num / den, num % den),
        };
        let away = num.signum();
        // Written so that it cannot overflow: twice the rest against the denominator.
        let beyond_half = rest.unsigned_abs().cmp(&(den.unsigned_abs() - rest.unsigned_abs()));
        let rounds_away = rest != 0
            && match self {
                Rounding::HalfUp => beyond_half.is_ge(),
                Rounding::HalfEven => beyond_half.is_gt() || (beyond_half.is_eq() && quotient % 2 != 0),
                Rounding::Up => true,
            };
        if rounds_away { quotient + away } else { quotient }
    }

    fn strategy(self) -> RoundingStrategy {
        match self {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::Up => RoundingStrategy::AwayFromZero,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_written_without_noise() {
        for (paise, text) in
            [(567_400, "5674"), (117_168, "1171.68"), (50, "0.5"), (5, "0.05"), (-105, "-1.05"), (0, "0")]
        {
            assert_eq!(Paise::new(paise).to_string(), text);
        }
    }

    #[test]
    fn only_plain_decimals_with_two_places_are_amounts() {
        use MoneyError::{NotDecimal, OutOfRange, TooManyDecimals};
        for (text, error) in [
            ("", NotDecimal),
            ("NaN", NotDecimal),
            ("1e400", NotDecimal),
            ("+1", NotDecimal),
            ("1_000", NotDecimal),
            (" 1", NotDecimal),
            ("१२", NotDecimal),
            (".5", NotDecimal),
            ("5.", NotDecimal),
            ("0x10", NotDecimal),
            ("-0.001", TooManyDecimals),
            ("0.005", TooManyDecimals),
            ("1.239", TooManyDecimals),
            ("1000000000000.01", OutOfRange),
            ("99999999999999999999", OutOfRange),
        ] {
            assert_eq!(Paise::parse_rupees(text), Err(error), "{text}");
        }
        assert_eq!(Paise::parse_rupees("12.500"), Ok(Paise::new(1250)));
        assert_eq!(Paise::parse_rupees("-3"), Ok(Paise::new(-300)));
    }

    #[test]
    fn indian_grouping_has_thousands_then_lakhs() {
        assert_eq!(Paise::from_rupees(10_000_000).in_words_of_india(), "₹1,00,00,000");
        assert_eq!(Paise::from_rupees(100).in_words_of_india(), "₹100");
        assert_eq!(Paise::new(117_168).in_words_of_india(), "₹1,171.68");
    }

    #[test]
    fn a_half_rupee_is_rounded_as_named() {
        let tie = Decimal::new(5005, 1);
        for (rounding, rupees) in [(Rounding::HalfUp, 501), (Rounding::HalfEven, 500), (Rounding::Up, 501)] {
            assert_eq!(Paise::round_from(tie, RoundingUnit::Rupee, rounding), Ok(Paise::from_rupees(rupees)));
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(paise in -PAISE_MAX..=PAISE_MAX) {
            let amount = Paise::new(paise);
            prop_assert_eq!(Paise::parse_rupees(&amount.to_string()), Ok(amount));
            prop_assert_eq!(Paise::parse_rupees(&amount.with_paise()), Ok(amount));
        }
    }
}
