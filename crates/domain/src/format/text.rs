use super::FormatError;

/// Free text from outside: trimmed, not blank, at most `chars_max` characters, and without characters that hide or
/// reorder what is shown (controls, bidirectional overrides, zero-width marks other than the joiners that Indic scripts need).
pub fn clean_text(text: &str, chars_max: usize) -> Result<String, FormatError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FormatError("must not be blank"));
    }
    if text.chars().count() > chars_max {
        return Err(FormatError("is too long"));
    }
    if text.chars().any(is_deceptive) {
        return Err(FormatError("must not contain control or invisible characters"));
    }
    Ok(text.to_owned())
}

/// A person's or firm's name: clean text of at most 100 characters with at least one letter.
pub fn person_name(text: &str) -> Result<String, FormatError> {
    let name = clean_text(text, 100)?;
    if !name.chars().any(char::is_alphabetic) {
        return Err(FormatError("must contain a letter"));
    }
    Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_script_and_lose_their_tricks() {
        assert_eq!(person_name("  Asha   Rao "), Ok("Asha Rao".into()));
        assert_eq!(person_name("क्षितिज शर्मा"), Ok("क्षितिज शर्मा".into()));
        for text in ["", "   ", "12345", "a\0b", "a\u{202e}b", "a\nb", "a\u{200b}b"] {
            assert!(person_name(text).is_err(), "{text:?}");
        }
        assert!(person_name(&"x".repeat(101)).is_err());
    }
}
