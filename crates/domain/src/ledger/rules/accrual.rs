//! Interest is earned on the day that it falls due, that of an instalment paid early when it is paid, that taken at disbursal at
//! once. While the account is non-performing, what is not paid is held in suspense (Master Direction on IRACP, income
//! recognition).

use super::{Lines, less, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};
use crate::money::Paise;

pub(super) fn lines(quote: &Quote, position: &Position) -> Lines {
    let (earned, receivable, npa) = match position.written_off {
        Some(then) => (then.interest_earned, then.interest, then.npa),
        None => {
            let day = position.as_of;
            (position.interest_earned_on(day), position.interest_receivable_on(day), position.npa)
        }
    };
    let suspended = if npa { receivable } else { Paise::ZERO };
    let mut lines = move_from(Account::InterestIncome, Account::InterestReceivable, less(earned, suspended));
    lines.extend(move_from(Account::InterestSuspense, Account::InterestReceivable, suspended));
    lines.extend(move_from(Account::InterestIncome, Account::Bank, quote.upfront_interest));
    lines
}
