//! The lender lends: the principal is owed, the net amount leaves the bank. What is kept back is booked by the rules for fees,
//! GST, subvention and interest taken at disbursal, against the bank.

use super::{Lines, less, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};

pub(super) fn lines(quote: &Quote, position: &Position) -> Lines {
    let lent = less(less(quote.amount, quote.advance_emi), position.undrawn);
    move_from(Account::Bank, Account::LoanPrincipal, lent)
}
