//! What a rupee that is paid later is worth when interest begins: 1/((1+r₁)…(1+rₖ)), to 28 digits. Binary fractions, because a
//! schedule multiplies them by the hundred; the EMI that follows is a decimal again before it is rounded.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::money::MoneyError;
use crate::ratio::Ratio;

/// As many as a decimal's digits hold.
const BITS: u32 = 95;
const ONE: u128 = 1 << BITS;

/// A number from zero to one in steps of 2⁻⁹⁵.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Discount(u128);

impl Discount {
    /// 1/(1 + rate) = den/(den + num).
    fn of(rate: Ratio) -> Result<Discount, MoneyError> {
        let (num, den) = rate.parts();
        let narrow = |part: i128| u64::try_from(part).ok().filter(|part| *part < 1 << 62).map(u128::from);
        if let (Some(num), Some(den)) = (narrow(num), narrow(den)) {
            let whole = num + den;
            // Long division in two digits, so that nothing is wider than 128 bits.
            let (high, rest) = ((den << 64) / whole, (den << 64) % whole);
            return Ok(Discount((high << (BITS - 64)) + (rest << (BITS - 64)) / whole));
        }
        let exact = Decimal::ONE.checked_div(Decimal::ONE + rate.decimal()?).ok_or(MoneyError::OutOfRange)?;
        let steps = exact.checked_mul(one()?).and_then(|steps| steps.to_u128());
        steps.map(Discount).ok_or(MoneyError::OutOfRange)
    }

    fn times(self, other: Discount) -> Discount {
        let halves = |one: u128| (one >> 64, one & u128::from(u64::MAX));
        let ((a, b), (c, d)) = (halves(self.0), halves(other.0));
        let middle = a * d + b * c + ((b * d) >> 64);
        Discount(((a * c) << (128 - BITS)) + (middle >> (BITS - 64)))
    }

    fn power(self, mut exponent: usize) -> Discount {
        let (mut result, mut base) = (Discount(ONE), self);
        while exponent > 0 {
            if exponent % 2 == 1 {
                result = result.times(base);
            }
            base = base.times(base);
            exponent /= 2;
        }
        result
    }
}

fn one() -> Result<Decimal, MoneyError> {
    decimal_of(ONE)
}

fn decimal_of(steps: u128) -> Result<Decimal, MoneyError> {
    let steps = i128::try_from(steps).map_err(|_| MoneyError::OutOfRange)?;
    Decimal::try_from_i128_with_scale(steps, 0).map_err(|_| MoneyError::OutOfRange)
}

/// What a rupee at the end of these periods is worth at their beginning.
pub(super) fn over(factors: &[Ratio]) -> Result<Decimal, MoneyError> {
    let mut worth = Discount(ONE);
    for factor in factors {
        worth = worth.times(Discount::of(*factor)?);
    }
    decimal_of(worth.0)?.checked_div(one()?).ok_or(MoneyError::OutOfRange)
}

/// The discounts of a schedule's rows: of the first and the last one, and all of them together.
pub(super) struct Discounts {
    pub sum: Decimal,
    first: Discount,
    last: Discount,
}

impl Discounts {
    pub fn of(factors: &[Ratio]) -> Result<Discounts, MoneyError> {
        let Some((first, rest)) = factors.split_first() else {
            return Ok(Discounts { first: Discount(ONE), last: Discount(ONE), sum: Decimal::ZERO });
        };
        let by_first = Discount::of(*first)?;
        let per_step = |steps: Decimal| steps.checked_div(one()?).ok_or(MoneyError::OutOfRange);
        if !first.is_zero() && rest.iter().all(|factor| factor == first) {
            // The annuity formula: (1 − vⁿ) / r.
            let last = by_first.power(factors.len());
            let paid = per_step(decimal_of(ONE - last.0)?)?;
            let sum = paid.checked_div(first.decimal()?).ok_or(MoneyError::OutOfRange)?;
            return Ok(Discounts { first: by_first, last, sum });
        }
        let (mut last, mut sum) = (by_first, by_first.0);
        for factor in rest {
            last = last.times(Discount::of(*factor)?);
            // At most 1,200 times one: far from the end of 128 bits.
            sum += last.0;
        }
        let whole = decimal_of(sum / ONE)?;
        let sum = whole + per_step(decimal_of(sum % ONE)?)?;
        Ok(Discounts { first: by_first, last, sum })
    }

    /// What a rupee paid first is worth less than one paid last: D₁ / Dₙ turned around.
    pub fn last_over_first(&self) -> Result<Decimal, MoneyError> {
        decimal_of(self.last.0)?.checked_div(decimal_of(self.first.0)?).ok_or(MoneyError::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(discount: Discount) -> Decimal {
        decimal_of(discount.0).unwrap() / one().unwrap()
    }

    proptest! {
        #[test]
        fn discounts_agree_with_decimals(num in 0i128..10_000_000_000, den in 1i128..10_000_000_000_000, count in 1usize..40) {
            prop_assume!(num <= den * 5);
            let rate = Ratio::new(num, den);
            let step = Decimal::ONE / (Decimal::ONE + rate.decimal().unwrap());
            let near = |left: Decimal, right: Decimal| (left - right).abs() <= Decimal::new(1, 24);
            let exact = (0..count).fold(Decimal::ONE, |product, _| product * step);
            let power = Discount::of(rate).unwrap().power(count);
            prop_assert!(near(decimal(power), exact), "{} {exact}", decimal(power));
            let all = Discounts::of(&vec![rate; count]).unwrap();
            let sum: Decimal = (1..=count).map(|k| (0..k).fold(Decimal::ONE, |product, _| product * step)).sum();
            // Where the rate is next to nothing, the formula divides next to nothing by it.
            let spared = if rate.decimal().unwrap() < Decimal::new(1, 6) { Decimal::new(1, 12) } else { Decimal::new(1, 20) };
            prop_assert!((all.sum - sum).abs() <= spared, "{} {sum}", all.sum);
        }
    }

    #[test]
    fn a_fraction_too_long_for_the_short_way_takes_the_long_one() {
        let long = Ratio::new(1, (1 << 90) + 1);
        let short = Ratio::new(1, 3);
        assert!(decimal(Discount::of(long).unwrap()) > Decimal::new(999_999_999, 9));
        assert_eq!(decimal(Discount::of(short).unwrap()).round_dp(25), Decimal::new(75, 2));
        assert_eq!(Discount::of(Ratio::ZERO), Ok(Discount(ONE)));
    }
}
