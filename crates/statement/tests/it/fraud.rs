use std::collections::BTreeSet;

use qist_domain::money::Paise;
use qist_statement::analysis::Finding;
use qist_statement::{Fraud, FraudLevel};
use qist_testkit::statement::{Account, LAYOUTS, Layout, Life, Made, Tamper, draw, draw_with};

use crate::analysis::analysed;
use crate::support::read_plainly;

/// A row in the middle that no other check looks at.
fn place(account: &Account) -> usize {
    let plain = |at: &usize| account.entries[*at].truth.channel == "upi" && !account.entries[*at].credit;
    (30..account.entries.len()).find(plain).unwrap()
}

/// What is found, with the rows' places.
fn found(account: &Account, layout: &Layout) -> Vec<(Finding, Vec<usize>)> {
    let reading = read_plainly(&draw(std::slice::from_ref(account), layout))
        .unwrap_or_else(|error| panic!("{}: {error}", layout.name));
    let analysis = analysed(&[("s1", &reading)]);
    // Places in the file's own order, because a row with a false day is put elsewhere by its day.
    let hash = |row: &qist_statement::Row| {
        let same = |other: &&qist_statement::analysis::Transaction| (other.page, other.line) == (row.page, row.line);
        analysis.accounts[0].transactions.iter().find(same).unwrap().hash.clone()
    };
    let hashes: Vec<String> = reading.accounts[0].rows.iter().map(hash).collect();
    let places = |finding: &Finding| {
        finding.hashes.iter().map(|hash| hashes.iter().position(|own| own == hash).unwrap()).collect()
    };
    analysis.findings.iter().map(|finding| (finding.clone(), places(finding))).collect()
}

#[test]
fn a_clean_statement_raises_nothing() {
    for layout in LAYOUTS {
        for seed in 1..=6 {
            let account = Life::salaried(seed).dialect(layout.dialect).account();
            assert_eq!(found(&account, layout), [], "{}, seed {seed}", layout.name);
        }
    }
}

#[test]
fn every_planted_change_is_found_in_its_row_and_nothing_besides() {
    for layout in LAYOUTS {
        for seed in 1..=3 {
            for tamper in Tamper::ALL {
                let mut account = Life::salaried(seed).dialect(layout.dialect).account();
                let at = place(&account);
                tamper.apply(&mut account, at);
                let what = format!("{}, seed {seed}, {tamper:?}", layout.name);
                let found = found(&account, layout);
                let types: BTreeSet<Fraud> = found.iter().map(|(finding, _)| finding.fraud).collect();
                let mut expected = match tamper {
                    Tamper::Amount => vec![Fraud::InconsistentTransaction],
                    Tamper::DrawnOver => vec![Fraud::InconsistentTransaction, Fraud::OverlappingText],
                    Tamper::Font => vec![Fraud::FontMismatch],
                    Tamper::CarriedOn => vec![Fraud::SummaryTotalMismatch],
                    Tamper::OutOfOrder | Tamper::Future => vec![Fraud::DateFraud],
                    Tamper::Overdrawn => vec![Fraud::NegativeBalance],
                };
                // Nothing else in the file disagrees where no totals are printed.
                expected.retain(|fraud| *fraud != Fraud::SummaryTotalMismatch || layout.totals || layout.summary);
                assert_eq!(types, expected.into_iter().collect(), "{what}: {found:#?}");
                for (finding, places) in found.iter().filter(|(finding, _)| finding.level == FraudLevel::Transaction) {
                    assert_eq!(places, &[at], "{what}: {finding:?}");
                    assert!(!finding.reason.is_empty());
                }
            }
        }
    }
}

#[test]
fn an_editor_in_the_metadata_is_fraud_of_the_file() {
    let account = [Life::salaried(1).account()];
    for (creator, producer) in
        [("Adobe Photoshop 24", "Report Server"), ("Core Banking", "iLovePDF"), ("Canva", "Canva")]
    {
        let reading = read_plainly(&draw_with(&account, &LAYOUTS[0], Made { creator, producer })).unwrap();
        let finding = reading.file.fraud().unwrap();
        assert_eq!(finding.fraud, Fraud::AuthorFraud);
        let analysis = analysed(&[("s1", &reading)]);
        assert_eq!((analysis.findings[0].level, analysis.features.fraud_count), (FraudLevel::File, 1));
    }
    let clean = read_plainly(&draw(&account, &LAYOUTS[0])).unwrap();
    assert_eq!((clean.file.fraud(), clean.file.creator.as_deref()), (None, Some("Core Banking Reports")));
}

