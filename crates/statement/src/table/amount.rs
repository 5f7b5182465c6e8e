//! Amounts of money as statements print them.

use qist_domain::money::Paise;

use crate::reading::Direction;

/// An amount without its sign, and what is printed of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub paise: Paise,
    /// A minus before or behind it, or brackets around it.
    pub minus: bool,
    /// `Dr` or `Cr` behind it.
    pub kind: Option<Direction>,
}

/// Reads `1,23,456.00`, `123,456.00 Cr`, `-500.00`, `(500.00)`, `₹500.00Dr`. Two decimals are asked for, because without
/// them a reference number would be an amount.
pub fn parse(text: &str) -> Option<Amount> {
    let text = text.trim();
    let text = ["₹", "Rs.", "Rs", "INR"].iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim_start();
    let (bracket, text) = text.strip_prefix('(').map_or((false, text), |rest| (true, rest));
    let (minus, text) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = text.bytes().position(|b| !(b.is_ascii_digit() || b == b',' || b == b'.')).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let (bracket, rest) = match rest.strip_prefix(')') {
        Some(rest) if bracket => (true, rest),
        _ if bracket => return None,
        _ => (false, rest),
    };
    let (trailing, kind) = match rest.trim() {
        "" => (false, None),
        "-" => (true, None),
        "+" => (false, None),
        rest => (false, Some(self::kind(rest)?)),
    };
    let paise = digits(number, kind.is_some())?;
    Some(Amount { paise, minus: minus || trailing || bracket, kind })
}

/// `Dr`, `CR`, `(Cr)`, `Dr.`, `D`, `C`, `Debit`, `Credit`.
pub fn kind(text: &str) -> Option<Direction> {
    let letters = text.trim_matches(|c: char| !c.is_ascii_alphabetic());
    match letters.to_ascii_lowercase().as_str() {
        "dr" | "d" | "debit" => Some(Direction::Debit),
        "cr" | "c" | "credit" => Some(Direction::Credit),
        _ => None,
    }
}

/// One decimal is enough where `Dr` or `Cr` says that it is an amount: `2000.0(Dr)`.
fn digits(number: &str, signed: bool) -> Option<Paise> {
    let (whole, fraction) = number.split_once('.')?;
    let enough = fraction.len() == 2 || (fraction.len() == 1 && signed);
    if !enough || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let last = rest.len().checked_sub(1);
    let grouped = rest
        .iter()
        .enumerate()
        .all(|(at, group)| all_digits(group) && (group.len() == 3 || (group.len() == 2 && Some(at) != last)));
    // `.50` is printed by some; `,500.00` by none.
    if !grouped || !all_digits(first) || (first.is_empty() && !rest.is_empty()) || whole.len() > 18 {
        return None;
    }
    let text = format!("{first}{}{fraction:0<2}", rest.concat());
    text.parse::<i64>().ok().and_then(|paise| Paise::within_range(paise).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, bool, Option<Direction>)> {
        parse(text).map(|amount| (amount.paise.get(), amount.minus, amount.kind))
    }

    #[test]
    fn amounts_are_read_in_lakhs_in_thousands_and_with_their_signs() {
        assert_eq!(read("1,23,456.78"), Some((12_345_678, false, None)));
        assert_eq!(read("123,456.78"), Some((12_345_678, false, None)));
        assert_eq!(read("₹500.00"), Some((50_000, false, None)));
        assert_eq!(read("-500.00"), Some((50_000, true, None)));
        assert_eq!(read("(500.00)"), Some((50_000, true, None)));
        assert_eq!(read("500.00-"), Some((50_000, true, None)));
        assert_eq!(read("500.00Dr"), Some((50_000, false, Some(Direction::Debit))));
        assert_eq!(read("500.00(Cr)"), Some((50_000, false, Some(Direction::Credit))));
        assert_eq!(read("500.00 CR."), Some((50_000, false, Some(Direction::Credit))));
        assert_eq!(read("2000.5(Dr)"), Some((200_050, false, Some(Direction::Debit))));
        assert_eq!(read(".50"), Some((50, false, None)));
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in [
            "500",
            "1,2,3.00",
            "12.345",
            "1234567890123456789.00",
            "(500.00",
            "500.00 UPI",
            "01.07.2023",
            "",
            "-",
            "٥.00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
