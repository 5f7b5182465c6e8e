use qist_domain::day::Day;
use qist_statement::{AccountReading, Bank, Direction, Limits, Reading, Unreadable, read};
use qist_testkit::statement::Account;

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn today() -> Day {
    day("2024-06-01")
}

pub fn read_plainly(pdf: &[u8]) -> Result<Reading, Unreadable> {
    read(pdf, None, None, today(), &Limits::default())
}

pub fn read_as(pdf: &[u8], bank: Bank) -> Result<Reading, Unreadable> {
    read(pdf, None, Some(bank), today(), &Limits::default())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Every row of the reading is the planted one, to the last letter; blanks are the typesetter's.
pub fn assert_rows(reading: &AccountReading, planted: &Account, what: &str) {
    for (at, (row, entry)) in reading.rows.iter().zip(&planted.entries).enumerate() {
        let direction = if entry.credit { Direction::Credit } else { Direction::Debit };
        assert_eq!(
            (row.day, row.direction, row.amount, row.balance, squeezed(&row.note)),
            (entry.day, direction, entry.amount, entry.balance, squeezed(&entry.note)),
            "{what}: row {at}"
        );
    }
    assert_eq!(reading.rows.len(), planted.entries.len(), "{what}");
}
