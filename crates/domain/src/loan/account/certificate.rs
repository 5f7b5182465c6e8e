//! What a borrower takes to the tax office, and what proves that nothing is owed any more.

use std::collections::BTreeSet;

use super::{less, plus};
use crate::day::Day;
use crate::financial_year::FinancialYear;
use crate::id::FactId;
use crate::loan::fact::{Fact, FactKind};
use crate::loan::{InstallmentPosition, Loan, Position};
use crate::money::Paise;
use crate::refusal::{Code, Refusal};

/// Principal and interest of one financial year. Interest that is added to what is owed is principal from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearOfLoan {
    pub year: FinancialYear,
    /// The last day that is counted: of the running year today.
    pub until: Day,
    pub principal_due: Paise,
    pub interest_due: Paise,
    pub principal_paid: Paise,
    pub interest_paid: Paise,
}

/// That a closed loan owes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDues {
    pub closed_day: Day,
    pub lent: Paise,
    pub paid: Paise,
    /// What the lender let the borrower off.
    pub waived: Paise,
    /// What was paid too much and is still held.
    pub excess: Paise,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    principal_due: Paise,
    interest_due: Paise,
    principal_paid: Paise,
    interest_paid: Paise,
}

impl Loan {
    /// The financial year's principal and interest, as they are known on `today`. A payment that did not stand was never made.
    ///
    /// # Errors
    /// [`Code::YearNotOfLoan`] where nothing of the loan's life until `today` is in the year.
    pub fn year(&self, year: FinancialYear, today: Day) -> Result<YearOfLoan, Refusal> {
        let first = FinancialYear::of(self.disbursed_day().ok_or(Code::NotDisbursed)?);
        let last = FinancialYear::of(self.closed_day.map_or(today, |closed| closed.min(today)));
        if year < first || year > last {
            let message = format!("the loan has lived in the financial years {first} to {last}, not in {year}");
            return Err(Refusal::because(Code::YearNotOfLoan, message));
        }
        let end = year.last_day().map_err(|why| Refusal::invalid("year", why))?;
        let before = year.first_day().map_err(|why| Refusal::invalid("year", why))?.plus_days(-1);
        let until = end.min(today);
        let stood = self.facts_that_stand(today);
        let (after, before) = (self.sums(&stood, until, today), self.sums(&stood, before, today));
        Ok(YearOfLoan {
            year,
            until,
            principal_due: less(after.principal_due, before.principal_due),
            interest_due: less(after.interest_due, before.interest_due),
            principal_paid: less(after.principal_paid, before.principal_paid),
            interest_paid: less(after.interest_paid, before.interest_paid),
        })
    }

    /// # Errors
    /// [`Code::LoanNotClosed`] where something may be owed.
    pub fn no_dues(&self, today: Day) -> Result<NoDues, Refusal> {
        let closed_day = self.closed_day.filter(|closed| *closed <= today).ok_or(Code::LoanNotClosed)?;
        let account = self.account(today);
        if !account.position.is_paid_off() {
            return Err(Code::LoanNotClosed.into());
        }
        let totals = account.totals();
        let excess = account.position.excess;
        Ok(NoDues { closed_day, lent: totals.lent, paid: totals.paid, waived: totals.waived, excess })
    }

    fn facts_that_stand(&self, today: Day) -> Vec<Fact> {
        let known = || self.facts.iter().filter(|fact| fact.value_day <= today);
        let undone: BTreeSet<FactId> = known()
            .filter_map(|fact| if let FactKind::Reversed { fact, .. } = &fact.kind { Some(*fact) } else { None })
            .collect();
        known()
            .filter(|fact| !undone.contains(&fact.id) && !matches!(fact.kind, FactKind::Reversed { .. }))
            .cloned()
            .collect()
    }

    /// From the beginning to the end of `day`.
    fn sums(&self, facts: &[Fact], day: Day, today: Day) -> Sums {
        let quote = &self.quote;
        if self.disbursed_day().is_none_or(|disbursed| day < disbursed) {
            return Sums::default();
        }
        let position = Position::of(quote, facts, day);
        // What has fallen due by a day is what the instalments as they are now have by it: those that were replaced were to come.
        let now = Position::of(quote, facts, today);
        let due = || now.installments.iter().filter(|one| one.row.due_day <= day);
        let prepaid: Paise = facts
            .iter()
            .filter(|fact| fact.value_day <= day)
            .map(|fact| if let FactKind::Prepaid(prepaid) = &fact.kind { prepaid.principal } else { Paise::ZERO })
            .sum();
        let taken = plus(quote.advance_emi, prepaid);
        Sums {
            principal_due: plus(due().map(|one| one.row.principal.max(Paise::ZERO)).sum(), taken),
            interest_due: plus(
                due().map(|one| plus(one.row.interest, one.row.principal.min(Paise::ZERO))).sum(),
                quote.upfront_interest,
            ),
            principal_paid: plus(position.sum(paid_principal), taken),
            interest_paid: plus(
                position.sum(|one| plus(one.paid_interest, one.paid_principal.min(Paise::ZERO))),
                quote.upfront_interest,
            ),
        }
    }
}

fn paid_principal(one: &InstallmentPosition) -> Paise {
    one.paid_principal.max(Paise::ZERO)
}
