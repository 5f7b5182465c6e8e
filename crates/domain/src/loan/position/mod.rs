//! Where a loan stands on a day: a pure function of its schedule, its facts and that day.

mod instalment;

use std::collections::BTreeSet;

pub use self::instalment::InstallmentPosition;
use self::instalment::less;
use crate::day::Day;
use crate::id::FactId;
use crate::loan::fact::{Fact, FactKind, Prepaid, Waived};
use crate::loan::schedule::{Quote, Row};
use crate::money::Paise;
use crate::product::{AllocateBy, Allocation, Part};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub as_of: Day,
    pub installments: Vec<InstallmentPosition>,
    /// Money held for dues to come. It is never silently a prepayment.
    pub excess: Paise,
    /// All that came in.
    pub received: Paise,
    /// What went back to the borrower.
    pub refunded: Paise,
    /// Parts of the money that have not gone out.
    pub undrawn: Paise,
    /// Of these, what is promised still: nothing once the loan is ended early. The instalments have it, and it is not owed yet.
    pub to_draw: Paise,
    /// GST within the charges.
    pub charge_gst: Paise,
    /// Whether the borrower's account with the lender is non-performing.
    pub npa: bool,
    pub written_off: Option<WrittenOff>,
}

/// What the lender's books held when it gave the loan up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenOff {
    pub day: Day,
    pub principal: Paise,
    /// Interest that had fallen due and was not paid.
    pub interest: Paise,
    pub charge: Paise,
    /// All interest and all charges that had been earned.
    pub interest_earned: Paise,
    pub charge_earned: Paise,
    pub charge_gst: Paise,
    pub interest_waived: Paise,
    pub charge_waived: Paise,
    pub principal_waived: Paise,
    /// Money received and kept until then.
    pub kept: Paise,
    pub npa: bool,
}

/// The facts that count by a day, one after the other.
pub(super) struct Replay<'f> {
    allocation: &'f Allocation,
    /// In the order in which they count, without payments that did not stand.
    facts: std::iter::Peekable<std::vec::IntoIter<&'f Fact>>,
    position: Position,
}

impl<'f> Replay<'f> {
    pub fn new(quote: &'f Quote, facts: &'f [Fact], as_of: Day) -> Replay<'f> {
        let mut facts: Vec<&Fact> = facts.iter().filter(|fact| fact.value_day <= as_of).collect();
        let undone: BTreeSet<FactId> = facts
            .iter()
            .filter_map(|fact| if let FactKind::Reversed { fact, .. } = &fact.kind { Some(*fact) } else { None })
            .collect();
        facts.retain(|fact| !undone.contains(&fact.id));
        facts.sort_by_key(|fact| fact.rank());
        let out = facts.iter().filter(|fact| matches!(fact.kind, FactKind::Disbursed { .. })).count();
        let undrawn = quote.undrawn(out);
        let position = Position {
            as_of,
            installments: quote.rows.iter().map(InstallmentPosition::new).collect(),
            excess: Paise::ZERO,
            received: Paise::ZERO,
            refunded: Paise::ZERO,
            undrawn,
            to_draw: undrawn,
            charge_gst: Paise::ZERO,
            npa: false,
            written_off: None,
        };
        Replay { allocation: &quote.terms.allocation, facts: facts.into_iter().peekable(), position }
    }

    /// The instalments as they stood at the end of `day`, by what is known now. Days are asked for in their order.
    pub fn until(&mut self, day: Day) -> &Position {
        while let Some(fact) = self.facts.next_if(|fact| fact.value_day <= day) {
            self.position.pass_until(self.allocation, fact.value_day);
            self.position.apply(self.allocation, fact);
        }
        self.position.pass_until(self.allocation, day);
        &self.position
    }
}

impl Position {
    /// Allocation: a payment pays the named instalment first, then what else has fallen due by its day, oldest first; the
    /// rest is excess, which pays each later instalment on its due day.
    #[must_use]
    pub fn of(quote: &Quote, facts: &[Fact], as_of: Day) -> Position {
        let mut replay = Replay::new(quote, facts, as_of);
        replay.until(as_of);
        replay.position
    }

    fn apply(&mut self, allocation: &Allocation, fact: &Fact) {
        let day = fact.value_day;
        match &fact.kind {
            FactKind::Disbursed { .. } | FactKind::Reversed { .. } => {}
            FactKind::Charged { installment_num, amount, gst, .. } => self.charge(*installment_num, *amount, *gst),
            FactKind::Paid(paid) => self.pay(allocation, paid.installment_num, paid.amount, day),
            FactKind::Waived(waived) => self.waive(waived, day),
            FactKind::Refunded { amount, .. } => {
                self.excess = less(self.excess, *amount);
                self.refunded = [self.refunded, *amount].into_iter().sum();
            }
            FactKind::Prepaid(prepaid) => self.prepay(prepaid, day),
            FactKind::Rescheduled(rescheduled) => self.replace(&rescheduled.rows),
            FactKind::Accelerated { rows, charge, gst, .. } => {
                self.replace(rows);
                self.to_draw = Paise::ZERO;
                let last = self.installments.last().map_or(0, |last| last.row.num);
                self.charge(last, *charge, *gst);
                self.apply_excess_on(allocation, day);
            }
            FactKind::Classified { npa } => self.npa = *npa,
            FactKind::WrittenOff { .. } => self.written_off = Some(self.given_up(day)),
        }
    }

