//! What is or looks wrong, in which rows, and why.

use std::collections::BTreeSet;

use qist_domain::calendar::Calendar;
use qist_domain::day::Day;
use qist_domain::money::Paise;

use super::{Account, DayBalance, Finding, Input, Month, Transaction, grouped, sum};
use crate::reading::{Direction, Mark, Row};
use crate::words::{Channel, Fraud, FraudLevel};

/// Banks that print in the order of posting may be behind by a weekend and a holiday.
const DAYS_BEHIND_MAX: i64 = 4;
/// RTGS is for two lakhs and more.
const RTGS_MIN: Paise = Paise::from_rupees(200_000);

/// Whether it says that the file was changed or does not add up; the others are hints about behaviour.
pub fn is_change(fraud: Fraud) -> bool {
    use Fraud::{AuthorFraud, DateFraud, FontMismatch, InconsistentTransaction, OverlappingText, SummaryTotalMismatch};
    matches!(
        fraud,
        AuthorFraud | DateFraud | FontMismatch | InconsistentTransaction | OverlappingText | SummaryTotalMismatch
    )
}

/// What was found when the files were read, once for each.
pub fn of_files(inputs: &[Input<'_>]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let first = inputs.iter().filter(|input| seen.insert(input.statement));
    let of = |input: &Input<'_>| {
        let statement = input.statement.to_owned();
        let finding = move |found: &crate::reading::FileFinding| Finding {
            fraud: found.fraud,
            level: FraudLevel::File,
            statement: statement.clone(),
            account: None,
            hashes: Vec::new(),
            reason: found.reason.clone(),
        };
        input.file.findings.iter().map(finding).collect::<Vec<_>>()
    };
    first.flat_map(of).collect()
}

pub fn find(
    account: &Account<'_>,
    salary: &[usize],
    end_of_day: &[DayBalance],
    calendar: &Calendar,
    today: Day,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (input, hashes) in account.inputs.iter().zip(&account.hashes) {
        let mut found = OfStatement { input, hashes, findings: &mut findings };
        found.chain();
        found.days(today);
        found.marks();
        found.totals();
    }
    findings.extend(overdrawn(account, end_of_day));
    findings.extend(rows(account, calendar));
    findings.extend(salaries(account, salary));
    findings.extend(habits(account));
    findings
}

/// The checks of one account in one statement, whose rows stand as they are printed.
struct OfStatement<'a> {
    input: &'a Input<'a>,
    hashes: &'a [String],
    findings: &'a mut Vec<Finding>,
}

