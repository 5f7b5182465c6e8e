use super::{FormatError, text_type};

text_type! {
    /// A bank account number: 9 to 18 digits, kept as text because leading zeros count.
    AccountNumber
}

impl AccountNumber {
    pub fn parse(text: &str) -> Result<AccountNumber, FormatError> {
        let text = text.trim();
        let digits = (9..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if digits { Ok(AccountNumber(text.to_owned())) } else { Err(FormatError("must be 9 to 18 digits")) }
    }

    /// Only the last four digits, for documents.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = self.0.len() - 4;
        format!("{}{}", "X".repeat(shown), &self.0[shown..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_kept() {
        let account = AccountNumber::parse("0050100100999").unwrap();
        assert_eq!(account.as_str(), "0050100100999");
        assert_eq!(account.masked(), "XXXXXXXXX0999");
        for text in ["12345678", "1234567890123456789", "12345678a", "१२३४५६७८९"] {
            assert!(AccountNumber::parse(text).is_err(), "{text}");
        }
    }
}
