//! What a borrower pays besides interest, and the GST on it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::rate::Percent;
use crate::ratio::Ratio;
use crate::refusal::Refusal;

/// An amount that may depend on what is lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fee {
    Fixed {
        amount_paise: Paise,
    },
    /// A part of the amount lent, rounded half up to the paisa, kept between the two bounds.
    Percent {
        percent: Percent,
        min_paise: Paise,
        max_paise: Paise,
    },
    /// A fixed amount for each range of the amount lent.
    Slabs {
        slabs: Vec<Slab>,
    },
}

/// One range, up to and including `up_to_paise`; it begins where the one before ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slab {
    pub up_to_paise: Paise,
    pub amount_paise: Paise,
}

impl Fee {
    pub const NONE: Fee = Fee::Fixed { amount_paise: Paise::ZERO };

    pub fn on(&self, amount: Paise) -> Result<Paise, MoneyError> {
        Paise::round_from(self.exact(amount)?, RoundingUnit::Paisa, Rounding::HalfUp)
    }

    /// Before its rounding, in rupees.
    pub fn exact(&self, amount: Paise) -> Result<Decimal, MoneyError> {
        match self {
            Fee::Fixed { amount_paise } => Ok(amount_paise.rupees()),
            Fee::Percent { percent, min_paise, max_paise } => {
                let exact = amount.rupees().checked_mul(percent.fraction()).ok_or(MoneyError::OutOfRange)?;
                Ok(exact.max(min_paise.rupees()).min(max_paise.rupees()))
            }
            Fee::Slabs { slabs } => {
                let slab = slabs.iter().find(|slab| amount <= slab.up_to_paise).or(slabs.last());
                Ok(slab.map_or(Decimal::ZERO, |slab| slab.amount_paise.rupees()))
            }
        }
    }

    /// Refuses what cannot be charged; `field` is named in the refusal.
    pub fn check(&self, field: &str) -> Result<(), Refusal> {
        let least = match self {
            Fee::Fixed { amount_paise } => *amount_paise,
            Fee::Percent { min_paise, max_paise, .. } => {
                if min_paise > max_paise {
                    return Err(Refusal::invalid(field, "the minimum is above the maximum"));
                }
                *min_paise
            }
            Fee::Slabs { slabs } => {
                if slabs.is_empty() {
                    return Err(Refusal::invalid(field, "must have at least one slab"));
                }
                if slabs.windows(2).any(|pair| pair[0].up_to_paise >= pair[1].up_to_paise) {
                    return Err(Refusal::invalid(field, "each slab must reach further than the one before"));
                }
                slabs.iter().map(|slab| slab.amount_paise).min().unwrap_or(Paise::ZERO)
            }
        };
        if least < Paise::ZERO { Err(Refusal::invalid(field, "must not be negative")) } else { Ok(()) }
    }
}

/// Whether a fee is named with the GST in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GstMode {
    /// It comes on top.
    #[default]
    Exclusive,
    /// It is in the fee: the fee without it is fee × 100 / (100 + rate), rounded half up to the paisa.
    Inclusive,
}

/// A fee as it is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charged {
    /// Without GST.
    pub base: Paise,
    pub gst: Paise,
}

/// Splits a fee as named into what is charged and the GST on it, which is rounded half up to the paisa.
pub fn with_gst(named: Paise, rate: Percent, mode: GstMode) -> Result<Charged, MoneyError> {
    match mode {
        GstMode::Exclusive => Ok(Charged { base: named, gst: percent_of(named, rate)? }),
        GstMode::Inclusive => {
            let factor = Decimal::ONE + rate.fraction();
            let exact = named.rupees().checked_div(factor).ok_or(MoneyError::OutOfRange)?;
            let base = Paise::round_from(exact, RoundingUnit::Paisa, Rounding::HalfUp)?;
            Ok(Charged { base, gst: named.minus(base)? })
        }
    }
}

/// GST as an invoice shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GstSplit {
    pub cgst: Paise,
    pub sgst: Paise,
    pub igst: Paise,
}

/// Within a state half of the GST is the centre's and half the state's; an odd paisa is the centre's, so that the two are
/// what was charged. Between states all of it is integrated.
pub fn split_gst(gst: Paise, within_a_state: bool) -> Result<GstSplit, MoneyError> {
    if !within_a_state {
        return Ok(GstSplit { cgst: Paise::ZERO, sgst: Paise::ZERO, igst: gst });
    }
    let cgst = Ratio::new(1, 2).of(gst, RoundingUnit::Paisa, Rounding::HalfUp)?;
    Ok(GstSplit { cgst, sgst: gst.minus(cgst)?, igst: Paise::ZERO })
}

/// So many percent of an amount, rounded half up to the paisa.
pub fn percent_of(amount: Paise, percent: Percent) -> Result<Paise, MoneyError> {
    percent.ratio().of(amount, RoundingUnit::Paisa, Rounding::HalfUp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rupees(rupees: i32) -> Paise {
        Paise::from_rupees(rupees)
    }

    #[test]
    fn a_slab_reaches_its_upper_bound_and_the_last_one_further() {
        let slab = |up_to, amount| Slab { up_to_paise: rupees(up_to), amount_paise: rupees(amount) };
        let fee = Fee::Slabs { slabs: vec![slab(10_000, 100), slab(50_000, 250)] };
        for (lent, charged) in [(1, 100), (10_000, 100), (10_001, 250), (50_000, 250), (90_000, 250)] {
            assert_eq!(fee.on(rupees(lent)), Ok(rupees(charged)), "{lent}");
        }
        fee.check("fee").unwrap();
        let falling = Fee::Slabs { slabs: vec![slab(50_000, 250), slab(10_000, 100)] };
        assert!(falling.check("fee").unwrap_err().message.contains("further"));
        assert!(Fee::Slabs { slabs: vec![] }.check("fee").is_err());
    }

    #[test]
    fn gst_comes_on_top_or_is_in_the_fee() {
        let rate = "18".parse().unwrap();
        let on_top = with_gst(rupees(700), rate, GstMode::Exclusive).unwrap();
        assert_eq!((on_top.base, on_top.gst), (rupees(700), rupees(126)));
        let within = with_gst(rupees(1180), rate, GstMode::Inclusive).unwrap();
        assert_eq!((within.base, within.gst), (rupees(1000), rupees(180)));
        let odd = with_gst(Paise::new(100), rate, GstMode::Inclusive).unwrap();
        assert_eq!((odd.base, odd.gst), (Paise::new(85), Paise::new(15)));
    }

    #[test]
    fn the_two_halves_of_gst_are_what_was_charged() {
        let split = split_gst(Paise::new(12_601), true).unwrap();
        assert_eq!((split.cgst, split.sgst, split.igst), (Paise::new(6_301), Paise::new(6_300), Paise::ZERO));
        assert_eq!(split_gst(Paise::new(12_601), false).unwrap().igst, Paise::new(12_601));
    }
}