impl OfStatement<'_> {
    fn row(&mut self, fraud: Fraud, at: usize, reason: String) {
        self.add(fraud, FraudLevel::Transaction, vec![self.hashes[at].clone()], reason);
    }

    fn add(&mut self, fraud: Fraud, level: FraudLevel, hashes: Vec<String>, reason: String) {
        let (statement, account) = (self.input.statement.to_owned(), Some(self.input.account.to_owned()));
        self.findings.push(Finding { fraud, level, statement, account, hashes, reason });
    }

    fn chain(&mut self) {
        let rows = &self.input.reading.rows;
        for at in 1..rows.len() {
            let expected = signed(&rows[at]).plus(rows[at - 1].balance);
            if expected != Ok(rows[at].balance) {
                let (before, amount) = (rows[at - 1].balance.with_paise(), signed(&rows[at]).with_paise());
                let balance = rows[at].balance.with_paise();
                let reason = format!(
                    "the balance before is {before} and the amount {amount}, but the balance after is {balance}"
                );
                self.row(Fraud::InconsistentTransaction, at, reason);
            }
        }
    }

    fn days(&mut self, today: Day) {
        let reading = self.input.reading;
        let mut last: Option<Day> = None;
        for (at, row) in reading.rows.iter().enumerate() {
            let day = row.day;
            let next = reading.rows.get(at + 1).map(|row| row.day);
            let outside = reading.from.is_some_and(|from| day < from.plus_days(-DAYS_BEHIND_MAX))
                || reading.to.is_some_and(|to| day > to.plus_days(DAYS_BEHIND_MAX));
            // A row that is later than the next, which goes on from the one before, is the one that is out of order.
            let ahead =
                next.is_some_and(|next| day > next.plus_days(DAYS_BEHIND_MAX) && last.is_some_and(|last| next >= last));
            let behind = last.filter(|last| day < last.plus_days(-DAYS_BEHIND_MAX));
            let reason = match behind {
                _ if day > today => format!("the day {day} is in the future"),
                _ if outside => format!("the day {day} is outside of the statement's period"),
                Some(last) => format!("the day {day} comes after a row of {last}"),
                None if ahead => format!("the day {day} comes before a row of {}", next.unwrap_or(day)),
                None => {
                    last = Some(day);
                    continue;
                }
            };
            self.row(Fraud::DateFraud, at, reason);
        }
    }

    fn marks(&mut self) {
        for (at, row) in self.input.reading.rows.iter().enumerate() {
            for mark in &row.marks {
                match mark {
                    Mark::OverlappingText { hidden, seen } => {
                        self.row(Fraud::OverlappingText, at, format!("\"{seen}\" is drawn over \"{hidden}\""));
                    }
                    Mark::FontMismatch { text, font, usual } => {
                        let reason = format!("\"{text}\" is printed in {font}, the others of its column in {usual}");
                        self.row(Fraud::FontMismatch, at, reason);
                    }
                }
            }
        }
    }

    fn totals(&mut self) {
        let (rows, totals) = (&self.input.reading.rows, &self.input.reading.totals);
        let of = |side: Direction| rows.iter().filter(move |row| row.direction == side);
        let sum = |side: Direction| sum(of(side).map(|row| row.amount));
        let amounts = [
            ("credits", totals.credit, Some(sum(Direction::Credit))),
            ("debits", totals.debit, Some(sum(Direction::Debit))),
            ("closing balance", totals.closing, rows.last().map(|row| row.balance)),
            ("opening balance", totals.opening, rows.first().and_then(|row| row.balance.minus(signed(row)).ok())),
        ];
        let amounts = amounts.into_iter().filter_map(|(name, printed, found)| {
            let (printed, found) = printed.zip(found)?;
            (printed != found).then(|| {
                format!("the printed {name} {} differ from {} in the rows", printed.with_paise(), found.with_paise())
            })
        });
        let counts = [
            ("credits", totals.credit_count, of(Direction::Credit).count()),
            ("debits", totals.debit_count, of(Direction::Debit).count()),
        ];
        let counts = counts.into_iter().filter_map(|(name, printed, found)| {
            let printed = printed.filter(|printed| usize::try_from(*printed) != Ok(found))?;
            Some(format!("the printed number of {name} is {printed}, but there are {found}"))
        });
        let reasons: Vec<String> = amounts.chain(counts).collect();
        if !reasons.is_empty() {
            self.add(Fraud::SummaryTotalMismatch, FraudLevel::File, Vec::new(), reasons.join("; "));
        }
    }
}

fn signed(row: &Row) -> Paise {
    if row.direction == Direction::Credit { row.amount } else { row.amount.negated() }
}

/// A finding about an account is seen in its last statement.
fn of_account(account: &Account<'_>, fraud: Fraud, hashes: Vec<String>, reason: String) -> Finding {
    let (statement, name) = account.inputs.last().map_or(("", ""), |input| (input.statement, input.account));
    let (statement, account) = (statement.to_owned(), Some(name.to_owned()));
    Finding { fraud, level: FraudLevel::Account, statement, account, hashes, reason }
}

fn of_row(account: &Account<'_>, fraud: Fraud, row: &Transaction, reason: String) -> Finding {
    let name = account.inputs.first().map(|input| input.account.to_owned());
    let (statement, hashes) = (row.statement.clone(), vec![row.hash.clone()]);
    Finding { fraud, level: FraudLevel::Transaction, statement, account: name, hashes, reason }
}

fn overdrawn(account: &Account<'_>, end_of_day: &[DayBalance]) -> Option<Finding> {
    let days: Vec<&DayBalance> = end_of_day.iter().filter(|day| day.balance < Paise::ZERO).collect();
    let (first, count) = (days.first()?, days.len());
    let last_of_day = |day: &&DayBalance| account.transactions.iter().rev().find(|row| row.day == day.day);
    let hashes = days.iter().filter_map(last_of_day).map(|row| row.hash.clone()).collect();
    let reason = format!(
        "the account was overdrawn at the end of {count} days, first on {}: {}",
        first.day,
        first.balance.with_paise()
    );
    Some(of_account(account, Fraud::NegativeBalance, hashes, reason))
}

