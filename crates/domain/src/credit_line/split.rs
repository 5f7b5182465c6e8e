//! Parts of a drawdown: a parcel that comes in several deliveries, each with an invoice of its own.

use super::Transaction;
use crate::money::Paise;
use crate::refusal::{Code, Refusal};

/// What one part is for. The rest that no invoice covers has no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub invoice_no: String,
    pub amount: Paise,
}

/// The most invoices that one drawdown is split into.
const INVOICES_MAX: usize = 50;

/// The parts that stand in the place of `whole`: the invoices, and what they leave.
pub fn split(whole: &Transaction, invoices: &[Part]) -> Result<Vec<Part>, Refusal> {
    if invoices.is_empty() || invoices.len() > INVOICES_MAX {
        return Err(Refusal::invalid("invoices", format!("must be from 1 to {INVOICES_MAX}")));
    }
    if invoices.iter().any(|part| !part.amount.is_positive()) {
        return Err(Refusal::invalid("invoices.amount", "must be more than zero"));
    }
    let named: Result<Paise, _> = Paise::total(invoices.iter().map(|part| part.amount));
    let rest = named.and_then(|named| whole.amount.minus(named));
    let rest = rest.map_err(|why| Refusal::invalid("invoices.amount", why))?;
    if rest < Paise::ZERO {
        let why = format!("the invoices come to more than the {} of the transaction", whole.amount);
        return Err(Refusal::because(Code::SplitImpossible, why));
    }
    if invoices.len() == 1 && rest.is_zero() {
        return Err(Refusal::because(Code::SplitImpossible, "one invoice over the whole is no part of it"));
    }
    let rest = rest.is_positive().then(|| Part { invoice_no: String::new(), amount: rest });
    Ok(invoices.iter().cloned().chain(rest).collect())
}
