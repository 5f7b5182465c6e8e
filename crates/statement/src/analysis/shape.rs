//! The shapes of an analysis.

use std::collections::BTreeMap;

use qist_domain::day::Day;
use qist_domain::money::Paise;
use serde::{Deserialize, Serialize};

use crate::bank::Bank;
use crate::reading::{AccountReading, Direction, FileFacts};
use crate::words::{Category, Channel, Description, Fraud, FraudLevel};

/// One account of one statement. The caller says which statements are of the same account; both names are its own.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub statement: &'a str,
    pub account: &'a str,
    pub bank: Bank,
    pub reading: &'a AccountReading,
    pub file: &'a FileFacts,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Analysis {
    /// In the order in which the input first names them.
    pub accounts: Vec<AccountAnalysis>,
    /// Over all accounts: flows added, end-of-day balances added day by day.
    pub monthly: Monthly,
    pub findings: Vec<Finding>,
    pub features: Features,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountAnalysis {
    /// The caller's name for it.
    pub account: String,
    /// Statements of this account, in the order of the input.
    pub statements: Vec<String>,
    /// Months that statements cover, ascending.
    pub months: Vec<Month>,
    /// Oldest first.
    pub transactions: Vec<Transaction>,
    /// Places of the salary's credits in `transactions`.
    pub salary: Vec<usize>,
    pub recurring: Vec<RecurringSet>,
    /// Places of the lenders' transactions in `transactions`.
    pub lender: Vec<usize>,
    /// One for each day from the first covered to the last.
    pub end_of_day: Vec<DayBalance>,
    /// Of this account alone.
    pub monthly: Monthly,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// 32 hexadecimal digits: the same row in another upload has the same.
    pub hash: String,
    /// The statement that it was first seen in.
    pub statement: String,
    pub day: Day,
    /// Seconds since midnight in India, 0 where the statement tells none.
    pub second: u32,
    pub direction: Direction,
    pub amount: Paise,
    pub balance: Paise,
    pub note: String,
    /// Readable words of the note, without rails, numbers and codes.
    pub clean_note: String,
    pub channel: Option<Channel>,
    pub description: Option<Description>,
    pub category: Option<Category>,
    pub page: u32,
    pub line: u32,
}

impl Transaction {
    /// `YYYY-MM-DD HH:MM:SS`.
    #[must_use]
    pub fn date_text(&self) -> String {
        let second = self.second;
        format!("{} {:02}:{:02}:{:02}", self.day, second / 3600, second / 60 % 60, second % 60)
    }

    /// Above zero for money in, below for money out.
    #[must_use]
    pub fn signed(&self) -> Paise {
        match self.direction {
            Direction::Credit => self.amount,
            Direction::Debit => self.amount.negated(),
        }
    }
}

/// Payments between the account and one other party that come again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringSet {
    pub direction: Direction,
    /// That of its first member.
    pub channel: Option<Channel>,
    /// The upper of the two in the middle where the count is even.
    pub median: Paise,
    pub clean_note: String,
    /// Places in `transactions`, oldest first, at least two.
    pub members: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayBalance {
    pub day: Day,
    pub balance: Paise,
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    #[must_use]
    pub fn of(day: Day) -> Month {
        let (year, month) = day.month_key();
        Month { year, month }
    }

    /// `2018-12`: as accounts list their months.
    #[must_use]
    pub fn dashed(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// `Dec-2018`: as the monthly analysis names them.
    #[must_use]
    pub fn named(self) -> String {
        const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let name = usize::try_from(self.month - 1).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or("Jan");
        format!("{name}-{}", self.year)
    }

    /// `12-2018`, `1-2019`: as salary rows name theirs.
    #[must_use]
    pub fn month_year(self) -> String {
        format!("{}-{}", self.month, self.year)
    }
}

/// The 66 fields of the monthly analysis.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Monthly {
    /// Ascending.
    pub months: Vec<Month>,
    /// By the contract's field name, one figure for each of `months`.
    pub fields: BTreeMap<String, Vec<Figure>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    Amount(Paise),
    Count(u32),
    /// Hundredths of a percent: 4250 is 42.5 %.
    Percent(u32),
}

/// Something that is or looks wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub fraud: Fraud,
    pub level: FraudLevel,
    /// The statement that it is seen in; the account's last for a finding about the account.
    pub statement: String,
    /// `None` for a finding about the file.
    pub account: Option<String>,
    /// The hashes of the rows, where it is about rows.
    pub hashes: Vec<String>,
    /// In words, with the figures that disagree.
    pub reason: String,
}

/// Plain figures for a lender's policy, over all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Features {
    /// Months that the statements cover.
    pub months_count: i64,
    pub transactions_count: i64,
    /// Median of the months' salary; where there is no salary, of the months' credits without refunds, reversals, own
    /// investments coming back and loans.
    pub income_monthly_paise: i64,
    /// Whether `income_monthly_paise` is a salary.
    pub salaried: bool,
    pub salary_monthly_paise: i64,
    /// Average over the months of debits to lenders and auto-debits that recur.
    pub emi_monthly_paise: i64,
    /// The same by income, in hundredths of a percent; 0 without an income.
    pub emi_to_income_bps: i64,
    /// Auto-debits and cheques of the account that were not paid.
    pub bounces_count: i64,
    /// Cheques deposited that were not paid.
    pub bounces_outward_count: i64,
    pub average_balance_paise: i64,
    pub minimum_balance_paise: i64,
    pub credits_monthly_paise: i64,
    pub debits_monthly_paise: i64,
    pub cash_deposits_monthly_paise: i64,
    pub lender_credits_paise: i64,
    /// Findings that say that the file was changed or does not add up.
    pub fraud_count: i64,
    /// Findings about behaviour only.
    pub hints_count: i64,
}
