//! Analyses as workbooks, for people who read them in a spreadsheet.

mod sheet;

use qist_domain::day::Day;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use crate::analysis::{AccountAnalysis, Analysis, Features, Finding, Month, Monthly, Transaction};
use crate::bank::Bank;
use crate::reading::Direction;
use crate::words::Channel;
use sheet::{Cell, Sheet};

/// What is known of an account besides its analysis.
#[derive(Debug, Clone, Copy)]
pub struct AccountFacts<'a> {
    pub bank: Bank,
    pub account_number: Option<&'a str>,
    pub holder_name: Option<&'a str>,
    pub address: Option<&'a str>,
    pub ifsc: Option<&'a str>,
    pub micr: Option<&'a str>,
}

/// A workbook could not be written: a sheet with more rows than the format has.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct WorkbookError(#[from] rust_xlsxwriter::XlsxError);

/// One account in three sheets: facts, transactions, months. The same input on the same day gives the same bytes.
pub fn raw_workbook(facts: &AccountFacts<'_>, account: &AccountAnalysis, today: Day) -> Result<Vec<u8>, WorkbookError> {
    let mut book = book(today)?;
    Sheet::add(&mut book, "Account", &["Fact", "Value"])?.rows(of_account(facts, account))?;
    Sheet::add(&mut book, "Transactions", TRANSACTION)?.rows(account.transactions.iter().map(transaction))?;
    monthly(&mut book, "Monthly", &account.monthly)?;
    Ok(book.save_to_buffer()?)
}

/// All accounts of an entity in many sheets.
pub fn detailed_workbook(
    accounts: &[AccountFacts<'_>],
    analysis: &Analysis,
    today: Day,
) -> Result<Vec<u8>, WorkbookError> {
    let mut book = book(today)?;
    Sheet::add(&mut book, "Summary", &["Figure", "Value"])?.rows(features(&analysis.features))?;
    let of_accounts = accounts.iter().zip(&analysis.accounts).flat_map(|(facts, account)| of_account(facts, account));
    Sheet::add(&mut book, "Accounts", &["Fact", "Value"])?.rows(of_accounts)?;
    monthly(&mut book, "Monthly", &analysis.monthly)?;
    let all = &analysis.accounts;
    picked(&mut book, "Transactions", all, &|_, _| true)?;
    picked(&mut book, "Salary", all, &|account, at| account.salary.contains(&at))?;
    picked(&mut book, "Lenders", all, &|account, at| account.lender.contains(&at))?;
    recurring(&mut book, "Recurring credits", all, Direction::Credit)?;
    recurring(&mut book, "Recurring debits", all, Direction::Debit)?;
    picked(&mut book, "Bounces and charges", all, &|account, at| is_trouble(&account.transactions[at]))?;
    picked(&mut book, "Cash", all, &|account, at| is_cash(&account.transactions[at]))?;
    largest(&mut book, "Largest credits", all, Direction::Credit)?;
    largest(&mut book, "Largest debits", all, Direction::Debit)?;
    let ends = all.iter().flat_map(|account| {
        account
            .end_of_day
            .iter()
            .map(|end| vec![Cell::text(&account.account), Cell::Text(end.day.to_string()), Cell::Money(end.balance)])
    });
    Sheet::add(&mut book, "End of day", &["Account", "Date", "Balance"])?.rows(ends)?;
    let header = ["Type", "Level", "Statement", "Account", "Reason", "Transactions"];
    Sheet::add(&mut book, "Fraud", &header)?.rows(analysis.findings.iter().map(finding))?;
    Ok(book.save_to_buffer()?)
}

fn book(today: Day) -> Result<Workbook, WorkbookError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&today.to_string())?;
    book.set_properties(&DocProperties::new().set_title("Bank statement analysis").set_creation_datetime(&made));
    Ok(book)
}

fn of_account(facts: &AccountFacts<'_>, account: &AccountAnalysis) -> Vec<Vec<Cell>> {
    let available: Vec<String> = account.months.iter().map(|month| month.dashed()).collect();
    let days = |pick: fn(&AccountAnalysis) -> Option<Day>| pick(account).map_or(String::new(), |day| day.to_string());
    let rows = [
        ("Holder", facts.holder_name.unwrap_or_default().to_owned()),
        ("Address", facts.address.unwrap_or_default().to_owned()),
        ("Bank", facts.bank.name().to_owned()),
        ("Account number", facts.account_number.unwrap_or_default().to_owned()),
        ("IFSC", facts.ifsc.unwrap_or_default().to_owned()),
        ("MICR", facts.micr.unwrap_or_default().to_owned()),
        ("From", days(|account| account.end_of_day.first().map(|end| end.day))),
        ("To", days(|account| account.end_of_day.last().map(|end| end.day))),
        ("Available months", available.join(", ")),
        ("Missing months", missing(account).join(", ")),
        ("Transactions", account.transactions.len().to_string()),
    ];
    rows.into_iter().map(|(name, value)| vec![Cell::text(name), Cell::Text(value)]).collect()
}

/// Months between the first and the last that have no transaction.
fn missing(account: &AccountAnalysis) -> Vec<String> {
    let has = |month: &Month| account.transactions.iter().any(|row| Month::of(row.day) == *month);
    account.months.iter().filter(|month| !has(month)).map(|month| month.dashed()).collect()
}

const TRANSACTION: &[&str] =
    &["Date", "Type", "Amount", "Balance", "Narration", "Channel", "Description", "Category", "Party", "Page", "Hash"];

