use super::{FormatError, text_type};

text_type! {
    /// A UPI address: a name, `@`, the handle of a bank or app; in lower case.
    UpiVpa
}

impl UpiVpa {
    pub fn parse(text: &str) -> Result<UpiVpa, FormatError> {
        const SHAPE: FormatError = FormatError(
            "must be a name of letters, digits, dots, hyphens or underscores, an @ and a handle without dots",
        );
        let text = text.trim().to_ascii_lowercase();
        let (name, handle) = text.split_once('@').ok_or(SHAPE)?;
        let name_is_right = (2..=256).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        let handle_is_right = (2..=64).contains(&handle.len())
            && handle.bytes().all(|b| b.is_ascii_alphanumeric())
            && handle.as_bytes()[0].is_ascii_alphabetic();
        if name_is_right && handle_is_right { Ok(UpiVpa(text)) } else { Err(SHAPE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_dot_after_the_at() {
        assert_eq!(UpiVpa::parse("Asha.Iyengar-1@OKaxis").unwrap().as_str(), "asha.iyengar-1@okaxis");
        for text in ["asha@example.in", "asha", "a@ybl", "asha@", "asha@1bank", "asha@@ybl", "as ha@ybl", "आशा@ybl"]
        {
            assert!(UpiVpa::parse(text).is_err(), "{text}");
        }
    }
}
