//! Money comes in.

use super::fact::{FactKind, Paid};
use super::{Loan, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, EventType};
use crate::id::FactId;
use crate::refusal::{Code, Refusal};

impl Loan {
    /// The payment with this reference, if it has been recorded.
    #[must_use]
    pub fn payment(&self, reference: &str) -> Option<(&super::Fact, &Paid)> {
        self.facts.iter().find_map(|fact| match &fact.kind {
            FactKind::Paid(paid) if paid.reference == reference => Some((fact, paid)),
            _ => None,
        })
    }

    /// Records money that came in. `now` bounds the value day; its day is the one on which the projection is made.
    pub fn pay(self, id: FactId, paid: Paid, value_day: Day, now: Instant) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let today = now.day();
        if self.position(today.max(self.booked_day)).installment(paid.installment_num).is_none() {
            return Err(Code::InstallmentNotFound.into());
        }
        self.refuse_day("paymentDate", value_day, today)?;
        if !paid.amount.is_positive() {
            return Err(Refusal::invalid("amountReceived", "must be more than zero"));
        }
        let by = paid.by;
        self.add(fact(id, value_day, now, FactKind::Paid(paid)), today, by)
    }

    /// A borrower has started to pay an instalment; the money is not here yet.
    pub fn payment_started(self, installment_num: u32) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let was = self.version;
        let event = self.event(EventType::EmiPaymentInitiated, EntityType::Customer).with_installment(installment_num);
        let from = self.facts.len();
        Ok(Change::updated(Loan { version: was + 1, new_facts_from: from, ..self }, was).event(event))
    }
}
