//! Money that came in pays charges, interest and principal; the rest is the borrower's, held for dues to come. Interest that is
//! added to what is owed is paid by that.

use super::{Lines, less, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};
use crate::money::Paise;

pub(super) fn lines(quote: &Quote, position: &Position) -> Lines {
    let held = [position.excess, position.refunded].into_iter().sum();
    let mut lines = move_from(Account::CustomerExcess, Account::Bank, held);
    let kept = less(less(position.received, position.refunded), position.excess);
    let Some(then) = position.written_off else {
        let charge = position.sum(|one| one.paid_charge);
        let interest = position.sum(|one| one.paid_interest);
        let principal = less(less(kept, charge), interest);
        lines.extend(move_from(Account::ChargeReceivable, Account::Bank, charge));
        lines.extend(move_from(Account::InterestReceivable, Account::Bank, interest));
        lines.extend(move_from(Account::LoanPrincipal, Account::Bank, principal));
        return lines;
    };
    let charge = less(less(then.charge_earned, then.charge), then.charge_waived);
    let interest = less(less(then.interest_earned, then.interest), then.interest_waived);
    let principal = less(less(then.kept, charge), interest);
    let recovered: Paise = less(kept, then.kept);
    let lent = less(less(quote.amount, quote.advance_emi), position.undrawn);
    debug_assert_eq!(less(less(lent, principal), then.principal_waived), then.principal);
    lines.extend(move_from(Account::ChargeReceivable, Account::Bank, charge));
    lines.extend(move_from(Account::InterestReceivable, Account::Bank, interest));
    lines.extend(move_from(Account::LoanPrincipal, Account::Bank, principal));
    lines.extend(move_from(Account::RecoveryIncome, Account::Bank, recovered));
    lines
}