fn transaction(row: &Transaction) -> Vec<Cell> {
    let word = |word: Option<&'static str>| Cell::text(word.unwrap_or_default());
    vec![
        Cell::Text(row.date_text()),
        Cell::text(row.direction.as_str()),
        Cell::Money(row.amount),
        Cell::Money(row.balance),
        Cell::text(&row.note),
        word(row.channel.map(Channel::as_str)),
        word(row.description.map(|description| description.as_str())),
        word(row.category.map(|category| category.as_str())),
        Cell::text(&row.clean_note),
        Cell::Count(row.page),
        Cell::text(&row.hash),
    ]
}

/// The transactions of all accounts that fit, each with its account.
fn picked(
    book: &mut Workbook,
    name: &str,
    accounts: &[AccountAnalysis],
    fits: &dyn Fn(&AccountAnalysis, usize) -> bool,
) -> Result<(), WorkbookError> {
    let header: Vec<&str> = ["Account"].iter().chain(TRANSACTION).copied().collect();
    let rows = accounts.iter().flat_map(|account| {
        let own = (0..account.transactions.len()).filter(|at| fits(account, *at));
        own.map(|at| with_account(account, &account.transactions[at]))
    });
    Sheet::add(book, name, &header)?.rows(rows)
}

fn with_account(account: &AccountAnalysis, row: &Transaction) -> Vec<Cell> {
    let mut cells = vec![Cell::text(&account.account)];
    cells.extend(transaction(row));
    cells
}

fn is_trouble(row: &Transaction) -> bool {
    use Channel::{AutoDebitPaymentBounce, BankCharge, InwardChequeBounce, OutwardChequeBounce};
    matches!(row.channel, Some(AutoDebitPaymentBounce | BankCharge | InwardChequeBounce | OutwardChequeBounce))
}

fn is_cash(row: &Transaction) -> bool {
    matches!(row.channel, Some(Channel::CashDeposit | Channel::CashWithdrawl))
}

/// How many of the largest are shown.
const LARGEST: usize = 20;

fn largest(
    book: &mut Workbook,
    name: &str,
    accounts: &[AccountAnalysis],
    side: Direction,
) -> Result<(), WorkbookError> {
    let of =
        |account: &AccountAnalysis| account.transactions.clone().into_iter().filter(move |row| row.direction == side);
    let mut rows: Vec<(&AccountAnalysis, Transaction)> =
        accounts.iter().flat_map(|account| of(account).map(move |row| (account, row))).collect();
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.amount));
    let header: Vec<&str> = ["Account"].iter().chain(TRANSACTION).copied().collect();
    Sheet::add(book, name, &header)?.rows(rows.iter().take(LARGEST).map(|(account, row)| with_account(account, row)))
}

fn recurring(
    book: &mut Workbook,
    name: &str,
    accounts: &[AccountAnalysis],
    side: Direction,
) -> Result<(), WorkbookError> {
    let header = ["Account", "Party", "Channel", "Median", "Count", "First", "Last"];
    let rows = accounts.iter().flat_map(|account| {
        account.recurring.iter().filter(move |set| set.direction == side).map(|set| {
            let day = |at: Option<&usize>| at.map_or(String::new(), |at| account.transactions[*at].day.to_string());
            vec![
                Cell::text(&account.account),
                Cell::text(&set.clean_note),
                Cell::text(set.channel.map_or("", Channel::as_str)),
                Cell::Money(set.median),
                Cell::Count(u32::try_from(set.members.len()).unwrap_or(u32::MAX)),
                Cell::Text(day(set.members.first())),
                Cell::Text(day(set.members.last())),
            ]
        })
    });
    Sheet::add(book, name, &header)?.rows(rows)
}

fn monthly(book: &mut Workbook, name: &str, monthly: &Monthly) -> Result<(), WorkbookError> {
    let months: Vec<String> = monthly.months.iter().map(|month| month.named()).collect();
    let header: Vec<&str> = ["Figure"].into_iter().chain(months.iter().map(String::as_str)).collect();
    let rows = monthly.fields.iter().map(|(field, figures)| {
        [Cell::text(field)].into_iter().chain(figures.iter().map(|figure| Cell::of(*figure))).collect()
    });
    Sheet::add(book, name, &header)?.rows(rows)
}

fn finding(finding: &Finding) -> Vec<Cell> {
    vec![
        Cell::text(finding.fraud.as_str()),
        Cell::text(finding.level.as_str()),
        Cell::text(&finding.statement),
        Cell::text(finding.account.as_deref().unwrap_or_default()),
        Cell::text(&finding.reason),
        Cell::Text(finding.hashes.join(" ")),
    ]
}

fn features(features: &Features) -> Vec<Vec<Cell>> {
    let money = |paise: i64| Cell::Money(qist_domain::money::Paise::new(paise));
    let number = |number: i64| Cell::Text(number.to_string());
    let rows = [
        ("Months", number(features.months_count)),
        ("Transactions", number(features.transactions_count)),
        ("Income in a month", money(features.income_monthly_paise)),
        ("Salary in a month", money(features.salary_monthly_paise)),
        ("Instalments in a month", money(features.emi_monthly_paise)),
        ("Bounces", number(features.bounces_count)),
        ("Deposited cheques that bounced", number(features.bounces_outward_count)),
        ("Average balance", money(features.average_balance_paise)),
        ("Lowest balance at the end of a day", money(features.minimum_balance_paise)),
        ("Credits in a month", money(features.credits_monthly_paise)),
        ("Debits in a month", money(features.debits_monthly_paise)),
        ("Cash deposits in a month", money(features.cash_deposits_monthly_paise)),
        ("Borrowed", money(features.lender_credits_paise)),
        ("Findings of change", number(features.fraud_count)),
        ("Findings of habit", number(features.hints_count)),
    ];
    rows.into_iter().map(|(name, value)| vec![Cell::text(name), value]).collect()
}
