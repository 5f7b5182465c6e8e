//! Payments that come again and again between the account and one other party.

use std::collections::HashMap;

use super::{Account, RecurringSet, Transaction, grouped, party, upper_median};
use crate::reading::Direction;
use crate::words::Channel;

/// Beyond so many parties of one kind, only those with exactly the same words are put together.
const PARTIES_MAX: usize = 500;

/// Rails that one party may use in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Transfer,
    Upi,
    AutoDebit,
    Bill,
    Card,
    Cheque,
    Other,
}

fn family(transaction: &Transaction) -> Option<Family> {
    use Channel::{
        AutoDebitPayment, BillPayment, Chq, DebitCard, Investment, NetBankingTransfer, PaymentGatewayPurchase, Salary,
    };
    match transaction.channel {
        Some(NetBankingTransfer | Salary) => Some(Family::Transfer),
        Some(Channel::Upi) => Some(Family::Upi),
        Some(AutoDebitPayment) => Some(Family::AutoDebit),
        Some(BillPayment) => Some(Family::Bill),
        Some(DebitCard | PaymentGatewayPurchase) => Some(Family::Card),
        Some(Chq) => Some(Family::Cheque),
        Some(Investment) | None => Some(Family::Other),
        // What the bank does of itself, cash, and what came back has no other party.
        Some(_) => None,
    }
}

pub fn find(account: &Account<'_>) -> Vec<RecurringSet> {
    let transactions = &account.transactions;
    let kinds = grouped((0..transactions.len()).filter_map(|at| {
        let family = family(&transactions[at]).filter(|_| !account.known[at].party.is_empty())?;
        Some(((transactions[at].direction, family), at))
    }));
    let mut sets = Vec::new();
    for ((direction, _), members) in kinds {
        for group in parties(account, members) {
            if is_recurring(transactions, &group) {
                sets.push(set(account, direction, group));
            }
        }
    }
    sets.sort_by_key(|set: &RecurringSet| set.members[0]);
    sets
}

fn parties(account: &Account<'_>, members: Vec<usize>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut exact: HashMap<&[String], usize> = HashMap::new();
    for at in members {
        let words = account.known[at].party.as_slice();
        let near = || {
            let known = groups.iter().take(PARTIES_MAX);
            known
                .enumerate()
                .find(|(_, group)| party::is_same(&account.known[group[0]].party, words))
                .map(|(place, _)| place)
        };
        let place = exact.get(words).copied().or_else(near).unwrap_or(groups.len());
        exact.entry(words).or_insert(place);
        match groups.get_mut(place) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

fn is_recurring(transactions: &[Transaction], members: &[usize]) -> bool {
    let mut gaps: Vec<i64> = members
        .windows(2)
        .map(|pair| transactions[pair[1]].day.days_since(transactions[pair[0]].day))
        .filter(|gap| *gap > 0)
        .collect();
    gaps.sort_unstable();
    let Some(median) = gaps.get(gaps.len() / 2).copied() else { return false };
    let Some(rhythm) = RHYTHMS.iter().find(|rhythm| rhythm.contains(&median)) else { return false };
    let amounts: Vec<i64> = members.iter().map(|at| transactions[*at].amount.get()).collect();
    let Some(amount) = upper_median(amounts.clone()) else { return false };
    let apart = amounts.iter().map(|one| (one - amount).saturating_abs()).collect();
    let spread = upper_median(apart).unwrap_or(0).saturating_mul(100);
    let regular = gaps.iter().filter(|gap| rhythm.contains(gap)).count();
    if members.len() > 2 {
        regular * 10 >= gaps.len() * 7 && spread <= amount.saturating_mul(35)
    } else {
        median >= 26 && spread <= amount.saturating_mul(25)
    }
}

/// Days between two: daily, weekly, fortnightly, monthly.
const RHYTHMS: [std::ops::RangeInclusive<i64>; 4] = [1..=1, 6..=8, 13..=16, 26..=35];

fn set(account: &Account<'_>, direction: Direction, members: Vec<usize>) -> RecurringSet {
    let transactions = &account.transactions;
    let amounts = members.iter().map(|at| transactions[*at].amount.get()).collect();
    let first = members[0];
    RecurringSet {
        direction,
        channel: transactions[first].channel,
        median: qist_domain::money::Paise::new(upper_median(amounts).unwrap_or(0)),
        clean_note: transactions[first].clean_note.clone(),
        members,
    }
}
