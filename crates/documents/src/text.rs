//! Makes text that a stranger wrote safe to print on a contract.
//!
//! Markup is no danger, because text reaches the template as data. What remains is text that lies by its
//! look: characters that turn the reading order around, that stack over the lines above, that break a
//! line, or that no font of ours can draw. A PDF/A file may not hold a character without a glyph.

use serde_json::Value;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// Printed for a character that no built-in font has.
const REPLACEMENT: char = '\u{FFFD}';

/// As many marks as Hindi puts on one letter (nukta, vowel, nasal). A pile of more covers the lines above.
const MARKS_ON_A_LETTER_MAX: usize = 3;

/// Cleans every string inside `value` with [`printable`].
pub(crate) fn make_printable(value: &mut Value, has_glyph: &impl Fn(char) -> bool) {
    match value {
        Value::String(text) => *text = printable(text, has_glyph),
        Value::Array(items) => items.iter_mut().for_each(|item| make_printable(item, has_glyph)),
        Value::Object(fields) => fields.values_mut().for_each(|field| make_printable(field, has_glyph)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One line of text in which each character can be drawn where it stands.
fn printable(text: &str, has_glyph: &impl Fn(char) -> bool) -> String {
    let mut marks = 0;
    let kept: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .filter(|c| {
            if is_mark(*c) {
                marks += 1;
            } else if !is_joiner(*c) {
                marks = 0;
            }
            marks <= MARKS_ON_A_LETTER_MAX
        })
        .collect();
    let words: Vec<String> = kept
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().map(|c| if is_private(c) || !has_glyph(c) { REPLACEMENT } else { c }).collect())
        .collect();
    words.join(" ")
}

/// The first `length` visible characters of `text`, for a place that has no room for all of it.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    match text.grapheme_indices(true).nth(length) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Direction marks and overrides, soft hyphens, zero-width spaces, variation selectors, tags. The two
/// joiners stay: Devanagari is spelled with them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin(c: char) -> bool {
        c <= '\u{024F}' || ('\u{0300}'..='\u{036F}').contains(&c)
    }

    #[test]
    fn direction_overrides_and_invisible_characters_are_dropped() {
        assert_eq!(printable("a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\u{00AD}f", &latin), "abcdef");
    }

    #[test]
    fn line_breaks_tabs_and_controls_become_single_spaces() {
        assert_eq!(printable("  a\r\n\tb\u{2028}c\u{0000}d\u{0085} ", &latin), "a b c d");
    }

    #[test]
    fn a_character_without_a_glyph_is_visibly_replaced() {
        assert_eq!(printable("Ravi 😀 אב \u{E000}", &latin), "Ravi \u{FFFD} \u{FFFD}\u{FFFD} \u{FFFD}");
    }

    #[test]
    fn piled_up_marks_are_cut() {
        for mark in ["\u{0301}", "\u{0301}\u{200D}", "\u{0301}\u{034F}"] {
            let printed = printable(&format!("a{}b", mark.repeat(500)), &|_| true);
            assert_eq!(printed.chars().filter(|c| *c == '\u{0301}').count(), MARKS_ON_A_LETTER_MAX);
            assert!(printed.starts_with('a') && printed.ends_with('b'));
        }
    }

    #[test]
    fn conjuncts_and_joiners_of_devanagari_survive() {
        let name = "क्षत्रिय श्रीवास्तव र्‍य अन्तर्राष्ट्रीय फ़ाँसी ज़ीं";
        assert_eq!(printable(name, &|_| true), name);
    }

    #[test]
    fn strings_are_cleaned_however_deep_they_lie() {
        let mut value = serde_json::json!({ "a": [{ "b": "x\u{202E}y" }], "n": 1, "t": true, "z": null });
        make_printable(&mut value, &latin);
        assert_eq!(value, serde_json::json!({ "a": [{ "b": "xy" }], "n": 1, "t": true, "z": null }));
    }

    #[test]
    fn a_text_is_shortened_between_visible_characters() {
        assert_eq!(shortened("क्षमा", 1), "क्ष…");
        assert_eq!(shortened("Qist", 4), "Qist");
        assert_eq!(shortened("Asha Rao", 5), "Asha…");
    }
}
