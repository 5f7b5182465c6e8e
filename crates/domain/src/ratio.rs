//! Exact fractions: what a day count makes of a rate. Nothing is rounded before the one rounding that is named.

use rust_decimal::Decimal;

use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};

/// A fraction in lowest terms, with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    num: i128,
    den: i128,
}

impl Ratio {
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };

    /// `den` must be positive.
    #[must_use]
    pub fn new(num: i128, den: i128) -> Ratio {
        debug_assert!(den > 0, "a denominator is positive");
        let divisor = gcd(num.unsigned_abs(), den.unsigned_abs());
        let divisor = i128::try_from(divisor).unwrap_or(1).max(1);
        Ratio { num: num / divisor, den: den / divisor }
    }

    /// Numerator and denominator.
    #[must_use]
    pub fn parts(self) -> (i128, i128) {
        (self.num, self.den)
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.num == 0
    }

    pub fn times(self, other: Ratio) -> Result<Ratio, MoneyError> {
        let num = self.num.checked_mul(other.num).ok_or(MoneyError::OutOfRange)?;
        let den = self.den.checked_mul(other.den).ok_or(MoneyError::OutOfRange)?;
        Ok(Ratio::new(num, den))
    }

    pub fn plus(self, other: Ratio) -> Result<Ratio, MoneyError> {
        // Over the least common denominator, so that fractions of one rate do not outgrow their digits.
        let shared = i128::try_from(gcd(self.den.unsigned_abs(), other.den.unsigned_abs())).unwrap_or(1).max(1);
        let left = self.num.checked_mul(other.den / shared).ok_or(MoneyError::OutOfRange)?;
        let right = other.num.checked_mul(self.den / shared).ok_or(MoneyError::OutOfRange)?;
        let den = (self.den / shared).checked_mul(other.den).ok_or(MoneyError::OutOfRange)?;
        Ok(Ratio::new(left.checked_add(right).ok_or(MoneyError::OutOfRange)?, den))
    }

    /// Divided by what must be positive.
    pub fn over(self, other: Ratio) -> Result<Ratio, MoneyError> {
        if other.num <= 0 {
            return Err(MoneyError::OutOfRange);
        }
        self.times(Ratio { num: other.den, den: other.num })
    }

    /// This share of `amount`, rounded once.
    pub fn of(self, amount: Paise, unit: RoundingUnit, rounding: Rounding) -> Result<Paise, MoneyError> {
        let num = i128::from(amount.get()).checked_mul(self.num).ok_or(MoneyError::OutOfRange)?;
        let den = self.den.checked_mul(i128::from(unit.paise())).ok_or(MoneyError::OutOfRange)?;
        let units = i64::try_from(rounding.divide(num, den)).map_err(|_| MoneyError::OutOfRange)?;
        Paise::within_range(units.checked_mul(unit.paise()).ok_or(MoneyError::OutOfRange)?)
    }

    /// This share of a number of smallest steps, rounded down.
    #[must_use]
    pub fn of_whole(self, steps: i128) -> Option<i128> {
        steps.checked_mul(self.num).map(|product| product.div_euclid(self.den))
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceiling(self) -> i128 {
        self.num.div_euclid(self.den) + i128::from(self.num.rem_euclid(self.den) != 0)
    }

    /// To 28 digits, for formulas that fractions cannot follow.
    pub fn decimal(self) -> Result<Decimal, MoneyError> {
        let part = |whole| Decimal::try_from_i128_with_scale(whole, 0).map_err(|_| MoneyError::OutOfRange);
        part(self.num)?.checked_div(part(self.den)?).ok_or(MoneyError::OutOfRange)
    }
}

fn gcd(mut left: u128, mut right: u128) -> u128 {
    // Nearly all fit, and short divisions are ten times faster.
    if let (Ok(mut left), Ok(mut right)) = (u64::try_from(left), u64::try_from(right)) {
        while right != 0 {
            (left, right) = (right, left % right);
        }
        return left.into();
    }
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::PAISE_MAX;

    #[test]
    fn a_share_is_rounded_once_and_as_named() {
        let third = Ratio::new(2, 6);
        assert_eq!(third, Ratio::new(1, 3));
        let share = |rounding| third.of(Paise::new(50), RoundingUnit::Paisa, rounding);
        assert_eq!(share(Rounding::HalfUp), Ok(Paise::new(17)));
        assert_eq!(share(Rounding::Up), Ok(Paise::new(17)));
        let half = |paise| Ratio::new(1, 2).of(Paise::new(paise), RoundingUnit::Paisa, Rounding::HalfEven);
        assert_eq!((half(25), half(27)), (Ok(Paise::new(12)), Ok(Paise::new(14))));
        let rupees = Ratio::new(1, 1).of(Paise::new(96_973), RoundingUnit::Rupees(10), Rounding::Up);
        assert_eq!(rupees, Ok(Paise::from_rupees(970)));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let huge = Ratio::new(i128::MAX, 3);
        assert_eq!(huge.times(huge), Err(MoneyError::OutOfRange));
        assert_eq!(huge.plus(Ratio::new(1, 7)), Err(MoneyError::OutOfRange));
        assert_eq!(huge.of(Paise::new(2), RoundingUnit::Paisa, Rounding::Up), Err(MoneyError::OutOfRange));
    }

    proptest! {
        #[test]
        fn a_share_agrees_with_decimals(paise in -1_000_000_000_000i64..1_000_000_000_000, num in 0i128..1_000_000, den in 1i128..10_000_000) {
            let ratio = Ratio::new(num, den);
            for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up] {
                let exact = Decimal::from(paise) * Decimal::from_i128_with_scale(num, 2) / Decimal::from_i128_with_scale(den, 0);
                // A quotient of 28 digits cannot tell a tie from what is next to it; exact ties are tested above.
                match ratio.of(Paise::new(paise), RoundingUnit::Paisa, rounding) {
                    Ok(share) => prop_assert!((share.rupees() - exact).abs() <= Decimal::new(1, 2), "{} {}", share, exact),
                    Err(_) => prop_assert!(exact.abs() >= Decimal::new(PAISE_MAX, 2), "{} fits", exact),
                }
            }
        }
    }
}
