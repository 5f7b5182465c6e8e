//! What a loan's position means for the ledger: the balance that each account should show, and the entries that get there.

use super::rules::RULES;
use super::{Account, Entries, Unbalanced};
use crate::day::Day;
use crate::id::FactId;
use crate::loan::{Position, Quote};
use crate::money::Paise;

/// What has been booked for one loan, account by account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked(pub [Paise; Account::ALL.len()]);

impl Booked {
    pub const NOTHING: Booked = Booked([Paise::ZERO; Account::ALL.len()]);

    /// The balances that follow from a position: the sum of what each posting rule says.
    #[must_use]
    pub fn of(quote: &Quote, position: &Position) -> Booked {
        RULES.iter().flat_map(|rule| rule(quote, position)).fold(Booked::NOTHING, Booked::with)
    }

    #[must_use]
    pub fn balance(&self, account: Account) -> Paise {
        Account::ALL.iter().zip(self.0).find(|(other, _)| **other == account).map_or(Paise::ZERO, |(_, amount)| amount)
    }

    fn with(mut self, (account, amount): (Account, Paise)) -> Booked {
        for (slot, of) in self.0.iter_mut().zip(Account::ALL) {
            if *of == account {
                *slot = [*slot, amount].into_iter().sum();
            }
        }
        self
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
