//! A loan that has been paid out: its promised schedule, its facts, and the verbs that add to them.

mod explain;
mod fact;
mod late;
mod position;
mod schedule;

pub use explain::{Derivation, FIGURES, Figure, Input, explain};
pub use fact::{Fact, FactKind, Paid};
pub use position::{InstallmentPosition, Position};
#[cfg(test)]
pub(crate) use schedule::tests as schedule_tests;
pub use schedule::{Apr, Difference, Fit, Known, NominalApr, Observed, Quote, Row, fit};

use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::id::{ApplicationId, FactId, InstallmentId, LenderId, SourcingEntityId, UserId};
use crate::ledger::{Booked, rebook};
use crate::money::Paise;
use crate::product::{ContingentKind, Overdue};
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone)]
pub struct Loan {
    /// A loan is known by its application.
    pub id: ApplicationId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
    pub quote: Quote,
    /// One for each row of the quote, in order.
    pub installment_ids: Vec<InstallmentId>,
    pub facts: Vec<Fact>,
    /// Facts that this change adds: the only ones that a store has to write.
    pub new_facts_from: usize,
    pub closed_day: Option<Day>,
    pub version: i64,
}

impl Loan {
    /// The lender has paid out: the schedule is anchored on the day of the money, because interest runs from there
    /// (RBI/2024-25/30).
    pub fn disburse(
        id: ApplicationId,
        tenant: SourcingEntityId,
        user: UserId,
        lender: LenderId,
        quote: Quote,
        installment_ids: Vec<InstallmentId>,
        fact: Fact,
    ) -> Result<Change<Loan>, Refusal> {
        let position = Position::of(&quote.rows, std::slice::from_ref(&fact), fact.value_day);
        let entries =
            rebook(fact.id, fact.value_day, Booked::NOTHING, Booked::of(&quote, &position)).map_err(unbalanced)?;
        let event = Event::new(EventType::LoanDisbursed, EntityType::Lender).of(id);
        let loan = Loan {
            id,
            tenant,
            user,
            lender,
            quote,
            installment_ids,
            facts: vec![fact],
            new_facts_from: 0,
            closed_day: None,
            version: 0,
        };
        Ok(Change::created(loan).event(event).book(entries))
    }

    #[must_use]
    pub fn position(&self, as_of: Day) -> Position {
        Position::of(&self.quote.rows, &self.facts, as_of)
    }

    #[must_use]
    pub fn disbursed_day(&self) -> Option<Day> {
        self.facts.iter().find(|fact| matches!(fact.kind, FactKind::Disbursed { .. })).map(|fact| fact.value_day)
    }

    /// The payment with this reference, if it has been recorded.
    #[must_use]
    pub fn payment(&self, reference: &str) -> Option<(&Fact, &Paid)> {
        self.facts.iter().find_map(|fact| match &fact.kind {
            FactKind::Paid(paid) if paid.reference == reference => Some((fact, paid)),
            _ => None,
        })
    }

    /// Records money that came in. `today` bounds the value day and is the day on which the projection is made.
    pub fn pay(mut self, id: FactId, paid: Paid, value_day: Day, now: Instant) -> Result<Change<Loan>, Refusal> {
        if self.closed_day.is_some() {
            return Err(Code::LoanClosed.into());
        }
        if self.quote.row(paid.installment_num).is_none() {
            return Err(Code::InstallmentNotFound.into());
        }
        let today = now.day();
        if value_day > today {
            return Err(Refusal::invalid("paymentDate", "must not be in the future"));
        }
        if self.disbursed_day().is_none_or(|disbursed| value_day < disbursed) {
            return Err(Refusal::invalid("paymentDate", "must not be before the disbursal"));
        }
        if !paid.amount.is_positive() {
            return Err(Refusal::invalid("amountReceived", "must be more than zero"));
        }
        let by = paid.by;
        let was = self.version;
        let before = self.position(today);
        self.new_facts_from = self.facts.len();
        self.facts.push(Fact { id, value_day, recorded_at: now, kind: FactKind::Paid(paid) });
        let after = self.position(today);
        let entries = rebook(id, value_day, Booked::of(&self.quote, &before), Booked::of(&self.quote, &after))
            .map_err(unbalanced)?;
        let newly_paid = after
            .installments
            .iter()
            .zip(&before.installments)
            .filter(|(after, before)| after.paid_day.is_some() && before.paid_day.is_none());
        let events: Vec<Event> = newly_paid
            .map(|(after, _)| Event::new(EventType::EmiPaid, by).of(self.id).with_installment(after.row.num))
            .collect();
        self.closed_day = after.is_paid_off().then_some(today);
        self.version = was + 1;
        Ok(Change::updated(self, was).events(events).book(entries))
    }

