//! Looks for the rate at which a loan is worth what it gives. In binary fractions, because a rate is looked for in thousands of
//! steps, and no figure of money is rounded by them: a rate is found to sixteen decimals.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::money::{MoneyError, Paise};
use crate::ratio::Ratio;

const BITS: u32 = 60;
const ONE: i128 = 1 << BITS;
/// How exactly a rate is looked for: less than 10⁻¹⁷.
const HAIR: i128 = 8;

/// A number in steps of 2⁻⁶⁰.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fraction(i128);

impl Fraction {
    pub const ZERO: Fraction = Fraction(0);
    pub const ONE: Fraction = Fraction(ONE);

    pub fn times(self, other: Fraction) -> Option<Fraction> {
        self.0.checked_mul(other.0).map(|product| Fraction(product >> BITS))
    }

    /// What a rupee is worth a period earlier at this rate: 1 / (1 + rate).
    pub fn discount(self) -> Fraction {
        Fraction((ONE << BITS) / (ONE + self.0.max(0)))
    }

    /// This rate for a part of a period, at simple interest.
    pub fn for_part(self, part: Ratio) -> Option<Fraction> {
        part.of_whole(self.0).map(Fraction)
    }

    /// What a rupee grows to in a part of a period at this rate, at simple interest.
    pub fn grown(self, part: Ratio) -> Option<Fraction> {
        self.for_part(part)?.0.checked_add(ONE).map(Fraction)
    }

    pub fn power(self, exponent: u64) -> Option<Fraction> {
        let (mut result, mut base, mut left) = (Fraction::ONE, self, exponent);
        while left > 0 {
            if left % 2 == 1 {
                result = result.times(base)?;
            }
            left /= 2;
            if left > 0 {
                base = base.times(base)?;
            }
        }
        Some(result)
    }

    pub fn decimal(self) -> Result<Decimal, MoneyError> {
        let part = |whole| Decimal::try_from_i128_with_scale(whole, 0).map_err(|_| MoneyError::OutOfRange);
        part(self.0)?.checked_div(part(ONE)?).ok_or(MoneyError::OutOfRange)
    }
}

/// Amounts times fractions, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth(i128);

impl Worth {
    pub fn less(paid: Paise) -> Worth {
        Worth(-i128::from(paid.get()) * ONE)
    }

    pub fn plus(self, amount: Paise, worth: Fraction) -> Option<Worth> {
        i128::from(amount.get()).checked_mul(worth.0).and_then(|more| self.0.checked_add(more)).map(Worth)
    }
}

/// The rate at which `worth_over`, which falls as the rate rises, is zero; nothing below zero is looked for, because a loan
/// that returns less than it gives has no price.
pub(super) fn zero_of(worth_over: impl Fn(Fraction) -> Option<Worth>) -> Result<Fraction, MoneyError> {
    let over = |rate: i128| worth_over(Fraction(rate)).map(|worth| worth.0).ok_or(MoneyError::OutOfRange);
    let at_zero = over(0)?;
    if at_zero <= 0 {
        return Ok(Fraction::ZERO);
    }
    let (mut low, mut at_low, mut high) = (0, at_zero, ONE / 100);
    let mut at_high = over(high)?;
    while at_high > 0 {
        (low, at_low) = (high, at_high);
        high = high.checked_mul(10).filter(|high| *high < ONE << 40).ok_or(MoneyError::OutOfRange)?;
        at_high = over(high)?;
    }
    // False position, with the weight of a bound that stays halved (the Illinois way): both bounds hold the zero at every step.
    let mut stayed = Ordering::Equal;
    while high - low > HAIR {
        // At least a hair from either bound, so that the last steps close in from both sides.
        let middle = (low + step(high - low, at_low, at_high)).clamp(low + HAIR / 2, high - HAIR / 2);
        let at_middle = over(middle)?;
        match at_middle.cmp(&0) {
            Ordering::Equal => return Ok(Fraction(middle)),
            Ordering::Greater => {
                (low, at_low) = (middle, at_middle);
                if stayed == Ordering::Greater {
                    at_high /= 2;
                }
                stayed = Ordering::Greater;
            }
            Ordering::Less => {
                (high, at_high) = (middle, at_middle);
                if stayed == Ordering::Less {
                    at_low /= 2;
                }
                stayed = Ordering::Less;
            }
        }
    }
    Ok(Fraction(high))
}

/// How far from `low` a straight line between the two values crosses zero: width · at_low / (at_low − at_high).
fn step(width: i128, at_low: i128, at_high: i128) -> i128 {
    let bits = 128 - (at_low.unsigned_abs() | at_high.unsigned_abs()).leading_zeros();
    let spare = bits.saturating_sub(24);
    let (above, below) = (at_low >> spare, -(at_high >> spare));
    let whole = (above + below).max(1);
    width.checked_mul(above).map_or(width / 2, |product| product / whole)
}
