//! Money that was held for dues to come goes back to the borrower.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};

pub(super) fn lines(_: &Quote, position: &Position) -> Lines {
    move_from(Account::Bank, Account::CustomerExcess, position.refunded)
}
