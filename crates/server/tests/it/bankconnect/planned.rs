//! A reader that finds what a file says in plain words: what the API makes of a reading is tested here, what the reader
//! makes of a PDF in its own crate.
//!
//! `bank=axis number=1 holder=A locked=secret fraud images` is a statement with these properties.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::reader::{Filed, Format, StatementReader, Workbook};
use qist_domain::calendar::Calendar;
use qist_domain::day::Day;
use qist_domain::money::Paise;
use qist_statement::analysis::{AccountAnalysis, Features, Figure, Finding, Month, Monthly, RecurringSet, Transaction};
use qist_statement::{
    AccountReading, Analysis, Answer, Bank, Channel, Description, Direction, FileFacts, FileFinding, Fraud, FraudLevel,
    NotParsable, Question, Reading, Row, Source, Totals, Unreadable,
};

pub struct Planned;

/// The value of `name=value` in a file.
fn value<'a>(file: &'a str, name: &str) -> Option<&'a str> {
    file.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

fn has(file: &str, word: &str) -> bool {
    file.split_whitespace().any(|found| found == word)
}

fn row(number: u8, direction: Direction, rupees: i32, note: &str) -> Row {
    Row {
        day: Day::new(2020, 11, i8::try_from(number).unwrap()).unwrap(),
        second: None,
        direction,
        amount: Paise::from_rupees(rupees),
        balance: Paise::new(i64::from(number) * 100_050),
        note: note.to_owned(),
        reference: None,
        page: 1,
        line: u32::from(number),
        marks: Vec::new(),
    }
}

fn read(format: Format, file: &str, question: &Question) -> Answer {
    if let Some(secret) = value(file, "locked")
        && question.password.as_deref() != Some(secret)
    {
        return Err(Unreadable::PasswordIncorrect);
    }
    let found = value(file, "bank").and_then(Bank::identified);
    let bank = match (question.hint, found) {
        (Some(hint), Some(detected)) if hint != detected => return Err(Unreadable::NotThisBank { detected }),
        (hint, found) => hint.or(found).ok_or(Unreadable::BankNotDetected)?,
    };
    if has(file, "images") || found.is_none() {
        return Err(Unreadable::NotParsable(NotParsable::ImagesOnly));
    }
    let of_file =
        has(file, "fraud").then(|| FileFinding { fraud: Fraud::AuthorFraud, reason: "made by an editor".to_owned() });
    let account = AccountReading {
        account_number: value(file, "number").map(str::to_owned),
        ifsc: Some("UTIB0000123".to_owned()),
        micr: None,
        holder_name: value(file, "holder").map(str::to_owned),
        address: None,
        from: Day::new(2020, 11, 1).ok(),
        to: Day::new(2020, 11, 30).ok(),
        rows: vec![
            row(1, Direction::Credit, 27_598, "NEFT SALARY"),
            row(2, Direction::Debit, 500, "UPI CHAI"),
            row(3, Direction::Debit, 1_161, "ACH MERIDIAN EMI"),
        ],
        totals: Totals::default(),
    };
    let source = if format == Format::Pdf { Source::Pdf } else { Source::AccountAggregator };
    let file = FileFacts { pages: 1, findings: of_file.into_iter().collect(), ..FileFacts::default() };
    Ok(Reading { bank, source, accounts: vec![account], file })
}

fn transaction(filed: &Filed, at: usize, row: &Row) -> Transaction {
    let (channel, description) = match at {
        0 => (Some(Channel::Salary), None),
        1 => (None, None),
        _ => (Some(Channel::AutoDebitPayment), Some(Description::LenderTransaction)),
    };
    Transaction {
        hash: format!("{at:032x}"),
        statement: filed.statement.clone(),
        day: row.day,
        second: 0,
        direction: row.direction,
        amount: row.amount,
        balance: row.balance,
        note: row.note.clone(),
        clean_note: row.note.to_lowercase(),
        channel,
        description,
        category: None,
        page: row.page,
        line: row.line,
    }
}

fn account_of(filed: &Filed, account: &str, reading: &AccountReading) -> AccountAnalysis {
    let transactions = reading.rows.iter().enumerate().map(|(at, row)| transaction(filed, at, row)).collect();
    let set = |direction, channel, median: i32, members| RecurringSet {
        direction,
        channel,
        median: Paise::from_rupees(median),
        clean_note: "set".to_owned(),
        members,
    };
    AccountAnalysis {
        account: account.to_owned(),
        statements: vec![filed.statement.clone()],
        months: vec![Month { year: 2020, month: 11 }],
        transactions,
        salary: vec![0],
        recurring: vec![
            set(Direction::Credit, Some(Channel::NetBankingTransfer), 27_598, vec![0]),
            set(Direction::Debit, None, 1_161, vec![1, 2]),
        ],
        lender: vec![2],
        end_of_day: Vec::new(),
        monthly: Monthly::default(),
    }
}

fn findings(filed: &Filed, account: &str) -> Vec<Finding> {
    let finding = |fraud, level, account: Option<&str>, hashes: Vec<String>| Finding {
        fraud,
        level,
        statement: filed.statement.clone(),
        account: account.map(str::to_owned),
        hashes,
        reason: "because".to_owned(),
    };
    let mut all: Vec<Finding> = Vec::new();
    for found in &filed.reading.file.findings {
        all.push(finding(found.fraud, FraudLevel::File, None, Vec::new()));
        all.push(finding(
            Fraud::InconsistentTransaction,
            FraudLevel::Transaction,
            Some(account),
            vec![format!("{:032x}", 1)],
        ));
    }
    all.push(finding(Fraud::MostlyCashTransactions, FraudLevel::Account, Some(account), Vec::new()));
    all
}

#[async_trait]
impl StatementReader for Planned {
    async fn read(&self, format: Format, bytes: Vec<u8>, question: Question) -> Result<Answer> {
        Ok(read(format, &String::from_utf8_lossy(&bytes), &question))
    }

    async fn analyse(&self, filed: Vec<Filed>, _calendar: Calendar, _today: Day) -> Result<Analysis> {
        if filed.iter().any(|one| one.reading.accounts[0].holder_name.as_deref() == Some("BROKEN")) {
            return Err(Error::internal("planned"));
        }
        let mut analysis = Analysis::default();
        for one in &filed {
            for (account, reading) in one.accounts.iter().zip(&one.reading.accounts) {
                analysis.accounts.push(account_of(one, account, reading));
                analysis.findings.extend(findings(one, account));
            }
        }
        let fields = [
            ("cnt_transactions".to_owned(), vec![Figure::Count(3)]),
            ("amt_credit".to_owned(), vec![Figure::Amount(Paise::new(2_759_850))]),
            ("perc_salary_spend_upi".to_owned(), vec![Figure::Percent(181)]),
        ];
        analysis.monthly = Monthly { months: vec![Month { year: 2020, month: 11 }], fields: fields.into() };
        analysis.features = Features {
            months_count: 1,
            income_monthly_paise: 2_759_800,
            salaried: true,
            bounces_count: 2,
            ..Features::default()
        };
        Ok(analysis)
    }

    async fn workbook(&self, workbook: Workbook, _today: Day) -> Result<Vec<u8>> {
        let of = |at: usize| workbook.accounts[at].1.account_number.clone().unwrap_or_default();
        Ok(workbook.account.map_or_else(|| format!("{} accounts", workbook.accounts.len()), of).into_bytes())
    }
}
