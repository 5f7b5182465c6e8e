use super::{FormatError, text_type};

text_type! {
    /// A postal index number: six digits, the first not zero.
    Pincode
}

impl Pincode {
    pub fn parse(text: &str) -> Result<Pincode, FormatError> {
        let text = text.trim();
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        if digits && text.as_bytes()[0] != b'0' {
            Ok(Pincode(text.to_owned()))
        } else {
            Err(FormatError("must be six digits that do not begin with 0"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pincode_has_six_digits_and_no_leading_zero() {
        assert!(Pincode::parse("560095").is_ok());
        for text in ["056009", "56009", "5600955", "56009a", "५६००९५"] {
            assert!(Pincode::parse(text).is_err(), "{text}");
        }
    }
}
