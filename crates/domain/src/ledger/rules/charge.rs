//! Charges after the disbursal are earned when they are made; their GST is booked by its own rule.

use super::{Lines, less, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};

pub(super) fn lines(_: &Quote, position: &Position) -> Lines {
    let (made, gst) = match position.written_off {
        Some(then) => (then.charge_earned, then.charge_gst),
        None => (position.sum(|one| one.charge), position.charge_gst),
    };
    move_from(Account::ChargeIncome, Account::ChargeReceivable, less(made, gst))
}
