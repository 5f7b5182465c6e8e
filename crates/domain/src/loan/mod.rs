//! A loan that has been paid out: its promised schedule, its facts, and the verbs that add to them.
//!
//! | file | what is in it |
//! |---|---|
//! | `fact.rs` | what can happen |
//! | `position/` | where the loan stands on a day |
//! | `part.rs` | money that goes out after the first of it |
//! | `pay.rs`, `undo.rs` | money in; reversals, waivers, refunds |
//! | `charge.rs`, `late.rs` | charges by the rules of the Key Facts Statement |
//! | `prepay.rs`, `close_early.rs`, `reschedule.rs`, `replan.rs` | what changes the instalments to come |
//! | `day_end.rs` | what a day brings by itself |
//! | `account/` | all of it as lines with a balance; certificates |
//! | `class.rs` | days past due, special mention, non-performing |

mod account;
mod charge;
mod class;
mod close_early;
mod day_end;
mod explain;
mod fact;
mod late;
mod part;
mod pay;
mod position;
mod prepay;
mod replan;
mod reschedule;
mod schedule;
mod undo;

pub use account::{Account, Entered, Entry, NoDues, Totals, YearOfLoan, YearTotals};
pub use class::Class;
pub use close_early::Payoff;
pub use day_end::{DayEnd, Doing};
pub use explain::{Derivation, FIGURES, Figure, Input, explain};
pub use fact::{
    Acceleration, Basis, Fact, FactKind, Paid, Prepaid, PrepaymentEffect, Rescheduled, Rescheduling, Waived,
};
pub use position::{InstallmentPosition, Position, WrittenOff};
pub use prepay::Prepayment;
pub use reschedule::NewTerms;
#[cfg(test)]
pub(crate) use schedule::tests as schedule_tests;
pub use schedule::{Apr, Difference, Fit, Known, NominalApr, Observed, Part, Quote, Row, fit};

use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::id::{ApplicationId, FactId, InstallmentId, LenderId, LoanId, SourcingEntityId, TransactionId, UserId};
use crate::ledger::{Booked, rebook};
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone)]
pub struct Loan {
    pub id: LoanId,
    /// The agreement that it stands on: its own, or the credit line's.
    pub application: ApplicationId,
    /// Whether it is a drawdown on a credit line, whose id it then has.
    pub drawdown: bool,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
    pub quote: Quote,
    /// One for each instalment that there has ever been, in their order.
    pub installment_ids: Vec<InstallmentId>,
    pub facts: Vec<Fact>,
    /// Facts that this change adds: the only ones that a store has to write.
    pub new_facts_from: usize,
    pub closed_day: Option<Day>,
    /// The day on which instalments and ledger are stored as they stood.
    pub booked_day: Day,
    /// The last day whose beginning has brought what it brings.
    pub done_day: Day,
    /// The next day that brings something; none where the loan is closed.
    pub next_day: Option<Day>,
    pub version: i64,
}

/// Who borrows from whom, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Borrowed {
    pub application: ApplicationId,
    /// For a drawdown on a credit line.
    pub transaction: Option<TransactionId>,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
}

impl Loan {
    /// The lender has paid out: the schedule is anchored on the day of the money, because interest runs from there
    /// (RBI/2024-25/30).
    pub fn disburse(
        of: Borrowed,
        quote: Quote,
        installment_ids: Vec<InstallmentId>,
        fact: Fact,
    ) -> Result<Change<Loan>, Refusal> {
        let Borrowed { application, transaction, tenant, user, lender } = of;
        let (cause, value_day, today) = (fact.id, fact.value_day, fact.recorded_at.day().max(fact.value_day));
        let mut loan = Loan {
            id: transaction.map_or_else(|| application.into(), LoanId::from),
            application,
            drawdown: transaction.is_some(),
            tenant,
            user,
            lender,
            quote,
            installment_ids,
            facts: vec![fact],
            new_facts_from: 0,
            closed_day: None,
            booked_day: today,
            done_day: value_day,
            next_day: None,
            version: 0,
        };
        let position = loan.position(today);
        let entries =
            rebook(cause, value_day, Booked::NOTHING, Booked::of(&loan.quote, &position)).map_err(unbalanced)?;
        loan.next_day = day_end::next(&loan, &position, value_day);
        let event = loan.event(EventType::LoanDisbursed, EntityType::Lender);
        Ok(Change::created(loan).event(event).book(entries))
    }

    /// The drawdown that it is the loan of.
    #[must_use]
    pub fn transaction(&self) -> Option<TransactionId> {
        self.drawdown.then_some(TransactionId(self.id.0))
    }

    fn event(&self, event_type: EventType, by: EntityType) -> Event {
        Event::new(event_type, by).of_loan(self.application, self.transaction())
    }

    #[must_use]
    pub fn position(&self, as_of: Day) -> Position {
        Position::of(&self.quote, &self.facts, as_of)
    }

    #[must_use]
    pub fn disbursed_day(&self) -> Option<Day> {
        self.facts.iter().find(|fact| matches!(fact.kind, FactKind::Disbursed { .. })).map(|fact| fact.value_day)
    }

