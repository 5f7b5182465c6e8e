//! The lender lends: the principal is owed, the net amount leaves the bank. What is kept back is booked by the rules for fees,
//! GST, subvention and interest taken at disbursal, against the bank.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};
use crate::money::Paise;

pub(super) fn lines(quote: &Quote, _: &Position) -> Lines {
    let lent: Paise = quote.amount.minus(quote.advance_emi).unwrap_or(Paise::ZERO);
    move_from(Account::Bank, Account::LoanPrincipal, lent)
}
