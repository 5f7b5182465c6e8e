//! Plain figures for a lender's policy.

use std::collections::BTreeSet;

use qist_domain::money::Paise;

use super::{AccountAnalysis, Features, Finding, Month, Transaction, divided, fraud, grouped, sum, upper_median};
use crate::reading::Direction;
use crate::words::{Channel, Description};

pub fn of(accounts: &[AccountAnalysis], findings: &[Finding]) -> Features {
    let months: BTreeSet<Month> = accounts.iter().flat_map(|account| account.months.iter().copied()).collect();
    let count = i64::try_from(months.len()).unwrap_or(i64::MAX);
    let rows = || accounts.iter().flat_map(|account| &account.transactions);
    let monthly = |total: Paise| divided(i128::from(total.get()), i128::from(count));
    let total = |pick: &dyn Fn(&Transaction) -> bool| sum(rows().filter(|row| pick(row)).map(|row| row.amount));
    let counted =
        |pick: &dyn Fn(&Transaction) -> bool| i64::try_from(rows().filter(|row| pick(row)).count()).unwrap_or(i64::MAX);
    let is = |row: &Transaction, channel: Channel| row.channel == Some(channel);
    let salaries = accounts.iter().flat_map(|account| account.salary.iter().map(|at| &account.transactions[*at]));
    let salary = month_median(salaries);
    let income = salary.or_else(|| month_median(rows().filter(|row| is_earned(row)))).unwrap_or(0);
    let emi = monthly(sum(accounts.iter().flat_map(instalments)));
    let ends: Vec<i64> = accounts.iter().flat_map(|account| &account.end_of_day).map(|day| day.balance.get()).collect();
    // Accounts are added day by day; each average over its own days is near enough only where all cover the same.
    let averages = accounts.iter().map(|account| {
        let days = account.end_of_day.iter().map(|day| i128::from(day.balance.get())).sum::<i128>();
        divided(days, i128::try_from(account.end_of_day.len()).unwrap_or(0))
    });
    let changed = findings.iter().filter(|finding| fraud::is_change(finding.fraud)).count();
    Features {
        months_count: count,
        transactions_count: counted(&|_| true),
        income_monthly_paise: income,
        salaried: salary.is_some(),
        salary_monthly_paise: salary.unwrap_or(0),
        emi_monthly_paise: emi,
        emi_to_income_bps: divided(i128::from(emi) * 10_000, i128::from(income)),
        bounces_count: counted(&|row| is(row, Channel::AutoDebitPaymentBounce) || is(row, Channel::InwardChequeBounce)),
        bounces_outward_count: counted(&|row| is(row, Channel::OutwardChequeBounce)),
        average_balance_paise: averages.fold(0_i64, i64::saturating_add),
        minimum_balance_paise: ends.iter().min().copied().unwrap_or(0),
        credits_monthly_paise: monthly(total(&|row| row.direction == Direction::Credit)),
        debits_monthly_paise: monthly(total(&|row| row.direction == Direction::Debit)),
        cash_deposits_monthly_paise: monthly(total(&|row| is(row, Channel::CashDeposit))),
        lender_credits_paise: total(&|row| is_lent(row) && row.direction == Direction::Credit).get(),
        fraud_count: i64::try_from(changed).unwrap_or(i64::MAX),
        hints_count: i64::try_from(findings.len() - changed).unwrap_or(i64::MAX),
    }
}

fn is_lent(row: &Transaction) -> bool {
    row.description == Some(Description::LenderTransaction)
}

/// Credits that are neither given back, nor one's own, nor borrowed.
fn is_earned(row: &Transaction) -> bool {
    use Channel::{AutoDebitPaymentBounce, InvestmentCashin, InwardChequeBounce, Refund};
    let back = matches!(row.channel, Some(Refund | AutoDebitPaymentBounce | InwardChequeBounce | InvestmentCashin));
    row.direction == Direction::Credit && !back && !is_lent(row)
}

/// The median of the sums of the months that have any.
fn month_median<'a>(rows: impl Iterator<Item = &'a Transaction>) -> Option<i64> {
    let months = grouped(rows.map(|row| (Month::of(row.day), row.amount)));
    upper_median(months.into_values().map(|amounts| sum(amounts).get()).collect())
}

/// Debits to lenders, and auto-debits that recur and buy no investment; less those that bounced.
fn instalments(account: &AccountAnalysis) -> Vec<Paise> {
    let rows = &account.transactions;
    let recurring = account.recurring.iter().filter(|set| set.channel == Some(Channel::AutoDebitPayment));
    let mut places: BTreeSet<usize> = recurring
        .flat_map(|set| set.members.iter().copied())
        .filter(|at| rows[*at].category != Some(crate::words::Category::Investments))
        .collect();
    places.extend((0..rows.len()).filter(|at| is_lent(&rows[*at])));
    let bounced = |at: &usize| {
        let row = &rows[*at];
        let back =
            |other: &&Transaction| other.channel == Some(Channel::AutoDebitPaymentBounce) && other.amount == row.amount;
        rows[*at..].iter().take_while(|other| other.day <= row.day.plus_days(5)).any(|other| back(&other))
    };
    let paid = places.into_iter().filter(|at| rows[*at].direction == Direction::Debit && !bounced(at));
    paid.map(|at| rows[at].amount).collect()
}
