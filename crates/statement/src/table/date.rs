//! Days as statements of Indian banks print them: the day before the month, or the year first.

use qist_domain::day::Day;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day that a text is, if it is one and nothing else. Blanks within it do not matter.
pub fn parse(text: &str) -> Option<Day> {
    let (day, rest) = prefix(text)?;
    rest.trim().is_empty().then_some(day)
}

/// The day that a text begins with, and what follows: a time, as a rule.
pub fn prefix(text: &str) -> Option<(Day, &str)> {
    let (first, rest) = part(text)?;
    let (second, rest) = part(separated(rest))?;
    let (third, rest) = part(separated(rest))?;
    // A fourth part says that these three are no day: `9 01-07-2023` is a serial number and a day.
    let more = rest.strip_prefix(['-', '/', '.']).unwrap_or(rest);
    if more.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let day = match (first, second, third) {
        // 2023-07-01
        (Part::Number(year, 4), Part::Number(month, 2), Part::Number(day, 2)) => made(year, month, day),
        // 01/07/2023, 1-7-23
        (Part::Number(day, 1 | 2), Part::Number(month, 1 | 2), Part::Number(year, digits)) => {
            made(full(year, digits)?, month, day)
        }
        // 01-Jul-2023, 1 July 23
        (Part::Number(day, 1 | 2), Part::Month(month), Part::Number(year, digits)) => {
            made(full(year, digits)?, month, day)
        }
        // Jul 01, 2023
        (Part::Month(month), Part::Number(day, 1 | 2), Part::Number(year, 4)) => made(year, month, day),
        _ => None,
    };
    day.map(|day| (day, rest))
}

/// Seconds since midnight of `10:15`, `10:15:30`, `10:15:30 PM`.
pub fn time(text: &str) -> Option<u32> {
    let text = text.trim().trim_start_matches(['T', ',', '-']).trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ':')).unwrap_or(text.len());
    let (clock, half) = text.split_at(end);
    let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok().filter(|_| part.len() <= 2));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |second| second)?;
    let hour = match half.trim().to_ascii_lowercase().as_str() {
        "pm" if hour < 12 => hour + 12,
        "am" if hour == 12 => 0,
        _ => hour,
    };
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

enum Part {
    /// With its number of digits.
    Number(i16, usize),
    Month(i16),
}

fn part(text: &str) -> Option<(Part, &str)> {
    let text = text.trim_start();
    let digits = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    if digits > 0 {
        let (number, rest) = text.split_at(digits);
        let number = number.parse().ok().filter(|_| digits <= 4)?;
        return Some((Part::Number(number, digits), rest));
    }
    let letters = text.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(letters);
    let short = word.get(..3)?.to_ascii_lowercase();
    // A longer word has to be the month's whole name, so that MARKET is not March.
    let whole = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS.iter().position(|month| *month == short)?;
    let named = word.len() == 3 || word.eq_ignore_ascii_case(whole[at]) || word.eq_ignore_ascii_case("sept");
    let month = i16::try_from(at + 1).ok().filter(|_| named)?;
    Some((Part::Month(month), rest))
}

fn separated(text: &str) -> &str {
    let text = text.trim_start();
    text.strip_prefix(['/', '-', '.', ',', '\'']).unwrap_or(text)
}

fn full(year: i16, digits: usize) -> Option<i16> {
    match digits {
        4 => Some(year),
        2 => Some(2000 + year),
        _ => None,
    }
}

fn made(year: i16, month: i16, day: i16) -> Option<Day> {
    if !(1990..2100).contains(&year) {
        return None;
    }
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_form() {
        for text in [
            "01/07/2023",
            "01/07/23",
            "1-7-2023",
            "01-Jul-2023",
            "01-JUL-23",
            "1 Jul 2023",
            "01 July 2023",
            "01.07.2023",
            "2023-07-01",
            "01Jul2023",
            "01-07- 2023",
            "Jul 01, 2023",
            "01-Jul 2023",
        ] {
            assert_eq!(parse(text).map(|day| day.to_string()).as_deref(), Some("2023-07-01"), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "31/02/2023",
            "01/13/2023",
            "1234/5678/12",
            "01 MARKET 2023",
            "12345",
            "",
            "01/07",
            "01/07/2023X",
            "1.2.3",
            "9 01-07-2023",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_may_follow() {
        let (day, rest) = prefix("01/07/2023 10:15:30 PM").unwrap();
        assert_eq!((day.to_string().as_str(), time(rest)), ("2023-07-01", Some(80_130)));
        assert_eq!((time("24:00"), time("x"), time("09:05")), (None, None, Some(32_700)));
    }
}
