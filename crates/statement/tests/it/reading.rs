use qist_statement::{Bank, Direction, NotParsable, Unreadable};
use qist_testkit::statement::{LAYOUTS, Life, draw, image_only, letter};

use crate::support::{assert_rows, day, read_as, read_plainly};

#[test]
fn every_row_of_every_layout_is_read_to_the_last_letter() {
    for layout in LAYOUTS {
        for seed in 1..=6 {
            let account = Life::salaried(seed).dialect(layout.dialect).account();
            let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap_or_else(|error| {
                panic!("{}: {error}", layout.name);
            });
            assert_eq!((reading.bank, reading.accounts.len()), (Bank::Hdfc, 1));
            assert_rows(&reading.accounts[0], &account, layout.name);
        }
    }
}

#[test]
fn the_head_tells_whose_account_it_is_and_for_which_days() {
    for layout in LAYOUTS {
        let account = Life::salaried(3).dialect(layout.dialect).account();
        let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
        let read = &reading.accounts[0];
        assert_eq!(read.account_number.as_deref(), Some(account.number.as_str()), "{}", layout.name);
        assert_eq!(
            (read.ifsc.as_deref(), read.micr.as_deref()),
            (Some("HDFC0001234"), Some("560240012")),
            "{}",
            layout.name
        );
        assert_eq!(read.holder_name.as_deref(), Some("ROHAN TESTWALA"), "{}", layout.name);
        assert_eq!(
            read.address.as_deref(),
            Some("FLAT 12 SAMPLE TOWERS, EXAMPLE NAGAR, BENGALURU 560001"),
            "{}",
            layout.name
        );
        assert_eq!((read.from, read.to), (Some(day("2023-07-01")), Some(day("2023-12-31"))), "{}", layout.name);
    }
}

#[test]
fn printed_totals_and_references_are_read() {
    for layout in LAYOUTS {
        let account = Life::salaried(4).dialect(layout.dialect).account();
        let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
        let (read, stated) = (&reading.accounts[0], account.totals());
        if layout.totals {
            assert_eq!(
                (read.totals.credit, read.totals.debit),
                (Some(stated.credit), Some(stated.debit)),
                "{}",
                layout.name
            );
            let counts = (read.totals.credit_count, read.totals.debit_count);
            assert_eq!(
                counts,
                (u32::try_from(stated.credits).ok(), u32::try_from(stated.debits).ok()),
                "{}",
                layout.name
            );
        }
        if layout.totals || layout.summary {
            assert_eq!(
                (read.totals.opening, read.totals.closing),
                (Some(account.opening), Some(stated.closing)),
                "{}",
                layout.name
            );
        }
        if layout.has_references() {
            let references: Vec<_> = read.rows.iter().map(|row| row.reference.clone()).collect();
            let planted: Vec<_> = account.entries.iter().map(|entry| entry.reference.clone()).collect();
            assert_eq!(references, planted, "{}", layout.name);
        }
    }
}

#[test]
fn a_file_of_several_accounts_gives_each_its_own_rows() {
    for layout in LAYOUTS {
        let accounts: Vec<_> =
            (1..=3).map(|seed| Life::salaried(seed).months(2).dialect(layout.dialect).account()).collect();
        let reading = read_plainly(&draw(&accounts, layout)).unwrap();
        assert_eq!(reading.accounts.len(), 3, "{}", layout.name);
        for (read, account) in reading.accounts.iter().zip(&accounts) {
            assert_rows(read, account, layout.name);
            assert_eq!(read.account_number.as_deref(), Some(account.number.as_str()));
        }
    }
}

#[test]
fn a_short_statement_and_a_long_one_are_read_alike() {
    for layout in LAYOUTS {
        for (months, purchases) in [(1, 0), (1, 3), (24, 60)] {
            let life = Life::salaried(9).months(months).purchases(purchases).dialect(layout.dialect);
            let account = life.account();
            let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
            assert_rows(&reading.accounts[0], &account, layout.name);
        }
    }
}

#[test]
fn an_overdrawn_balance_is_below_nought() {
    for layout in LAYOUTS {
        let mut account = Life::salaried(2).dialect(layout.dialect).account();
        account.opening = qist_domain::money::Paise::new(-5_000_000);
        account.carry_forward(0);
        let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
        assert!(account.entries.iter().any(|entry| entry.balance < qist_domain::money::Paise::ZERO));
        assert_rows(&reading.accounts[0], &account, layout.name);
    }
}

#[test]
fn every_bank_is_found_by_its_code_and_by_its_name() {
    for bank in qist_statement::BANKS {
        let named = letter(&[bank.name(), "Statement of account", "Paid to AXIS BANK and HDFC BANK"]);
        assert_eq!(read_plainly(&named), Err(Unreadable::NotParsable(NotParsable::NoTable)), "{bank}");
        let code = format!("IFSC: {}0001234", bank.ifsc_prefix());
        assert_eq!(read_plainly(&letter(&[&code])), Err(Unreadable::NotParsable(NotParsable::NoTable)), "{bank}");
        let other = if *bank == Bank::Sbi { Bank::Axis } else { Bank::Sbi };
        assert_eq!(read_as(&named, other), Err(Unreadable::NotThisBank { detected: *bank }));
    }
}

#[test]
fn the_bank_is_asked_about_before_the_table() {
    let text = letter(&["Dear customer,", "this is a letter with text and no statement."]);
    assert_eq!(read_plainly(&text), Err(Unreadable::BankNotDetected));
    assert_eq!(read_as(&text, Bank::Axis), Err(Unreadable::NotParsable(NotParsable::NoTable)));
    for hint in [None, Some(Bank::Axis)] {
        let limits = qist_statement::Limits::default();
        let read = |pdf: &[u8]| qist_statement::read(pdf, None, hint, day("2024-06-01"), &limits);
        assert_eq!(read(&image_only()), Err(Unreadable::NotParsable(NotParsable::ImagesOnly)));
        assert_eq!(read(b"no pdf at all"), Err(Unreadable::NotParsable(NotParsable::Corrupt)));
        assert_eq!(read(b""), Err(Unreadable::NotParsable(NotParsable::Corrupt)));
    }
}

#[test]
fn signs_that_stand_behind_amounts_are_read() {
    let account = Life::salaried(5).dialect(LAYOUTS[2].dialect).account();
    let reading = read_plainly(&draw(std::slice::from_ref(&account), &LAYOUTS[2])).unwrap();
    let credits = reading.accounts[0].rows.iter().filter(|row| row.direction == Direction::Credit).count();
    assert_eq!(credits, account.entries.iter().filter(|entry| entry.credit).count());
}

#[test]
fn a_narration_below_the_head_that_has_the_heads_words_stays_a_narration() {
    for layout in LAYOUTS {
        let mut account = Life::salaried(5).dialect(layout.dialect).account();
        account.entries[0].note = "DEPOSIT REF CREDIT-TRANSFER FROM EXAMPLE TRADERS 123456".into();
        let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
        assert_rows(&reading.accounts[0], &account, layout.name);
    }
}
