//! Posting rules, one a file. Each turns a position into lines that sum to zero: what it has booked by then.
//!
//! Once a loan is written off, what it had earned and owed until then stays as it was; what comes in later is a recovery.

mod accrual;
mod charge;
mod disbursal;
mod fee;
mod gst;
mod refund;
mod repayment;
mod subvention;
mod waiver;
mod write_off;

use super::Account;
use crate::loan::{Position, Quote};
use crate::money::Paise;

type Lines = Vec<(Account, Paise)>;

/// In the order in which a loan lives.
pub(super) const RULES: &[fn(&Quote, &Position) -> Lines] = &[
    disbursal::lines,
    fee::lines,
    gst::lines,
    subvention::lines,
    accrual::lines,
    charge::lines,
    repayment::lines,
    waiver::lines,
    refund::lines,
    write_off::lines,
];

/// `amount` from one account to another.
fn move_from(from: Account, to: Account, amount: Paise) -> Lines {
    vec![(to, amount), (from, amount.negated())]
}

fn less(amount: Paise, by: Paise) -> Paise {
    amount.minus(by).unwrap_or(Paise::ZERO)
}
