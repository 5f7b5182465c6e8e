//! Instants (microseconds, UTC) and business days (IST). The domain never asks what time it is.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// India Standard Time is UTC+5:30, without summer time, since 1945.
const IST_OFFSET_MICROS: i64 = 19_800 * 1_000_000;
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// A point in time: microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Instant(micros)
    }

    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Instant(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// `YYYY-MM-DD HH:MM:SS` in UTC: how the contract prints `createdAt` and `loggedAt`.
    #[must_use]
    pub fn utc_text(self) -> String {
        civil(self.0).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// `YYYY-MM-DD HH:MM:SS` in IST, for what people in India read.
    #[must_use]
    pub fn ist_text(self) -> String {
        civil(self.0.saturating_add(IST_OFFSET_MICROS)).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// RFC 3339 in UTC with microseconds, for our own routes.
    #[must_use]
    pub fn rfc3339(self) -> String {
        civil(self.0).strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }

    /// The business day that this instant falls on in India.
    #[must_use]
    pub fn day(self) -> Day {
        Day(civil(self.0.saturating_add(IST_OFFSET_MICROS)).date())
    }

    /// Reads `YYYY-MM-DD HH:MM:SS` as IST wall time, as `paymentDate` is given.
    pub fn parse_ist(text: &str) -> Result<Instant, DayError> {
        let shape = text.len() == 19 && text.is_ascii() && text.as_bytes()[10] == b' ';
        if !shape
            || !text[11..]
                .bytes()
                .enumerate()
                .all(|(at, b)| if at == 2 || at == 5 { b == b':' } else { b.is_ascii_digit() })
        {
            return Err(DayError);
        }
        let day: Day = text[..10].parse()?;
        let [hour, minute, second] =
            [&text[11..13], &text[14..16], &text[17..19]].map(|part| part.parse::<i64>().unwrap_or(99));
        if hour > 23 || minute > 59 || second > 59 {
            return Err(DayError);
        }
        Ok(day.start().plus_seconds(hour * 3600 + minute * 60 + second))
    }
}

fn civil(micros: i64) -> DateTime {
    jiff::Timestamp::from_microsecond(micros)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .datetime()
}

/// A calendar day in India. Written and read as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// Not a day that the calendar has, or not written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a calendar day written YYYY-MM-DD")]
pub struct DayError;

impl Day {
    pub fn new(year: i16, month: i8, day: i8) -> Result<Day, DayError> {
        Date::new(year, month, day).map(Day).map_err(|_| DayError)
    }

    /// The instant at which this day begins in India.
    #[must_use]
    pub fn start(self) -> Instant {
        let days = self.days_since(Day(Date::constant(1970, 1, 1)));
        Instant(days.saturating_mul(DAY_MICROS) - IST_OFFSET_MICROS)
    }

    #[must_use]
    pub fn days_since(self, earlier: Day) -> i64 {
        self.0.duration_since(earlier.0).as_secs() / 86_400
    }

    #[must_use]
    pub fn plus_days(self, days: i64) -> Day {
        Day(self.0.saturating_add(Span::new().try_days(days).unwrap_or(0.days())))
    }

    /// The same day of the month `months` later; the month's last day where that month is shorter.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Day {
        Day(self.0.saturating_add(Span::new().try_months(i64::from(months)).unwrap_or(0.months())))
    }

    /// The day `day_of_month` of the month `months` later; that month's last day where it is shorter.
    #[must_use]
    pub fn in_month(self, months: i64, day_of_month: u8) -> Day {
        let month = (i64::from(self.0.year()) * 12 + i64::from(self.0.month()) - 1).saturating_add(months);
        let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
        let first = Date::new(year, i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1), 1).unwrap_or(Date::MAX);
        let day = i8::try_from(day_of_month).unwrap_or(31).clamp(1, first.days_in_month());
        Day(Date::new(first.year(), first.month(), day).unwrap_or(first))
    }

    #[must_use]
    pub fn day_of_month(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    #[must_use]
    pub fn is_last_of_month(self) -> bool {
        self.0.day() == self.0.days_in_month()
    }

    /// 1 for Monday to 7 for Sunday.
    #[must_use]
    pub fn weekday_number(self) -> u8 {
        self.0.weekday().to_monday_one_offset().unsigned_abs()
    }

    /// How many of the days from `earlier` (exclusive of this day itself) lie in leap years, and how many in others.
    #[must_use]
    pub fn days_since_by_year(self, earlier: Day) -> (i64, i64) {
        let (mut leap, mut common, mut from) = (0, 0, earlier);
        while from < self {
            let next_year = Date::new(from.0.year().saturating_add(1), 1, 1).map_or(self, Day);
            let until = next_year.min(self);
            let days = until.days_since(from);
            if from.0.in_leap_year() {
                leap += days
            } else {
                common += days
            }
            if until <= from {
                break;
            }
            from = until;
        }
        (leap, common)
    }

    /// Days by the rule of thirty: each month has thirty, and a 31st counts as the 30th (30E/360).
    #[must_use]
    pub fn days_since_thirty(self, earlier: Day) -> i64 {
        let count =
            |day: Day| i64::from(day.0.year()) * 360 + i64::from(day.0.month()) * 30 + i64::from(day.0.day().min(30));
        count(self) - count(earlier)
    }

    #[must_use]
    pub fn is_saturday_or_sunday(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    #[must_use]
    pub fn is_sunday(self) -> bool {
        self.0.weekday() == Weekday::Sunday
    }

    /// Year and month, to ask whether two days share a month.
    #[must_use]
    pub fn month_key(self) -> (i16, i8) {
        (self.0.year(), self.0.month())
    }

    /// Second or fourth Saturday of its month: when Indian banks are closed.
    #[must_use]
    pub fn is_bank_saturday(self) -> bool {
        self.0.weekday() == Weekday::Saturday && matches!((self.0.day() - 1) / 7, 1 | 3)
    }

    /// Completed years of age on `on`.
    #[must_use]
    pub fn age_on(self, on: Day) -> i64 {
        let birthday_ahead = (on.0.month(), on.0.day()) < (self.0.month(), self.0.day());
        i64::from(on.0.year()) - i64::from(self.0.year()) - i64::from(birthday_ahead)
    }

    /// `3 Feb 2021`, for documents.
    #[must_use]
    pub fn long_text(self) -> String {
        self.0.strftime("%-d %b %Y").to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Day, DayError> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return Err(DayError);
        }
        let number = |part: &str| part.parse::<i16>().map_err(|_| DayError);
        let small = |part: &str| part.parse::<i8>().map_err(|_| DayError);
        Day::new(number(&text[..4])?, small(&text[5..7])?, small(&text[8..])?)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_late_in_the_utc_evening_is_the_next_day_in_india() {
        let instant = Instant::from_micros(1_600_196_175_625_806);
        assert_eq!(instant.utc_text(), "2020-09-15 18:56:15");
        assert_eq!(instant.day().to_string(), "2020-09-16");
        assert_eq!(instant.day().start().utc_text(), "2020-09-15 18:30:00");
    }

    #[test]
    fn ist_wall_time_reads_to_the_second_and_refuses_the_impossible() {
        assert_eq!(Instant::parse_ist("2020-09-01 12:00:00").map(Instant::utc_text), Ok("2020-09-01 06:30:00".into()));
        for text in [
            "2024-02-30 10:00:00",
            "2024-02-29 24:00:00",
            "2024-02-29T10:00:00",
            "2024-02-29",
            "२०२४-02-29 10:00:00",
            "2024-02-29 10:00:0x",
        ] {
            assert!(Instant::parse_ist(text).is_err(), "{text}");
        }
    }

    #[test]
    fn month_ends_are_kept_and_leap_days_exist() {
        let jan31: Day = "2024-01-31".parse().unwrap();
        assert_eq!(jan31.plus_months(1).to_string(), "2024-02-29");
        assert_eq!(jan31.plus_months(13).to_string(), "2025-02-28");
        for text in ["2023-02-29", "2024-13-01", "2024-1-01", "0000-00-00", "2024-02-30"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn age_counts_completed_years() {
        let born: Day = "1992-11-09".parse().unwrap();
        assert_eq!(born.age_on("2020-11-08".parse().unwrap()), 27);
        assert_eq!(born.age_on("2020-11-09".parse().unwrap()), 28);
    }
}
