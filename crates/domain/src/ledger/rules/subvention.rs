//! What a seller bears for the borrower is kept back from what is paid out to the seller.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};

pub(super) fn lines(quote: &Quote, _: &Position) -> Lines {
    move_from(Account::SubventionIncome, Account::Bank, quote.subvention)
}