    #[must_use]
    pub fn installment_id(&self, num: u32) -> Option<InstallmentId> {
        let first = self.quote.rows.first().map_or(0, |row| row.num);
        let index = usize::try_from(num.checked_sub(first)?).ok()?;
        self.installment_ids.get(index).copied()
    }

    /// What the instalments from `num` on are computed from.
    #[must_use]
    pub fn basis(&self, num: u32, on: Day) -> Basis {
        let mut basis =
            Basis { terms: self.quote.terms.clone(), start: self.quote.start, after_num: 0, emi: self.quote.emi };
        let mut facts: Vec<&Fact> = self.facts.iter().filter(|fact| fact.value_day <= on).collect();
        facts.sort_by_key(|fact| fact.rank());
        for fact in facts {
            match &fact.kind {
                FactKind::Rescheduled(one) if one.basis.after_num < num => basis = one.basis.clone(),
                FactKind::Prepaid(one) => basis.emi = one.emi,
                _ => {}
            }
        }
        basis
    }

    fn refuse_closed(&self) -> Result<(), Refusal> {
        if self.closed_day.is_some() { Err(Code::LoanClosed.into()) } else { Ok(()) }
    }

    /// A day on which something may count: from the disbursal until today.
    fn refuse_day(&self, field: &str, value_day: Day, today: Day) -> Result<(), Refusal> {
        if value_day > today {
            return Err(Refusal::invalid(field, "must not be in the future"));
        }
        if self.disbursed_day().is_none_or(|disbursed| value_day < disbursed) {
            return Err(Refusal::invalid(field, "must not be before the disbursal"));
        }
        Ok(())
    }

    /// Adds a fact, with all that follows from it and from the days that have passed since the last change: what is booked, which
    /// instalments are paid now, whether the loan is over, when the next day-end has something to do. `by` is who caused it.
    fn add(self, fact: Fact, today: Day, by: EntityType) -> Result<Change<Loan>, Refusal> {
        self.add_all(fact, Vec::new(), today, by)
    }

    /// As [`add`](Self::add), for facts that belong together; they are booked under the first.
    fn add_all(self, first: Fact, more: Vec<Fact>, today: Day, by: EntityType) -> Result<Change<Loan>, Refusal> {
        let passed = Passed { cause: first.id, value_day: first.value_day, done_day: self.done_day, by };
        self.pass(std::iter::once(first).chain(more).collect(), today, passed)
    }

    /// As [`add`](Self::add), for what the passing of days causes, too.
    fn pass(mut self, facts: Vec<Fact>, today: Day, passed: Passed) -> Result<Change<Loan>, Refusal> {
        let Passed { cause, value_day, done_day, by } = passed;
        let was = self.version;
        let before = self.position(self.booked_day);
        self.new_facts_from = self.facts.len();
        self.facts.extend(facts);
        self.booked_day = self.booked_day.max(today);
        self.done_day = self.done_day.max(done_day);
        let after = self.position(self.booked_day);
        self.refuse_overflow(&after)?;
        let mut events: Vec<Event> = Vec::new();
        for one in &after.installments {
            let was_paid = before.installment(one.row.num).map(|before| before.paid_day.is_some());
            let event_type = match (was_paid, one.paid_day) {
                (Some(false), Some(_)) if one.received().is_positive() => EventType::EmiPaid,
                (Some(true), None) if one.row.due_day < today => EventType::EmiOverdue,
                _ => continue,
            };
            let by = if event_type == EventType::EmiPaid { by } else { EntityType::System };
            events.push(self.event(event_type, by).with_installment(one.row.num));
        }
        self.closed_day = self.closed_day.or(after.is_paid_off().then_some(today));
        self.next_day = day_end::next(&self, &after, self.done_day);
        self.version = was + 1;
        let booked = [&before, &after].map(|position| Booked::of(&self.quote, position));
        let entries = rebook(cause, value_day, booked[0], booked[1]).map_err(unbalanced)?;
        Ok(Change::updated(self, was).events(events).book(entries))
    }

    /// Sums of a position are kept within the range of all money, so that no difference of them can be lost.
    fn refuse_overflow(&self, position: &Position) -> Result<(), Refusal> {
        let total = crate::money::Paise::total(
            position.installments.iter().flat_map(|one| [one.charge, one.row.interest, one.received()]),
        );
        total.and_then(|total| total.plus(position.received)).map(drop).map_err(schedule::too_large)
    }
}

/// What a change is booked under.
struct Passed {
    cause: FactId,
    value_day: Day,
    done_day: Day,
    by: EntityType,
}

fn fact(id: FactId, value_day: Day, now: Instant, kind: FactKind) -> Fact {
    Fact { id, value_day, recorded_at: now, kind }
}

fn unbalanced(_: crate::ledger::Unbalanced) -> Refusal {
    Refusal::because(Code::OfferImpossible, "the loan's figures do not balance")
}

#[cfg(test)]
mod life_tests;
#[cfg(test)]
mod tests;
