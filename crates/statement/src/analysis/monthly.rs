//! End-of-day balances, and the 66 figures of each month.

use std::collections::BTreeMap;

use qist_domain::day::Day;
use qist_domain::money::Paise;

use super::{AccountAnalysis, DayBalance, Figure, Month, Monthly, Transaction, divided, grouped, sum};
use crate::reading::Direction;
use crate::words::Channel;

/// One account's part of the months.
pub struct Part<'a> {
    pub transactions: &'a [Transaction],
    pub salary: &'a [usize],
    pub end_of_day: &'a [DayBalance],
}

impl<'a> Part<'a> {
    pub fn of(account: &'a AccountAnalysis) -> Part<'a> {
        Part { transactions: &account.transactions, salary: &account.salary, end_of_day: &account.end_of_day }
    }
}

/// The balance at the end of each day: the last of the day, else that of the day before; before the first row, the first.
pub fn end_of_day(transactions: &[Transaction], from: Day, to: Day) -> Vec<DayBalance> {
    let ends: BTreeMap<Day, Paise> =
        transactions.iter().map(|transaction| (transaction.day, transaction.balance)).collect();
    let Some(first) = ends.values().next() else { return Vec::new() };
    let mut balance = ends.range(..from).next_back().map_or(*first, |(_, balance)| *balance);
    let mut days = Vec::new();
    let mut day = from;
    while day <= to {
        balance = ends.get(&day).copied().unwrap_or(balance);
        days.push(DayBalance { day, balance });
        day = day.plus_days(1);
    }
    days
}

type Stem = (&'static str, Option<Channel>, Option<Direction>);

const CREDIT: Option<Direction> = Some(Direction::Credit);
const DEBIT: Option<Direction> = Some(Direction::Debit);

/// What is summed and counted: 23 stems of field names, each with a channel and a direction.
const STEMS: [Stem; 23] = [
    ("auto_debit_payment_bounce_credit", Some(Channel::AutoDebitPaymentBounce), CREDIT),
    ("auto_debit_payment_debit", Some(Channel::AutoDebitPayment), DEBIT),
    ("bank_charge_debit", Some(Channel::BankCharge), DEBIT),
    ("bank_interest_credit", Some(Channel::BankInterest), CREDIT),
    ("bill_payment_debit", Some(Channel::BillPayment), DEBIT),
    ("cash_deposit_credit", Some(Channel::CashDeposit), CREDIT),
    ("cash_withdrawl_debit", Some(Channel::CashWithdrawl), DEBIT),
    ("chq_credit", Some(Channel::Chq), CREDIT),
    ("chq_debit", Some(Channel::Chq), DEBIT),
    ("credit", None, CREDIT),
    ("debit", None, DEBIT),
    ("debit_card_debit", Some(Channel::DebitCard), DEBIT),
    ("international_transaction_arbitrage_credit", Some(Channel::InternationalTransactionArbitrage), CREDIT),
    ("international_transaction_arbitrage_debit", Some(Channel::InternationalTransactionArbitrage), DEBIT),
    ("investment_cashin_credit", Some(Channel::InvestmentCashin), CREDIT),
    ("net_banking_transfer_credit", Some(Channel::NetBankingTransfer), CREDIT),
    ("net_banking_transfer_debit", Some(Channel::NetBankingTransfer), DEBIT),
    ("outward_cheque_bounce_debit", Some(Channel::OutwardChequeBounce), DEBIT),
    ("inward_cheque_bounce_credit", Some(Channel::InwardChequeBounce), CREDIT),
    ("payment_gateway_purchase_debit", Some(Channel::PaymentGatewayPurchase), DEBIT),
    ("refund_credit", Some(Channel::Refund), CREDIT),
    ("upi_credit", Some(Channel::Upi), CREDIT),
    ("upi_debit", Some(Channel::Upi), DEBIT),
];

const SPENT: [(&str, Channel); 5] = [
    ("bill_payment", Channel::BillPayment),
    ("cash_withdrawl", Channel::CashWithdrawl),
    ("debit_card", Channel::DebitCard),
    ("net_banking_transfer", Channel::NetBankingTransfer),
    ("upi", Channel::Upi),
];

/// The months that the accounts cover together, with all their figures.
pub fn months(parts: &[Part<'_>]) -> Monthly {
    let days = together(parts);
    let by_month = grouped(days.iter().map(|day| (Month::of(day.day), *day)));
    let months: Vec<Month> = by_month.keys().copied().collect();
    let mut fields: BTreeMap<String, Vec<Figure>> = BTreeMap::new();
    for (month, days) in &by_month {
        let before = days.first().and_then(|first| balance_before(parts, &by_month, *month, first.day));
        for (name, figure) in figures(parts, *month, days, before) {
            fields.entry(name).or_default().push(figure);
        }
    }
    Monthly { months, fields }
}

/// For each day that any account covers, the sum of all accounts. One that does not cover the day has its nearest balance.
fn together(parts: &[Part<'_>]) -> Vec<DayBalance> {
    let parts: Vec<&[DayBalance]> = parts.iter().map(|part| part.end_of_day).filter(|days| !days.is_empty()).collect();
    let (Some(from), Some(to)) =
        (parts.iter().map(|days| days[0].day).min(), parts.iter().map(|days| days[days.len() - 1].day).max())
    else {
        return Vec::new();
    };
    let balance = |days: &[DayBalance], day: Day| {
        let last = days.len() - 1;
        let at = usize::try_from(day.days_since(days[0].day)).unwrap_or(0).min(last);
        days[at].balance
    };
    let mut all = Vec::new();
    let mut day = from;
    while day <= to {
        all.push(DayBalance { day, balance: sum(parts.iter().map(|days| balance(days, day))) });
        day = day.plus_days(1);
    }
    all
}

/// The balance with which a month begins: the end of the month before, or what the first rows say that there was before them.
fn balance_before(
    parts: &[Part<'_>],
    by_month: &BTreeMap<Month, Vec<DayBalance>>,
    month: Month,
    first: Day,
) -> Option<Paise> {
    if let Some((_, days)) = by_month.range(..month).next_back() {
        return days.last().map(|day| day.balance);
    }
    let opening = |part: &Part<'_>| {
        let row = part.transactions.iter().find(|transaction| transaction.day >= first)?;
        row.balance.minus(row.signed()).ok()
    };
    Some(sum(parts.iter().filter_map(opening)))
}

fn figures(parts: &[Part<'_>], month: Month, days: &[DayBalance], before: Option<Paise>) -> Vec<(String, Figure)> {
    let rows: Vec<&Transaction> =
        parts.iter().flat_map(|part| part.transactions).filter(|row| Month::of(row.day) == month).collect();
    let mut out = Vec::with_capacity(66);
    for (stem, channel, direction) in STEMS {
        let fits = |row: &&&Transaction| {
            channel.is_none_or(|channel| row.channel == Some(channel))
                && direction.is_none_or(|side| row.direction == side)
        };
        let amounts: Vec<Paise> = rows.iter().filter(fits).map(|row| row.amount).collect();
        out.push((format!("cnt_{stem}"), count(amounts.len())));
        out.push((format!("amt_{stem}"), Figure::Amount(sum(amounts))));
    }
    out.push(("cnt_transactions".to_owned(), count(rows.len())));
    balances(&mut out, &rows, days, before);
    flows(&mut out, &rows);
    salaries(&mut out, parts, month);
    out
}

fn count(number: usize) -> Figure {
    Figure::Count(u32::try_from(number).unwrap_or(u32::MAX))
}

fn balances(out: &mut Vec<(String, Figure)>, rows: &[&Transaction], days: &[DayBalance], before: Option<Paise>) {
    let mut ends: Vec<i64> = days.iter().map(|day| day.balance.get()).collect();
    let closing = ends.last().copied().unwrap_or(0);
    let total: i128 = ends.iter().map(|end| i128::from(*end)).sum();
    let average = divided(total, i128::try_from(ends.len()).unwrap_or(0));
    ends.sort_unstable();
    let (low, high) = (ends.get(ends.len().saturating_sub(1) / 2), ends.get(ends.len() / 2));
    let median = low.zip(high).map_or(0, |(low, high)| divided(i128::from(*low) + i128::from(*high), 2));
    let of_rows = || rows.iter().map(|row| row.balance.get());
    let (least, most) = (ends.first().copied().unwrap_or(0), ends.last().copied().unwrap_or(0));
    let figures = [
        ("opening_balance", before.map_or(0, Paise::get)),
        ("closing_balance", closing),
        ("avg_bal", average),
        ("median_balance", median),
        ("mode_balance", mode(&ends)),
        // A month without a row has the balance that it began with.
        ("max_bal", of_rows().max().unwrap_or(most)),
        ("min_bal", of_rows().min().unwrap_or(least)),
        ("max_eod_balance", most),
        ("min_eod_balance", least),
    ];
    out.extend(figures.map(|(name, paise)| (name.to_owned(), Figure::Amount(Paise::new(paise)))));
}

/// The balance of most days; of two with as many, the higher.
fn mode(sorted: &[i64]) -> i64 {
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| run.len()).and_then(|run| run.first()).copied().unwrap_or(0)
}

fn flows(out: &mut Vec<(String, Figure)>, rows: &[&Transaction]) {
    let of = |side: Direction| rows.iter().filter(move |row| row.direction == side).map(|row| row.amount);
    let (credits, debits) = (sum(of(Direction::Credit)), sum(of(Direction::Debit)));
    let average =
        |side: Direction, total: Paise| divided(i128::from(total.get()), i128::try_from(of(side).count()).unwrap_or(0));
    let figures = [
        ("net_cash_inflow", credits.get().saturating_sub(debits.get())),
        ("avg_credit_transaction_size", average(Direction::Credit, credits)),
        ("avg_debit_transaction_size", average(Direction::Debit, debits)),
    ];
    out.extend(figures.map(|(name, paise)| (name.to_owned(), Figure::Amount(Paise::new(paise)))));
}

/// The salary, and the part of it that was spent within seven days, by channel.
fn salaries(out: &mut Vec<(String, Figure)>, parts: &[Part<'_>], month: Month) {
    let (mut number, mut total, mut spent) = (0, 0_i64, [0_i64; 5]);
    for part in parts {
        for at in part.salary.iter().filter(|at| Month::of(part.transactions[**at].day) == month) {
            let salary = &part.transactions[*at];
            number += 1;
            total = total.saturating_add(salary.amount.get());
            let week = part.transactions[*at..].iter().take_while(|row| row.day < salary.day.plus_days(7));
            for row in week.filter(|row| row.direction == Direction::Debit) {
                for (sum, (_, channel)) in spent.iter_mut().zip(SPENT) {
                    *sum = if row.channel == Some(channel) { sum.saturating_add(row.amount.get()) } else { *sum };
                }
            }
        }
    }
    out.push(("number_of_salary_transactions".to_owned(), count(number)));
    out.push(("total_amount_of_salary".to_owned(), Figure::Amount(Paise::new(total))));
    for (sum, (name, _)) in spent.into_iter().zip(SPENT) {
        let part = divided(i128::from(sum) * 10_000, i128::from(total)).clamp(0, 10_000);
        out.push((format!("perc_salary_spend_{name}"), Figure::Percent(u32::try_from(part).unwrap_or(0))));
    }
}