fn rows(account: &Account<'_>, calendar: &Calendar) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (row, known) in account.transactions.iter().zip(&account.known) {
        let amount = row.amount.with_paise();
        let charge = row.channel == Some(Channel::BankCharge);
        if known.said.is_rtgs && !charge && row.amount < RTGS_MIN {
            let reason = format!("RTGS carries no less than {}, this row has {amount}", RTGS_MIN.with_paise());
            findings.push(of_row(account, Fraud::MinRtgsAmount, row, reason));
        }
        if known.said.is_tax && !charge && row.direction == Direction::Debit && row.amount.get() % 10_000 == 0 {
            let reason = format!("a tax of {amount} is a multiple of a hundred rupees");
            findings.push(of_row(account, Fraud::Tax100Multiple, row, reason));
        }
        if let Some(fraud) = of_closed_banks(row).filter(|_| !calendar.is_business_day(row.day)) {
            findings.push(of_row(account, fraud, row, format!("banks were closed on {}", row.day)));
        }
    }
    findings
}

/// What cannot be on a day on which banks are closed.
fn of_closed_banks(row: &Transaction) -> Option<Fraud> {
    match row.channel? {
        Channel::CashDeposit => Some(Fraud::CashDepositBankHolidayTransaction),
        Channel::Chq => Some(Fraud::ChqBankHolidayTransaction),
        Channel::OutwardChequeBounce => Some(Fraud::OutwardChequeBounceBankHolidayTransaction),
        Channel::InwardChequeBounce => Some(Fraud::InwardChequeBounceBankHolidayTransaction),
        _ => None,
    }
}

fn salaries(account: &Account<'_>, salary: &[usize]) -> Vec<Finding> {
    let rows: Vec<&Transaction> = salary.iter().map(|at| &account.transactions[*at]).collect();
    let hashes = |rows: &[&Transaction]| rows.iter().map(|row| row.hash.clone()).collect::<Vec<_>>();
    let mut findings = Vec::new();
    let round: Vec<&Transaction> = rows.iter().copied().filter(|row| row.amount.get() % 100_000 == 0).collect();
    if !round.is_empty() {
        let reason = format!("{} salaries are multiples of a thousand rupees, after tax and fund", round.len());
        findings.push(of_account(account, Fraud::Salary1000Multiple, hashes(&round), reason));
    }
    let same = rows.chunk_by(|a, b| a.amount == b.amount).max_by_key(|run| run.len()).unwrap_or_default();
    if same.len() > 2 {
        let reason = format!("{} salaries in a row are {}", same.len(), same[0].amount.with_paise());
        findings.push(of_account(account, Fraud::SalaryRemainsUnchanged, hashes(same), reason));
    }
    let cash = |row: &&Transaction| row.channel == Some(Channel::CashDeposit);
    let deposits = grouped(account.transactions.iter().filter(cash).map(|row| (Month::of(row.day), row)));
    for (month, paid) in grouped(rows.iter().map(|row| (Month::of(row.day), row.amount))) {
        let (paid, cash) = (sum(paid), deposits.get(&month).map(Vec::as_slice).unwrap_or_default());
        let deposited = sum(cash.iter().map(|row| row.amount));
        if deposited > paid {
            let (month, deposited, paid) = (month.named(), deposited.with_paise(), paid.with_paise());
            let reason = format!("in {month} {deposited} came in as cash, and {paid} as salary");
            findings.push(of_account(account, Fraud::MoreCashDepositsThanSalary, hashes(cash), reason));
        }
    }
    findings
}

fn habits(account: &Account<'_>) -> Vec<Finding> {
    let rows = &account.transactions;
    let of = |side: Direction| sum(rows.iter().filter(|row| row.direction == side).map(|row| row.amount));
    let (credits, debits) = (of(Direction::Credit), of(Direction::Debit));
    let mut findings = Vec::new();
    if rows.len() > 1 && credits == debits {
        let reason = format!("credits and debits are both {}", credits.with_paise());
        findings.push(of_account(account, Fraud::EqualCreditDebit, Vec::new(), reason));
    }
    let cash: Vec<String> = rows
        .iter()
        .filter(|row| matches!(row.channel, Some(Channel::CashDeposit | Channel::CashWithdrawl)))
        .map(|row| row.hash.clone())
        .collect();
    if rows.len() > 9 && cash.len() * 2 > rows.len() {
        let reason = format!("{} of {} transactions are cash", cash.len(), rows.len());
        findings.push(of_account(account, Fraud::MostlyCashTransactions, cash, reason));
    }
    let credit_days =
        rows.iter().filter(|row| row.direction == Direction::Credit).map(|row| (Month::of(row.day), row.day));
    for (month, days) in grouped(credit_days) {
        let days = days.into_iter().collect::<BTreeSet<_>>().len();
        if days > 15 {
            let reason = format!("in {} money came in on {days} days", month.named());
            findings.push(of_account(account, Fraud::MoreThan15DaysCredit, Vec::new(), reason));
        }
    }
    findings
}