#[test]
fn a_file_that_was_written_again_is_a_hint_and_no_fraud() {
    let mut pdf = draw(&[Life::salaried(1).account()], &LAYOUTS[0]);
    let end = pdf.windows(9).rposition(|window| window == b"startxref").unwrap();
    let tail = pdf[end..].to_vec();
    pdf.extend_from_slice(b"\n");
    pdf.extend_from_slice(&tail);
    let reading = read_plainly(&pdf).unwrap();
    assert_eq!(reading.file.fraud(), None);
    assert_eq!(
        reading.file.findings.iter().map(|finding| finding.fraud).collect::<Vec<_>>(),
        [Fraud::IncrementalUpdate]
    );
}

/// The types that a change of the entries raises.
fn raised(change: impl Fn(&mut Account)) -> Vec<(Fraud, Vec<usize>)> {
    let mut account = Life::salaried(8).account();
    change(&mut account);
    account.entries.sort_by_key(|entry| entry.day);
    account.carry_forward(0);
    found(&account, &LAYOUTS[0]).into_iter().map(|(finding, places)| (finding.fraud, places)).collect()
}

fn first(account: &Account, channel: &str) -> usize {
    account.entries.iter().position(|entry| entry.truth.channel == channel).unwrap()
}

#[test]
fn habits_are_hints_with_their_rows() {
    let salaries = |account: &mut Account, amount: &dyn Fn(usize) -> i64| {
        let own = account.entries.iter_mut().filter(|entry| entry.truth.salary);
        own.enumerate().for_each(|(at, entry)| entry.amount = Paise::new(amount(at)));
    };
    let types =
        |found: &[(Fraud, Vec<usize>)]| found.iter().map(|(fraud, places)| (*fraud, places.len())).collect::<Vec<_>>();
    let found = raised(|account| salaries(account, &|at| 7_000_000 + 100_000 * i64::try_from(at).unwrap()));
    assert_eq!(types(&found), [(Fraud::Salary1000Multiple, 6)]);
    let found = raised(|account| salaries(account, &|_| 6_912_345));
    assert_eq!(types(&found), [(Fraud::SalaryRemainsUnchanged, 6)]);
    let found = raised(|account| {
        let at = first(account, "cash_deposit");
        account.entries[at].amount = Paise::new(9_912_300);
    });
    assert_eq!(types(&found), [(Fraud::MoreCashDepositsThanSalary, 1)]);
    let found = raised(|account| {
        let at = place(account);
        account.entries[at].note = "RTGS DR-ICIC0000001-EXAMPLE MOTORS-1234".into();
    });
    assert_eq!(types(&found), [(Fraud::MinRtgsAmount, 1)]);
    let found = raised(|account| {
        let at = place(account);
        account.entries[at].note = "INCOME TAX-CBDT-TIN 2.0".into();
        account.entries[at].amount = Paise::from_rupees(1_200);
    });
    assert_eq!(types(&found), [(Fraud::Tax100Multiple, 1)]);
}

#[test]
fn cash_and_cheques_on_a_day_without_banks_are_hints() {
    for (channel, fraud) in [
        ("cash_deposit", Fraud::CashDepositBankHolidayTransaction),
        ("chq", Fraud::ChqBankHolidayTransaction),
        ("outward_cheque_bounce", Fraud::OutwardChequeBounceBankHolidayTransaction),
        ("inward_cheque_bounce", Fraud::InwardChequeBounceBankHolidayTransaction),
    ] {
        let found = raised(|account| {
            let at = first(account, channel);
            let entry = &mut account.entries[at];
            while !entry.day.is_sunday() {
                entry.day = entry.day.plus_days(1);
            }
        });
        assert_eq!(found.iter().map(|(fraud, places)| (*fraud, places.len())).collect::<Vec<_>>(), [(fraud, 1)]);
    }
}
