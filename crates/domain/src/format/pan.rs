use super::{FormatError, matches_pattern, text_type};

text_type! {
    /// A Permanent Account Number: `ABCPA1234Z`, in capitals. The fourth letter tells whose it is; `P` is a person.
    Pan
}

impl Pan {
    pub fn parse(text: &str) -> Result<Pan, FormatError> {
        let text = text.trim().to_ascii_uppercase();
        if !matches_pattern(&text, "AAAAA9999A") {
            return Err(FormatError("must be five letters, four digits and a letter"));
        }
        Ok(Pan(text))
    }

    /// Whether it belongs to a person, as personal loans demand.
    #[must_use]
    pub fn is_of_a_person(&self) -> bool {
        self.0.as_bytes()[3] == b'P'
    }

    /// `XXXXX1234X`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("XXXXX{}X", &self.0[5..9])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pan_is_normalised_to_capitals() {
        assert_eq!(Pan::parse(" abcpd1234n ").unwrap().as_str(), "ABCPD1234N");
        assert!(Pan::parse("ABCPD1234N").unwrap().is_of_a_person());
        assert!(!Pan::parse("ABCCD1234N").unwrap().is_of_a_person());
        for text in ["", "ABCPD12345", "ABCPD१२३४N", "ABCPD1234", "ABCPD1234NN"] {
            assert!(Pan::parse(text).is_err(), "{text}");
        }
    }
}
