use std::time::Duration;

use proptest::prelude::*;
use qist_statement::{Limit, Limits, Unreadable, read, read_account_aggregator};
use qist_testkit::statement::{LAYOUTS, Life, deposit_json, deposit_xml, draw};

use crate::support::{read_plainly, today};

fn small(layout: usize) -> Vec<u8> {
    let layout = &LAYOUTS[layout % LAYOUTS.len()];
    draw(&[Life::salaried(1).months(1).dialect(layout.dialect).account()], layout)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_is_read_or_refused_and_never_panics(
        layout in 0_usize..8,
        cut in 0_usize..=1000,
        flips in proptest::collection::vec((0_usize..1000, any::<u8>()), 0..40),
    ) {
        let mut pdf = small(layout);
        let place = |part: usize, length: usize| part * length / 1000;
        for (part, byte) in flips {
            let at = place(part, pdf.len() - 1);
            pdf[at] = byte;
        }
        let kept = place(cut, pdf.len());
        let _ = read_plainly(&pdf);
        pdf.truncate(kept);
        let _ = read_plainly(&pdf);
    }

    #[test]
    fn damaged_data_is_read_or_refused_and_never_panics(xml in any::<bool>(), at in 0_usize..1000, byte in any::<u8>()) {
        let account = Life::salaried(1).months(1).account();
        let mut bytes = if xml { deposit_xml(&account, "1.1") } else { deposit_json(&account, "1.1") };
        let place = at * (bytes.len() - 1) / 1000;
        bytes[place] = byte;
        let _ = read_account_aggregator(&bytes, None, &Limits::default());
    }

    #[test]
    fn any_seed_is_read_whole_in_any_layout(seed in 1_u64..1_000_000, layout in 0_usize..8, purchases in 0_u32..40) {
        let layout = &LAYOUTS[layout];
        let account = Life::salaried(seed).months(3).purchases(purchases).dialect(layout.dialect).account();
        let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
        crate::support::assert_rows(&reading.accounts[0], &account, layout.name);
    }
}

#[test]
fn a_file_beyond_a_limit_says_which() {
    let pdf = small(0);
    let limited = |limits: Limits| read(&pdf, None, None, today(), &limits).unwrap_err();
    let usual = Limits::default;
    assert_eq!(limited(Limits { bytes_max: 100, ..usual() }), Unreadable::Limit(Limit::Bytes));
    assert_eq!(limited(Limits { pages_max: 0, ..usual() }), Unreadable::Limit(Limit::Pages));
    assert_eq!(limited(Limits { words_max: 10, ..usual() }), Unreadable::Limit(Limit::Words));
    assert_eq!(limited(Limits { rows_max: 3, ..usual() }), Unreadable::Limit(Limit::Rows));
    assert_eq!(limited(Limits { time_max: Duration::ZERO, ..usual() }), Unreadable::Limit(Limit::Time));
    let data = deposit_json(&Life::salaried(1).account(), "1.1");
    let data = |limits: Limits| read_account_aggregator(&data, None, &limits).unwrap_err();
    assert_eq!(data(Limits { bytes_max: 100, ..usual() }), Unreadable::Limit(Limit::Bytes));
    assert_eq!(data(Limits { rows_max: 3, ..usual() }), Unreadable::Limit(Limit::Rows));
}

/// A file with these objects, the first of them the catalogue.
fn file(objects: &[String]) -> Vec<u8> {
    let numbered = objects.iter().zip(1..).map(|(object, number)| format!("{number} 0 obj\n{object}\nendobj\n"));
    format!("%PDF-1.4\n{}trailer\n<</Root 1 0 R>>\n", numbered.collect::<String>()).into_bytes()
}

#[test]
fn ten_thousand_pages_are_refused_by_their_number() {
    let kids: String = (3..10_003).map(|page| format!("{page} 0 R ")).collect();
    let mut objects =
        vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned(), format!("<</Type/Pages/Count 10000/Kids[{kids}]>>")];
    objects.extend((0..10_000).map(|_| "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>".to_owned()));
    assert_eq!(read_plainly(&file(&objects)), Err(Unreadable::Limit(Limit::Pages)));
}

#[test]
fn a_file_that_contains_itself_ends() {
    let tree = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"];
    assert!(read_plainly(&file(&tree.map(str::to_owned))).is_err());
    let form = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>\nstream\n/X Do\nendstream";
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>";
    let content = "<</Length 11>>\nstream\n/X Do /X Do\nendstream";
    let forms = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", page, form, content];
    assert!(read_plainly(&file(&forms.map(str::to_owned))).is_err());
}

#[test]
fn a_page_that_is_drawn_by_millions_of_commands_is_refused_before_it_is_drawn() {
    let content = "BT /F1 9 Tf (a) Tj ET\n".repeat(200_000);
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>".to_owned();
    let stream = format!("<</Length {}>>\nstream\n{content}endstream", content.len());
    let tree = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>"].map(str::to_owned);
    let objects: Vec<String> = tree.into_iter().chain([page, stream]).collect();
    assert_eq!(read_plainly(&file(&objects)), Err(Unreadable::Limit(Limit::Words)));
}

/// A statement's page whose commands are not compressed.
fn drawn(content: &str) -> Vec<u8> {
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
                /Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>";
    let stream = format!("<</Length {}>>\nstream\n{content}\nendstream", content.len());
    let tree = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>"].map(str::to_owned);
    file(&tree.into_iter().chain([page.to_owned(), stream]).collect::<Vec<_>>())
}

#[test]
fn mirrored_text_is_no_text() {
    let mut content = String::new();
    let head = [(30, "Date"), (100, "Narration"), (300, "Debit"), (400, "Credit"), (500, "Balance")];
    let rows = [(30, "01/07/2023"), (100, "UPI-EXAMPLE"), (300, "10.00"), (500, "90.00")];
    let lines = [head.as_slice(), rows.as_slice()];
    for (line, y) in lines.into_iter().zip([700, 680]) {
        for (x, text) in line {
            content.push_str(&format!("BT /F1 8 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"));
        }
    }
    let plain = crate::support::read_as(&drawn(&content), qist_statement::Bank::Axis).unwrap();
    content.push_str("BT -100 Tz /F1 8 Tf 1 0 0 1 250 680 Tm (UPI) Tj 100 Tz ET\n");
    let mirrored = crate::support::read_as(&drawn(&content), qist_statement::Bank::Axis).unwrap();
    assert_eq!((plain.accounts[0].rows.len(), &plain.accounts), (1, &mirrored.accounts));
}
