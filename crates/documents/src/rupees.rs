//! Amounts as a document prints them.

use qist_domain::money::Paise;

/// Indian grouping with the rupee sign and always two decimals, so that a column of amounts lines up:
/// `₹1,00,000.00`.
pub(crate) fn figure(amount: Paise) -> String {
    let text = amount.in_words_of_india();
    if text.contains('.') { text } else { text + ".00" }
}

/// The amount in English, as Indian contracts repeat it: `Rupees One Lakh Five Hundred and Fifty Paise Only`.
pub(crate) fn in_words(amount: Paise) -> String {
    let (sign, paise) = (if amount.get() < 0 { "Minus " } else { "" }, amount.get().unsigned_abs());
    let rupees = words(paise / 100);
    match paise % 100 {
        0 => format!("{sign}Rupees {rupees} Only"),
        fraction => format!("{sign}Rupees {rupees} and {} Paise Only", words(fraction)),
    }
}

const SMALL: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
const TENS: [&str; 10] = ["", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];
const GROUPS: [(u64, &str); 4] = [(10_000_000, "Crore"), (100_000, "Lakh"), (1_000, "Thousand"), (100, "Hundred")];

/// A whole number in the Indian system. Above a crore the count of crores is itself said in words.
fn words(number: u64) -> String {
    if let Some((unit, name)) = GROUPS.into_iter().find(|(unit, _)| number >= *unit) {
        let head = format!("{} {name}", words(number / unit));
        return if number.is_multiple_of(unit) { head } else { format!("{head} {}", words(number % unit)) };
    }
    let at = |names: &[&'static str], index: u64| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or("")
    };
    match (number / 10, number % 10) {
        (0 | 1, _) => at(&SMALL, number).to_owned(),
        (tens, 0) => at(&TENS, tens).to_owned(),
        (tens, ones) => format!("{}-{}", at(&TENS, tens), at(&SMALL, ones)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_always_has_two_decimals() {
        for (paise, text) in [
            (10_000_000, "₹1,00,000.00"),
            (117_168, "₹1,171.68"),
            (5, "₹0.05"),
            (0, "₹0.00"),
            (-12_345_650, "-₹1,23,456.50"),
        ] {
            assert_eq!(figure(Paise::new(paise)), text);
        }
    }

    #[test]
    fn an_amount_is_said_in_lakhs_and_crores() {
        for (paise, text) in [
            (0, "Rupees Zero Only"),
            (650_000, "Rupees Six Thousand Five Hundred Only"),
            (10_050_050, "Rupees One Lakh Five Hundred and Fifty Paise Only"),
            (
                12_345_678_921,
                "Rupees Twelve Crore Thirty-Four Lakh Fifty-Six Thousand Seven Hundred Eighty-Nine and Twenty-One Paise Only",
            ),
            (100_000_000_000_000, "Rupees One Lakh Crore Only"),
            (-1_900, "Minus Rupees Nineteen Only"),
        ] {
            assert_eq!(in_words(Paise::new(paise)), text);
        }
    }
}
