//! What a loan's position means for the ledger: the balance that each account should show, and the entries that get there.

use super::{Account, Entries, Unbalanced};
use crate::day::Day;
use crate::id::FactId;
use crate::loan::{Position, Quote};
use crate::money::Paise;
use crate::product::TakenCharge;

/// What has been booked for one loan, account by account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked(pub [Paise; Account::ALL.len()]);

impl Booked {
    pub const NOTHING: Booked = Booked([Paise::ZERO; Account::ALL.len()]);

    /// The balances that follow from a position. Income counts when it is received.
    #[must_use]
    pub fn of(quote: &Quote, position: &Position) -> Booked {
        let total = |parts: [Paise; 2]| parts.into_iter().sum::<Paise>();
        let (others, own): (Vec<_>, Vec<_>) = quote.charges.iter().partition(|charge| charge.third_party.is_some());
        let own = |part: fn(&TakenCharge) -> Paise| own.iter().map(|charge| part(charge)).sum::<Paise>();
        let balance = |account: &Account| match account {
            Account::Bank => position.received.minus(quote.disbursal_amount).unwrap_or(Paise::ZERO),
            Account::LoanPrincipal => position.principal_outstanding(),
            Account::FeeIncome => [quote.processing_fee, quote.subvention, own(|charge| charge.amount)]
                .into_iter()
                .sum::<Paise>()
                .negated(),
            Account::GstPayable => {
                [quote.gst_amount, quote.subvention_gst, own(|charge| charge.gst)].into_iter().sum::<Paise>().negated()
            }
            Account::ThirdPartyPayable => others.iter().map(|charge| charge.total()).sum::<Paise>().negated(),
            Account::InterestIncome => {
                total([position.paid(|installment| installment.paid_interest), quote.upfront_interest]).negated()
            }
            Account::ChargeIncome => position.paid(|installment| installment.paid_charge).negated(),
            Account::CustomerExcess => position.excess.negated(),
        };
        let mut balances = [Paise::ZERO; Account::ALL.len()];
        for (slot, account) in balances.iter_mut().zip(Account::ALL) {
            *slot = balance(account);
        }
        Booked(balances)
    }
}

/// The entries that take the ledger from `before` to `after`: only lines that changed, so that replaying facts books
/// nothing twice.
pub fn rebook(cause: FactId, value_day: Day, before: Booked, after: Booked) -> Result<Entries, Unbalanced> {
    let lines = Account::ALL
        .iter()
        .zip(after.0.iter().zip(before.0.iter()))
        .map(|(account, (after, before))| (*account, after.minus(*before).unwrap_or(Paise::ZERO)))
        .collect();
    Entries::new(cause, value_day, lines)
}
