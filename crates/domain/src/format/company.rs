use super::{FormatError, matches_pattern, text_type};

text_type! {
    /// A corporate identification number: listed or not, industry, state, year, kind, registration.
    Cin
}

text_type! {
    /// The registration of a small enterprise: `UDYAM-MH-12-0012345`.
    Udyam
}

impl Cin {
    pub fn parse(text: &str) -> Result<Cin, FormatError> {
        let text = text.trim().to_ascii_uppercase();
        if matches_pattern(&text, "A99999AA9999AAA999999") && matches!(text.as_bytes()[0], b'L' | b'U') {
            Ok(Cin(text))
        } else {
            Err(FormatError(
                "must be L or U, five digits, two letters of the state, the year, three letters and six digits",
            ))
        }
    }
}

impl Udyam {
    pub fn parse(text: &str) -> Result<Udyam, FormatError> {
        let text = text.trim().to_ascii_uppercase();
        match text.strip_prefix("UDYAM-") {
            Some(rest) if matches_pattern(rest, "AA-99-9999999") => Ok(Udyam(text)),
            _ => Err(FormatError(
                "must be UDYAM, two letters of the state, two digits and seven digits, with hyphens between",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cin_has_twenty_one_characters_and_begins_with_l_or_u() {
        assert!(Cin::parse("u65999mh2016ptc123456").is_ok());
        for text in ["A65999MH2016PTC123456", "U65999MH2016PTC12345", "U65999MH2016PTC1234567", "U6599XMH2016PTC123456"]
        {
            assert!(Cin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_udyam_number_has_its_hyphens() {
        assert_eq!(Udyam::parse("udyam-mh-12-0012345").unwrap().as_str(), "UDYAM-MH-12-0012345");
        for text in ["UDYAM-MH-12-001234", "UDYAMMH120012345", "UDYOG-MH-12-0012345", "UDYAM-M1-12-0012345"] {
            assert!(Udyam::parse(text).is_err(), "{text}");
        }
    }
}
