//! Where a loan stands on a day: a pure function of its schedule, its facts and that day.

use crate::day::Day;
use crate::loan::fact::{Fact, FactKind};
use crate::loan::schedule::Row;
use crate::money::Paise;

/// One instalment: what was promised, what was charged, what has been paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallmentPosition {
    pub row: Row,
    pub charge: Paise,
    pub paid_charge: Paise,
    pub paid_interest: Paise,
    pub paid_principal: Paise,
    /// The day on which nothing of it was left to pay.
    pub paid_day: Option<Day>,
}

impl InstallmentPosition {
    fn new(row: &Row) -> Self {
        let zero = Paise::ZERO;
        InstallmentPosition {
            row: *row,
            charge: zero,
            paid_charge: zero,
            paid_interest: zero,
            paid_principal: zero,
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
    pub fn outstanding(&self) -> Paise {
        self.total().minus(self.received()).unwrap_or(Paise::ZERO)
    }

    /// What is left of the instalment, whatever charges have taken of what came in: what being late is charged on. Were it
    /// otherwise, a charge would be charged on.
    #[must_use]
    pub fn unpaid(&self) -> Paise {
        self.row.instalment().minus(self.received()).unwrap_or(Paise::ZERO).max(Paise::ZERO)
    }

    /// Takes what it needs from `money`: charges, then interest, then principal.
    fn take(&mut self, money: &mut Paise, day: Day) {
        let mut left = self.outstanding().min(*money);
        if !left.is_positive() {
            return;
        }
        *money = money.minus(left).unwrap_or(Paise::ZERO);
        for (due, paid) in [
            (self.charge, &mut self.paid_charge),
            (self.row.interest, &mut self.paid_interest),
            (self.row.principal, &mut self.paid_principal),
        ] {
            let share = due.minus(*paid).unwrap_or(Paise::ZERO).min(left).max(Paise::ZERO);
            *paid = [*paid, share].into_iter().sum();
            left = left.minus(share).unwrap_or(Paise::ZERO);
        }
        self.paid_day = self.outstanding().is_zero().then_some(day);
    }

    /// On its due day, interest that is added to what is owed is paid by that addition; what asks for nothing is paid as well.
    fn fall_due(&mut self) {
        let added = self.row.principal.negated().max(Paise::ZERO);
        self.paid_interest = [self.paid_interest, added].into_iter().sum();
        self.paid_principal = self.paid_principal.minus(added).unwrap_or(Paise::ZERO);
        if self.outstanding().is_zero() {
            self.paid_day = self.paid_day.or(Some(self.row.due_day));
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub installments: Vec<InstallmentPosition>,
    /// Money held for dues to come. It is never silently a prepayment.
    pub excess: Paise,
    /// All that came in.
    pub received: Paise,
}

impl Position {
    /// Allocation: a payment pays the named instalment first, then what else has fallen due by its day, oldest first; the
    /// rest is excess, which pays each later instalment on its due day.
    #[must_use]
    pub fn of(rows: &[Row], facts: &[Fact], as_of: Day) -> Position {
        let mut position = Position {
            installments: rows.iter().map(InstallmentPosition::new).collect(),
            excess: Paise::ZERO,
            received: Paise::ZERO,
        };
        let mut facts: Vec<&Fact> = facts.iter().filter(|fact| fact.value_day <= as_of).collect();
        facts.sort_by_key(|fact| fact.rank());
        for fact in facts {
            position.apply_excess(fact.value_day);
            match &fact.kind {
                FactKind::Disbursed { .. } => {}
                FactKind::Charged { installment_num, amount, .. } => position.charge(*installment_num, *amount),
                FactKind::Paid(paid) => position.pay(paid.installment_num, paid.amount, fact.value_day),
            }
        }
        position.apply_excess(as_of);
        position
            .installments
            .iter_mut()
            .take_while(|installment| installment.row.due_day <= as_of)
            .for_each(InstallmentPosition::fall_due);
        position
    }

    fn charge(&mut self, num: u32, amount: Paise) {
        if let Some(installment) = self.installments.iter_mut().find(|installment| installment.row.num == num) {
            installment.charge = [installment.charge, amount].into_iter().sum();
            installment.paid_day = None;
        }
    }

    fn pay(&mut self, num: u32, amount: Paise, day: Day) {
        self.received = [self.received, amount].into_iter().sum();
        let mut money = amount;
        if let Some(installment) = self.installments.iter_mut().find(|installment| installment.row.num == num) {
            installment.take(&mut money, day);
        }
        self.excess = [self.excess, money].into_iter().sum();
        self.apply_excess_on(day);
    }

    /// Lets the excess pay each instalment on the day that it fell due, up to `until`.
    fn apply_excess(&mut self, until: Day) {
        for installment in self.installments.iter_mut().take_while(|installment| installment.row.due_day <= until) {
            if self.excess.is_zero() {
                return;
            }
            let due_day = installment.row.due_day;
            installment.take(&mut self.excess, due_day);
        }
    }

    /// Lets the excess pay on `day` what has fallen due by it.
    fn apply_excess_on(&mut self, day: Day) {
        for installment in self.installments.iter_mut().take_while(|installment| installment.row.due_day <= day) {
            if self.excess.is_zero() {
                return;
            }
            installment.take(&mut self.excess, day);
        }
    }

    #[must_use]
    pub fn is_paid_off(&self) -> bool {
        self.installments.iter().all(|installment| installment.outstanding().is_zero())
    }

    /// The oldest instalment that was due by `as_of` and is not paid.
    #[must_use]
    pub fn oldest_overdue(&self, as_of: Day) -> Option<&InstallmentPosition> {
        self.installments
            .iter()
            .find(|installment| installment.row.due_day <= as_of && !installment.outstanding().is_zero())
    }

    /// Days past due at the end of `as_of`, the due day itself counted as the first (RBI/2021-22/125).
    #[must_use]
    pub fn dpd(&self, as_of: Day) -> i64 {
        self.oldest_overdue(as_of).map_or(0, |installment| as_of.days_since(installment.row.due_day) + 1)
    }

    #[must_use]
    pub fn principal_outstanding(&self) -> Paise {
        self.installments
            .iter()
            .map(|installment| installment.row.principal.minus(installment.paid_principal).unwrap_or(Paise::ZERO))
            .sum()
    }

    #[must_use]
    pub fn paid(&self, part: impl Fn(&InstallmentPosition) -> Paise) -> Paise {
        self.installments.iter().map(part).sum()
    }
}
