//! The whole loan is paid before its end: foreclosure, leaving within the cooling-off period, settlement for less.

use serde::{Deserialize, Serialize};

use super::fact::{Acceleration, Fact, FactKind, Paid, Waived};
use super::replan::ToCome;
use super::schedule::too_large;
use super::{Loan, Row, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::id::FactId;
use crate::money::Paise;
use crate::product::{ContingentKind, Overdue, Part, percent_of};
use crate::refusal::{Code, Refusal};

/// What closing the loan on a day takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payoff {
    pub why: Acceleration,
    pub day: Day,
    /// Principal that has not fallen due.
    pub principal: Paise,
    /// Interest from the last due day to the day, by days.
    pub interest: Paise,
    /// What has fallen due and is not paid, with its charges.
    pub arrears: Paise,
    pub charge: Paise,
    pub gst: Paise,
    /// Money that is held already.
    pub excess: Paise,
    /// What is to be paid.
    pub amount: Paise,
    row: Option<Row>,
}

impl Loan {
    /// What closes the loan on `day`. The charge of the Key Facts Statement is on the principal that is paid early; within the
    /// cooling-off period there is none.
    pub fn payoff(&self, why: Acceleration, day: Day) -> Result<Payoff, Refusal> {
        self.refuse_closed()?;
        let position = self.position(day);
        let to_come = ToCome::after(self, &position, day);
        let principal = to_come.owed_of(self, &position);
        if let Some((number, part)) = self.next_part().filter(|_| principal < Paise::ZERO) {
            let why = format!(
                "part {number} of the money was to go out on {} and instalments are due on it: book it before the loan is closed",
                part.day
            );
            return Err(Refusal::because(Code::LoanIllegalMove, why));
        }
        let interest = to_come.accrued(self, day).map_err(too_large)?;
        let rule = self.rule(ContingentKind::Foreclosure).filter(|_| why == Acceleration::Foreclosure);
        let (charge, gst) = match rule.filter(|_| principal.is_positive()) {
            Some(rule) => {
                let charge = rule.rule.on(&[Overdue { amount: principal, days: 0 }]).map_err(too_large)?;
                (charge, percent_of(charge, rule.gst).map_err(too_large)?)
            }
            None => (Paise::ZERO, Paise::ZERO),
        };
        // What was paid in advance on instalments to come is held money once they are replaced.
        let in_advance: Paise =
            position.installments.iter().filter(|one| one.row.due_day > day).map(|one| one.received()).sum();
        let charges_to_come: Paise =
            position.installments.iter().filter(|one| one.row.due_day > day).map(|one| one.charge).sum();
        let arrears = [position.arrears(day), charges_to_come].into_iter().sum();
        let excess = [position.excess, in_advance].into_iter().sum();
        let owed = Paise::total([principal, interest, arrears, charge, gst]).map_err(too_large)?;
        let amount = owed.minus(excess).map_err(too_large)?.max(Paise::ZERO);
        let row = to_come.rows.first().map(|first| Row {
            num: first.num,
            due_day: day,
            opening: principal,
            principal,
            interest,
            broken_interest: Paise::ZERO,
        });
        Ok(Payoff { why, day, principal, interest, arrears, charge, gst, excess, amount, row })
    }

    /// Pays what the pay-off came to on its day, which closes the loan.
    pub fn pay_off(self, ids: [FactId; 2], payoff: &Payoff, paid: Paid, now: Instant) -> Result<Change<Loan>, Refusal> {
        if self.payoff(payoff.why, payoff.day)? != *payoff || paid.amount != payoff.amount {
            return Err(Code::PayoffStale.into());
        }
        let by = paid.by;
        let (first, more) = self.accelerate(ids, payoff, paid, now);
        self.add_all(first, more, now.day(), by)
    }

    /// All falls due, and what was paid is paid.
    fn accelerate(&self, [first, second]: [FactId; 2], payoff: &Payoff, paid: Paid, now: Instant) -> (Fact, Vec<Fact>) {
        let day = payoff.day;
        let (rows, charge) = (payoff.row.into_iter().collect(), [payoff.charge, payoff.gst].into_iter().sum());
        let accelerated = FactKind::Accelerated { why: payoff.why, rows, charge, gst: payoff.gst };
        let paid = paid.amount.is_positive().then(|| fact(second, day, now, FactKind::Paid(paid)));
        (fact(first, day, now, accelerated), paid.into_iter().collect())
    }

    /// The lender takes `paid` for the whole loan and lets the borrower off the rest.
    pub fn settle(
        self,
        mut id: impl FnMut() -> FactId,
        paid: Paid,
        reason: &str,
        now: Instant,
    ) -> Result<Change<Loan>, Refusal> {
        let today = now.day();
        let payoff = self.payoff(Acceleration::Settlement, today)?;
        if !paid.amount.is_positive() || paid.amount > payoff.amount {
            let why = format!("must be more than zero and at most the {} that close the loan", payoff.amount);
            return Err(Refusal::invalid("amount", why));
        }
        let by = paid.by;
        let (first, mut more) = self.accelerate([id(), id()], &payoff, paid, now);
        let mut then = self.clone();
        then.facts.extend(std::iter::once(&first).chain(&more).cloned());
        for one in then.position(today).installments.iter().filter(|one| one.outstanding().is_positive()) {
            let waived = Waived {
                installment_num: one.row.num,
                charge: one.due(Part::Charge),
                interest: one.due(Part::Interest),
                principal: one.due(Part::Principal),
                reason: reason.to_owned(),
            };
            more.push(fact(id(), today, now, FactKind::Waived(waived)));
        }
        self.add_all(first, more, today, by)
    }
}
