//! What people do to statements.

use qist_domain::money::Paise;

use super::account::{Account, Looks};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tamper {
    /// Another amount, the balances left as they were.
    Amount,
    /// Another amount drawn over the true one, the balances left as they were.
    DrawnOver,
    /// An amount in another font.
    Font,
    /// Another amount, carried on through all balances; the printed totals left as they were.
    CarriedOn,
    /// A day before the one of the entry above.
    OutOfOrder,
    /// A day after today.
    Future,
    /// The account overdrawn.
    Overdrawn,
}

impl Tamper {
    pub const ALL: [Tamper; 7] = [
        Tamper::Amount,
        Tamper::DrawnOver,
        Tamper::Font,
        Tamper::CarriedOn,
        Tamper::OutOfOrder,
        Tamper::Future,
        Tamper::Overdrawn,
    ];

    /// Does it to the entry at `at`.
    pub fn apply(self, account: &mut Account, at: usize) {
        let more = |amount: Paise| Paise::new(amount.get() * 3 + 100_000);
        match self {
            Tamper::Amount => account.entries[at].amount = more(account.entries[at].amount),
            Tamper::DrawnOver => {
                let amount = account.entries[at].amount;
                account.entries[at].looks = Looks::Over(amount);
                account.entries[at].amount = more(amount);
            }
            Tamper::Font => account.entries[at].looks = Looks::OtherFont,
            Tamper::CarriedOn => {
                account.stated = Some(account.totals());
                account.entries[at].amount = more(account.entries[at].amount);
                account.carry_forward(at);
            }
            Tamper::OutOfOrder => account.entries[at].day = account.entries[at].day.plus_days(-25),
            Tamper::Future => account.entries[at].day = account.entries[at].day.plus_days(4000),
            Tamper::Overdrawn => {
                account.entries[at].amount = Paise::new(account.entries[at - 1].balance.get() + 123_400);
                account.entries[at].credit = false;
                account.carry_forward(at);
            }
        }
    }
}
