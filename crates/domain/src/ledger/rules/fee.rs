//! Fees and charges that are taken at disbursal, without GST: the lender's own are income, others' are owed to them.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};
use crate::money::Paise;

pub(super) fn lines(quote: &Quote, _: &Position) -> Lines {
    let own: Paise = quote
        .charges
        .iter()
        .filter(|charge| charge.third_party.is_none())
        .map(|charge| charge.amount)
        .chain([quote.processing_fee])
        .sum();
    let others: Paise =
        quote.charges.iter().filter(|charge| charge.third_party.is_some()).map(|charge| charge.total()).sum();
    let mut lines = move_from(Account::FeeIncome, Account::Bank, own);
    lines.extend(move_from(Account::ThirdPartyPayable, Account::Bank, others));
    lines
}
