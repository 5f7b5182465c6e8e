//! Rates in percent, as exact decimals.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ratio::Ratio;

/// A percentage, such as 14.4 for an annual interest of 14.4 %. Between 0 and 1,000, at most six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(Decimal);

/// Not a percentage that a product may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a percentage from 0 to 1000 with at most six decimals")]
pub struct PercentError;

impl Percent {
    pub const ZERO: Percent = Percent(Decimal::ZERO);

    pub fn new(percent: Decimal) -> Result<Percent, PercentError> {
        let percent = percent.normalize();
        let inside = percent >= Decimal::ZERO && percent <= Decimal::ONE_THOUSAND && percent.scale() <= 6;
        if inside { Ok(Percent(percent)) } else { Err(PercentError) }
    }

    /// As a fraction of one: 14.4 % is 0.144, exactly.
    #[must_use]
    pub fn fraction(self) -> Decimal {
        self.0 / Decimal::ONE_HUNDRED
    }

    /// As [`fraction`](Self::fraction), for arithmetic that never rounds.
    #[must_use]
    pub fn ratio(self) -> Ratio {
        Ratio::new(self.0.mantissa(), 10i128.pow(self.0.scale() + 2))
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Percent, PercentError> {
        let plain = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !plain {
            return Err(PercentError);
        }
        Percent::new(text.parse().map_err(|_| PercentError)?)
    }
}

impl Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
