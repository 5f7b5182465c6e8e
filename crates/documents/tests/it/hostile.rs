//! What strangers type into forms.

use qist_documents::{Agreement, Renderer};
use qist_domain::money::{PAISE_MAX, Paise};
use serde_json::Value;

use crate::reading::{Reading, read};
use crate::sample;

const POINTS_PER_MM: f32 = 72.0 / 25.4;
const PAGE_WIDTH_MM: f32 = 210.0;
const PAGE_HEIGHT_MM: f32 = 297.0;
const MARGIN_MM: f32 = 20.0;
const HEADER_MM: f32 = 14.0;
const FOOTER_MM: f32 = 10.0;

/// The sample with `text` in the place of every text that it has.
fn filled_with(text: &str) -> Agreement {
    let mut value = serde_json::to_value(sample::signed(6)).unwrap();
    fill(&mut value, text);
    serde_json::from_value(value).unwrap()
}

fn fill(value: &mut Value, text: &str) {
    match value {
        Value::String(old) => *old = text.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, text)),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !name.ends_with("_day") && *name != "emi_method")
            .for_each(|(_, field)| fill(field, text)),
        _ => {}
    }
}

fn rendered(agreement: &Agreement) -> Reading {
    read(&Renderer::new().agreement(agreement).unwrap())
}

/// Checks that all text lies between the margins of its page, header and footer included.
fn assert_within_margins(reading: &Reading, what: &str) {
    let (left, right) = (MARGIN_MM * POINTS_PER_MM, (PAGE_WIDTH_MM - MARGIN_MM) * POINTS_PER_MM);
    let (bottom, top) = (FOOTER_MM * POINTS_PER_MM, (PAGE_HEIGHT_MM - HEADER_MM) * POINTS_PER_MM);
    for (index, page) in reading.pages.iter().enumerate() {
        for span in &page.spans {
            let blank_at_end = if span.text.ends_with(' ') { span.size / 3.0 } else { 0.0 };
            let within =
                span.x > left - 1.0 && span.end_x - blank_at_end < right + 1.0 && span.y > bottom && span.y < top;
            assert!(
                within,
                "{what}: page {} has {} at ({}, {}) to {}",
                index + 1,
                span.text,
                span.x,
                span.y,
                span.end_x
            );
        }
    }
}

#[test]
fn markup_is_printed_as_it_stands() {
    for text in [
        r#"#read("/etc/passwd")"#,
        "*bold*",
        "_slanted_",
        "$x$",
        r#"#eval("1+1")"#,
        "#{panic()}",
        r"\u{41}",
        "<label>",
        "@label",
        "// remark",
        "/* remark */",
        "= Heading",
        "- item",
        "`raw`",
        "[#x]",
        "a~b",
        "a--b",
        "...",
        "\"quoted\"",
        "'quoted'",
        "#data",
        "https://example.org/?a=b#c",
        "{{ x }}",
        "%s %n",
        "</w:t>",
    ] {
        let reading = rendered(&filled_with(text));
        assert!(reading.pages[0].says(&format!("Lender {text} CIN {text}")), "{text}");
        assert!(reading.says(&format!("1. {text} {text} 2. {text}")), "{text}");
        assert!(reading.last_page().says(&format!("Signed by {text}")), "{text}");
    }
}

#[test]
fn a_text_of_any_length_stays_within_the_margins() {
    let names = [
        "Venkatanarasimharajuvaripeta ".repeat(18),
        "W".repeat(500),
        "अन्तर्राष्ट्रीयकरण".repeat(30),
        "क्ष".repeat(200),
        "₹".repeat(300),
        "a-".repeat(250),
        format!("x{}", "\u{0301}".repeat(499)),
    ];
    for name in names {
        assert_within_margins(&rendered(&filled_with(&name)), &name);
    }
}

#[test]
fn a_long_name_is_printed_in_full_once_and_shortened_in_the_header() {
    let name = "Venkatanarasimharajuvaripeta ".repeat(18);
    let reading = rendered(&filled_with(&name));
    assert!(reading.pages[0].says(name.trim()));
    assert!(reading.pages[0].says("Venkatanarasimharajuvaripeta Venkatanarasimharajuvaripet…"));
}

#[test]
fn scripts_without_a_font_are_visibly_replaced() {
    for (text, printed) in [
        ("Asha 😀 Rao", "Asha \u{FFFD} Rao"),
        ("שלום", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("Asha\u{E000}", "Asha\u{FFFD}"),
        ("👨‍👩‍👧 x", "\u{FFFD}"),
    ] {
        assert!(rendered(&filled_with(text)).says(printed), "{text}");
    }
}

#[test]
fn direction_overrides_do_not_turn_text_around() {
    assert!(rendered(&filled_with("pay \u{202E}000,1 \u{2067}INR")).says("pay 000,1 INR"));
}

#[test]
fn empty_texts_and_empty_lists_make_a_document_all_the_same() {
    for text in ["", " ", "\u{200B}", "\n\n", "\u{0000}"] {
        let mut agreement = filled_with(text);
        rendered(&agreement);
        agreement.fees.clear();
        agreement.schedule.clear();
        agreement.clauses.clear();
        agreement.lender.address.clear();
        assert!(rendered(&agreement).says("No instalment is due."));
    }
}

#[test]
fn the_largest_amounts_stay_within_the_margins() {
    let mut agreement = sample::signed(3);
    let largest = Paise::new(PAISE_MAX);
    let loan = &mut agreement.loan;
    for amount in
        [&mut loan.amount, &mut loan.emi, &mut loan.net_disbursal, &mut loan.total_payable, &mut loan.total_interest]
    {
        *amount = largest;
    }
    for row in &mut agreement.schedule {
        for amount in [
            &mut row.opening_principal,
            &mut row.principal,
            &mut row.interest,
            &mut row.instalment,
            &mut row.closing_principal,
        ] {
            *amount = largest.negated();
        }
    }
    for fee in &mut agreement.fees {
        for amount in [&mut fee.amount, &mut fee.gst, &mut fee.total] {
            *amount = largest;
        }
    }
    assert_within_margins(&rendered(&agreement), "the largest amounts");
}
