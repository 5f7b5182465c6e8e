//! Double entry. A set of entries sums to zero or cannot be built.

mod loan;
mod rules;

use serde::{Deserialize, Serialize};

pub use loan::{Booked, rebook};

use crate::day::Day;
use crate::id::FactId;
use crate::money::Paise;

macro_rules! accounts {
    ($($variant:ident $name:literal $meaning:literal;)*) => {
        /// The lender's chart of accounts. Assets and costs are positive, income and debts negative.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Account { $(#[doc = $meaning] $variant,)* }

        impl Account {
            pub const ALL: &[Account] = &[$(Account::$variant,)*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Account::$variant => $name,)* }
            }

            #[must_use]
            pub fn from_name(name: &str) -> Option<Account> {
                match name { $($name => Some(Account::$variant),)* _ => None }
            }
        }
    };
}

accounts! {
    Bank "bank" "Money at the lender's bank.";
    LoanPrincipal "loan_principal" "Principal that borrowers owe.";
    InterestReceivable "interest_receivable" "Interest that has fallen due and is not paid.";
    ChargeReceivable "charge_receivable" "Charges that are made and not paid.";
    FeeIncome "fee_income" "Processing fees and other charges of the lender's own, taken at disbursal.";
    SubventionIncome "subvention_income" "What sellers bear for borrowers.";
    GstPayable "gst_payable" "GST collected for the state.";
    ThirdPartyPayable "third_party_payable" "Charges taken for others, until they are passed on.";
    InterestIncome "interest_income" "Interest earned: on the day that it falls due, of a non-performing account when it is paid.";
    InterestSuspense "interest_suspense" "Interest of non-performing accounts that has fallen due and is not paid.";
    ChargeIncome "charge_income" "Charges made after the disbursal, without GST.";
    RecoveryIncome "recovery_income" "Received on loans that were written off.";
    Waiver "waiver" "What borrowers were let off.";
    WriteOff "write_off" "What the lender gave up in its books.";
    CustomerExcess "customer_excess" "Borrowers' money held for dues to come.";
}

/// One balanced set of entries, caused by one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    cause: FactId,
    value_day: Day,
    lines: Vec<(Account, Paise)>,
}

/// The lines do not sum to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entries do not balance")]
pub struct Unbalanced;

impl Entries {
    pub fn new(cause: FactId, value_day: Day, lines: Vec<(Account, Paise)>) -> Result<Entries, Unbalanced> {
        let balanced = Paise::total(lines.iter().map(|(_, amount)| *amount)) == Ok(Paise::ZERO);
        let lines: Vec<_> = lines.into_iter().filter(|(_, amount)| !amount.is_zero()).collect();
        if balanced { Ok(Entries { cause, value_day, lines }) } else { Err(Unbalanced) }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    #[must_use]
    pub fn cause(&self) -> FactId {
        self.cause
    }

    #[must_use]
    pub fn value_day(&self) -> Day {
        self.value_day
    }

    #[must_use]
    pub fn lines(&self) -> &[(Account, Paise)] {
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_do_not_balance_cannot_be_built() {
        let cause = FactId(uuid::Uuid::nil());
        let day: Day = "2024-01-01".parse().unwrap();
        let rupee = Paise::from_rupees(1);
        assert_eq!(Entries::new(cause, day, vec![(Account::Bank, rupee)]), Err(Unbalanced));
        assert!(Entries::new(cause, day, vec![(Account::Bank, rupee), (Account::FeeIncome, rupee.negated())]).is_ok());
    }
}