    /// Charges an instalment by the rule of the Key Facts Statement: what the rule comes to today, less what it has charged
    /// already. What the statement does not have is not charged.
    pub fn charge(mut self, id: FactId, num: u32, kind: ContingentKind, now: Instant) -> Result<Change<Loan>, Refusal> {
        if self.closed_day.is_some() {
            return Err(Code::LoanClosed.into());
        }
        if self.quote.row(num).is_none() {
            return Err(Code::InstallmentNotFound.into());
        }
        let rules = &self.quote.terms.contingent;
        let charge = rules.iter().find(|charge| charge.kind == kind).ok_or(Code::ChargeNotInKfs)?;
        if !kind.is_penal() {
            return Err(Refusal::invalid("kind", "is not charged on an instalment: use late_payment or bounce"));
        }
        let today = now.day();
        let stretches = late::overdue(&self.quote.rows, &self.facts, num, today);
        // A mandate that was not honoured has failed by the end of the due day; being late begins with the day after it.
        let today_already = |fact: &Fact| {
            let same =
                |num_of: u32, kind_of: ContingentKind| num_of == num && kind_of == kind && fact.value_day == today;
            matches!(fact.kind, FactKind::Charged { installment_num, charge, .. } if same(installment_num, charge))
        };
        // A mandate is presented once a day, so that a call that is sent again charges nothing.
        if kind != ContingentKind::LatePayment && self.facts.iter().any(today_already) {
            return Err(Code::ChargeNotDue.into());
        }
        let measured = match kind {
            ContingentKind::LatePayment => stretches,
            _ => self.unpaid_on(num, today).map(|amount| Overdue { amount, days: 1 }).into_iter().collect(),
        };
        let charged = match kind {
            ContingentKind::LatePayment => self.charged(num, kind),
            // Each one is an event of its own.
            _ => Paise::ZERO,
        };
        let come_to =
            if measured.is_empty() { Paise::ZERO } else { charge.rule.on(&measured).map_err(schedule::too_large)? };
        let amount = come_to.minus(charged).map_err(schedule::too_large)?;
        if !amount.is_positive() {
            return Err(Code::ChargeNotDue.into());
        }
        let was = self.version;
        let before = self.position(today);
        self.new_facts_from = self.facts.len();
        let fact = FactKind::Charged { installment_num: num, charge: kind, amount };
        self.facts.push(Fact { id, value_day: today, recorded_at: now, kind: fact });
        let after = self.position(today);
        let entries =
            rebook(id, today, Booked::of(&self.quote, &before), Booked::of(&self.quote, &after)).map_err(unbalanced)?;
        self.version = was + 1;
        Ok(Change::updated(self, was).book(entries))
    }

    /// What a kind of charge has come to on an instalment so far.
    fn charged(&self, num: u32, kind: ContingentKind) -> Paise {
        let of = |fact: &Fact| match &fact.kind {
            FactKind::Charged { installment_num, charge, amount } if *installment_num == num && *charge == kind => {
                *amount
            }
            _ => Paise::ZERO,
        };
        self.facts.iter().map(of).sum()
    }

    /// What an instalment that has fallen due lacks, charges aside.
    fn unpaid_on(&self, num: u32, day: Day) -> Option<Paise> {
        let position = self.position(day);
        let one = position.installments.iter().find(|one| one.row.num == num && one.row.due_day <= day)?;
        Some(one.unpaid()).filter(|unpaid| unpaid.is_positive())
    }

    /// A borrower has started to pay an instalment; the money is not here yet.
    pub fn payment_started(self, installment_num: u32) -> Result<Change<Loan>, Refusal> {
        if self.closed_day.is_some() {
            return Err(Code::LoanClosed.into());
        }
        let (id, was) = (self.id, self.version);
        let event =
            Event::new(EventType::EmiPaymentInitiated, EntityType::Customer).of(id).with_installment(installment_num);
        let from = self.facts.len();
        Ok(Change::updated(Loan { version: was + 1, new_facts_from: from, ..self }, was).event(event))
    }
}

fn unbalanced(_: crate::ledger::Unbalanced) -> Refusal {
    Refusal::because(Code::OfferImpossible, "the loan's figures do not balance")
}

#[cfg(test)]
mod tests;