    /// Puts `rows` in the place of those with the same numbers and later ones. What was paid on those in advance is held for the
    /// new ones; their charges stay.
    fn replace(&mut self, rows: &[Row]) {
        let Some(first) = rows.first().map(|row| row.num) else { return };
        let keep = self.installments.partition_point(|one| one.row.num < first);
        let replaced = self.installments.split_off(keep);
        self.excess = replaced.iter().map(InstallmentPosition::received).chain([self.excess]).sum();
        self.installments.extend(rows.iter().map(InstallmentPosition::new));
        for old in replaced.iter().filter(|old| !old.charge.is_zero()) {
            let last = self.installments.last().map_or(0, |last| last.row.num);
            if let Some(new) = self.find(old.row.num.min(last)) {
                new.charge(old.charge);
                new.waived_charge = [new.waived_charge, old.waived_charge].into_iter().sum();
            }
        }
    }

    fn prepay(&mut self, prepaid: &Prepaid, day: Day) {
        self.received = [self.received, prepaid.amount].into_iter().sum();
        self.replace(&prepaid.rows);
        self.charge_gst = [self.charge_gst, prepaid.gst].into_iter().sum();
        let mut money = [prepaid.charge, prepaid.gst].into_iter().sum();
        if let Some(first) = prepaid.rows.first().and_then(|row| self.find(row.num)) {
            first.charge(money);
            first.take_part(Part::Charge, &mut money, day);
        }
    }

    fn charge(&mut self, num: u32, amount: Paise, gst: Paise) {
        if amount.is_zero() {
            return;
        }
        if let Some(installment) = self.find(num) {
            installment.charge(amount);
            self.charge_gst = [self.charge_gst, gst].into_iter().sum();
        }
    }

    fn waive(&mut self, waived: &Waived, day: Day) {
        if let Some(one) = self.find(waived.installment_num) {
            one.waived_charge = [one.waived_charge, waived.charge.min(one.due(Part::Charge))].into_iter().sum();
            one.waived_interest = [one.waived_interest, waived.interest.min(one.due(Part::Interest))].into_iter().sum();
            one.waived_principal =
                [one.waived_principal, waived.principal.min(one.due(Part::Principal))].into_iter().sum();
            one.settle(day);
        }
    }

    fn find(&mut self, num: u32) -> Option<&mut InstallmentPosition> {
        self.installments.iter_mut().find(|installment| installment.row.num == num)
    }

    fn pay(&mut self, allocation: &Allocation, num: u32, amount: Paise, day: Day) {
        self.received = [self.received, amount].into_iter().sum();
        let mut money = amount;
        if let Some(installment) = self.find(num) {
            installment.take(allocation, &mut money, day);
        }
        self.excess = [self.excess, money].into_iter().sum();
        self.apply_excess_on(allocation, day);
    }

    /// Lets each instalment fall due up to `until`, and the excess pay it on that day.
    fn pass_until(&mut self, allocation: &Allocation, until: Day) {
        for installment in self.installments.iter_mut().take_while(|installment| installment.row.due_day <= until) {
            installment.fall_due();
            let due_day = installment.row.due_day;
            installment.take(allocation, &mut self.excess, due_day);
        }
    }

    /// Lets the excess pay on `day` what has fallen due by it.
    fn apply_excess_on(&mut self, allocation: &Allocation, day: Day) {
        let due = self.installments.partition_point(|installment| installment.row.due_day <= day);
        let due = &mut self.installments[..due];
        match allocation.by {
            AllocateBy::Installment => due.iter_mut().for_each(|one| one.take(allocation, &mut self.excess, day)),
            AllocateBy::Part => {
                for part in &allocation.order {
                    due.iter_mut().for_each(|one| one.take_part(*part, &mut self.excess, day));
                }
            }
        }
    }

    fn given_up(&self, day: Day) -> WrittenOff {
        WrittenOff {
            day,
            principal: self.principal_outstanding(),
            interest: self.interest_receivable_on(day),
            charge: self.sum(|one| one.due(Part::Charge)),
            interest_earned: self.interest_earned_on(day),
            charge_earned: self.sum(|one| one.charge),
            charge_gst: self.charge_gst,
            interest_waived: self.sum(|one| one.waived_interest),
            charge_waived: self.sum(|one| one.waived_charge),
            principal_waived: self.sum(|one| one.waived_principal),
            kept: less(less(self.received, self.refunded), self.excess),
            npa: self.npa,
        }
    }

    #[must_use]
    pub fn is_paid_off(&self) -> bool {
        self.to_draw.is_zero() && self.installments.iter().all(|installment| installment.outstanding().is_zero())
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
        less(self.sum(|one| less(less(one.row.principal, one.paid_principal), one.waived_principal)), self.to_draw)
    }

    /// All that has fallen due by `as_of` and is not paid.
    #[must_use]
    pub fn arrears(&self, as_of: Day) -> Paise {
        self.installments.iter().filter(|one| one.row.due_day <= as_of).map(InstallmentPosition::outstanding).sum()
    }

    /// Interest that has been earned by `day`: that of instalments due by then, and what has been paid or
    /// waived of later ones.
    #[must_use]
    pub fn interest_earned_on(&self, day: Day) -> Paise {
        self.sum(|one| {
            let begun = [one.paid_interest, one.waived_interest].into_iter().sum();
            if one.row.due_day <= day { one.row.interest } else { begun }
        })
    }

    /// Interest that has been earned by `day` and neither paid nor waived.
    #[must_use]
    pub fn interest_receivable_on(&self, day: Day) -> Paise {
        self.sum(|one| if one.row.due_day <= day { one.due(Part::Interest) } else { Paise::ZERO })
    }

    #[must_use]
    pub fn sum(&self, part: impl Fn(&InstallmentPosition) -> Paise) -> Paise {
        self.installments.iter().map(part).sum()
    }

    #[must_use]
    pub fn installment(&self, num: u32) -> Option<&InstallmentPosition> {
        self.installments.iter().find(|one| one.row.num == num)
    }
}
