use std::process::Command;

use qist_statement::{AccountFacts, Reading, detailed_workbook, raw_workbook};
use qist_testkit::statement::{Account, LAYOUTS, Life, draw};

use crate::analysis::analysed;
use crate::support::{read_plainly, today};

/// The sheets of a workbook as Gnumeric opens them: a spreadsheet program that is nobody's library here.
fn sheets(workbook: &[u8]) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    std::fs::write(&path, workbook).unwrap();
    let mut open = Command::new("ssconvert");
    open.current_dir(folder.path()).args([
        "--export-file-per-sheet",
        "--export-type=Gnumeric_stf:stf_csv",
        "book.xlsx",
        "%n-%s.csv",
    ]);
    let output = open.output().unwrap_or_else(|error| panic!("ssconvert of the Debian package gnumeric: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let mut sheets: Vec<_> = files.filter(|file| file.extension().is_some_and(|kind| kind == "csv")).collect();
    sheets.sort_by_key(|file| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        name.split('-').next().unwrap().parse::<u32>().unwrap()
    });
    let name =
        |file: &std::path::PathBuf| file.file_stem().unwrap().to_string_lossy().split_once('-').unwrap().1.to_owned();
    sheets.iter().map(|file| (name(file), std::fs::read_to_string(file).unwrap())).collect()
}

fn facts(reading: &Reading) -> Vec<AccountFacts<'_>> {
    reading
        .accounts
        .iter()
        .map(|account| AccountFacts {
            bank: reading.bank,
            account_number: account.account_number.as_deref(),
            holder_name: account.holder_name.as_deref(),
            address: account.address.as_deref(),
            ifsc: account.ifsc.as_deref(),
            micr: account.micr.as_deref(),
        })
        .collect()
}

fn read() -> (Vec<Account>, Reading) {
    let accounts: Vec<Account> = (1..=2).map(|seed| Life::salaried(seed).account()).collect();
    let reading = read_plainly(&draw(&accounts, &LAYOUTS[0])).unwrap();
    (accounts, reading)
}

#[test]
fn a_spreadsheet_program_opens_the_three_sheets_of_an_account() {
    let (accounts, reading) = read();
    let analysis = analysed(&[("s1", &reading)]);
    let book = raw_workbook(&facts(&reading)[0], &analysis.accounts[0], today()).unwrap();
    let sheets = sheets(&book);
    assert_eq!(
        sheets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["Account", "Transactions", "Monthly"]
    );
    let (account, transactions, monthly) = (&sheets[0].1, &sheets[1].1, &sheets[2].1);
    assert!(
        account.contains("ROHAN TESTWALA") && account.contains("HDFC Bank") && account.contains("2023-07, 2023-08")
    );
    assert_eq!(transactions.lines().count(), accounts[0].entries.len() + 1);
    let first = &accounts[0].entries[0];
    let line = transactions.lines().nth(1).unwrap().replace(['"', ','], "");
    assert!(line.contains(&first.amount.with_paise()) && line.contains(&first.balance.with_paise()), "{line}");
    assert_eq!(
        (monthly.lines().count(), monthly.lines().next()),
        (67, Some("Figure,Jul-2023,Aug-2023,Sep-2023,Oct-2023,Nov-2023,Dec-2023"))
    );
}

#[test]
fn a_spreadsheet_program_opens_all_sheets_of_an_entity() {
    let (accounts, reading) = read();
    let analysis = analysed(&[("s1", &reading)]);
    let sheets = sheets(&detailed_workbook(&facts(&reading), &analysis, today()).unwrap());
    assert_eq!(sheets.len(), 14);
    let lines = |name: &str| sheets.iter().find(|(own, _)| own == name).unwrap().1.lines().count();
    let rows: usize = accounts.iter().map(|account| account.entries.len()).sum();
    assert_eq!((lines("Transactions"), lines("Salary"), lines("Monthly")), (rows + 1, 13, 67));
    assert_eq!((lines("End of day"), lines("Fraud"), lines("Largest debits")), (2 * 184 + 1, 1, 21));
    assert_eq!(
        lines("Recurring debits"),
        1 + analysis
            .accounts
            .iter()
            .flat_map(|account| &account.recurring)
            .filter(|set| set.direction == qist_statement::Direction::Debit)
            .count()
    );
}

#[test]
fn a_workbook_has_the_same_bytes_each_time() {
    let (_, reading) = read();
    let analysis = analysed(&[("s1", &reading)]);
    let book = || detailed_workbook(&facts(&reading), &analysis, today()).unwrap();
    assert_eq!(book(), book());
}
