//! What the borrower was let off is a cost of the lender.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};

pub(super) fn lines(_: &Quote, position: &Position) -> Lines {
    let [charge, interest, principal] = match position.written_off {
        Some(then) => [then.charge_waived, then.interest_waived, then.principal_waived],
        None => [
            position.sum(|one| one.waived_charge),
            position.sum(|one| one.waived_interest),
            position.sum(|one| one.waived_principal),
        ],
    };
    let mut lines = move_from(Account::ChargeReceivable, Account::Waiver, charge);
    lines.extend(move_from(Account::InterestReceivable, Account::Waiver, interest));
    lines.extend(move_from(Account::LoanPrincipal, Account::Waiver, principal));
    lines
}
