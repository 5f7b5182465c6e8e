//! What the borrower owed when the lender gave the loan up leaves the books; interest in suspense was never income, so it is no
//! loss.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};

pub(super) fn lines(_: &Quote, position: &Position) -> Lines {
    let Some(then) = position.written_off else { return Vec::new() };
    let interest_to = if then.npa { Account::InterestSuspense } else { Account::WriteOff };
    let mut lines = move_from(Account::LoanPrincipal, Account::WriteOff, then.principal);
    lines.extend(move_from(Account::ChargeReceivable, Account::WriteOff, then.charge));
    lines.extend(move_from(Account::InterestReceivable, interest_to, then.interest));
    lines
}
