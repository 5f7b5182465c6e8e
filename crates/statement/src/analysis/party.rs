//! Who is on the other side of a transaction, as far as a narration tells.

use std::collections::BTreeSet;

use crate::bank::BANKS;

/// Rails, verbs and fillers that say how money moved, not to whom.
const RAILS: &[&str] = &[
    "UPI", "NEFT", "RTGS", "IMPS", "MMT", "INFT", "INB", "TPT", "TRANSFER", "TRF", "ACH", "ACHDR", "ACHCR", "NACH",
    "ECS", "DEBIT", "CREDIT", "BY", "TO", "FROM", "FOR", "PAYMENT", "PAY", "PAID", "P2A", "P2M", "CR", "DR", "BIL",
    "ONL", "BILL", "BILLPAY", "BILLDK", "POS", "VPS", "PCD", "SBIPG", "SBIPOS", "OTHPG", "ECOM", "PUR", "ATM", "ATW",
    "NFS", "CASH", "WDL", "CLG", "CLEARING", "CHQ", "CHEQUE", "MICR", "CTS", "REF", "NO", "TXN", "BANK", "LTD",
    "LIMITED", "PVT", "PRIVATE", "SALARY", "SAL", "CITIN", "THE", "AND", "HOUSE", "RENT", "INDIA", "XXXXXXXX", "CARD",
];
const MONTHS: &[&str] = &[
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "SEPT",
    "OCT",
    "NOV",
    "DEC",
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// The words of a narration that name the other party, in order, each once.
pub fn words(note: &str, holder: &str) -> Vec<String> {
    let holder: BTreeSet<String> = parts(holder).collect();
    let mut words: Vec<String> = Vec::new();
    // A payment address is dropped whole: it is often only a number or a nickname.
    let tokens = note.split(|c: char| c.is_whitespace() || c == '-' || c == '/').filter(|token| !token.contains('@'));
    for word in tokens.flat_map(parts) {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let code = word.chars().any(|c| c.is_ascii_digit()) || word.chars().all(|c| c == 'X');
        let filler = RAILS.contains(&word.as_str()) || MONTHS.contains(&word.as_str()) || is_bank(&word);
        if letters > 2 && !code && !filler && !holder.contains(&word) && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn parts(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_uppercase)
}

fn is_bank(word: &str) -> bool {
    BANKS.iter().any(|bank| bank.ifsc_prefix() == word || bank.identifier().eq_ignore_ascii_case(word))
}

/// The party in readable words: `Blue Lotus Systems`.
pub fn readable(words: &[String]) -> String {
    let titled = words.iter().take(8).map(|word| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().collect();
        first + &letters.as_str().to_lowercase()
    });
    titled.collect::<Vec<_>>().join(" ")
}

/// Whether two parties are the same: three of five words in common.
pub fn is_same(a: &[String], b: &[String]) -> bool {
    let common = a.iter().filter(|word| b.contains(word)).count();
    let all = a.len() + b.len() - common;
    all > 0 && common * 10 >= all * 6
}

const FIRMS: &[&str] = &[
    "LTD",
    "LIMITED",
    "PVT",
    "PRIVATE",
    "LLP",
    "INC",
    "CORP",
    "CORPORATION",
    "COMPANY",
    "TECHNOLOGIES",
    "TECH",
    "SYSTEMS",
    "SOLUTIONS",
    "SERVICES",
    "INDUSTRIES",
    "ENTERPRISES",
    "CONSULTING",
    "CONSULTANCY",
    "SOFTWARE",
    "GROUP",
    "FOUNDATION",
    "TRUST",
    "UNIVERSITY",
    "SCHOOL",
    "HOSPITAL",
    "GOVT",
    "GOVERNMENT",
    "DEPARTMENT",
    "MINISTRY",
    "RAILWAY",
    "RAILWAYS",
    "LABS",
];

/// Whether a narration names a firm: who pays a salary is one.
pub fn is_firm(note: &str) -> bool {
    parts(note).any(|word| FIRMS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_party_is_what_is_left_without_rails_codes_and_the_holder() {
        let words = words(
            "NEFT CR-CITI0000002-BLUE LOTUS SYSTEMS PVT LTD-ROHAN TESTWALA-SALARY JUL 2023 CITIN1234",
            "ROHAN TESTWALA",
        );
        assert_eq!(readable(&words), "Blue Lotus Systems");
        assert_eq!(readable(&self::words("UPI-SWIGGY-SWIGGYSTORES@AXB-UTIB0000100-1234-ORDER", "")), "Swiggy Order");
    }

    #[test]
    fn parties_are_the_same_by_most_of_their_words() {
        let words = |text: &str| self::words(text, "");
        assert!(is_same(&words("GREEN PALM PROPERTIES"), &words("GREEN PALM PROPERTIES BLR")));
        assert!(!is_same(&words("GREEN PALM"), &words("GREEN LOTUS")));
        assert!(!is_same(&[], &[]));
    }
}
