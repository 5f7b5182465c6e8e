//! Account Aggregator data of the type DEPOSIT: the same rows as a PDF, without the guessing.

mod node;

use qist_domain::day::Day;
use qist_domain::money::Paise;

use crate::bank::Bank;
use crate::reading::{
    AccountReading, Direction, FileFacts, Limit, Limits, NotParsable, Reading, Row, Source, Totals, Unreadable,
};
use node::Node;

/// India is this many seconds ahead of UTC.
const INDIA: i64 = 19_800;
const DAY: i64 = 86_400;

pub fn read(bytes: &[u8], hint: Option<Bank>, limits: &Limits) -> Result<Reading, Unreadable> {
    if bytes.len() > limits.bytes_max {
        return Err(Unreadable::Limit(Limit::Bytes));
    }
    let root = node::parse(bytes).ok_or(Unreadable::NotParsable(NotParsable::Schema))?;
    let mut found = Vec::new();
    root.find(&is_account, &mut found);
    let mut accounts = Vec::new();
    let mut left = limits.rows_max;
    for node in found {
        let account = account(node, left)?;
        left -= account.rows.len();
        accounts.push(account);
    }
    if accounts.iter().all(|account| account.rows.is_empty()) {
        let reason = if accounts.is_empty() { NotParsable::Schema } else { NotParsable::NoTransactions };
        return Err(Unreadable::NotParsable(reason));
    }
    let own = accounts.iter().find_map(|account| account.ifsc.as_deref().and_then(Bank::of_ifsc));
    let bank = match (hint, own) {
        (Some(hint), Some(detected)) if hint != detected => return Err(Unreadable::NotThisBank { detected }),
        (hint, own) => own.or(hint).ok_or(Unreadable::BankNotDetected)?,
    };
    Ok(Reading { bank, source: Source::AccountAggregator, accounts, file: FileFacts::default() })
}

/// Whatever wraps it: an account has transactions, and a number or a summary.
fn is_account(node: &Node) -> bool {
    node.one("transactions").is_some() && (node.one("maskedaccnumber").is_some() || node.one("summary").is_some())
}

fn account(node: &Node, rows_max: usize) -> Result<AccountReading, Unreadable> {
    let wrong = || Unreadable::NotParsable(NotParsable::Schema);
    if node.text("type").is_some_and(|kind| !kind.eq_ignore_ascii_case("deposit")) {
        return Err(wrong());
    }
    let transactions = node.one("transactions").ok_or_else(wrong)?;
    let entries = transactions.all("transaction");
    if entries.len() > rows_max {
        return Err(Unreadable::Limit(Limit::Rows));
    }
    let rows: Option<Vec<Row>> = entries.into_iter().zip(1..).map(|(entry, line)| row(entry, line)).collect();
    let rows = oldest_first(rows.ok_or_else(wrong)?);
    let day = |name: &str| transactions.text(name).and_then(|text| text.get(..10)?.parse().ok());
    let summary = |name: &str| node.one("summary").and_then(|summary| summary.text(name)).map(str::to_owned);
    let holder =
        node.one("profile").and_then(|profile| profile.one("holders")).and_then(|holders| holders.one("holder"));
    let of_holder = |name: &str| holder.and_then(|holder| holder.text(name)).map(str::to_owned);
    Ok(AccountReading {
        account_number: node.text("maskedaccnumber").map(str::to_owned),
        ifsc: summary("ifsccode").map(|code| code.to_ascii_uppercase()),
        micr: summary("micrcode"),
        holder_name: of_holder("name"),
        address: of_holder("address"),
        from: day("startdate").or_else(|| rows.iter().map(|row| row.day).min()),
        to: day("enddate").or_else(|| rows.iter().map(|row| row.day).max()),
        rows,
        totals: Totals::default(),
    })
}

fn row(node: &Node, line: u32) -> Option<Row> {
    let (day, second) = timestamp(node.text("transactiontimestamp").or(node.text("valuedate"))?)?;
    let direction = match node.text("type")?.to_ascii_uppercase().as_str() {
        "CREDIT" => Direction::Credit,
        "DEBIT" => Direction::Debit,
        _ => return None,
    };
    let amount = Paise::parse_rupees(node.text("amount")?).ok().filter(|amount| *amount >= Paise::ZERO)?;
    let balance = Paise::parse_rupees(node.text("currentbalance")?).ok()?;
    let note = node.text("narration").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let reference = node.text("reference").filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Row { day, second, direction, amount, balance, note, reference, page: 0, line, marks: Vec::new() })
}

/// `2023-07-01T11:30:15+05:30`, `2023-07-01T06:00:15Z`, `2023-07-01`: in India.
fn timestamp(text: &str) -> Option<(Day, Option<u32>)> {
    let day: Day = text.get(..10)?.parse().ok()?;
    let Some(clock) = text.get(11..19).filter(|_| text.len() > 18) else { return Some((day, None)) };
    let part = |at: usize| clock.get(at..at + 2).and_then(|text| text.parse::<i64>().ok());
    let (hour, minute, second) = (part(0)?, part(3)?, part(6)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let zone = text[19..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone.as_bytes().first() {
        Some(b'Z' | b'z') => 0,
        Some(sign @ (b'+' | b'-')) => {
            let part = |from: usize| zone.get(from..from + 2).and_then(|text| text.parse::<i64>().ok());
            let seconds = part(1)? * 3600 + part(4).unwrap_or(0) * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => INDIA,
    };
    let seconds = hour * 3600 + minute * 60 + second + INDIA - offset;
    let second = u32::try_from(seconds.rem_euclid(DAY)).ok()?;
    Some((day.plus_days(seconds.div_euclid(DAY)), Some(second)))
}

/// In the order in which the balances run; where they run neither way, by time.
fn oldest_first(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|row| !row.amount.is_zero());
    let runs = |before: &Row, after: &Row| {
        let amount = if after.direction == Direction::Credit { after.amount } else { after.amount.negated() };
        before.balance.plus(amount) == Ok(after.balance)
    };
    let forward = rows.windows(2).filter(|pair| runs(&pair[0], &pair[1])).count();
    let backward = rows.windows(2).filter(|pair| runs(&pair[1], &pair[0])).count();
    if forward.max(backward) * 2 < rows.len().saturating_sub(1) {
        rows.sort_by_key(|row| (row.day, row.second));
    } else if backward > forward {
        rows.reverse();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_it_is_in_india() {
        let at = |text: &str| timestamp(text).map(|(day, second)| (day.to_string(), second));
        assert_eq!(at("2023-07-01T11:30:15+05:30"), Some(("2023-07-01".into(), Some(41_415))));
        assert_eq!(at("2023-07-01T06:00:15Z"), Some(("2023-07-01".into(), Some(41_415))));
        assert_eq!(at("2023-07-01T20:00:00.123Z"), Some(("2023-07-02".into(), Some(5_400))));
        assert_eq!(at("2023-07-01"), Some(("2023-07-01".into(), None)));
        assert_eq!((at("2023-07-01T25:00:00Z"), at("soon"), at("")), (None, None, None));
    }
}
