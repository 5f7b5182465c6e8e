use super::{FormatError, Pan, matches_pattern, text_type};

text_type! {
    /// A GST identification number: state code, PAN, entity number, `Z`, check character.
    Gstin
}

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

impl Gstin {
    pub fn parse(text: &str) -> Result<Gstin, FormatError> {
        let text = text.trim().to_ascii_uppercase();
        if !matches_pattern(&text, "99AAAAA9999A*Z*") {
            return Err(FormatError("must be 15 characters: state code, PAN, entity number, Z, check character"));
        }
        if text.as_bytes()[14] != check_character(&text.as_bytes()[..14]) {
            return Err(FormatError("has a wrong check character"));
        }
        Ok(Gstin(text))
    }

    /// Characters 3 to 12 are the PAN of the holder.
    #[must_use]
    pub fn is_of(&self, pan: &Pan) -> bool {
        &self.0[2..12] == pan.as_str()
    }
}

/// Base-36 values weighted 1, 2, 1, 2 …; quotient and remainder of each product by 36 are summed.
fn check_character(body: &[u8]) -> u8 {
    let sum: usize = body
        .iter()
        .enumerate()
        .map(|(index, byte)| {
            let value = ALPHABET.iter().position(|letter| letter == byte).unwrap_or(0);
            let product = value * (1 + index % 2);
            product / 36 + product % 36
        })
        .sum();
    ALPHABET[(36 - sum % 36) % 36]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_computed_not_trusted() {
        assert!(Gstin::parse("27AAPFU0939F1ZV").is_ok());
        assert_eq!(Gstin::parse("27AAPFU0939F1ZW"), Err(FormatError("has a wrong check character")));
        assert!(Gstin::parse("27AAPFU0939F1Z").is_err());
    }

    #[test]
    fn the_middle_of_a_gstin_is_the_pan() {
        let gstin = Gstin::parse("27aapfu0939f1zv").unwrap();
        assert!(gstin.is_of(&Pan::parse("AAPFU0939F").unwrap()));
        assert!(!gstin.is_of(&Pan::parse("AAPFU0939G").unwrap()));
    }
}
