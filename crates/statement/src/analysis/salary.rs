//! Which credits are a salary: those that say so, else those of a firm that pays much the same on much the same day.

use qist_domain::money::Paise;

use super::{Account, Month, grouped, party, sum, upper_median};
use crate::reading::Direction;
use crate::words::{Channel, Description};

/// A salary that does not say that it is one is at least five thousand rupees.
const AMOUNT_MIN: Paise = Paise::from_rupees(5_000);
/// Days between the days of month of two payments.
const DAYS_MAX: i64 = 7;

pub fn find(account: &Account<'_>) -> Vec<usize> {
    let all = 0..account.transactions.len();
    let named: Vec<usize> =
        all.clone().filter(|at| account.transactions[*at].channel == Some(Channel::Salary)).collect();
    if !named.is_empty() {
        return named;
    }
    let candidates: Vec<usize> = all.filter(|at| may_be(account, *at)).collect();
    let payers = payers(account, candidates);
    let regular = payers.into_iter().filter(|credits| is_regular(account, credits));
    let total = |credits: &Vec<usize>| sum(credits.iter().map(|at| account.transactions[*at].amount));
    // Of two that pay as much, the first.
    regular.first_max_by(total).unwrap_or_default()
}

trait FirstMaxBy: Iterator + Sized {
    /// The first of the largest.
    fn first_max_by<K: Ord>(self, key: impl Fn(&Self::Item) -> K) -> Option<Self::Item> {
        self.fold(None, |best, item| match best {
            Some(best) if key(&best) >= key(&item) => Some(best),
            _ => Some(item),
        })
    }
}

impl<I: Iterator> FirstMaxBy for I {}

fn may_be(account: &Account<'_>, at: usize) -> bool {
    let transaction = &account.transactions[at];
    let transfer = matches!(transaction.channel, Some(Channel::NetBankingTransfer) | None);
    transaction.direction == Direction::Credit
        && transfer
        && transaction.description != Some(Description::LenderTransaction)
        && transaction.amount >= AMOUNT_MIN
        && !account.known[at].party.is_empty()
}

fn payers(account: &Account<'_>, candidates: Vec<usize>) -> Vec<Vec<usize>> {
    let mut payers: Vec<Vec<usize>> = Vec::new();
    for at in candidates {
        let same = |credits: &Vec<usize>| party::is_same(&account.known[credits[0]].party, &account.known[at].party);
        match payers.iter().position(same) {
            Some(place) => payers[place].push(at),
            // A business has many payers, and no salary among hundreds of them.
            None if payers.len() < 400 => payers.push(vec![at]),
            None => {}
        }
    }
    payers
}

fn is_regular(account: &Account<'_>, credits: &[usize]) -> bool {
    let transactions = || credits.iter().map(|at| &account.transactions[*at]);
    let months = grouped(transactions().map(|transaction| (Month::of(transaction.day), ())));
    let often = credits.len() * 2 > months.len() * 3;
    if months.len() < 2 || often {
        return false;
    }
    let firm = transactions().any(|transaction| party::is_firm(&transaction.note));
    let round = transactions().filter(|transaction| transaction.amount.get() % 50_000 == 0).count();
    // A rent or a family's help is round, and comes from a person.
    if !firm && round * 2 >= credits.len() {
        return false;
    }
    let days: Vec<i64> = transactions().map(|transaction| i64::from(transaction.day.day_of_month())).collect();
    let amounts: Vec<i64> = transactions().map(|transaction| transaction.amount.get()).collect();
    let (Some(day), Some(amount)) = (upper_median(days.clone()), upper_median(amounts.clone())) else { return false };
    let apart = |one: i64| ((one - day).abs()).min(31 - (one - day).abs());
    let near = amounts
        .iter()
        .filter(|one| (**one - amount).saturating_abs().saturating_mul(10) <= amount.saturating_mul(3))
        .count();
    days.iter().all(|one| apart(*one) <= DAYS_MAX) && near * 10 >= amounts.len() * 7
}
