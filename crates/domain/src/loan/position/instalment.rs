//! One instalment: what was promised, what was charged, what has been paid and what the borrower was let off.

use crate::day::Day;
use crate::loan::schedule::Row;
use crate::money::Paise;
use crate::product::{Allocation, Part};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallmentPosition {
    pub row: Row,
    pub charge: Paise,
    pub paid_charge: Paise,
    pub paid_interest: Paise,
    pub paid_principal: Paise,
    pub waived_charge: Paise,
    pub waived_interest: Paise,
    pub waived_principal: Paise,
    /// The day on which nothing of it was left to pay.
    pub paid_day: Option<Day>,
}

impl InstallmentPosition {
    /// As it is before anything has happened to it.
    #[must_use]
    pub fn new(row: &Row) -> Self {
        let zero = Paise::ZERO;
        InstallmentPosition {
            row: *row,
            charge: zero,
            paid_charge: zero,
            paid_interest: zero,
            paid_principal: zero,
            waived_charge: zero,
            waived_interest: zero,
            waived_principal: zero,
            paid_day: None,
        }
    }

    /// Instalment and charges together.
    #[must_use]
    pub fn total(&self) -> Paise {
        [self.row.instalment(), self.charge].into_iter().sum()
    }

    #[must_use]
    pub fn received(&self) -> Paise {
        [self.paid_charge, self.paid_interest, self.paid_principal].into_iter().sum()
    }

    #[must_use]
    pub fn waived(&self) -> Paise {
        [self.waived_charge, self.waived_interest, self.waived_principal].into_iter().sum()
    }

    #[must_use]
    pub fn outstanding(&self) -> Paise {
        Part::ALL.into_iter().map(|part| self.due(part)).sum()
    }

    /// What is left of one part.
    #[must_use]
    pub fn due(&self, part: Part) -> Paise {
        let (of, paid, waived) = match part {
            Part::Charge => (self.charge, self.paid_charge, self.waived_charge),
            Part::Interest => (self.row.interest, self.paid_interest, self.waived_interest),
            Part::Principal => (self.row.principal, self.paid_principal, self.waived_principal),
        };
        less(less(of, paid), waived)
    }

    /// What is left of the instalment, whatever charges have taken of what came in: what being late is charged on. Were it
    /// otherwise, a charge would be charged on.
    #[must_use]
    pub fn unpaid(&self) -> Paise {
        let let_off = [self.waived_interest, self.waived_principal].into_iter().sum();
        less(less(self.row.instalment(), self.received()), let_off).max(Paise::ZERO)
    }

    /// Takes what it needs of one part from `money`.
    pub(super) fn take_part(&mut self, part: Part, money: &mut Paise, day: Day) {
        // Interest that will be added to what is owed is not asked for.
        let share = self.due(part).min(self.outstanding()).min(*money).max(Paise::ZERO);
        if !share.is_positive() {
            return;
        }
        let paid = match part {
            Part::Charge => &mut self.paid_charge,
            Part::Interest => &mut self.paid_interest,
            Part::Principal => &mut self.paid_principal,
        };
        *paid = [*paid, share].into_iter().sum();
        *money = less(*money, share);
        self.settle(day);
    }

    /// Takes what it needs from `money`, part by part in the order of the terms.
    pub(super) fn take(&mut self, allocation: &Allocation, money: &mut Paise, day: Day) {
        for part in &allocation.order {
            self.take_part(*part, money, day);
        }
    }

    pub(super) fn settle(&mut self, day: Day) {
        if self.outstanding().is_zero() {
            self.paid_day = self.paid_day.or(Some(day));
        }
    }

    pub(super) fn charge(&mut self, amount: Paise) {
        self.charge = [self.charge, amount].into_iter().sum();
        self.paid_day = None;
    }

    /// On its due day (and no more on later ones), interest that is added to what is owed is paid by that addition; what asks for nothing is paid as well.
    pub(super) fn fall_due(&mut self) {
        let added =
            if self.paid_principal.is_zero() { self.row.principal.negated().max(Paise::ZERO) } else { Paise::ZERO };
        self.paid_interest = [self.paid_interest, added].into_iter().sum();
        self.paid_principal = less(self.paid_principal, added);
        self.settle(self.row.due_day);
    }
}

/// Amounts of one loan, each within the range of all: their difference is too.
pub(super) fn less(amount: Paise, by: Paise) -> Paise {
    amount.minus(by).unwrap_or(Paise::ZERO)
}
