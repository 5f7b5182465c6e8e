use super::{FormatError, text_type};

text_type! {
    /// An Indian mobile number: 10 ASCII digits, the first 6 to 9; no country code.
    Mobile
}

impl Mobile {
    pub fn parse(text: &str) -> Result<Mobile, FormatError> {
        let digits = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
        if digits && text.as_bytes()[0] >= b'6' {
            Ok(Mobile(text.to_owned()))
        } else {
            Err(FormatError("must be 10 digits and begin with 6, 7, 8 or 9"))
        }
    }

    /// `99XXXXXX99`, for documents and screens that need not show it whole.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}XXXXXX{}", &self.0[..2], &self.0[8..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_is_ten_digits_that_begin_with_6_to_9() {
        assert!(Mobile::parse("9999999999").is_ok());
        assert!(Mobile::parse("6000000000").is_ok());
        for text in
            ["5999999999", "999999999", "99999999999", "+919999999999", "९९९९९९९९९९", "99999 9999", "", "999999999\0"]
        {
            assert!(Mobile::parse(text).is_err(), "{text:?}");
        }
    }
}
