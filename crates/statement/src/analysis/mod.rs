//! What the rows of an entity's statements tell.

mod features;
mod fraud;
mod monthly;
mod party;
mod recurring;
mod rules;
mod salary;
mod shape;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use qist_domain::calendar::Calendar;
use qist_domain::day::Day;
use qist_domain::money::Paise;
use sha2::{Digest as _, Sha256};

use crate::reading::Row;
use crate::words::Description;
pub use fraud::is_change;
use rules::{RULES, Said};
pub use shape::{
    AccountAnalysis, Analysis, DayBalance, Features, Figure, Finding, Input, Month, Monthly, RecurringSet, Transaction,
};

/// A row with what is known of it beside the transaction.
#[derive(Debug, Clone)]
struct Known {
    said: Said,
    party: Vec<String>,
}

/// One account while it is analysed.
struct Account<'a> {
    inputs: Vec<&'a Input<'a>>,
    /// For each input, the hashes of its rows in their order.
    hashes: Vec<Vec<String>>,
    transactions: Vec<Transaction>,
    known: Vec<Known>,
    from: Day,
    to: Day,
}

/// Analyses all statements of an entity together. Rows that two statements of one account share are counted once.
///
/// The calendar says on which days banks are closed; `today` which rows lie in the future. The same input gives the same
/// answer, in the same order.
#[must_use]
pub fn analyse(inputs: &[Input<'_>], calendar: &Calendar, today: Day) -> Analysis {
    let mut accounts: Vec<Account<'_>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for input in inputs {
        let place = *places.entry(input.account).or_insert(accounts.len());
        if place == accounts.len() {
            accounts.push(Account::empty(today));
        }
        accounts[place].inputs.push(input);
    }
    let mut out = Analysis::default();
    let mut balances = Vec::new();
    for account in &mut accounts {
        account.gather(today);
        let salary = salary::find(account);
        let recurring = recurring::find(account);
        let is_lender = |at: &usize| account.transactions[*at].description == Some(Description::LenderTransaction);
        let lender = (0..account.transactions.len()).filter(is_lender).collect();
        let end_of_day = monthly::end_of_day(&account.transactions, account.from, account.to);
        out.findings.extend(fraud::find(account, &salary, &end_of_day, calendar, today));
        let own = monthly::months(&[monthly::Part {
            transactions: &account.transactions,
            salary: &salary,
            end_of_day: &end_of_day,
        }]);
        out.accounts.push(AccountAnalysis {
            account: account.inputs[0].account.to_owned(),
            statements: account.inputs.iter().map(|input| input.statement.to_owned()).collect(),
            months: own.months.clone(),
            transactions: std::mem::take(&mut account.transactions),
            salary,
            recurring,
            lender,
            monthly: own,
            end_of_day: Vec::new(),
        });
        balances.push(end_of_day);
    }
    for (account, end_of_day) in out.accounts.iter_mut().zip(balances) {
        account.end_of_day = end_of_day;
    }
    let parts: Vec<monthly::Part<'_>> = out.accounts.iter().map(monthly::Part::of).collect();
    out.monthly = monthly::months(&parts);
    out.findings.extend(fraud::of_files(inputs));
    out.features = features::of(&out.accounts, &out.findings);
    out
}

impl<'a> Account<'a> {
    fn empty(today: Day) -> Account<'a> {
        Account {
            inputs: Vec::new(),
            hashes: Vec::new(),
            transactions: Vec::new(),
            known: Vec::new(),
            from: today,
            to: today,
        }
    }

    /// Puts the rows of all statements together, oldest first.
    fn gather(&mut self, today: Day) {
        let mut seen: HashSet<String> = HashSet::new();
        let mut found: Vec<(Transaction, Known)> = Vec::new();
        for input in &self.inputs {
            let holder = input.reading.holder_name.as_deref().unwrap_or_default();
            let hashes = hashes(input);
            for (row, hash) in input.reading.rows.iter().zip(&hashes) {
                if seen.insert(hash.clone()) {
                    found.push(transaction(input, row, hash.clone(), holder));
                }
            }
            self.hashes.push(hashes);
        }
        // Stable: rows of a day stay in the order of their statement.
        found.sort_by_key(|(transaction, _)| transaction.day);
        (self.transactions, self.known) = found.into_iter().unzip();
        (self.from, self.to) = covered(&self.inputs, &self.transactions, today);
    }
}

/// The days from the first that a statement covers to the last, within ten years of the last row that is not in the future.
fn covered(inputs: &[&Input<'_>], transactions: &[Transaction], today: Day) -> (Day, Day) {
    let days = transactions.iter().map(|transaction| transaction.day).filter(|day| *day <= today);
    let stated = |pick: fn(&Input<'_>) -> Option<Day>| inputs.iter().filter_map(move |input| pick(input));
    let last = days.clone().max();
    let to = stated(|input| input.reading.to).filter(|day| *day <= today).max().max(last).unwrap_or(today);
    let from = stated(|input| input.reading.from).chain(days).min().unwrap_or(to).min(to);
    (from.max(to.plus_days(-3653)), to)
}

fn transaction(input: &Input<'_>, row: &Row, hash: String, holder: &str) -> (Transaction, Known) {
    let said = RULES.say(&row.note, row.direction);
    let party = party::words(&row.note, holder);
    let transaction = Transaction {
        hash,
        statement: input.statement.to_owned(),
        day: row.day,
        second: row.second.unwrap_or(0),
        direction: row.direction,
        amount: row.amount,
        balance: row.balance,
        note: row.note.clone(),
        clean_note: party::readable(&party),
        channel: said.channel,
        description: said.description,
        category: said.category,
        page: row.page,
        line: row.line,
    };
    (transaction, Known { said, party })
}

/// What a row is known by: its account and everything that is printed of it, and a count where all of that comes twice.
fn hashes(input: &Input<'_>) -> Vec<String> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let number = input.reading.account_number.as_deref().unwrap_or(input.account);
    let hash = |row: &Row| {
        let note: String = row.note.chars().filter(|c| !c.is_whitespace()).collect();
        let (amount, balance) = (row.amount.get(), row.balance.get());
        let key = format!("{}|{number}|{}|{}|{amount}|{balance}|{note}", input.bank, row.day, row.direction.as_str());
        let count = counts.entry(key.clone()).or_default();
        *count += 1;
        let digest = Sha256::digest(format!("{key}|{count}"));
        digest.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    input.reading.rows.iter().map(hash).collect()
}

/// The sum, kept within what a signed number of paise holds.
fn sum(amounts: impl IntoIterator<Item = Paise>) -> Paise {
    Paise::new(amounts.into_iter().fold(0_i64, |sum, amount| sum.saturating_add(amount.get())))
}

/// The upper of the two in the middle.
fn upper_median(mut amounts: Vec<i64>) -> Option<i64> {
    amounts.sort_unstable();
    amounts.get(amounts.len() / 2).copied()
}

/// Half up, away from zero.
fn divided(sum: i128, count: i128) -> i64 {
    if count == 0 {
        return 0;
    }
    let half = if sum < 0 { -count / 2 } else { count / 2 };
    i64::try_from((sum + half) / count).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// Groups by a key, in the order of the keys.
fn grouped<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in items {
        groups.entry(key).or_default().push(value);
    }
    groups
}
