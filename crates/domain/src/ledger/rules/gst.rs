//! GST on the lender's own fees, taken at disbursal, and on charges made later: owed to the state.

use super::{Lines, move_from};
use crate::ledger::Account;
use crate::loan::{Position, Quote};
use crate::money::Paise;

pub(super) fn lines(quote: &Quote, position: &Position) -> Lines {
    let taken: Paise = quote
        .charges
        .iter()
        .filter(|charge| charge.third_party.is_none())
        .map(|charge| charge.gst)
        .chain([quote.gst_amount, quote.subvention_gst])
        .sum();
    let charged = position.written_off.map_or(position.charge_gst, |then| then.charge_gst);
    let mut lines = move_from(Account::GstPayable, Account::Bank, taken);
    lines.extend(move_from(Account::GstPayable, Account::ChargeReceivable, charged));
    lines
}
