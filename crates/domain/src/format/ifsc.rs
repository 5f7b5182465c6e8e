use super::{FormatError, matches_pattern, text_type};

text_type! {
    /// A bank branch code: four letters of the bank, a zero, six characters of the branch.
    Ifsc
}

impl Ifsc {
    pub fn parse(text: &str) -> Result<Ifsc, FormatError> {
        let text = text.trim().to_ascii_uppercase();
        if matches_pattern(&text, "AAAA0******") {
            Ok(Ifsc(text))
        } else {
            Err(FormatError("must be four letters, a zero and six letters or digits"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_character_is_a_zero() {
        assert_eq!(Ifsc::parse("hdfc0000123").unwrap().as_str(), "HDFC0000123");
        for text in ["HDFC1000123", "HDF00000123", "HDFC000012", "HDFC00001234", ""] {
            assert!(Ifsc::parse(text).is_err(), "{text}");
        }
    }
}
