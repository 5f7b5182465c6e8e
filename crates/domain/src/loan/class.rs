//! How an account stands with the regulator, from its days past due at the end of a day.

use super::Position;
use crate::day::Day;

/// Special mention and non-performing accounts (RBI/2021-22/125; Prudential Framework of 7 June 2019).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Standard,
    Sma0,
    Sma1,
    Sma2,
    Npa,
    WrittenOff,
}

/// More days past due than this make an account non-performing.
pub(super) const NPA_AFTER_DAYS: i64 = 90;
/// More days than these move an account on.
pub(super) const MARKS: [i64; 3] = [30, 60, NPA_AFTER_DAYS];

impl Class {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::Standard => "STANDARD",
            Class::Sma0 => "SMA-0",
            Class::Sma1 => "SMA-1",
            Class::Sma2 => "SMA-2",
            Class::Npa => "NPA",
            Class::WrittenOff => "WRITTEN_OFF",
        }
    }

    /// At the end of `day`. An account that is non-performing stays so until all its arrears are paid, whatever its days.
    #[must_use]
    pub fn of(position: &Position, day: Day) -> Class {
        if position.written_off.is_some() {
            return Class::WrittenOff;
        }
        if position.npa {
            return Class::Npa;
        }
        match position.dpd(day) {
            ..=0 => Class::Standard,
            1..=30 => Class::Sma0,
            31..=60 => Class::Sma1,
            61..=NPA_AFTER_DAYS => Class::Sma2,
            _ => Class::Npa,
        }
    }
}
