//! Files, the drawing commands of one page, and Account Aggregator data: they are read or refused, never with a panic, and
//! what was read can be analysed and adds up.
//!
//! `cargo +nightly fuzz run statement fuzz/corpus/statement fuzz/seeds/statement -- -max_total_time=3600 -timeout=10`

#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use qist_domain::calendar::{Calendar, Weekend};
use qist_domain::day::Day;
use qist_domain::money::Paise;
use qist_statement::{Answer, Bank, Input, Limits, analyse, read, read_account_aggregator};

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    let today: Day = "2024-06-01".parse().unwrap();
    let limits = Limits { bytes_max: 200_000, ..Limits::default() };
    holds(
        &match kind % 3 {
            0 => read(data, Some("secret"), Some(Bank::Hdfc), today, &limits),
            1 => read(&page(data), None, Some(Bank::Hdfc), today, &limits),
            _ => read_account_aggregator(data, Some(Bank::Hdfc), &limits),
        },
        today,
    );
});

/// A file of one page that is drawn by `content`, with nothing compressed, so that a fuzzer can change what is drawn.
fn page(content: &[u8]) -> Vec<u8> {
    let mut head = String::from("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
    head.push_str("2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
    head.push_str("3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<<");
    for (name, font) in [("F1", "Helvetica"), ("F2", "Times-Roman"), ("F3", "Courier"), ("F4", "Helvetica-Bold")] {
        let _ = write!(head, "/{name}<</Type/Font/Subtype/Type1/BaseFont/{font}>>");
    }
    let _ = write!(head, ">>>>>>\nendobj\n4 0 obj\n<</Length {}>>\nstream\n", content.len());
    let mut file = head.into_bytes();
    file.extend_from_slice(content);
    file.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n");
    file
}

fn holds(answer: &Answer, today: Day) {
    let Ok(reading) = answer else { return };
    let mut inputs = Vec::new();
    for account in &reading.accounts {
        assert!(account.rows.iter().all(|row| row.amount > Paise::ZERO));
        inputs.push(Input { statement: "s", account: "a", bank: reading.bank, reading: account, file: &reading.file });
    }
    let analysis = analyse(&inputs, &Calendar::of(Weekend::SunAnd2nd4thSat), today);
    assert!(analysis.monthly.fields.values().all(|figures| figures.len() == analysis.monthly.months.len()));
    for account in &analysis.accounts {
        let count = account.transactions.len();
        assert!(account.salary.iter().chain(&account.lender).all(|at| *at < count));
        assert!(account.recurring.iter().all(|set| set.members.len() > 1 && set.members.iter().all(|at| *at < count)));
    }
    let text = serde_json::to_string(&(answer, &analysis)).unwrap();
    let back: (Answer, qist_statement::Analysis) = serde_json::from_str(&text).unwrap();
    assert_eq!((&back.0, &back.1), (answer, &analysis));
}
